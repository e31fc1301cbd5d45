package rules

import (
	"cmp"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"

	"zlog/diagnosis"
	"zlog/event"
)

// Finding is what Diagnose gives.
type Finding struct {
	Diagnoses     []diagnosis.Diagnosis
	Signatures    []diagnosis.Signature
	NotAssessable []diagnosis.Unassessed
}

// Diagnose finds every diagnosis that the case supports, with roles, in the order of the report contract.
func (s *Set) Diagnose(c *Case) Finding {
	sv := newSolver(c, s.searches())
	var f Finding
	found := map[string]*diagnosis.Diagnosis{}
	unclear := map[string]map[string]bool{}
	var order []*Diagnosis
	for i, a := range s.answers(sv) {
		dg := s.Diagnoses[i]
		for _, why := range a.missing {
			if unclear[dg.ID] == nil {
				unclear[dg.ID] = map[string]bool{}
			}
			unclear[dg.ID][why] = true
		}
		if a.found != nil {
			found[dg.ID] = a.found
			order = append(order, dg)
		}
	}
	for _, dg := range order {
		for _, id := range dg.Hides {
			delete(found, id)
		}
	}
	for _, dg := range order {
		if found[dg.ID] == nil {
			continue
		}
		for _, id := range dg.Explains {
			if e := found[id]; e != nil {
				found[dg.ID].Explains = append(found[dg.ID].Explains, id)
				if e.Role == diagnosis.RootCause || e.Role == diagnosis.Contributing {
					e.Role = diagnosis.Consequence
				}
				if e.ExplainedBy == "" {
					e.ExplainedBy = dg.ID
				}
			}
		}
	}
	for _, id := range sortedKeys(found) {
		f.Diagnoses = append(f.Diagnoses, *found[id])
	}
	rank(f.Diagnoses)
	for _, id := range sortedKeys(unclear) {
		f.NotAssessable = append(f.NotAssessable, diagnosis.Unassessed{ID: id, Reason: strings.Join(sortedKeys(unclear[id]), "; ")})
	}
	f.Signatures = s.tally(sv, found)
	return f
}

// answer is what a case says to one diagnosis: what was found, nil for nothing, or else why that could not be told.
type answer struct {
	found   *diagnosis.Diagnosis
	missing []string
}

// searches gives how many ways there are to see all diagnoses.
func (s *Set) searches() int {
	n := 0
	for _, dg := range s.Diagnoses {
		n += len(dg.When)
	}
	return n
}

// answers gives the answer to each diagnosis. They do not rest on one another, so they are looked for on all cores.
func (s *Set) answers(sv *solver) []answer {
	out := make([]answer, len(s.Diagnoses))
	var taken atomic.Int64
	work := func(sv *solver) {
		for i := int(taken.Add(1)) - 1; i < len(out); i = int(taken.Add(1)) - 1 {
			out[i] = s.answer(sv, s.Diagnoses[i])
		}
	}
	var others sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), mostSolvers) - 1 {
		others.Go(func() { work(sv.another()) })
	}
	work(sv)
	others.Wait()
	return out
}

// mostSolvers bounds the goroutines that look for answers: some diagnoses take most of the time.
const mostSolvers = 4

func (s *Set) answer(sv *solver, dg *Diagnosis) answer {
	var sols []*solution
	var missing []string
	for i := range dg.When {
		got, why := sv.solve(&dg.When[i])
		sols = append(sols, got...)
		if len(got) == 0 {
			missing = append(missing, why...)
		}
	}
	if len(sols) == 0 {
		return answer{missing: missing}
	}
	return answer{found: s.assemble(sv, dg, sols)}
}

// rank puts root causes first, then contributing, consequences and transients; the most severe and certain first.
func rank(ds []diagnosis.Diagnosis) {
	role := map[diagnosis.Role]int{diagnosis.RootCause: 0, diagnosis.Contributing: 1, diagnosis.Consequence: 2, diagnosis.Transient: 3}
	slices.SortStableFunc(ds, func(a, b diagnosis.Diagnosis) int {
		return cmp.Or(
			cmp.Compare(role[a.Role], role[b.Role]),
			cmp.Compare(b.Severity.Rank(), a.Severity.Rank()),
			cmp.Compare(b.Confidence.Rank(), a.Confidence.Rank()),
			a.First.Compare(b.First.Time),
			cmp.Compare(a.ID, b.ID))
	})
}

// assemble makes one diagnosis of all the ways in which it shows.
func (s *Set) assemble(sv *solver, dg *Diagnosis, sols []*solution) *diagnosis.Diagnosis {
	best := sols[0]
	for _, a := range sols {
		if a.variant.Confidence.Rank() > best.variant.Confidence.Rank() {
			best = a
		}
	}
	kind, sev := dg.Kind, dg.Severity
	if best.variant.Kind != "" {
		kind = best.variant.Kind
	}
	if best.variant.Severity != "" {
		sev = best.variant.Severity
	}
	d := &diagnosis.Diagnosis{ID: dg.ID, Title: dg.Title, Role: diagnosis.RootCause, Severity: sev, Confidence: best.variant.Confidence,
		Cause: strings.TrimSpace(dg.Cause), Prevention: strings.TrimSpace(dg.Prevention), Nodes: []string{}, Remediation: []diagnosis.Step{},
		Confirm: append([]diagnosis.Confirm{}, dg.Confirm.Get()...), Rivals: append([]diagnosis.Rival{}, dg.Rivals.Get()...), Explains: []string{},
		References: append([]string{}, dg.References...)}
	if kind == "transient" {
		d.Role = diagnosis.Transient
	}
	blamed := map[string]bool{}
	var proof []*event.Match
	for _, a := range sols {
		names := a.variant.Blame
		if len(names) == 0 {
			names = a.nodes.names()
		}
		for _, v := range names {
			if a.node(v) != "" {
				blamed[a.node(v)] = true
			}
		}
		if len(names) == 0 {
			for _, m := range a.evidence {
				blamed[m.Node] = true
			}
		}
		for _, m := range a.evidence {
			proof = append(proof, underlying(m)...)
		}
	}
	d.Nodes = append(d.Nodes, sortedKeys(blamed)...)
	proof = inOrder(proof)
	var first, last time.Time
	for _, m := range proof {
		if !m.At.IsZero() && (first.IsZero() || m.At.Before(first)) {
			first = m.At
		}
		if m.LastAt.After(last) {
			last = m.LastAt
		}
		d.Count += m.Count
	}
	d.First, d.Last = diagnosis.Time{Time: first}, diagnosis.Time{Time: last}
	var shown []*event.Match
	for _, id := range dg.Shows {
		for _, m := range sv.byID[id] {
			if !m.LastAt.Before(first.Add(-time.Minute)) {
				shown = append(shown, underlying(m)...)
			}
		}
	}
	d.Evidence = s.evidence(proof, inOrder(shown))
	summary := dg.Summary
	if best.variant.Summary != "" {
		summary = best.variant.Summary
	}
	d.Summary = fill(summary, sv, best, d)
	for _, st := range dg.Remedy.Get() {
		if !fitsVersions(st.Versions, d.Nodes, sv) {
			continue
		}
		st.Do, st.Command, st.Danger = fill(st.Do, sv, best, d), fillCommand(st.Command, sv, best, d), fill(st.Danger, sv, best, d)
		d.Remediation = append(d.Remediation, st)
	}
	for i := range d.Confirm {
		d.Confirm[i].Command = fillCommand(d.Confirm[i].Command, sv, best, d)
		d.Confirm[i].Expect = fill(d.Confirm[i].Expect, sv, best, d)
	}
	return d
}

// underlying gives the matches that a match rests on: itself, or for a fact those that made it.
func underlying(m *event.Match) []*event.Match {
	if _, ok := m.Fact(); ok {
		return m.Because
	}
	return []*event.Match{m}
}

// inOrder sorts matches by time and leaves each line once.
func inOrder(ms []*event.Match) []*event.Match {
	seen := places{}
	out := make([]*event.Match, 0, len(ms))
	for _, m := range ms {
		if seen.add(m.Source, m.Line) {
			out = append(out, m)
		}
	}
	slices.SortStableFunc(out, func(a, b *event.Match) int {
		if by := a.At.Compare(b.At); by != 0 {
			return by
		}
		return cmp.Compare(a.Seq, b.Seq)
	})
	return out
}

// places are lines of sources.
type places map[string]map[int]bool

// add says whether a line was not among them, and adds it.
func (p places) add(source string, line int) bool {
	lines := p[source]
	if lines == nil {
		lines = map[int]bool{}
		p[source] = lines
	}
	if lines[line] {
		return false
	}
	lines[line] = true
	return true
}

// Evidence is bounded: of one signature on one node the first three and the last line, of one diagnosis 60 lines.
const (
	mostAlike    = 4
	mostEvidence = 60
)

// evidence gives proof first, then what else the diagnosis accounts for.
func (s *Set) evidence(proof, shown []*event.Match) []diagnosis.Evidence {
	out := []diagnosis.Evidence{}
	seen := places{}
	type kind struct{ signature, node string }
	for _, list := range [][]*event.Match{proof, shown} {
		groups := map[kind]*[]*event.Match{}
		of := make([]*[]*event.Match, len(list))
		for i, m := range list {
			if of[i] = groups[kind{m.Signature, m.Node}]; of[i] == nil {
				of[i] = new([]*event.Match)
				groups[kind{m.Signature, m.Node}] = of[i]
			}
			*of[i] = append(*of[i], m)
		}
		for i, m := range list {
			g := *of[i]
			n := len(g)
			if len(out) >= mostEvidence {
				break
			}
			if n > mostAlike && m != g[0] && m != g[1] && m != g[2] && m != g[n-1] || !seen.add(m.Source, m.Line) {
				continue
			}
			e := diagnosis.Evidence{Source: m.Source, Line: m.Line, Time: diagnosis.Time{Time: m.Time}, Node: m.Node, Signature: m.Signature,
				Text: m.Text, Count: m.Count, Last: diagnosis.Time{Time: m.Last}}
			if sig := s.byID[m.Signature]; sig != nil {
				e.Says = sig.Title
			}
			if n > mostAlike && m == g[2] { // what is left out between the third and the last
				for _, o := range g[3 : n-1] {
					e.Count += o.Count
				}
				e.Last = diagnosis.Time{Time: g[n-2].Last}
			}
			out = append(out, e)
		}
	}
	return out
}

var placeholder = regexp.MustCompile(`\{[a-z][a-z0-9_.-]*\}`)

// fill puts known values in the place of {names}; a name that is not known becomes <name>, for the reader to fill in.
func fill(text string, sv *solver, a *solution, d *diagnosis.Diagnosis) string {
	return fillWith(text, sv, a, d, func(v string) string { return v })
}

// fillCommand is fill for what is meant to be pasted into a shell: a value from a log that is more than a plain word is
// quoted, so that no log can put a command into the reader's mouth.
func fillCommand(text string, sv *solver, a *solution, d *diagnosis.Diagnosis) string {
	return fillWith(text, sv, a, d, func(v string) string {
		if plainWord.MatchString(v) {
			return v
		}
		return "'" + strings.ReplaceAll(strings.Map(printable, v), "'", `'\''`) + "'"
	})
}

var plainWord = regexp.MustCompile(`^[A-Za-z0-9_./:@%+,=][A-Za-z0-9_./:@%+,=-]*$`)

// printable drops what no shell word should hold.
func printable(r rune) rune {
	if unicode.IsPrint(r) {
		return r
	}
	return -1
}

func fillWith(text string, sv *solver, a *solution, d *diagnosis.Diagnosis, quote func(string) string) string {
	return strings.TrimSpace(placeholder.ReplaceAllStringFunc(text, func(p string) string {
		name := p[1 : len(p)-1]
		v := ""
		switch name {
		case "nodes":
			v = strings.Join(d.Nodes, ", ")
		case "count":
			v = strconv.Itoa(d.Count)
		default:
			v = sv.value(name, nil, a)
		}
		if v == "" {
			return blank(name)
		}
		return quote(v)
	}))
}

// blank stands for a name that is not known, for the reader to fill in: <address> for link.address.
func blank(name string) string {
	return "<" + strings.ReplaceAll(name[strings.LastIndexByte(name, '.')+1:], "-", " ") + ">"
}

// fitsVersions says whether a step is for a release that one of the nodes runs.
func fitsVersions(versions string, nodes []string, sv *solver) bool {
	r, ok := ParseRange(versions)
	if versions == "" || !ok || len(nodes) == 0 {
		return true
	}
	for _, n := range nodes {
		if r.Holds(sv.nodes[n].Version) {
			return true
		}
	}
	return false
}

// tally sums up the matches of each signature, and says which diagnosis accounts for it or why it is harmless.
func (s *Set) tally(sv *solver, found map[string]*diagnosis.Diagnosis) []diagnosis.Signature {
	by := map[string]*diagnosis.Signature{}
	for id, ms := range sv.byID {
		sig := s.byID[id]
		if sig == nil {
			continue // a fact
		}
		t := &diagnosis.Signature{ID: sig.ID, Title: sig.Title, Severity: sig.Severity, Normal: sig.Normal,
			First: diagnosis.Time{Time: ms[0].At}, Last: diagnosis.Time{Time: ms[len(ms)-1].LastAt}}
		nodes, last := map[string]bool{}, ""
		for i, m := range ms {
			t.Count += m.Count
			if i == 0 || m.Node != last {
				last = m.Node
				nodes[last] = true
			}
		}
		t.Nodes = sortedKeys(nodes)
		by[id] = t
	}
	for _, id := range sortedKeys(found) {
		for _, e := range found[id].Evidence {
			if t := by[e.Signature]; t != nil && t.ExplainedBy == "" {
				t.ExplainedBy = id
			}
		}
		for _, sig := range s.diagByID[id].Shows {
			if t := by[sig]; t != nil && t.ExplainedBy == "" {
				t.ExplainedBy = id
			}
		}
	}
	out := []diagnosis.Signature{}
	for _, id := range sortedKeys(by) {
		out = append(out, *by[id])
	}
	slices.SortStableFunc(out, func(a, b diagnosis.Signature) int { return cmp.Compare(b.Severity.Rank(), a.Severity.Rank()) })
	return out
}
