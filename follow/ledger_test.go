package follow

import (
	"slices"
	"strings"
	"testing"
	"time"

	"zlog/diagnosis"
)

// at gives a moment of the tests' clock.
func at(seconds int) time.Time { return time.Date(2026, 11, 22, 19, 0, seconds, 0, time.UTC) }

// shown is a diagnosis whose newest line is of some second.
func shown(id string, newest int, nodes ...string) diagnosis.Diagnosis {
	return diagnosis.Diagnosis{ID: id, Role: diagnosis.RootCause, Severity: diagnosis.Error, Confidence: diagnosis.Likely, Nodes: nodes, Count: 1,
		Evidence: []diagnosis.Evidence{{Source: "a.log", Line: newest, Time: diagnosis.Time{Time: at(newest)}, Last: diagnosis.Time{Time: at(newest)}}}}
}

// look is one look at the logs, and what is to be said after it.
type look struct {
	ds   []diagnosis.Diagnosis
	over string // ids that are over
	now  int    // milliseconds
	want string
}

func TestAnIncidentIsToldOnceEachWay(t *testing.T) {
	ctrl1, both := shown("a", 1, "ctrl1"), shown("a", 2, "ctrl1", "ctrl2")
	sure := both
	sure.Confidence = diagnosis.Certain
	often := sure
	often.Count = 10
	folded := shown("b", 3)
	folded.Role, folded.ExplainedBy = diagnosis.Consequence, "a"
	turned := shown("b", 3)
	healed := shown("a", 1)
	healed.Role = diagnosis.Transient
	back, twice := healed, shown("a", 9)
	back.Evidence = append(slices.Clone(back.Evidence), shown("a", 5).Evidence...)
	back.Evidence[1].Signature = "node-is-back"
	twice.Role = diagnosis.Transient
	for name, looks := range map[string][]look{
		"the same again says nothing": {{ds: one(ctrl1), want: "open a"}, {ds: one(ctrl1)}, {ds: one(shown("a", 2, "ctrl1"))}},
		"what matters is an update":   {{ds: one(ctrl1), want: "open a"}, {ds: one(both), want: "update a"}, {ds: one(sure), want: "update a"}, {ds: one(often), want: "update a"}, {ds: one(often)}},
		"over is said once":           {{ds: one(ctrl1), want: "open a"}, {ds: one(ctrl1), over: "a", want: "resolved a"}, {ds: one(ctrl1), over: "a"}, {ds: one(ctrl1)}},
		"over when it is first seen":  {{ds: one(ctrl1), over: "a", want: "open a, resolved a"}, {ds: one(ctrl1), over: "a"}},
		"a new line opens it again":   {{ds: one(ctrl1), over: "a", want: "open a, resolved a"}, {ds: one(shown("a", 9)), want: "open a"}},
		"what goes along later is not it again": {{ds: one(healed), over: "a", want: "open a, resolved a"}, {ds: one(back), over: "a"},
			{ds: one(twice), over: "a", want: "open a, resolved a"}},
		"taken back, but not at once":        {{ds: one(ctrl1), want: "open a"}, {now: 10}, {ds: one(ctrl1), now: 20}, {now: 30}, {now: 279}, {now: 280, want: "resolved a"}, {now: 900}},
		"a consequence is told by its cause": {{ds: []diagnosis.Diagnosis{ctrl1, folded}, want: "open a"}, {ds: []diagnosis.Diagnosis{ctrl1, folded}}},
		"what turns out a consequence":       {{ds: one(turned), want: "open b"}, {ds: []diagnosis.Diagnosis{ctrl1, folded}, want: "open a, update b"}},
		"a consequence without its cause":    {{ds: one(folded), want: "open b"}},
	} {
		t.Run(name, func(t *testing.T) {
			l := NewLedger()
			for i, k := range looks {
				events, again := l.Observe(k.ds, func(d *diagnosis.Diagnosis) string {
					if d.ID == k.over {
						return "because"
					}
					return ""
				}, at(0).Add(time.Duration(k.now)*time.Millisecond))
				var got []string
				for _, e := range events {
					got = append(got, e.Event+" "+e.Diagnosis.ID)
				}
				if s := strings.Join(got, ", "); s != k.want {
					t.Errorf("look %d: %q, want %q", i, s, k.want)
				}
				if again > 0 && !l.AnyOpen() {
					t.Errorf("look %d: to be asked again with nothing open", i)
				}
			}
		})
	}
}

func one(d diagnosis.Diagnosis) []diagnosis.Diagnosis { return []diagnosis.Diagnosis{d} }

func TestTheLinesOfOpenIncidentsAreHeld(t *testing.T) {
	l := NewLedger()
	none := func(*diagnosis.Diagnosis) string { return "" }
	l.Observe(one(shown("a", 7)), none, at(0))
	if !l.Holds()("a.log", 7) || l.Holds()("a.log", 8) || l.Holds()("b.log", 7) {
		t.Error("not the lines of the open incident")
	}
	l.Observe(one(shown("a", 7)), func(*diagnosis.Diagnosis) string { return "over" }, at(1))
	if l.Holds()("a.log", 7) {
		t.Error("the line of an incident that is over is held")
	}
}
