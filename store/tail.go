package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Tail reads a selection from its beginning and goes on as lines come into the store.
//
//	     ├──────── one question ────────┤
//	from ├─ late ─┤ what came since      ► the next question's from is that much before the last line
//	     └ had already, but for what came into the store late
//
// It asks again and again, and takes no stream from the store: a stream that breaks off, or that its server cuts because we are slow,
// leaves out lines in silence, while what a question did not bring is asked for again.
type Tail struct {
	Store Store
	Sel   Selection // To does not count
	Every time.Duration
	Late  time.Duration // how much later than its time a line may come into the store
	Ahead time.Duration // how far a node's clock may be ahead of ours

	Now     func() time.Time
	Sleep   func(context.Context, time.Duration) error
	Emit    func(Line) error
	Trouble func(err error, lost bool) // a question that was not answered, and is asked again unless what it was about is lost; may be nil
	Twice   func(node string)          // a node's lines are in the store more than once, and each is taken once from now on; may be nil

	Past func() // all that was there at the beginning has been handed over; may be nil

	times map[string]int // how often, by node
}

// Run goes on until ctx is done, or Emit fails.
func (t *Tail) Run(ctx context.Context) error {
	t.times = map[string]int{}
	from, had, err := t.past(ctx)
	if err != nil {
		return err
	}
	if t.Past != nil {
		t.Past()
	}
	for t.Sleep(ctx, t.Every) == nil {
		ls, err := t.ask(ctx, Span{from, t.Now().Add(t.Ahead)})
		if err != nil {
			if ctx.Err() == nil {
				t.trouble(err, false)
			}
			continue
		}
		ls = t.once(ls)
		before := had
		had = map[Line]int{}
		for _, l := range ls {
			had[l]++
			if before[l] > 0 {
				before[l]--
			} else if err := t.Emit(l); err != nil {
				return err
			}
		}
		if n := len(ls); n > 0 {
			from = later(from, earlier(time.Unix(0, ls[n-1].Time), t.Now()).Add(-t.Late))
		}
		maps.DeleteFunc(had, func(l Line, _ int) bool { return l.Time < from.UnixNano() })
	}
	return ctx.Err()
}

// past hands over what is there already, and gives from when on lines may still come, and those of them that were had.
func (t *Tail) past(ctx context.Context) (time.Time, map[Line]int, error) {
	now := t.Now()
	from, had := later(t.Sel.Span.From, now.Add(-t.Late)), map[Line]int{}
	f := &Fetch{Store: t.Store, Sel: t.Sel, Emit: func(l Line, _ time.Duration) error {
		if l.Time >= from.UnixNano() {
			had[l]++
		}
		return t.Emit(l)
	}}
	f.Sel.Span.To = now.Add(t.Ahead)
	_, missing, err := f.Run(ctx)
	for _, node := range slices.Sorted(maps.Keys(f.twice)) {
		t.doubled(node, f.twice[node])
	}
	for _, m := range missing {
		t.trouble(fmt.Errorf("%s to %s: %w", m.Span.From.UTC().Format(time.RFC3339), m.Span.To.UTC().Format(time.RFC3339), m.Why), true)
	}
	return from, had, err
}

// once takes lines once that the store has twice. Which are copies is not asked anew of each answer, whose beginning moves on: of a node of
// which a stretch was there twice, every pair counts as one.
func (t *Tail) once(ls []Line) []Line {
	nodes := map[string][]Line{}
	for _, l := range ls {
		nodes[l.Node] = append(nodes[l.Node], l)
	}
	var out []Line
	for _, node := range slices.Sorted(maps.Keys(nodes)) {
		own := nodes[node]
		if t.times[node] == 0 {
			t.doubled(node, stretchesTwice(own))
		}
		if n := t.times[node]; n > 0 {
			own, _ = once(own, []twice{{Span{time.Unix(0, own[0].Time), time.Unix(0, own[len(own)-1].Time+1)}, n}})
		}
		out = append(out, own...)
	}
	order(out)
	return out
}

// doubled remembers that a node's lines are there more than once.
func (t *Tail) doubled(node string, found []twice) {
	if len(found) == 0 || t.times[node] > 0 {
		return
	}
	t.times[node] = found[0].times
	if t.Twice != nil {
		t.Twice(node)
	}
}

func (t *Tail) trouble(err error, lost bool) {
	if t.Trouble != nil {
		t.Trouble(err, lost)
	}
}

// ask gives all lines of a span, in the order of time; some of them only are an error.
func (t *Tail) ask(ctx context.Context, s Span) ([]Line, error) {
	sel := t.Sel
	sel.Span = s
	var out []Line
	err := t.Store.Lines(ctx, sel, nil, func() { out = nil }, func(l Line) error {
		out = append(out, l)
		return nil
	})
	order(out)
	return out, err
}
