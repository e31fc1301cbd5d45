package cluster

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"zlog/diagnosis"
)

func TestMomentsAlikeAreToldAsOneUnlessThatTurnsTheirOrderRound(t *testing.T) {
	at := time.Date(2026, 11, 22, 19, 32, 0, 0, time.UTC)
	tell := func(list ...string) string {
		var in []*moment
		var after time.Duration
		for i, x := range list {
			node, what, _ := strings.Cut(x, " ")
			rest, quick := strings.CutPrefix(node, "+")
			if quick { // at once after the one before
				node, after = rest, after+time.Millisecond
			} else {
				after = time.Duration(i) * time.Second
			}
			in = append(in, &moment{Moment: diagnosis.Moment{Time: diagnosis.Time{Time: at.Add(after)}, Node: node, What: what, Count: 1}})
		}
		var out []string
		for _, m := range fold2(in) {
			s := m.Node + " " + m.What
			if m.Count > 1 {
				s += fmt.Sprintf(" ×%d", m.Count)
			}
			out = append(out, s)
		}
		return strings.Join(out, "; ")
	}
	for _, x := range []struct{ in, want string }{
		{"a started; b started", "a, b started"},
		{"a fails; a fails; a fails", "a fails ×3"},
		{"a started; b started; a founded; b founded", "a, b started; a, b founded"},
		{"a founded; b started; b founded", "a founded; b started; b founded"}, // not b founded before it started
		{"a leads; a stops; a leads", "a leads; a stops; a leads"},
		{"a fails; +b follows; +b fails", "a, b fails; b follows"}, // order within a second is not known
		{"a started; b founded; c started", "a, c started; b founded"},
	} {
		if got := tell(strings.Split(x.in, "; ")...); got != x.want {
			t.Errorf("%s\n got %s\nwant %s", x.in, got, x.want)
		}
	}
}
