package tui

import (
	"fmt"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"zlog/diagnosis"
)

// dline is one line of the detail; command is which command it shows, from 1.
type dline struct {
	text    string
	command int
}

// offer is a command that can be copied.
type offer struct {
	text   string
	danger string
	safe   bool // a confirm step: it only reads
}

// choose gives the command that y copies if none was selected: the first whose step is not dangerous, else the first
// that only reads.
func choose(all []offer) int {
	for i, o := range all {
		if o.danger == "" && !o.safe {
			return i
		}
	}
	for i, o := range all {
		if o.safe {
			return i
		}
	}
	return 0
}

// offers lists a diagnosis's commands in the order in which the detail shows them.
func offers(d *diagnosis.Diagnosis) []offer {
	var out []offer
	for _, s := range d.Remediation {
		if s.Command != "" {
			out = append(out, offer{text: s.Command, danger: s.Danger})
		}
	}
	for _, c := range d.Confirm {
		if c.Command != "" {
			out = append(out, offer{text: c.Command, safe: true})
		}
	}
	return out
}

// sheet collects lines with a label in the margin.
type sheet struct {
	m      *Model
	w      int
	lines  []dline
	cmds   []offer
	next   int // commands so far
	chosen int // the command that y copies
	ind    int // width of the margin, margin if not set
}

const margin = 9

// para adds text under a label; the label stands beside its first line.
func (s *sheet) para(label, text string, style func(...string) string) {
	ind := margin
	if s.ind > 0 {
		ind = s.ind
	}
	if s.w < 50 {
		ind = 0
		if label != "" {
			s.lines = append(s.lines, dline{text: s.m.st.accent.Render(label)})
			label = ""
		}
	}
	for _, part := range cleanLines(text) {
		for _, l := range wrap(part, min(s.w-ind, 100)) {
			s.lines = append(s.lines, dline{text: s.m.st.accent.Render(fit(label, ind)) + style(l)})
			label = ""
		}
	}
}

// command adds a command. Commands are shown whole, broken where they must be.
func (s *sheet) command(text string) {
	if text == "" {
		return
	}
	s.next++
	n := s.next
	ind := margin
	if s.w < 50 {
		ind = 0
	}
	mark := "  "
	if s.chosen == n-1 {
		mark = s.m.g.closed + " "
	}
	for i, l := range wrap(clean(text), s.w-ind-2) {
		if i > 0 {
			mark = "  "
		}
		s.lines = append(s.lines, dline{strings.Repeat(" ", ind) + mark + s.m.st.command.Render(l), n})
	}
}

// sheetOf writes a diagnosis out.
func (m *Model) sheetOf(d *diagnosis.Diagnosis, w int) *sheet {
	s := &sheet{m: m, w: w, cmds: offers(d), chosen: -1}
	if d == m.find.diagnosis() {
		s.chosen = m.find.chosen()
	}
	plain := m.st.plain.Render
	for _, l := range wrap(clean(d.Title), min(w, 100)) {
		s.lines = append(s.lines, dline{text: m.st.severity(d.Severity).Bold(true).Render(l)})
	}
	facts := []string{m.g.severity(d.Severity) + " " + string(d.Severity), strings.ReplaceAll(string(d.Role), "-", " "), string(d.Confidence)}
	if len(d.Nodes) > 0 {
		facts = append(facts, clean(strings.Join(d.Nodes, ", ")))
	}
	if !d.First.IsZero() {
		facts = append(facts, m.when(d.First.Time, d.Last.Time))
	}
	if d.Count > 1 {
		facts = append(facts, count(d.Count)+m.g.times)
	}
	for _, l := range wrap(strings.Join(facts, " "+m.g.dot+" "), w) {
		s.lines = append(s.lines, dline{text: m.st.dim.Render(l)})
	}
	s.para("What", d.Summary, m.st.bold.Render)
	s.para("Why", d.Cause, plain)
	for i, st := range d.Remediation {
		label := "       " + fmt.Sprint(i+1)
		if i == 0 {
			label = "Do     1"
		}
		s.para(label, st.Do+versions(st.Versions), plain)
		if st.Danger != "" {
			s.para("", m.g.danger+" "+st.Danger, m.st.danger.Render)
		}
		if st.Command != "" {
			s.command(st.Command)
		}
	}
	for i, c := range d.Confirm {
		label := ""
		if i == 0 {
			label = "Confirm"
		}
		s.para(label, "Safe to run; if this diagnosis is right it shows: "+c.Expect, plain)
		s.command(c.Command)
	}
	for i, r := range d.Rivals {
		label := ""
		if i == 0 {
			label = "Or else"
		}
		s.para(label, r.Cause+": "+r.Tell, plain)
	}
	if d.Prevention != "" {
		s.para("Prevent", d.Prevention, plain)
	}
	if len(d.Explains) > 0 {
		s.para("Explains", m.titles(d.Explains), plain)
	}
	if d.ExplainedBy != "" {
		s.para("Follows", m.titles([]string{d.ExplainedBy}), plain)
	}
	for i, r := range d.References {
		label := ""
		if i == 0 {
			label = "See"
		}
		s.para(label, r, m.st.dim.Render)
	}
	return s
}

// when writes from when and for how long, without the date if all the logs are of one day.
func (m *Model) when(a, b time.Time) string {
	t := m.result.Timeline
	s := span(a, b)
	if t.From.IsZero() || t.From.UTC().Format(time.DateOnly) != t.To.UTC().Format(time.DateOnly) {
		return s
	}
	return strings.TrimPrefix(s, a.UTC().Format(time.DateOnly)+" ")
}

func versions(v string) string {
	if v == "" {
		return ""
	}
	return " (versions " + v + ")"
}

func (m *Model) titles(ids []string) string {
	var out []string
	for _, id := range ids {
		t := id
		for _, d := range m.result.Diagnoses {
			if d.ID == id {
				t = d.Title
			}
		}
		out = append(out, t)
	}
	return strings.Join(out, "; ")
}

// detail draws the selected row in full, from x0, y0 on the screen. A click on a command selects it.
func (f *findings) detail(m *Model, x0, y0, w, h int) []string {
	if f.cur >= len(f.items) {
		return nil
	}
	it := f.items[f.cur]
	s := &sheet{m: m, w: w}
	if it.d != nil {
		s = m.sheetOf(it.d, w)
	} else {
		s.lines = append(s.lines, dline{text: m.st.bold.Render(it.note)})
		for _, t := range it.detail {
			s.para("", t, m.st.plain.Render)
		}
	}
	f.shown = s.lines
	f.text.show(len(s.lines), h)
	var out []string
	m.wheel = append(m.wheel, wheelable{y0, y0 + h, x0, x0 + w, f.text.move})
	for i := f.text.top; i < min(f.text.top+h, len(s.lines)); i++ {
		if n := s.lines[i].command; n > 0 {
			m.click = append(m.click, clickable{y0 + len(out), x0, x0 + w, func(*Model) tea.Cmd { f.cmd = n - 1; return nil }})
		}
		out = append(out, s.lines[i].text)
	}
	if below := len(s.lines) - f.text.top - h; below > 0 && len(out) == h && h > 2 {
		keys := "PgDn"
		if f.inText {
			keys = "j"
		} else if !f.fits() {
			keys = "l, then j"
		}
		out[h-1] = m.st.dim.Render(m.g.dn + " " + plural(below+1, "line") + " more (" + keys + ")")
	}
	return out
}

// proof is the first evidence, for screens with room beneath the detail.
func (f *findings) proof(m *Model, w, h int) []string {
	d := f.diagnosis()
	if d == nil || h < 3 {
		return nil
	}
	out := []string{m.bar("Evidence (Enter)", w)}
	for i := range d.Evidence {
		if len(out) >= h {
			break
		}
		out = append(out, m.evidenceRow(&d.Evidence[i], w))
	}
	return out
}

// chosen gives the number of the selected command.
func (f *findings) chosen() int {
	d := f.diagnosis()
	if d == nil {
		return -1
	}
	if f.cmd >= 0 {
		return f.cmd
	}
	return choose(offers(d))
}

// nextCommand selects another command of the detail and brings it in sight.
func (f *findings) nextCommand(m *Model, step int) tea.Cmd {
	all := offers(f.diagnosis())
	if len(all) == 0 {
		return m.refuse("this finding has no command")
	}
	f.cmd = (f.chosen() + step + len(all)) % len(all)
	for i, l := range f.shown {
		if l.command == f.cmd+1 {
			if i < f.text.top || i >= f.text.top+f.text.h-1 {
				f.text.top = max(0, i-f.text.h/2)
			}
			break
		}
	}
	return nil
}

// command gives the selected command, an empty one if there is none.
func (f *findings) command() offer {
	if d := f.diagnosis(); d != nil {
		if all := offers(d); f.chosen() < len(all) {
			return all[f.chosen()]
		}
	}
	return offer{}
}

// empty says why there is no finding.
func (f *findings) empty(m *Model, w int) []string {
	var text string
	switch {
	case m.now.Err != nil:
		text = m.now.Err.Error()
	case m.changes == 0 && m.now.Live && len(m.now.Loading) == 0:
		text = "Nothing has come yet. The first findings show here as soon as enough is read."
	case m.changes == 0:
		text = "Reading. The first findings come as soon as enough is read; 3 shows the log meanwhile."
	case f.query != "":
		text = "No finding matches the filter “" + f.query + "”. Esc clears it."
	case m.result.Verdict == diagnosis.Healthy && m.now.Live:
		text = "Healthy so far: nothing wrong was found in what has come. 7 tells what was read."
	case m.result.Verdict == diagnosis.Healthy:
		text = "Healthy: all that was given was read, and nothing wrong was found in it. 7 tells what was read."
	default:
		text = "Nothing can be said: too little was read or understood. 7 tells what was read and what was not." + m.unread()
	}
	var out []string
	for _, part := range cleanLines(text) {
		for _, l := range wrap(part, min(w-1, 90)) {
			out = append(out, " "+l)
		}
	}
	return out
}

// unread lists, a line each, the sources that gave nothing, and why; the first ten.
func (m *Model) unread() string {
	t, n := "", 0
	for i := range m.result.Sources {
		s := &m.result.Sources[i]
		why := s.Error
		switch {
		case why == "" && s.Events > 0:
			continue
		case why == "" && s.Lines == 0:
			why = "it is empty"
		case why == "":
			why = "none of its " + plural(s.Lines, "line") + " was understood"
		}
		if n++; n <= 10 {
			t += "\n" + m.g.danger + " " + m.source(s.Name) + ": " + why
		}
	}
	if n > 10 {
		t += "\n" + m.g.dots + " and " + count(n-10) + " more"
	}
	return t
}
