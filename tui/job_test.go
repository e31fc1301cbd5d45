package tui

import (
	"context"
	"runtime"
	"sync/atomic"
	"testing"
	"time"
)

// slow is a log whose scans wait until they are let go.
type slow struct {
	*memory
	gate  chan struct{}
	scans atomic.Int32
	ended chan struct{}
}

func (l *slow) Scan(ctx context.Context, q Scan, found func([]uint32, int64, int64)) error {
	l.scans.Add(1)
	select {
	case <-l.gate:
		return l.memory.Scan(ctx, q, found)
	case <-ctx.Done():
		close(l.ended)
		return ctx.Err()
	}
}

func newSlow(s *screen) *slow {
	l := &slow{memory: s.m.opt.Log.(*memory), gate: make(chan struct{}), ended: make(chan struct{})}
	s.m.opt.Log = l
	return l
}

// TestAFilterComesToItsEndOnALogThatGrows: each new line would begin it anew otherwise; and the lines that came meanwhile
// are found in the end.
func TestAFilterComesToItsEndOnALogThatGrows(t *testing.T) {
	s := newScreen(t, 80, 24)
	log := newSlow(s)
	s.press("3")
	u := s.m.now
	u.Live = true
	s.m.learn(u)
	q, err := parseQuery("level>=error")
	if err != nil {
		t.Fatal(err)
	}
	cmd := s.m.startFilter(q)
	for range 5 {
		e := log.events[9]
		e.Line = len(log.events) + 1
		log.events = append(log.events, e)
		s.do(s.m.log.refresh(s.m))
	}
	close(log.gate)
	s.do(cmd)
	if n := len(s.m.log.filter.ids); n != 11 || s.m.log.filter.running {
		t.Errorf("%d lines are kept, want 6 and the 5 that came", n)
	}
	if n := log.scans.Load(); n != 2 {
		t.Errorf("%d scans for 5 lines that came while one ran, want one more", n)
	}
}

// TestWhatWasFoundStaysWhileItIsLookedForAgain: no flicker, no jump.
func TestWhatWasFoundStaysWhileItIsLookedForAgain(t *testing.T) {
	s := newScreen(t, 80, 24)
	s.press("3", "f")
	s.typed("level>=error")
	s.press("enter", "G")
	log := newSlow(s)
	e := log.events[9]
	e.Line = len(log.events) + 1
	log.events = append(log.events, e)
	cmd := s.m.log.refresh(s.m)
	if n := len(s.m.log.filter.ids); n != 6 || s.m.log.cur != 5 {
		t.Errorf("%d lines, the cursor at %d, while it is looked for again", n, s.m.log.cur)
	}
	close(log.gate)
	s.do(cmd)
	if n := len(s.m.log.filter.ids); n != 7 {
		t.Errorf("%d lines in the end", n)
	}
}

// TestNoScanOutlivesTheScreen: what looks through the log ends when the screen does.
func TestNoScanOutlivesTheScreen(t *testing.T) {
	before := runtime.NumGoroutine()
	s := newScreen(t, 80, 24)
	log := newSlow(s)
	q, err := parseQuery("level>=error")
	if err != nil {
		t.Fatal(err)
	}
	cmd := s.m.startFilter(q)
	done := make(chan struct{})
	go func() { // as the program does
		defer close(done)
		_ = cmd()
	}()
	s.m.stop()
	<-log.ended
	<-done
	for late := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(late) {
			t.Fatalf("%d goroutines before, %d after", before, runtime.NumGoroutine())
		}
	}
}
