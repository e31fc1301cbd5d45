package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

// whole fetches the windows of a chunk in which every line counts: the ends of logs and of long silences, and where text goes
// on over lines, from the line before it.
func (r *run) whole(ctx context.Context, g *got) error {
	for _, node := range slices.Sorted(maps.Keys(r.nodes)) {
		sel := r.Sel
		sel.Node = node
		var windows []Span
		for _, at := range r.ends(node, g.span) {
			windows = append(windows, Span{at.Truncate(time.Microsecond), at.Truncate(time.Microsecond).Add(2 * time.Microsecond)})
		}
		for _, s := range stretches(g.lines, node) {
			sel.Span = Span{g.span.From, s.From}
			if sel.Span.From.Before(sel.Span.To) {
				before, err := r.Store.Near(ctx, sel, 1, true)
				if err != nil {
					return err
				}
				for _, l := range before {
					windows = append(windows, Span{time.Unix(0, l.Time), time.Unix(0, l.Time+1)})
				}
			}
			windows = append(windows, s)
		}
		windows = join(append(windows, r.awakenings(g.lines, node)...))
		if len(windows) == 0 {
			continue
		}
		ls, err := r.Store.Windows(ctx, sel, windows)
		if err != nil {
			return err
		}
		g.lines = slices.DeleteFunc(g.lines, func(l Line) bool { return l.Node == node && inside(l.Time, windows) })
		for _, l := range ls {
			if l.Time >= g.span.From.UnixNano() && l.Time < g.span.To.UnixNano() {
				g.lines = append(g.lines, l)
			}
		}
	}
	order(g.lines)
	return nil
}

// awakenings gives the times at which a node may have woken from a silence. Which of the lines of that time came first, and so
// ended the silence, only all of them tell.
func (r *run) awakenings(ls []Line, node string) []Span {
	var out []Span
	before := int64(math.MinInt64 / 2)
	for _, l := range ls {
		if l.Node != node {
			continue
		}
		if l.Time-before >= int64(noticeable) {
			if k := r.bucketOf(node, time.Unix(0, l.Time)); k < len(r.buckets[node]) {
				if d := time.Duration(l.Time - r.buckets[node][k].First.UnixNano()); d < exact || d >= noticeable {
					out = append(out, Span{time.Unix(0, l.Time), time.Unix(0, l.Time+1)})
				}
			}
		}
		before = l.Time
	}
	return out
}

// bucketOf gives the index of the bucket that a time of a line is in, that is the first that ends no earlier.
func (r *run) bucketOf(node string, at time.Time) int {
	return bucketOf(r.buckets[node], at)
}

func bucketOf(bs []Bucket, at time.Time) int {
	k, _ := slices.BinarySearchFunc(bs, at.Add(-exact), func(b Bucket, t time.Time) int { return b.Last.Compare(t) })
	return k
}

// inside says whether a time is in one of spans that are in order.
func inside(at int64, all []Span) bool {
	k, _ := slices.BinarySearchFunc(all, at, func(s Span, t int64) int { return cmp.Compare(s.To.UnixNano(), t+1) })
	return k < len(all) && at >= all[k].From.UnixNano()
}

// ends gives the times in a span at which a node's log begins, ends, falls silent for long, or goes on after that.
func (r *run) ends(node string, s Span) []time.Time {
	var out []time.Time
	bs := r.buckets[node]
	add := func(t time.Time) {
		if !t.Before(s.From) && t.Before(s.To) {
			out = append(out, t)
		}
	}
	for i, b := range bs {
		if i == 0 {
			add(b.First)
		} else if b.First.Sub(bs[i-1].Last) >= longSilence {
			add(bs[i-1].Last)
			add(b.First)
		}
		if i == len(bs)-1 {
			add(b.Last)
		}
	}
	return out
}

// stretches finds where a node's lines are no JSON records, close to each other: a panic, a dump. What stands between and right
// before such lines decides what they belong to.
func stretches(ls []Line, node string) []Span {
	var out []Span
	open := false
	for _, l := range ls {
		switch {
		case l.Node != node:
			continue
		case isRecord(l.Text):
			open = false
			continue
		}
		from, to := time.Unix(0, l.Time), time.Unix(0, l.Time+1)
		if n := len(out) - 1; open && from.Sub(out[n].To) < time.Second {
			out[n].To = to
		} else {
			out = append(out, Span{from, to})
		}
		open = true
	}
	return out
}

// isRecord says whether a line begins as a JSON record does.
func isRecord(text string) bool { return strings.HasPrefix(strings.TrimLeft(text, " \t"), `{"`) }

// sinceBucket tells from the k-th of a node's buckets how long before a line in it the line before was, if it does.
func sinceBucket(bs []Bucket, k int, at time.Time) (time.Duration, bool) {
	switch {
	case k == len(bs):
	case at.Sub(bs[k].First) < exact: // the first of its bucket
		if k > 0 {
			return at.Sub(bs[k-1].Last), true
		}
	case at.Sub(bs[k].First) < noticeable:
		return at.Sub(bs[k].First), true
	}
	return 0, false
}

// fine counts the lines of a span in buckets so narrow that each tells of its lines what was before them, by node; nil if there are so many
// more buckets than lines to look at that these are sooner asked for one by one.
func (r *run) fine(ctx context.Context, s Span, looks int) (map[string][]Bucket, error) {
	const narrow = 2 * time.Second // less than noticeable
	if int(s.To.Sub(s.From)/narrow) > 100*looks {
		return nil, nil
	}
	sel := r.Sel
	sel.Span = Span{s.From, earlier(s.To.Add(time.Microsecond), r.Sel.Span.To)}
	all, err := r.Store.Presence(ctx, sel, narrow)
	out := map[string][]Bucket{}
	for _, b := range all {
		out[b.Node] = append(out[b.Node], b)
	}
	return out, err
}

// since finds for each line the time since the node's line before it, where the line that was fetched before is so long ago
// that the parser would think of a silence. Where the buckets do not tell, the store is asked. Before a record counts the record
// before it: what stands between may be read as of another time.
func (r *run) since(ctx context.Context, ls []Line) ([]time.Duration, error) {
	out := make([]time.Duration, len(ls))
	type look struct {
		i    int
		span Span
	}
	var looks []look
	for i, l := range ls {
		out[i] = -1
		last := r.last[l.Node]
		before, seen := last.line, last.seen
		if isRecord(l.Text) {
			if last.record > 0 {
				before = last.record
			}
			last.record = l.Time
		}
		last.line, last.seen = l.Time, true
		r.last[l.Node] = last
		if !seen || time.Duration(l.Time-before) < noticeable {
			continue
		}
		at, bs := time.Unix(0, l.Time), r.buckets[l.Node]
		k := r.bucketOf(l.Node, at)
		if d, ok := sinceBucket(bs, k, at); ok {
			out[i] = d
		} else if k < len(bs) && at.Sub(bs[k].First) >= exact {
			looks = append(looks, look{i, Span{later(bs[k].First, time.Unix(0, before)), at}})
		}
	}
	if len(looks) > fewLooks {
		span := Span{looks[0].span.From, looks[0].span.To}
		for _, k := range looks {
			span.From, span.To = earlier(span.From, k.span.From), later(span.To, k.span.To)
		}
		if fine, err := r.fine(ctx, span, len(looks)); err != nil {
			return out, err
		} else if fine != nil {
			looks = slices.DeleteFunc(looks, func(k look) bool {
				bs, at := fine[ls[k.i].Node], k.span.To
				d, ok := sinceBucket(bs, bucketOf(bs, at), at)
				if ok {
					out[k.i] = d
				}
				return ok
			})
		}
	}
	if r.looks += len(looks); r.looks > mostLooks {
		return out, fmt.Errorf("more than %d silences to look at: some may be taken for longer than they were", mostLooks)
	}
	type found struct {
		i  int
		d  time.Duration
		er error
	}
	results := make(chan found, len(looks))
	slots := make(chan struct{}, r.Workers)
	for _, k := range looks {
		go func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			sel := r.Sel
			sel.Node, sel.Span = ls[k.i].Node, k.span
			near, err := r.Store.Near(ctx, sel, 1, true)
			d := time.Duration(-1)
			if err == nil && len(near) > 0 {
				d = time.Duration(ls[k.i].Time - near[0].Time)
			}
			results <- found{k.i, d, err}
		}()
	}
	var failed error
	for range looks {
		f := <-results
		out[f.i] = f.d
		failed = cmp.Or(failed, f.er)
	}
	return out, failed
}
