package store

import (
	"context"
	"slices"
	"time"
)

// Window is a stretch of a node's log that was fetched whole.
type Window struct {
	From, To int64 // half-open, nanoseconds since 1970
	Lines    []Line
	Since    time.Duration // from the node's line before to the first of Lines; -1 if that is the node's first line
}

// Around fetches what stands around some times of a node's lines after Run: n lines before and after each, and all lines of the times
// at both ends. Windows are in order and do not touch.
//
//	fetched before          a            b                 c
//	asked around b          a   · · · b · · ·              c
//	                            └─ Since ─ from the line before this window
func (f *Fetch) Around(ctx context.Context, node string, at []int64, n int) ([]Window, error) {
	sel := f.Sel
	sel.Node = node
	type reach struct {
		from, to, before int64 // before is the time of the line before from, 0 for none
	}
	reaches := make([]reach, len(at))
	errs := make(chan error, len(at))
	slots := make(chan struct{}, max(1, f.Workers))
	for i, t := range at {
		go func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			var err error
			r := &reaches[i]
			r.from, r.to, r.before, err = f.reach(ctx, sel, t, n)
			errs <- err
		}()
	}
	var failed error
	for range at {
		if err := <-errs; err != nil {
			failed = err
		}
	}
	if failed != nil {
		return nil, failed
	}
	slices.SortFunc(reaches, func(a, b reach) int { return int(min(1, max(-1, a.from-b.from))) })
	var out []Window
	var spans []Span
	for _, r := range reaches {
		if k := len(out) - 1; k >= 0 && r.from <= out[k].To {
			out[k].To = max(out[k].To, r.to)
			spans[k].To = time.Unix(0, out[k].To)
			continue
		}
		out = append(out, Window{From: r.from, To: r.to, Since: time.Duration(r.before)})
		spans = append(spans, Span{time.Unix(0, r.from), time.Unix(0, r.to)})
	}
	ls, err := f.Store.Windows(ctx, sel, spans)
	if err != nil {
		return nil, err
	}
	order(ls)
	ls, _ = once(ls, f.twice[node])
	for i := range out {
		w := &out[i]
		for _, l := range ls {
			if l.Time >= w.From && l.Time < w.To {
				w.Lines = append(w.Lines, l)
			}
		}
		if before := int64(w.Since); before == 0 || len(w.Lines) == 0 {
			w.Since = -1
		} else {
			w.Since = time.Duration(w.Lines[0].Time - before)
		}
	}
	return out, nil
}

// reach finds the times between which n lines before and after a time lie.
func (f *Fetch) reach(ctx context.Context, sel Selection, at int64, n int) (from, to, before int64, err error) {
	from, to = sel.Span.From.UnixNano(), sel.Span.To.UnixNano()
	ls, err := f.beside(ctx, sel, time.Unix(0, at), n+1, true)
	if err != nil {
		return 0, 0, 0, err
	}
	if len(ls) > n {
		before = ls[0].Time
		from = before + 1
	}
	ls, err = f.beside(ctx, sel, time.Unix(0, at), n+1, false)
	if err == nil && len(ls) > n {
		to = ls[len(ls)-1].Time + 1
	}
	return from, to, before, err
}

// beside gives up to n lines of a node right before a time, or from it on: from the buckets that have so many, since a store may look at
// all of a span for its last lines (VictoriaLogs took 3 s for those of 1 GB), and from the rest of the span if these have less.
func (f *Fetch) beside(ctx context.Context, sel Selection, at time.Time, n int, before bool) ([]Line, error) {
	whole := Span{at, sel.Span.To}
	if before {
		whole = Span{sel.Span.From, at}
	}
	for _, s := range []Span{f.enough(sel.Node, whole, int64(n), before), whole} {
		if !s.From.Before(s.To) {
			continue
		}
		sel.Span = s
		if ls, err := f.Store.Near(ctx, sel, n, before); err != nil || len(ls) >= n || s == whole {
			return ls, err
		}
	}
	return nil, nil
}

// enough narrows a span to what has n of a node's lines at its end, or else at its beginning, by the buckets.
func (f *Fetch) enough(node string, s Span, n int64, atEnd bool) Span {
	bs := f.buckets[node]
	if atEnd {
		k := bucketOf(bs, s.To) - 1 // the last bucket that lies before the end as a whole
		for ; k >= 0 && n > bs[k].Count; k-- {
			n -= bs[k].Count
		}
		if k >= 0 {
			s.From = later(s.From, bs[k].First.Add(-exact))
		}
		return s
	}
	k := bucketOf(bs, s.From) + 1
	for ; k < len(bs) && n > bs[k].Count; k++ {
		n -= bs[k].Count
	}
	if k < len(bs) {
		s.To = earlier(s.To, bs[k].Last.Add(exact))
	}
	return s
}
