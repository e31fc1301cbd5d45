package report

import (
	"fmt"
	"strings"

	"zlog/diagnosis"
)

// another begins a further root cause.
func (t *text) another(i, n int, d *diagnosis.Diagnosis) {
	mark, st := look(d.Severity)
	t.blank()
	t.para(span{mark + " ", st}, fmt.Sprintf("root cause %d of %d: %s", i, n, d.Title), st)
	t.para(in(2), t.standing(d), dim)
	t.blank()
	t.para(in(2), sentence(d.Summary), bold)
}

// followed lists what a root cause brought about, and what that brought about in turn.
func (t *text) followed(root *diagnosis.Diagnosis) {
	said := map[string]bool{root.ID: true}
	if t.consequences(root.ID, 0, said, false) > 0 {
		t.head("FOLLOWED FROM IT", "")
		said = map[string]bool{root.ID: true}
		t.consequences(root.ID, 0, said, true)
	}
}

// consequences counts, and if asked writes, what a diagnosis explains. said stops circles.
func (t *text) consequences(id string, depth int, said map[string]bool, write bool) int {
	n := 0
	for i := range t.r.Diagnoses {
		d := &t.r.Diagnoses[i]
		if d.ExplainedBy != id || said[d.ID] {
			continue
		}
		said[d.ID] = true
		n++
		if write {
			t.brief(d, 2+2*min(depth, 4))
		}
		n += t.consequences(d.ID, depth+1, said, write)
	}
	return n
}

// brief gives a diagnosis in two or three lines.
func (t *text) brief(d *diagnosis.Diagnosis, indent int) {
	mark, st := look(d.Severity)
	t.para(span{strings.Repeat(" ", indent) + mark + " ", st}, fmt.Sprintf("%s (%s, %s)", d.Title, d.Severity, d.Confidence), plain)
	t.para(in(indent+2), sentence(d.Summary)+" "+t.cite(d), plain)
	if t.o.Verbose && len(d.Evidence) > 0 {
		t.evidence(d.Evidence, len(d.Evidence))
	}
}

// cite names a diagnosis's id and its first lines.
func (t *text) cite(d *diagnosis.Diagnosis) string {
	out := []string{d.ID}
	seen := map[string]bool{}
	for _, e := range d.Evidence {
		if !seen[e.Source] && len(seen) < 3 {
			seen[e.Source] = true
			out = append(out, t.pl.at(e.Source, e.Line))
		}
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// others lists what is neither a main root cause, nor a consequence of one, nor transient.
func (t *text) others(roots []*diagnosis.Diagnosis) {
	said := map[string]bool{}
	for _, d := range roots {
		said[d.ID] = true
	}
	for _, d := range roots {
		t.consequences(d.ID, 0, said, false)
	}
	first := true
	for i := range t.r.Diagnoses {
		d := &t.r.Diagnoses[i]
		if said[d.ID] || d.Role == diagnosis.Transient {
			continue
		}
		if first {
			t.head("ALSO NOTICED", "")
			first = false
		}
		t.brief(d, 2)
		for _, st := range d.Remediation {
			if st.Do != "Nothing." && (t.o.Verbose || d.Severity.Rank() > diagnosis.Info.Rank()) {
				t.para(span{"    - ", plain}, st.Do, plain)
				if st.Danger != "" {
					t.para(span{"      DANGER: ", red}, sentence(st.Danger), plain)
				}
				t.command(st.Command)
			}
		}
	}
}

// transients lists what happened and healed by itself, but not what a root cause explains.
func (t *text) transients(roots []*diagnosis.Diagnosis) {
	said := map[string]bool{}
	for _, d := range roots {
		said[d.ID] = true
		t.consequences(d.ID, 0, said, false)
	}
	first := true
	for i := range t.r.Diagnoses {
		d := &t.r.Diagnoses[i]
		if d.Role != diagnosis.Transient || said[d.ID] {
			continue
		}
		if first {
			t.head("HAPPENED AND HEALED", "")
			first = false
		}
		when := ""
		if !d.First.IsZero() {
			when = t.pl.time(d.First) + "  "
		}
		t.para(span{"  " + when, dim}, sentence(d.Summary)+" "+t.cite(d), plain)
	}
}

// alarming says whether a signature's lines would worry a reader.
func alarming(s *diagnosis.Signature) bool {
	return s.ExplainedBy == "" && s.Severity.Rank() >= diagnosis.Warning.Rank()
}

// unexplained lists known lines that are no good and that no diagnosis accounts for.
func (t *text) unexplained() {
	var all []*diagnosis.Signature
	for i := range t.r.Signatures {
		if s := &t.r.Signatures[i]; alarming(s) && s.Normal == "" {
			all = append(all, s)
		}
	}
	if len(all) == 0 {
		return
	}
	t.head("KNOWN LINES WITHOUT A DIAGNOSIS", "")
	for i, s := range all {
		if i == 8 && !t.o.Verbose {
			t.more(len(all) - i)
			break
		}
		mark, st := look(s.Severity)
		t.para(span{"  " + mark + " ", st}, t.tally(s), plain)
	}
}

// tally sums up a signature in a line.
func (t *text) tally(s *diagnosis.Signature) string {
	out := fmt.Sprintf("%s ×%s (%s)", s.Title, thousands(int64(s.Count)), s.ID)
	if len(s.Nodes) > 0 {
		out += " on " + list(s.Nodes)
	}
	out += ", " + t.pl.time(s.First)
	if s.Last.After(s.First.Time) {
		out += " to " + t.pl.time(s.Last)
	}
	return out
}

// harmless counts the alarming lines that mean nothing here; with --verbose it says why.
func (t *text) harmless() {
	var all []*diagnosis.Signature
	lines := 0
	for i := range t.r.Signatures {
		if s := &t.r.Signatures[i]; alarming(s) && s.Normal != "" {
			all = append(all, s)
			lines += s.Count
		}
	}
	if len(all) == 0 {
		return
	}
	name := "SEEN AND HARMLESS"
	if t.r.Verdict == diagnosis.Problem {
		name = "SEEN, AND BY ITSELF HARMLESS"
	}
	note := fmt.Sprintf("%s, %s", count(len(all), "kind", "kinds"), count(lines, "line", "lines"))
	if !t.o.Verbose {
		note += " (--verbose explains)"
	}
	t.head(name, note)
	if !t.o.Verbose {
		return
	}
	for _, s := range all {
		t.para(span{"  - ", plain}, t.tally(s), plain)
		t.para(in(4), s.Normal, dim)
	}
}
