package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

// Fetch is one reading of a span of a store, from its beginning to its end.
//
//	span ─► Presence ─► chunks of a bounded number of stored lines ─► workers ─► in order ─► Emit
//	                       ▲                                             │
//	                       └── halved: the answer is too large, or slow ─┘
type Fetch struct {
	Store Store
	Sel   Selection
	Want  *Want // nil for everything

	Workers int   // questions at a time; 4 if it is not set
	Chunk   int64 // stored lines that one question may be about; 25,000 if it is not set

	// Emit takes the lines in the order of time, those of one node and one time as the store has them. since is the time since
	// the node's line before, fetched or not, if the line before that was fetched is long ago; -1 otherwise.
	Emit func(l Line, since time.Duration) error
	// Progress is told what is done, in stored lines; may be nil.
	Progress func(done, all int64)
}

// Node is what is known of one node after a Fetch.
type Node struct {
	Name        string
	Stored      int64 // lines in the span
	Bytes       int64 // of their texts, 0 if the store does not count them
	Lines       int64 // that were fetched
	Fetched     int64 // bytes of their texts
	First, Last time.Time
}

// Missing is a stretch that could not be fetched, and why.
type Missing struct {
	Span Span
	Why  error
}

const (
	defaultWorkers = 4
	defaultChunk   = 25_000                  // some 8 MB; VictoriaLogs gives up after 30 s, and took 3 s for so much of a debug log
	noticeable     = 2900 * time.Millisecond // what the parser may take for a silence, and a bit
	longSilence    = 5 * time.Minute         // from which on both its ends are fetched; see parser's gaps
	exact          = time.Microsecond        // how well a store tells when the lines of a bucket begin and end
	mostLooks      = 2000                    // questions about the line before, of one Fetch
)

// run is the state of a Fetch.
type run struct {
	*Fetch
	nodes   map[string]*Node
	buckets map[string][]Bucket // of each node
	last    map[string]int64    // time of the node's last line that was emitted
	looks   int
	missing []Missing
}

// Run reads. What could not be fetched comes as Missing; an error means that nothing could be.
func (f *Fetch) Run(ctx context.Context) ([]Node, []Missing, error) {
	if f.Workers <= 0 {
		f.Workers = defaultWorkers
	}
	if f.Chunk <= 0 {
		f.Chunk = defaultChunk
	}
	r := &run{Fetch: f, nodes: map[string]*Node{}, buckets: map[string][]Bucket{}, last: map[string]int64{}}
	first := max(2*time.Second, (f.Sel.Span.To.Sub(f.Sel.Span.From) / 600).Truncate(time.Second))
	all, err := f.Store.Presence(ctx, f.Sel, first)
	if err != nil {
		return nil, nil, err
	}
	// The first look may have been at years; the second is at where lines are.
	if len(all) > 0 {
		narrow := f.Sel
		narrow.Span = Span{all[0].First, all[0].Last}
		for _, b := range all {
			narrow.Span.From, narrow.Span.To = earlier(narrow.Span.From, b.First), later(narrow.Span.To, b.Last)
		}
		narrow.Span.From, narrow.Span.To = later(narrow.Span.From.Add(-time.Microsecond), f.Sel.Span.From), earlier(narrow.Span.To.Add(time.Microsecond), f.Sel.Span.To)
		if w := width(narrow.Span); w < first {
			if all, err = f.Store.Presence(ctx, narrow, w); err != nil {
				return nil, nil, err
			}
		}
		f.Sel = narrow
	}
	if all, err = r.clip(ctx, all); err != nil {
		return nil, nil, err
	}
	var stored int64
	for _, b := range all {
		n := r.nodes[b.Node]
		if n == nil {
			n = &Node{Name: b.Node, First: b.First, Last: b.Last}
			r.nodes[b.Node] = n
		}
		n.Stored, n.Bytes, n.First, n.Last = n.Stored+b.Count, n.Bytes+b.Bytes, earlier(n.First, b.First), later(n.Last, b.Last)
		r.buckets[b.Node] = append(r.buckets[b.Node], b)
		stored += b.Count
	}
	err = r.chunks(ctx, chunks(f.Sel.Span, all, f.Chunk), stored)
	var nodes []Node
	for _, n := range r.nodes {
		nodes = append(nodes, *n)
	}
	slices.SortFunc(nodes, func(a, b Node) int { return cmp.Compare(a.Name, b.Name) })
	return nodes, r.missing, err
}

// clip sets right what buckets say beyond the end of the span, for stores that count to the end of a bucket.
func (r *run) clip(ctx context.Context, all []Bucket) ([]Bucket, error) {
	out := all[:0]
	for _, b := range all {
		if !b.First.Before(r.Sel.Span.To) {
			continue
		}
		if !b.Last.Before(r.Sel.Span.To) {
			sel := r.Sel
			sel.Node = b.Node
			last, err := r.Store.Near(ctx, sel, 1, true)
			if err != nil {
				return nil, err
			}
			if len(last) == 0 {
				continue
			}
			b.Last = time.Unix(0, last[0].Time)
		}
		out = append(out, b)
	}
	return out, nil
}

// width is how long the buckets of a span are: at most 600 of them, unless they were longer than what is a gap.
func width(s Span) time.Duration {
	d := s.To.Sub(s.From) / 600
	return max(2*time.Second, min(d.Truncate(time.Second), longSilence))
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// chunk is a stretch that one question is about.
type chunk struct {
	span  Span
	lines int64
}

// chunks cuts a span so that each part has about so many stored lines.
func chunks(s Span, all []Bucket, most int64) []chunk {
	var out []chunk
	c := chunk{span: Span{From: s.From}}
	for _, b := range all {
		if c.lines > 0 && c.lines+b.Count > most && b.First.After(c.span.From) {
			c.span.To = b.First
			out = append(out, c)
			c = chunk{span: Span{From: b.First}}
		}
		c.lines += b.Count
	}
	if c.lines == 0 {
		return out
	}
	c.span.To = s.To
	return append(out, c)
}

// got is the answer about a chunk.
type got struct {
	chunk
	lines []Line
	err   error
}

// chunks fetches the chunks, some at a time, and hands them on in order.
func (r *run) chunks(ctx context.Context, cs []chunk, stored int64) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	queue := make(chan chan got, r.Workers)
	go func() {
		defer close(queue)
		for _, c := range cs {
			answer := make(chan got, 1)
			select {
			case queue <- answer: // at most as many as there are workers are under way, or wait to be taken
			case <-ctx.Done():
				return
			}
			go func() { answer <- r.chunk(ctx, c) }()
		}
	}()
	var done int64
	for answer := range queue {
		g := <-answer
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if g.err != nil {
			r.missing = append(r.missing, Missing{g.span, g.err})
		}
		since, err := r.since(ctx, g.lines)
		if err != nil {
			r.missing = append(r.missing, Missing{g.span, err})
		}
		for i, l := range g.lines {
			if n := r.nodes[l.Node]; n != nil {
				n.Lines++
				n.Fetched += int64(len(l.Text)) + 1
			}
			if err := r.Emit(l, since[i]); err != nil {
				return err
			}
		}
		done += g.chunk.lines
		if r.Progress != nil {
			r.Progress(done, stored)
		}
	}
	return ctx.Err()
}

// chunk fetches one chunk: what is wanted, the ends of long silences, and what stands before text that goes on over lines.
// One that is too much for the store is halved.
func (r *run) chunk(ctx context.Context, c chunk) got {
	g := got{chunk: c}
	sel := r.Sel
	sel.Span = c.span
	g.err = r.Store.Lines(ctx, sel, r.Want, func() { g.lines = nil }, func(l Line) error {
		g.lines = append(g.lines, l)
		return nil
	})
	if halve(g.err) && c.span.To.Sub(c.span.From) > time.Second {
		return r.halves(ctx, c)
	}
	order(g.lines)
	if g.err == nil && r.Want != nil {
		g.err = r.whole(ctx, &g)
	}
	return g
}

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
	bs := r.buckets[node]
	k, _ := slices.BinarySearchFunc(bs, at.Add(-exact), func(b Bucket, t time.Time) int { return b.Last.Compare(t) })
	return k
}

// inside says whether a time is in one of spans that are in order.
func inside(at int64, all []Span) bool {
	k, _ := slices.BinarySearchFunc(all, at, func(s Span, t int64) int { return cmp.Compare(s.To.UnixNano(), t+1) })
	return k < len(all) && at >= all[k].From.UnixNano()
}

// join makes one of spans that touch.
func join(all []Span) []Span {
	slices.SortFunc(all, func(a, b Span) int { return a.From.Compare(b.From) })
	var out []Span
	for _, s := range all {
		if n := len(out); n > 0 && !s.From.After(out[n-1].To) {
			out[n-1].To = later(out[n-1].To, s.To)
		} else {
			out = append(out, s)
		}
	}
	return out
}

// halve says whether a smaller question may be answered.
func halve(err error) bool {
	var no *refused
	return errors.Is(err, errTooMuch) || errors.Is(err, errTorn) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, context.DeadlineExceeded) ||
		errors.As(err, &no) && (no.status == 413 || no.status == 422 || no.status == 504 || no.status == 400 && strings.Contains(no.text, "limit"))
}

func (r *run) halves(ctx context.Context, c chunk) got {
	mid := c.span.From.Add(c.span.To.Sub(c.span.From) / 2)
	a := r.chunk(ctx, chunk{Span{c.span.From, mid}, c.lines / 2})
	b := r.chunk(ctx, chunk{Span{mid, c.span.To}, c.lines / 2})
	return got{chunk: c, lines: append(a.lines, b.lines...), err: cmp.Or(a.err, b.err)}
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

// order sorts lines by time; those of one time stay as they are.
func order(ls []Line) {
	slices.SortStableFunc(ls, func(a, b Line) int { return cmp.Compare(a.Time, b.Time) })
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
		case strings.HasPrefix(strings.TrimLeft(l.Text, " \t"), `{"`):
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

// since finds for each line the time since the node's line before it, where the line that was fetched before is so long ago
// that the parser would think of a silence. Where the buckets do not tell, the store is asked.
func (r *run) since(ctx context.Context, ls []Line) ([]time.Duration, error) {
	out := make([]time.Duration, len(ls))
	type look struct {
		i    int
		span Span
	}
	var looks []look
	for i, l := range ls {
		out[i] = -1
		before, seen := r.last[l.Node]
		r.last[l.Node] = l.Time
		if !seen || time.Duration(l.Time-before) < noticeable {
			continue
		}
		at, bs := time.Unix(0, l.Time), r.buckets[l.Node]
		k := r.bucketOf(l.Node, at)
		switch {
		case k == len(bs):
		case at.Sub(bs[k].First) < exact: // the first of its bucket
			if k > 0 {
				out[i] = at.Sub(bs[k-1].Last)
			}
		case at.Sub(bs[k].First) < noticeable:
			out[i] = at.Sub(bs[k].First)
		default:
			looks = append(looks, look{i, Span{later(bs[k].First, time.Unix(0, before)), at}})
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
