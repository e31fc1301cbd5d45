package store

import (
	"fmt"
	"slices"
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
