package rules

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"zlog/diagnosis"
	"zlog/event"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// seen makes a match at a second after noon.
func seen(id, node string, second float64, captures ...string) *event.Match {
	at := noon.Add(time.Duration(second * float64(time.Second)))
	m := &event.Match{Signature: id, Node: node, Source: node + ".log", Line: int(second) + 1, Time: at, At: at, Last: at, LastAt: at, Count: 1, Text: id}
	for i := 0; i+1 < len(captures); i += 2 {
		m.Captures = append(m.Captures, event.Field{Key: captures[i], Value: captures[i+1]})
	}
	return m
}

const explainRules = `
signatures:
  - {id: lost, title: Lost, category: x, severity: warning, when: [{msg: lost it}], capture: {peer: peer}}
  - {id: back, title: Back, category: x, severity: info, when: [{msg: back again}], capture: {peer: peer}}
  - {id: late, title: Late, category: x, severity: info, when: [{msg: much later}]}
diagnoses:
  - id: gone
    title: Gone
    kind: fault
    severity: error
    summary: gone
    cause: gone
    when:
      - name: for good
        confidence: certain
        steps:
          - {see: lost, on: node, as: first}
          - {no: back, on: node, where: {peer: $first.peer}, within: {of: first, from: 0s, to: 10s}}
          - {see: late, on: node, within: {of: first, from: 0s, to: 30s}}
      - name: often
        confidence: likely
        steps: [{see: lost, on: node, times: 3, in: 1m}]
`

// told gives an explanation in lines.
func told(x *Explanation) string {
	var b strings.Builder
	for _, w := range x.Ways {
		fmt.Fprintf(&b, "%s holds %v\n", w.Variant.Name, w.Holds)
		for _, s := range w.Steps {
			fmt.Fprintf(&b, "  %s: %s", s.State, s.Step)
			if s.Why != "" {
				fmt.Fprintf(&b, " [%s]", s.Why)
			}
			for _, m := range s.By {
				fmt.Fprintf(&b, " by %s:%d", m.Source, m.Line)
			}
			for _, m := range s.Misses {
				fmt.Fprintf(&b, " near %s:%d (%s)", m.Match.Source, m.Match.Line, strings.Join(m.Why, "; "))
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

func TestExplain(t *testing.T) {
	set := load(t, explainRules)
	for _, c := range []struct {
		name    string
		matches []*event.Match
		missing string
		want    string
	}{
		{"every step that holds names its line", []*event.Match{seen("lost", "n1", 0, "peer", "p"), seen("late", "n1", 20)}, "", `for good holds true
  met: see lost on node as first by n1.log:1
  met: no back on node, where peer is $first.peer, within 0s to 10s of first
  met: see late on node, within 0s to 30s of first by n1.log:21
often holds false
  failed: see lost on node, 3 times in 1m [seen 1 times on 1 nodes, which is not enough in 1m] by n1.log:1
`},
		{"what must not be there is shown", []*event.Match{seen("lost", "n1", 0, "peer", "p"), seen("back", "n1", 5, "peer", "p")}, "", `for good holds false
  met: see lost on node as first by n1.log:1
  failed: no back on node, where peer is $first.peer, within 0s to 10s of first [it must not be there, but it is] by n1.log:6
  not reached: see late on node, within 0s to 30s of first
often holds false
  failed: see lost on node, 3 times in 1m [seen 1 times on 1 nodes, which is not enough in 1m] by n1.log:1
`},
		{"the nearest miss says how far off it is", []*event.Match{seen("lost", "n1", 0, "peer", "p"), seen("late", "n2", 10), seen("late", "n1", 42)}, "", `for good holds false
  met: see lost on node as first by n1.log:1
  met: no back on node, where peer is $first.peer, within 0s to 10s of first
  failed: see late on node, within 0s to 30s of first near n2.log:11 (on n2, but node is n1) near n1.log:43 (12s too late)
often holds false
  failed: see lost on node, 3 times in 1m [seen 1 times on 1 nodes, which is not enough in 1m] by n1.log:1
`},
		{"missing lines make it not assessable", []*event.Match{seen("lost", "n1", 0, "peer", "p")}, "n1.log has a gap", `for good holds false
  met: see lost on node as first by n1.log:1
  not assessable: no back on node, where peer is $first.peer, within 0s to 10s of first [n1.log has a gap]
  not reached: see late on node, within 0s to 30s of first
often holds false
  failed: see lost on node, 3 times in 1m [seen 1 times on 1 nodes, which is not enough in 1m] by n1.log:1
`},
		{"nothing at all", nil, "", `for good holds false
  failed: see lost on node as first [no line matched lost]
  not reached: no back on node, where peer is $first.peer, within 0s to 10s of first
  not reached: see late on node, within 0s to 30s of first
often holds false
  failed: see lost on node, 3 times in 1m [no line matched lost]
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			cs := &Case{Matches: c.matches, Nodes: []diagnosis.Node{{Name: "n1"}, {Name: "n2"}}}
			cs.Missing = func(string, time.Time, time.Time) string { return c.missing }
			if got := told(set.Explain(cs, "gone")); got != c.want {
				t.Errorf("got:\n%swant:\n%s", got, c.want)
			}
		})
	}
	if set.Explain(&Case{}, "none") != nil {
		t.Error("an unknown id is explained")
	}
}

// reasons is the telling twin of fits: a match has no reasons just when it fits.
func TestReasonsAgreeWithFits(t *testing.T) {
	s := newSolver(&Case{Nodes: []diagnosis.Node{{Name: "n1", ID: "id1"}}}, 1)
	a := &solution{nodes: bindings[string]{{"node", "n1"}}, vars: bindings[string]{{"v", "p"}}, named: bindings[*event.Match]{{"first", seen("lost", "n1", 0, "peer", "p")}}}
	for _, st := range []Step{
		{On: "node"}, {On: "other"}, {NotOn: []string{"node"}}, {Bind: Terms{{"peer", "v"}}}, {Bind: Terms{{"peer", "w"}}},
		{Where: Terms{{"peer", "p"}}}, {Where: Terms{{"peer", "!"}}}, {Where: Terms{{"peer", "!p"}}},
		{Where: Terms{{"peer", "$first.peer"}}}, {Where: Terms{{"peer", "$v"}}}, {Where: Terms{{"peer", "~p|q"}}},
		{Where: Terms{{"peer", ">=3s"}}}, {Where: Terms{{"gone", "x"}}},
	} {
		for _, m := range []*event.Match{seen("lost", "n1", 0, "peer", "p"), seen("lost", "n2", 0, "peer", "q"), seen("lost", "n1", 0), seen("lost", "n1", 0, "peer", "5s")} {
			if why := s.reasons(&st, m, a); (len(why) == 0) != s.fits(&st, m, a) {
				t.Errorf("%s: fits %v, reasons %q", &st, s.fits(&st, m, a), why)
			}
		}
	}
}

func TestInspectTellsNearLinesByWhatTheyLack(t *testing.T) {
	set := load(t, `signatures: [{id: one, title: One, category: x, severity: info, when: [{msg: failed to get log, error: not found}], unless: [{func: quiet}]}]`)
	in := set.Inspect("one")
	add := func(line int, msg string, fields ...event.Field) {
		in.Add(&event.Event{Source: "x.log", Line: line, Msg: msg, Text: msg, Fields: fields, Func: ""})
	}
	add(1, "failed to get log", event.Field{Key: "error", Value: "log not found"})
	add(2, "failed to get log", event.Field{Key: "error", Value: "closed"})
	add(3, "failed to get log", event.Field{Key: "error", Value: "closed"})
	add(4, "all is well")
	in.Add(&event.Event{Source: "x.log", Line: 5, Msg: "failed to get log", Func: "quiet", Fields: []event.Field{{Key: "error", Value: "not found"}}})
	if in.Hits != 1 || len(in.First) != 1 || len(in.Near) != 2 {
		t.Fatalf("%+v", in)
	}
	excepted, near := in.Near[0], in.Near[1]
	if excepted.Line != 5 || excepted.Unless == "" {
		t.Errorf("%+v", excepted)
	}
	if near.Line != 2 || near.Alike != 2 || len(near.Failed) != 1 || near.Failed[0] != `error contains "not found", but it is "closed"` {
		t.Errorf("%+v", near)
	}
}
