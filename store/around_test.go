package store

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"
)

// TestAroundGivesWholeStretches: lines around two times that are near each other come once, those of one time together.
func TestAroundGivesWholeStretches(t *testing.T) {
	m := &memory{}
	for i := range 100 { // two lines a second
		for _, half := range []string{"a", "b"} {
			m.lines = append(m.lines, at("n", time.Duration(i)*time.Second, record(fmt.Sprint(i, half))), at("other", time.Duration(i)*time.Second, record("noise")))
		}
	}
	f := &Fetch{Store: m, Sel: hour(), Workers: 2}
	times := func(seconds ...int) (out []int64) {
		for _, s := range seconds {
			out = append(out, began.Add(time.Duration(s)*time.Second).UnixNano())
		}
		return out
	}
	got, err := f.Around(t.Context(), "n", times(50, 53, 1, 99), 3)
	if err != nil || len(got) != 3 {
		t.Fatalf("%d windows, %v", len(got), err)
	}
	var said []string
	for _, w := range got {
		first, last := w.Lines[0], w.Lines[len(w.Lines)-1]
		said = append(said, fmt.Sprintf("%g to %g, %d lines since %s", time.Unix(0, first.Time).Sub(began).Seconds(), time.Unix(0, last.Time).Sub(began).Seconds(), len(w.Lines), w.Since))
	}
	want := []string{"0 to 2, 6 lines since -1ns", "49 to 54, 12 lines since 1s", "98 to 99, 4 lines since 1s"}
	if !slices.Equal(said, want) {
		t.Errorf("got  %q\nwant %q", said, want)
	}
	for _, w := range got {
		for _, l := range w.Lines {
			if l.Node != "n" {
				t.Errorf("a line of %s", l.Node)
			}
		}
	}
}

// nearer remembers over how long a span lines at an end were asked for.
type nearer struct {
	*memory
	mu   sync.Mutex
	most time.Duration
	n    int
}

func (m *nearer) Near(ctx context.Context, sel Selection, n int, last bool) ([]Line, error) {
	m.mu.Lock()
	m.most, m.n = max(m.most, sel.Span.To.Sub(sel.Span.From)), m.n+1
	m.mu.Unlock()
	return m.memory.Near(ctx, sel, n, last)
}

// TestAroundAsksOnlyWhereTheLinesAre: after Run the buckets tell where so many lines are, and the answer is that of the whole span.
func TestAroundAsksOnlyWhereTheLinesAre(t *testing.T) {
	m := &nearer{memory: &memory{}}
	for i := range 900 {
		m.lines = append(m.lines, at("n", time.Duration(i*i/300)*time.Second, record(fmt.Sprint("leader", i))), at("other", time.Duration(i)*time.Second, record("leader")))
	}
	var times []int64
	for i := 40; i < 900; i += 50 {
		times = append(times, m.lines[2*i].Time)
	}
	want, err := (&Fetch{Store: m, Sel: hour()}).Around(t.Context(), "n", times, 5)
	if err != nil {
		t.Fatal(err)
	}
	f := &Fetch{Store: m, Sel: hour(), Want: &Want{Texts: [][]string{{"leader"}}}}
	fetched(t, f)
	m.most, m.n = 0, 0
	got, err := f.Around(t.Context(), "n", times, 5)
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) || len(got) < 10 {
		t.Errorf("got %v\nwant %v, %v", got, want, err)
	}
	if m.n != 2*len(times) || m.most > 2*time.Minute {
		t.Errorf("%d questions for %d times, the widest about %s", m.n, len(times), m.most)
	}
	if got, err := f.Around(t.Context(), "n", []int64{m.lines[0].Time}, 5); err != nil || len(got) != 1 || got[0].Since != -1 || len(got[0].Lines) < 6 {
		t.Errorf("around the first line: %v, %v", got, err)
	}
}
