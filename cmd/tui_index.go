package cmd

import (
	"context"
	"time"

	"zlog/event"
	"zlog/index"
	"zlog/parser"
	"zlog/tui"
)

// fill reads every record of every source into the index. Static sources first, one after the other; then what
// grows, a segment of whole lines at a time.
func (l *loader) fill(ctx context.Context) error {
	o := &ordering{l: l, next: 256}
	growing := l.chasing.Load()
	for _, s := range l.feeds() {
		if s.pump != nil {
			growing = true
			continue
		}
		if err := l.fillOne(ctx, s, o); err != nil {
			return err
		}
		l.tell(ctx, func(u *tui.Update) { l.done[s.src.Name] = -1; u.Loading = l.progress() })
	}
	o.now(ctx)
	if growing {
		return l.grow(ctx)
	}
	return ctx.Err()
}

// fillOne reads a file or archive. What cannot be read is the answer's to tell.
func (l *loader) fillOne(ctx context.Context, s *feed, o *ordering) error {
	name := s.src.Name
	opt := parser.Options{Limits: l.in.limits, Progress: func(n int64) {
		if l.done[name] != n {
			l.mu.Lock()
			l.done[name] = n
			l.mu.Unlock()
			o.perhaps(ctx)
		}
	}}
	if !s.container {
		f, err := l.index.Open(name, name)
		if err != nil {
			return nil //nolint:nilerr // the report names what cannot be read
		}
		l.read(ctx, name, f.Reader(s.src.Size()), opt, func(e *event.Event) { f.Add(e, 0) })
		return ctx.Err()
	}
	return l.keep(ctx, func(emit func(*event.Event)) { s.src.Read(ctx, opt, emit) })
}

// keep fills the index from something whose bytes are not its lines: the text of each record goes to the spool.
func (l *loader) keep(ctx context.Context, read func(emit func(*event.Event))) error {
	if l.spool == nil {
		spool, err := newSpool()
		if err != nil {
			return err
		}
		l.spool = spool
	}
	var f *index.File
	var member string
	var end int64
	var failed error
	if info, err := l.spool.Stat(); err == nil {
		end = info.Size()
	}
	read(func(e *event.Event) {
		if f == nil || e.Source != member {
			if f != nil {
				end = f.End()
			}
			f, member = l.index.Spooled(e.Source, l.spool, end), e.Source
		}
		if failed == nil && f.End() < mostSpool {
			failed = f.Keep(e)
		}
	})
	if failed != nil {
		return failed
	}
	return ctx.Err()
}

// ordering orders the index now and then while it grows: each time it has half as many records again, so that all
// orderings together cost no more than three.
type ordering struct {
	l    *loader
	next int
	told time.Time
}

func (o *ordering) perhaps(ctx context.Context) {
	if o.l.index.Added() >= o.next {
		o.now(ctx)
	} else if time.Since(o.told) > 200*time.Millisecond {
		o.tell(ctx)
	}
}

func (o *ordering) now(ctx context.Context) {
	o.l.index.Order()
	o.next = o.l.index.Added() * 3 / 2
	o.tell(ctx)
}

func (o *ordering) tell(ctx context.Context) {
	o.told = time.Now()
	o.l.tell(ctx, func(u *tui.Update) { u.Loading = o.l.progress() })
}

// segment is what of a growing source is in the index.
type segment struct {
	s     *feed
	f     *index.File
	lines int
	cut   bool // the last record went to the segment's end
}

// grow adds what the pumps bring until all have ended.
func (l *loader) grow(ctx context.Context) error {
	var segs []*segment
	known := map[*feed]bool{}
	for {
		ended := l.pumpsDone()
		for _, s := range l.feeds() {
			if s.pump != nil && !known[s] {
				known[s] = true
				segs = append(segs, &segment{s: s})
			}
		}
		before := l.index.Added()
		for _, g := range segs {
			if err := l.add(ctx, g, ended); err != nil {
				return err
			}
		}
		if l.index.Added() != before {
			l.index.Order()
			l.tell(ctx, func(*tui.Update) {})
		}
		if ended {
			return ctx.Err()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// add takes the whole lines that came since.
func (l *loader) add(ctx context.Context, g *segment, ended bool) error {
	to := g.s.pump.lines()
	if to == 0 && !ended {
		return nil
	}
	if g.f == nil && g.s.pump.packed() {
		if !ended || g.cut {
			return nil
		}
		g.cut = true // read once, as a whole
		return l.keep(ctx, func(emit func(*event.Event)) {
			l.read(ctx, g.s.src.Name, g.s.pump.whole(), parser.Options{}, emit)
		})
	}
	if g.f == nil {
		g.f = l.index.Grown(g.s.src.Name, g.s.pump.spool)
	}
	if to <= g.f.End() {
		return nil
	}
	first, last := true, 0
	base := g.lines
	l.read(ctx, g.s.src.Name, g.f.Reader(to), parser.Options{}, func(e *event.Event) {
		if first && g.cut && e.Line > 1 { // what stands before the first record goes on with the one before
			g.f.Extend(e.Line - 1)
		}
		first = false
		last = e.Line + e.Lines - 1
		g.f.Add(e, base)
	})
	g.lines = g.f.Lines()
	if first && g.cut {
		g.f.Extend(g.lines - base)
		return nil
	}
	g.cut = base+last >= g.lines
	return nil
}
