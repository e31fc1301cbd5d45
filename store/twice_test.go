package store

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"
)

// TestWhatAStoreHasTwiceCountsOnce: a stretch of which every line is there twice was sent twice; pairs between other lines were written.
func TestWhatAStoreHasTwiceCountsOnce(t *testing.T) {
	second := func(i int) time.Duration { return time.Duration(i) * time.Second }
	text := func(i int) string { return record(fmt.Sprint("leader ", i)) }
	between := func(i, from, to int) int { // 2 in a span, 1 outside
		if from <= i && i < to {
			return 2
		}
		return 1
	}
	for name, c := range map[string]struct {
		times        func(i int) int // how often the i-th of a hundred lines is there
		want, copies int
	}{
		"each twice":                      {func(int) int { return 2 }, 100, 100},
		"each three times":                {func(int) int { return 3 }, 100, 200},
		"each twice, and some written so": {func(i int) int { return 2 + 2*(i%10/9) }, 110, 110},
		"a batch":                         {func(i int) int { return between(i, 60, 90) }, 100, 30},
		"pairs":                           {func(i int) int { return 1 + i%2 }, 150, 0},
		"a short row":                     {func(i int) int { return between(i, 60, 60+twiceRow-1) }, 100 + twiceRow - 1, 0},
		"once":                            {func(int) int { return 1 }, 100, 0},
	} {
		t.Run(name, func(t *testing.T) {
			m := &memory{}
			for i := range 100 {
				for range c.times(i) {
					m.lines = append(m.lines, at("a", second(i), text(i)))
				}
				m.lines = append(m.lines, at("b", second(i), text(i))) // of another node, which is no copy
			}
			f := &Fetch{Store: m, Sel: hour(), Want: &Want{Texts: [][]string{{"leader"}}}}
			got, nodes, _ := fetched(t, f)
			own := slices.DeleteFunc(slices.Clone(got), func(s string) bool { return s[0] != 'a' })
			if len(own) != c.want || nodes[0].Copies != int64(c.copies) || len(got)-len(own) != 100 || nodes[1].Copies != 0 {
				t.Errorf("%d lines and %d copies, want %d and %d; of the other %d", len(own), nodes[0].Copies, c.want, c.copies, len(got)-len(own))
			}
			windows, err := f.Around(t.Context(), "a", []int64{began.Add(second(40)).UnixNano()}, 4)
			if err != nil || len(windows) != 1 {
				t.Fatal(windows, err)
			}
			if n := len(windows[0].Lines); c.copies >= 100 && n > 6 || n < 3 {
				t.Errorf("%d lines stand around one: %v", n, windows[0].Lines)
			}
		})
	}
}

// TestAFollowedStoreThatHasLinesTwice: once lines were seen to be there twice, a pair is one line, however late its second half comes.
func TestAFollowedStoreThatHasLinesTwice(t *testing.T) {
	m := &memory{}
	now := began.Add(10 * time.Second)
	var got, said []string
	ctx, cancel := context.WithCancel(t.Context())
	put := func(after time.Duration, text string, times int) {
		for range times {
			m.lines = append(m.lines, at("a", after, text))
		}
	}
	for i := range 40 {
		put(time.Duration(i)*100*time.Millisecond, fmt.Sprint("line ", i), 2)
	}
	step := 0
	tail := &Tail{Store: m, Sel: hour(), Every: time.Second, Late: 5 * time.Second, Ahead: time.Second, Now: func() time.Time { return now },
		Emit:  func(l Line) error { got = append(got, l.Text); return nil },
		Twice: func(node string) { said = append(said, node) },
		Sleep: func(context.Context, time.Duration) error {
			now = now.Add(time.Second)
			switch step++; step {
			case 1:
				put(10500*time.Millisecond, "new", 1)
			case 2:
				put(10500*time.Millisecond, "new", 1)
				put(11500*time.Millisecond, "newer", 2)
			case 3:
				cancel()
			}
			return ctx.Err()
		}}
	_ = tail.Run(ctx)
	if len(got) != 42 || got[40] != "new" || got[41] != "newer" || !slices.Equal(said, []string{"a"}) {
		t.Errorf("got %d lines, at the end %v, and said %v", len(got), got[max(0, len(got)-4):], said)
	}
}
