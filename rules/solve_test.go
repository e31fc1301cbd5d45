package rules

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"zlog/event"
)

// TestARunBehindShorterOnesIsSeen: of two folded runs the one that begins first may end last.
func TestARunBehindShorterOnesIsSeen(t *testing.T) {
	at := func(minute int) time.Time { return time.Date(2026, 11, 22, 19, minute, 0, 0, time.UTC) }
	long := &event.Match{Signature: "s", At: at(0), LastAt: at(10), Line: 1}
	short := &event.Match{Signature: "s", At: at(1), LastAt: at(1), Line: 2}
	late := &event.Match{Signature: "s", At: at(7), LastAt: at(7), Line: 3}
	begin := &event.Match{Signature: "begin", At: at(5), LastAt: at(5), Line: 4}
	s := newSolver(&Case{Matches: []*event.Match{long, short, begin, late}}, 1)
	a := &solution{named: bindings[*event.Match]{{"begin", begin}}}
	got := s.candidates(&Step{After: "begin"}, []string{"s"}, a)
	if len(got) != 2 || got[0] != long || got[1] != late {
		t.Errorf("%d candidates", len(got))
	}
}

// TestASearchThatLeadsNowhereIsGivenUp: the last step never holds, and the others do in 2^40 ways.
func TestASearchThatLeadsNowhereIsGivenUp(t *testing.T) {
	minute := func(n int) time.Time { return time.Date(2026, 11, 22, 19, n, 0, 0, time.UTC) }
	var ms []*event.Match
	for i := range 8 {
		ms = append(ms, &event.Match{Signature: "s", Node: string(rune('a' + i%2)), At: minute(i), LastAt: minute(i), Line: i, Count: 1})
	}
	late := Step{See: []string{"s"}, Within: Window{Of: "first", From: Span{time.Hour}, To: Span{2 * time.Hour}}}
	for name, st := range map[string]Step{
		"matches":            {See: []string{"s"}, As: "first"},
		"groups of matches":  {See: []string{"s"}, As: "first", Times: 2},
		"groups on nodes":    {See: []string{"s"}, As: "first", Times: 2},
		"matches, with more": {See: []string{"s"}, As: "first", NotOn: []string{"nobody"}},
	} {
		t.Run(name, func(t *testing.T) {
			v := &Variant{}
			for i := range 40 {
				if st.Times > 1 && name == "groups on nodes" {
					st.On = "n" + strings.Repeat("x", i) // a new one each time
				}
				v.Steps = append(v.Steps, st)
			}
			v.Steps = append(v.Steps, late)
			found, missing := newSolver(&Case{Matches: ms}, 1).solve(v)
			if len(found) > 0 {
				t.Errorf("%d found", len(found))
			}
			if tells := slices.Contains(missing, givenUp); tells != (name != "groups of matches") { // there is one group, and so one way
				t.Errorf("says %q", missing)
			}
		})
	}
}

// TestManyWaysShareTheSearch: all of them together are bounded, too.
func TestManyWaysShareTheSearch(t *testing.T) {
	one, many := newSolver(&Case{}, 1), newSolver(&Case{}, 100*mostSearches)
	if one.tries != mostTries || one.looks != mostLooks {
		t.Errorf("one has %d tries and %d looks", one.tries, one.looks)
	}
	if many.tries != mostTries/100 || many.looks != mostLooks/100 {
		t.Errorf("each of many has %d tries and %d looks", many.tries, many.looks)
	}
}

// TestEnoughIsWhatEveryStretchSays: the window that moves is what looking at each stretch from each match gives.
func TestEnoughIsWhatEveryStretchSays(t *testing.T) {
	slow := func(ms []*event.Match, st *Step) []*event.Match {
		for i := range ms {
			var in []*event.Match
			count, nodes := 0, map[string]bool{}
			for _, m := range ms[i:] {
				if st.In.Duration == 0 || m.At.Sub(ms[i].At) <= st.In.Duration {
					in, count = append(in, m), count+m.Count
					nodes[m.Node] = true
				}
			}
			if count >= st.Times && len(nodes) >= st.Nodes {
				return in
			}
		}
		return nil
	}
	r, found := rand.New(rand.NewPCG(7, 7)), 0
	for range 5000 {
		at, ms := time.Time{}, []*event.Match(nil)
		for range r.IntN(12) {
			at = at.Add(time.Duration(r.IntN(4)) * time.Second)
			ms = append(ms, &event.Match{At: at, Node: string(rune('a' + r.IntN(4))), Count: 1 + r.IntN(3)})
		}
		st := &Step{Times: 1 + r.IntN(8), Nodes: r.IntN(4), In: Span{time.Duration(r.IntN(6)) * time.Second}}
		got, want := enough(ms, st), slow(ms, st)
		if !slices.Equal(got, want) {
			t.Fatalf("of %d matches %d, want %d: %+v", len(ms), len(got), len(want), st)
		}
		if got != nil {
			found++
		}
	}
	if found < 500 {
		t.Errorf("only %d were often enough", found)
	}
}
