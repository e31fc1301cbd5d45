package rules

import (
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
	s := newSolver(&Case{Matches: []*event.Match{long, short, begin, late}})
	a := &solution{named: bindings[*event.Match]{{"begin", begin}}}
	got := s.candidates(&Step{After: "begin"}, []string{"s"}, a)
	if len(got) != 2 || got[0] != long || got[1] != late {
		t.Errorf("%d candidates", len(got))
	}
}
