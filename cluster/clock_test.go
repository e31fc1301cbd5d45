package cluster

import (
	"fmt"
	"testing"
)

func TestEntriesThatAJoinerCatchesUpWithAreNoClock(t *testing.T) {
	entries := func(node string, from, apart float64) (out []string) {
		for i := range 8 {
			out = append(out, fmt.Sprintf("%s %g applied index=%d type=create", node, from+apart*float64(i), i+3))
		}
		return out
	}
	for _, x := range []struct {
		name  string
		skew  bool
		apart float64
	}{
		{"written in a row, and caught up with in a row", false, 0.3},
		{"written over a time, by a clock that is ten seconds ahead", true, 3},
	} {
		s := story(append(append([]string{"ctrl1 0 started id=ctrl1", "ctrl2 0 started id=ctrl2"}, entries("ctrl1", 5, x.apart)...), entries("ctrl2", 15, x.apart)...)...)
		if got := facts(s, "clock-skew") != ""; got != x.skew {
			t.Errorf("%s: a clock that is off: %v, want %v", x.name, got, x.skew)
		}
	}
}
