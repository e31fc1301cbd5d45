package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"
)

// TestATailHasEachLineOnce follows a store whose lines come late, at one time, and twice, and which does not always answer. A step
// of the clock is ten seconds.
func TestATailHasEachLineOnce(t *testing.T) {
	m := &memory{lines: []Line{at("a", time.Second, record("old")), at("b", 95*time.Second, record("recent"))}}
	now := began.Add(100 * time.Second)
	steps := []func(){
		func() { m.lines = append(m.lines, at("a", 101*time.Second, record("new"))) },
		func() { // one that is late, two of one time, and one of a clock that is ahead
			m.lines = append(m.lines, at("b", 90*time.Second, record("late")), at("a", 110*time.Second, record("twice")), at("a", 110*time.Second, record("twice")),
				at("b", 140*time.Second, record("ahead")))
			m.fail = func(Selection) error { return errors.New("busy") }
		},
		func() { m.fail = nil },
		func() {},
		func() {
			m.lines = append(m.lines, at("a", 120*time.Second, record("later")), at("a", 50*time.Second, record("too late")))
		},
		func() {},
	}
	var got, said []string
	tail := &Tail{Store: m, Sel: Selection{Label: "node", Span: Span{From: began}}, Every: 10 * time.Second, Late: 30 * time.Second, Ahead: time.Minute,
		Now: func() time.Time { return now },
		Sleep: func(_ context.Context, d time.Duration) error {
			if len(steps) == 0 {
				return context.Canceled
			}
			steps[0]()
			steps, now = steps[1:], now.Add(d)
			slices.SortStableFunc(m.lines, func(a, b Line) int { return int(a.Time - b.Time) })
			return nil
		},
		Emit:    func(l Line) error { got = append(got, l.Text[8:len(l.Text)-2]); return nil },
		Trouble: func(err error, lost bool) { said = append(said, fmt.Sprint(err, " ", lost)) }}
	if err := tail.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if want := []string{"old", "recent", "new", "late", "twice", "twice", "ahead", "later"}; !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if want := []string{"busy false"}; !slices.Equal(said, want) {
		t.Errorf("said %q", said)
	}
}

// TestATailSaysWhatOfThePastIsLost: what was there before and could not be fetched is not asked for again.
func TestATailSaysWhatOfThePastIsLost(t *testing.T) {
	m := &memory{lines: []Line{at("a", time.Second, record("old"))}, fail: func(Selection) error { return errors.New("no") }}
	lost := 0
	tail := &Tail{Store: m, Sel: hour(), Now: func() time.Time { return began.Add(time.Minute) }, Sleep: func(context.Context, time.Duration) error { return context.Canceled },
		Trouble: func(_ error, l bool) {
			if l {
				lost++
			}
		}}
	if err := tail.Run(t.Context()); err != nil || lost != 1 {
		t.Errorf("%v, lost %d", err, lost)
	}
}
