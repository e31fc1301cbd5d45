package store

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync/atomic"
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
	Less  *Want // instead of Want, in the chunks after Enough; may be nil

	Workers int   // questions at a time; 4 if it is not set
	Chunk   int64 // stored lines that one question may be about; 25,000 if it is not set
	Keep    *Keep // what an interrupted run left behind, and leaves; may be nil

	// Emit takes the lines in the order of time, those of one node and one time as the store has them. since is the time since
	// the node's line before, fetched or not, if the line before that was fetched is long ago; -1 otherwise.
	Emit func(l Line, since time.Duration) error
	// Enough is asked after each chunk was emitted: whether of this node no more is needed than Less. It may be nil, which is no.
	Enough func(node string) bool
	// Progress is told what is done, in stored lines; may be nil.
	Progress func(done, all int64)

	twice   map[string][]twice  // by node, in order; after Run
	buckets map[string][]Bucket // of each node; after Run
}

// Node is what is known of one node after a Fetch.
type Node struct {
	Name        string
	Stored      int64 // lines in the span
	Bytes       int64 // of their texts, 0 if the store does not count them
	Lines       int64 // that were fetched
	Copies      int64 // that were fetched besides, and are copies of these; see twice
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
	fewLooks       = 40                      // questions about the line before, of one chunk, for which buckets are not asked for instead
	mostLooks      = 2000                    // questions about the line before, of one Fetch
)

// run is the state of a Fetch.
type run struct {
	*Fetch
	nodes   map[string]*Node
	last    map[string]lastLine // of each node
	looks   int
	missing []Missing
	less    atomic.Bool // all nodes that go on have enough
}

// lastLine tells when the last line of a node was that was emitted, and the last that was a JSON record.
type lastLine struct {
	line, record int64
	seen         bool
}

// Run reads. What could not be fetched comes as Missing; an error means that nothing could be.
func (f *Fetch) Run(ctx context.Context) ([]Node, []Missing, error) {
	if f.Workers <= 0 {
		f.Workers = defaultWorkers
	}
	if f.Chunk <= 0 {
		f.Chunk = defaultChunk
	}
	f.twice, f.buckets = map[string][]twice{}, map[string][]Bucket{}
	r := &run{Fetch: f, nodes: map[string]*Node{}, last: map[string]lastLine{}}
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
	if err := f.Keep.begin(f.Sel, []*Want{f.Want, f.Less}, all); err != nil {
		return nil, nil, err
	}
	err = r.chunks(ctx, chunks(f.Sel.Span, all, f.Chunk), stored)
	if err == nil && len(r.missing) == 0 {
		f.Keep.done()
	}
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
			go func() { answer <- r.kept(ctx, c) }()
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
		g.lines = r.once(g.lines)
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
		r.sate(g.span.To)
		done += g.chunk.lines
		if r.Progress != nil {
			r.Progress(done, stored)
		}
	}
	return ctx.Err()
}

// sate asks after a chunk whether all nodes that go on have enough. Chunks that are under way by then bring more than is needed.
func (r *run) sate(to time.Time) {
	if r.Enough == nil || r.Less == nil || r.less.Load() {
		return
	}
	for _, n := range r.nodes {
		if !n.Last.Before(to) && !r.Enough(n.Name) {
			return
		}
	}
	r.less.Store(true)
}

// kept gives one chunk: what was kept of it, or else what is fetched, which is kept if it is whole.
func (r *run) kept(ctx context.Context, c chunk) got {
	if ls, ok := r.Keep.load(c.span); ok {
		return got{chunk: c, lines: ls}
	}
	g := r.chunk(ctx, c)
	if g.err == nil {
		r.Keep.save(c.span, g.lines)
	}
	return g
}

// chunk fetches one chunk: what is wanted, the ends of long silences, and what stands before text that goes on over lines.
// One that is too much for the store is halved.
func (r *run) chunk(ctx context.Context, c chunk) got {
	g := got{chunk: c}
	sel := r.Sel
	sel.Span = c.span
	want := r.Want
	if r.less.Load() {
		want = r.Less
	}
	g.err = r.Store.Lines(ctx, sel, want, func() { g.lines = nil }, func(l Line) error {
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

// order sorts lines by time; those of one time stay as they are.
func order(ls []Line) {
	slices.SortStableFunc(ls, func(a, b Line) int { return cmp.Compare(a.Time, b.Time) })
}
