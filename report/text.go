package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"zlog/diagnosis"
)

// TextOptions say how a report for people is laid out. The zero value is 80 columns without colour.
type TextOptions struct {
	Width   int  // cells of a line; 80 if it is not set, at least 40
	Color   bool // use the 16 colours of the terminal
	Quiet   bool // the headline alone
	Verbose bool // all evidence, all lists, whole messages
}

// Text writes a report for people: the answer first, then why, what to do, and what was read. Nothing is written
// before all is laid out. Commands are never broken, so that they can be copied; all else fits the width.
func Text(w io.Writer, r *diagnosis.Result, o TextOptions) error {
	if o.Width <= 0 {
		o.Width = 80
	}
	o.Width = max(o.Width, 40)
	t := &text{page: page{width: o.Width, prose: 100, color: o.Color}, r: r, o: o, pl: newPlaces(r)}
	t.headline()
	if !o.Quiet {
		t.body()
	}
	_, err := w.Write(t.buf.Bytes())
	return err
}

// text is one report being laid out.
type text struct {
	page
	r  *diagnosis.Result
	o  TextOptions
	pl *places
}

// roots gives the root causes that make the verdict a problem, the first diagnosis of all first.
func (t *text) roots() []*diagnosis.Diagnosis {
	var out []*diagnosis.Diagnosis
	for i := range t.r.Diagnoses {
		if d := &t.r.Diagnoses[i]; d.Role == diagnosis.RootCause && d.Severity.Rank() > diagnosis.Info.Rank() {
			out = append(out, d)
		}
	}
	if len(out) == 0 && t.r.Verdict == diagnosis.Problem && len(t.r.Diagnoses) > 0 { // all roots are filtered out
		out = append(out, &t.r.Diagnoses[0])
	}
	return out
}

// headline answers in a few lines. With --quiet it is all there is.
func (t *text) headline() {
	switch roots := t.roots(); {
	case t.r.Verdict == diagnosis.Problem && len(roots) > 0:
		t.problem(roots)
	case t.r.Verdict == diagnosis.Healthy:
		far := ""
		if slices.ContainsFunc(t.r.NotAssessable, diagnosis.Unassessed.Limit) {
			far = " as far as these logs tell"
		}
		t.para(span{"✔ ", green}, "healthy"+far+": nothing wrong found in "+t.extent()+t.without(), green)
	default:
		t.para(span{"? ", yellow}, "not assessable: "+t.whyNot(), yellow)
	}
	t.leftOut()
	t.hidden()
	if !t.o.Quiet {
		t.doubts()
	}
}

// leftOut says that more was found than was asked for.
func (t *text) leftOut() {
	a := t.r.Asked
	if a.LeftOut == 0 {
		return
	}
	var by []string
	if a.Node != "" {
		by = append(by, "--node")
	}
	if len(a.Only) > 0 {
		by = append(by, "--only")
	}
	if len(a.Skip) > 0 {
		by = append(by, "--skip")
	}
	t.para(in(2), count(a.LeftOut, "diagnosis", "diagnoses")+" left out, as "+list(by)+" says", dim)
}

// hidden counts what is left out because the operator has accepted it, so that nothing vanishes without a word.
func (t *text) hidden() {
	h := t.r.Hidden
	var what []string
	if h.Diagnoses > 0 {
		what = append(what, count(h.Diagnoses, "diagnosis", "diagnoses"))
	}
	if h.Signatures > 0 {
		what = append(what, count(h.Signatures, "signature", "signatures"))
	}
	if h.Unrecognised > 0 {
		what = append(what, count(h.Unrecognised, "unrecognised error", "unrecognised errors"))
	}
	if len(what) > 0 {
		t.para(in(2), list(what)+" hidden, as "+list(h.Files)+" says (--no-ignore shows all)", dim)
	}
}

func (t *text) problem(roots []*diagnosis.Diagnosis) {
	d := roots[0]
	mark, st := look(d.Severity)
	if t.o.Quiet {
		title := fmt.Sprintf("problem: %s (%s, %s", d.Title, d.Severity, d.Confidence)
		if len(d.Nodes) > 0 {
			title += "; " + strings.Join(d.Nodes, ", ")
		}
		title += ")"
		if n := len(roots) - 1; n > 0 {
			title += fmt.Sprintf(" and %s", count(n, "more root cause", "more root causes"))
		}
		t.para(span{mark + " ", st}, title, st)
		return
	}
	t.para(span{mark + " ", st}, "problem: "+d.Title, st)
	t.para(in(2), t.standing(d), dim)
	t.blank()
	t.para(in(2), sentence(d.Summary), bold)
	for i, x := range roots[1:] {
		if i == 2 && len(roots) > 4 {
			t.para(in(2), fmt.Sprintf("And %d more root causes, below.", len(roots)-3), plain)
			break
		}
		t.para(span{"  And: ", bold}, fmt.Sprintf("%s (%s, %s)", x.Title, x.Severity, x.Confidence), plain)
	}
}

// standing says how bad, how sure, where and when.
func (t *text) standing(d *diagnosis.Diagnosis) string {
	parts := []string{string(d.Severity), string(d.Confidence)}
	if len(d.Nodes) > 0 {
		parts = append(parts, "on "+list(d.Nodes))
	}
	if s := t.pl.span(d.First, d.Last); s != "" {
		parts = append(parts, s)
	}
	return strings.Join(parts, " · ")
}

// extent says how much was read: "1,234 lines of 3 nodes".
func (t *text) extent() string {
	lines := 0
	for _, s := range t.r.Sources {
		lines += s.Lines
	}
	out := count(lines, "line", "lines")
	if n := len(t.r.Nodes); n > 0 {
		return out + " of " + count(n, "node", "nodes")
	}
	return out + " of " + count(len(t.r.Sources), "source", "sources")
}

// without names the members whose logs are not here: what they saw may be anything but healthy.
func (t *text) without() string {
	var names []string
	for _, w := range t.r.Wanted {
		if w.Node != "" {
			names = append(names, w.Node)
		}
	}
	switch n := len(names); {
	case n == 0:
		return ""
	case n > 4:
		return ", without the logs of " + count(n, "member", "members")
	case n > 1:
		return ", without the logs of " + list(names)
	}
	return ", without the log of " + names[0]
}

// whyNot says why nothing can be said.
func (t *text) whyNot() string {
	lines, events, failed := 0, 0, 0
	for _, s := range t.r.Sources {
		lines, events = lines+s.Lines, events+s.Known()
		if s.Error != "" {
			failed++
		}
	}
	all := len(t.r.Sources)
	switch {
	case all == 0:
		return "there was nothing to read"
	case failed == all && lines == 0:
		return "nothing could be read"
	case failed > 0:
		return fmt.Sprintf("%d of %s could not be read to the end; nothing wrong found in the rest, %s", failed, count(all, "source", "sources"), t.extent())
	case lines == 0:
		return "the input is empty"
	case t.r.Asked.Empty:
		return "no line lies within the time asked for"
	case events == 0:
		return "no log record that zlog knows in " + count(lines, "line", "lines")
	}
	if s := outOfReach(t.r); s != "" {
		return "nothing wrong found in " + t.extent() + ", but " + s
	}
	return "too little was read"
}

// outOfReach tells of the first member that cannot be reached for a reason that only a missing log tells, "" for none.
func outOfReach(r *diagnosis.Result) string {
	for _, u := range r.NotAssessable {
		if u.ID == diagnosis.MemberUnreachable {
			return u.Reason
		}
	}
	return ""
}

// doubts says what makes the answer weaker, right under it.
func (t *text) doubts() {
	var notes []string
	for _, s := range t.r.Sources {
		if s.Error != "" {
			notes = append(notes, "not read: "+t.reason(&s))
		} else if s.Lines > 0 && s.Unparsed*10 >= s.Lines && s.Events > 0 {
			notes = append(notes, fmt.Sprintf("%s: %s of %s not understood", t.pl.source(s.Name), thousands(int64(s.Unparsed)), count(s.Lines, "line", "lines")))
		}
	}
	for _, u := range t.r.NotAssessable { // the headline has the logs that were not given
		if t.r.Verdict != diagnosis.Problem && u.Limit() && u.ID != diagnosis.LogNotGiven && u.ID != diagnosis.MemberUnreachable {
			notes = append(notes, u.Reason)
		}
	}
	if len(notes) > 0 {
		t.blank()
	}
	for i, n := range notes {
		if i == 4 && len(notes) > 5 && !t.o.Verbose {
			t.para(span{"  ! ", yellow}, fmt.Sprintf("and %d more sources, see WHAT WAS READ", len(notes)-i), plain)
			break
		}
		t.para(span{"  ! ", yellow}, n, plain)
	}
}

// reason gives a source's error with its name once, and short.
func (t *text) reason(s *diagnosis.Source) string {
	msg := strings.TrimPrefix(strings.TrimPrefix(s.Error, "open "), "read ")
	msg = strings.TrimPrefix(strings.TrimPrefix(msg, s.Name), ": ")
	return t.pl.source(s.Name) + ": " + msg
}

// body is all below the headline.
func (t *text) body() {
	t.story()
	roots := t.roots()
	if t.r.Verdict == diagnosis.Problem {
		for i, d := range roots {
			if i > 0 {
				t.another(i+1, len(roots), d)
			}
			t.why(d)
			t.toDo(d)
			t.confirm(d)
			t.rivals(d)
			t.prevention(d)
			t.references(d)
			t.followed(d)
		}
	}
	t.others(roots)
	t.transients(roots)
	t.unexplained()
	t.harmless()
	t.notAssessable()
	t.unrecognised()
	t.wanted()
	t.read()
}

// story tells what happened, in time order.
func (t *text) story() {
	if len(t.r.Story) == 0 {
		return
	}
	t.head("WHAT HAPPENED", t.pl.date)
	node := 0
	for _, m := range t.r.Story {
		node = max(node, Width(Safe(m.Node)))
	}
	node = min(node, 20)
	for i, m := range t.r.Story {
		if i == 12 && !t.o.Verbose {
			t.more(len(t.r.Story) - i)
			break
		}
		what := m.What
		if m.Count > 1 {
			what += fmt.Sprintf(" ×%d", m.Count)
		}
		if m.Source != "" {
			what += " (" + t.pl.at(m.Source, m.Line) + ")"
		}
		lead := "  " + pad(t.pl.time(m.Time), len(t.pl.layout)) + "  "
		if node > 0 {
			lead += pad(Clip(Safe(m.Node), node), node) + "  "
		}
		if t.width-Width(lead) < 24 {
			t.line(span{Clip(lead, t.width), dim})
			lead = "    "
		}
		t.para(span{lead, dim}, what, plain)
	}
}

// more says how many entries were left out.
func (t *text) more(n int) { t.line(in(2), span{fmt.Sprintf("… %d more (--verbose)", n), dim}) }
