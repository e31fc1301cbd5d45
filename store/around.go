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
	span := sel.Span
	from, to = span.From.UnixNano(), span.To.UnixNano()
	sel.Span = Span{span.From, time.Unix(0, at)}
	if sel.Span.From.Before(sel.Span.To) {
		ls, err := f.Store.Near(ctx, sel, n+1, true)
		if err != nil {
			return 0, 0, 0, err
		}
		if len(ls) > n {
			before = ls[0].Time
			from = before + 1
		}
	}
	sel.Span = Span{time.Unix(0, at), span.To}
	ls, err := f.Store.Near(ctx, sel, n+1, false)
	if err == nil && len(ls) > n {
		to = ls[len(ls)-1].Time + 1
	}
	return from, to, before, err
}
