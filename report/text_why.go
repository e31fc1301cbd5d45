package report

import (
	"fmt"
	"sort"
	"strings"

	"zlog/diagnosis"
)

// Without --verbose so many rows of evidence are shown: with their messages they fill two thirds of a screen. Half of
// them are the first, which say how it began, and half the gravest of the others.
const mostShown = 8

// why gives the cause and the evidence.
func (t *text) why(d *diagnosis.Diagnosis) {
	if d.Cause == "" && len(d.Evidence) == 0 {
		return
	}
	t.head("WHY", "["+d.ID+"]")
	if d.Cause != "" {
		t.para(in(2), d.Cause, plain)
	}
	if len(d.Evidence) == 0 {
		return
	}
	if d.Cause != "" {
		t.blank()
	}
	t.evidence(d.Evidence, mostShown)
}

// shown is a row of evidence: one entry, or all that say the same on one node.
type shown struct {
	*diagnosis.Evidence
	count int
	last  diagnosis.Time
}

// fold puts evidence of one signature on one node into one row, in the order of the first of each.
func fold(all []diagnosis.Evidence) []*shown {
	type key struct{ signature, node, source string }
	by := map[key]*shown{}
	var out []*shown
	for i := range all {
		e := &all[i]
		k := key{e.Signature, e.Node, e.Source}
		s := by[k]
		if s == nil {
			s = &shown{Evidence: e, last: e.Time}
			by[k] = s
			out = append(out, s)
		}
		s.count += max(e.Count, 1)
		for _, at := range []diagnosis.Time{e.Time, e.Last} {
			if at.After(s.last.Time) {
				s.last = at
			}
		}
	}
	return out
}

// gravest gives the most telling rows: the first half as they are, then the gravest of the others.
func (t *text) gravest(rows []*shown, most int) []*shown {
	if len(rows) <= most {
		return rows
	}
	rank := map[string]int{}
	for _, s := range t.r.Signatures {
		rank[s.ID] = s.Severity.Rank()
	}
	others := rows[most/2:]
	sort.SliceStable(others, func(i, j int) bool { return rank[others[i].Signature] > rank[others[j].Signature] })
	return rows[:most]
}

// evidence lists events in time order; without --verbose what repeats is folded, and only the most telling rows are
// shown.
func (t *text) evidence(all []diagnosis.Evidence, most int) {
	var rows []*shown
	if t.o.Verbose {
		for i := range all {
			rows = append(rows, &shown{Evidence: &all[i], count: max(all[i].Count, 1), last: all[i].Last})
		}
	} else {
		rows = fold(all)
	}
	left := 0
	if !t.o.Verbose && len(rows) > most {
		left = len(rows) - most
		rows = t.gravest(rows, most)
	}
	sort.SliceStable(rows, func(i, j int) bool {
		a, b := rows[i], rows[j]
		if a.Time.IsZero() || b.Time.IsZero() {
			return false
		}
		if at, bt := t.pl.common(a.Node, a.Time), t.pl.common(b.Node, b.Time); !at.Equal(bt) {
			return at.Before(bt)
		}
		return a.Source == b.Source && a.Line < b.Line
	})
	at, node := 0, 0
	for _, s := range rows {
		at = max(at, Width(Safe(t.pl.at(s.Source, s.Line))))
		node = max(node, Width(Safe(s.Node)))
	}
	at, node = min(at, 28, t.width/3), min(node, 16)
	for _, s := range rows {
		t.row(s, at, node)
	}
	if left > 0 {
		t.more(left)
	}
}

// row writes one row of evidence: where, when, who and what it means; below it the message itself.
//
//	ctrl2.log:57  19:32:20.121  ctrl2  Follower does not have the entry … ×3, last 19:32:20.172
//	    > failed to get previous log entry: log not found (last-index=15, previous-index=22)
func (t *text) row(s *shown, at, node int) {
	times := ""
	if s.count > 1 {
		times = fmt.Sprintf(" ×%d", s.count)
		if s.last.After(s.Time.Time) {
			times += ", last " + t.pl.time(s.last)
		}
	}
	says, said := s.Says, read(s.Text)
	if says == "" {
		says, said = said.within(t.width), message{}
	}
	lead := "  " + pad(clipLeft(Safe(t.pl.at(s.Source, s.Line)), at), at) + "  " + pad(t.pl.time(s.Time), len(t.pl.layout)) + "  "
	if node > 0 {
		lead += pad(Clip(Safe(s.Node), node), node) + "  "
	}
	room := t.width - Width(lead)
	if room < 24 { // a narrow terminal: what it means goes below
		t.line(span{Clip(lead, t.width), cyan})
		lead, room = "    ", t.width-4
	}
	most := 20 * room
	if s.Says == "" && !t.o.Verbose {
		most = 2*room - 10
	}
	for i, l := range wrap(Clip(Safe(says), most)+times, room) {
		if i > 0 {
			lead = strings.Repeat(" ", Width(lead))
		}
		t.line(span{lead, cyan}, span{l, plain})
	}
	if Safe(said.main) != Safe(says) {
		t.quote(said)
	}
}

// quote writes what a record says, without --verbose in at most two lines.
//
//	> failed to get previous log: log not found (last-index=15, previous-index=22)
func (t *text) quote(m message) {
	m.main = Safe(m.main)
	if m.main == "" {
		return
	}
	room := t.width - 6
	var lines []string
	switch {
	case t.o.Verbose:
		lines = wrap(Clip(m.within(2000), 2000), room)
	case Width(m.within(1<<20)) <= room:
		lines = []string{m.within(room)}
	default:
		m.more = m.more[:m.short]
		lines = wrap(m.within(2*room-10), room)
		if len(lines) > 2 {
			lines = []string{lines[0], Clip(lines[1]+" "+lines[2], room)}
		}
	}
	for i, l := range lines {
		t.line(in(4), span{[]string{"> ", "  "}[min(i, 1)] + l, dim})
	}
}

// toDo lists the steps. Commands stand alone on their lines.
func (t *text) toDo(d *diagnosis.Diagnosis) {
	if len(d.Remediation) == 0 {
		return
	}
	t.head("WHAT TO DO", "")
	for i, st := range d.Remediation {
		lead := fmt.Sprintf("  %d. ", i+1)
		do := st.Do
		if st.Versions != "" {
			do += " (OpenZiti " + st.Versions + ")"
		}
		if st.Danger != "" {
			t.para(span{lead, bold}, do, plain)
			t.para(span{strings.Repeat(" ", len(lead)) + "DANGER: ", red}, sentence(st.Danger), plain)
		} else {
			t.para(span{lead, bold}, do, plain)
		}
		t.command(st.Command)
	}
}

// command writes a command of one or more lines, unbroken.
func (t *text) command(s string) {
	for _, l := range strings.Split(strings.TrimSpace(s), "\n") {
		if l = strings.TrimSpace(l); l != "" {
			t.line(in(8), span{l, cyan})
		}
	}
}

// confirm lists safe commands and what they print if the diagnosis is right.
func (t *text) confirm(d *diagnosis.Diagnosis) {
	if len(d.Confirm) == 0 {
		return
	}
	t.head("HOW TO CONFIRM", "these only read")
	for _, c := range d.Confirm {
		t.command(c.Command)
		if c.Expect != "" {
			t.para(in(8), "expect: "+sentence(c.Expect), plain)
		}
	}
}

// rivals lists other explanations and what would tell them apart.
func (t *text) rivals(d *diagnosis.Diagnosis) {
	if len(d.Rivals) == 0 {
		return
	}
	t.head("OTHER EXPLANATIONS", "and what would show them")
	for _, r := range d.Rivals {
		t.para(span{"  - ", plain}, strings.TrimSuffix(r.Cause, ".")+": "+sentence(r.Tell), plain)
	}
}

func (t *text) prevention(d *diagnosis.Diagnosis) {
	if d.Prevention != "" {
		t.head("TO PREVENT IT", "")
		t.para(in(2), d.Prevention, plain)
	}
}

func (t *text) references(d *diagnosis.Diagnosis) {
	if len(d.References) == 0 {
		return
	}
	t.head("READ MORE", "")
	for _, r := range d.References {
		t.line(in(2), span{r, plain})
	}
}
