package cmd

import (
	"context"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"zlog/follow"
	"zlog/report"
	"zlog/store"
)

// How a store is followed.
const (
	followEvery = 2 * time.Second
	followLate  = 30 * time.Second // a shipper's batches, and a store's own delay
	followAhead = time.Minute
)

// storeTail is what feeds the lines of a store into --follow: a pipe for each node that has lines when it begins.
//
//	store.Tail ─► pipe of each node ─► follow.Follower, as for any other pipe
type storeTail struct {
	pipes   []follow.Pipe
	writers map[string]*io.PipeWriter
	unknown map[string]bool
	run     func(context.Context)
	lost    atomic.Bool // a stretch could not be fetched
	past    atomic.Bool // what was there at the beginning has been handed over
}

// tail asks the store for its nodes and prepares to read them: what is there from --since on, and then what comes.
func (e *env) tail(ctx context.Context, in *input, a *analysis) (*storeTail, error) {
	s, err := in.store.open(ctx, e.err, nil)
	if err != nil {
		return nil, err
	}
	span := a.span(time.Now())
	if in.store.explain {
		return nil, e.explain(s.Explain(store.Selection{Query: in.store.query, Label: in.store.label, Span: span}, nil))
	}
	var sel store.Selection
	var nodes []store.Bucket
	err = e.labelled(ctx, s, &in.store, span, func(asked store.Selection) (int, error) {
		var err error
		sel = asked
		nodes, err = s.Presence(ctx, sel, max(2*time.Second, span.To.Sub(span.From)))
		return len(nodes), err
	})
	if err != nil {
		return nil, err
	}
	t := &storeTail{writers: map[string]*io.PipeWriter{}, unknown: map[string]bool{}}
	for _, b := range nodes {
		if t.writers[b.Node] != nil {
			continue
		}
		r, w := io.Pipe()
		t.writers[b.Node] = w
		t.pipes = append(t.pipes, follow.Pipe{Name: b.Node, Reader: r})
		context.AfterFunc(ctx, func() { _ = r.CloseWithError(io.EOF) }) // nobody reads any more
	}
	if len(t.pipes) == 0 || len(t.pipes) > mostNodes {
		return nil, fmt.Errorf("%s has %d nodes with the label %q%s; --follow needs one to %d", in.store.from, len(t.pipes), in.store.label, ofQuery(in.store.query), mostNodes)
	}
	lines := &store.Tail{Store: s, Sel: sel, Every: followEvery, Late: followLate, Ahead: followAhead, Now: time.Now, Sleep: store.Sleep,
		Emit:    func(l store.Line) error { return t.emit(e.err, l) },
		Trouble: t.trouble(e.err),
		Past:    func() { t.past.Store(true) },
		Twice: func(node string) {
			fmt.Fprintf(e.err, "zlog: %s: the store has lines twice, alike in time and text; they count once\n", report.Safe(node))
		}}
	t.run = func(ctx context.Context) {
		err := lines.Run(ctx)
		for _, w := range t.writers {
			_ = w.CloseWithError(err)
		}
	}
	return t, nil
}

// trouble says what was not answered.
func (t *storeTail) trouble(errs io.Writer) func(error, bool) {
	return func(err error, lost bool) {
		what := "not answered, asked again"
		if lost {
			what = "not fetched"
			t.lost.Store(true)
		}
		fmt.Fprintf(errs, "zlog: %s: %s\n", what, report.Safe(err.Error()))
	}
}

// emit hands a line to its node's pipe.
func (t *storeTail) emit(errs io.Writer, l store.Line) error {
	w := t.writers[l.Node]
	if w == nil {
		if !t.unknown[l.Node] && len(t.unknown) < mostNodes {
			t.unknown[l.Node] = true
			fmt.Fprintf(errs, "zlog: %s had no lines when following began, and is left out; begin again to have it\n", report.Safe(l.Node))
		}
		return nil
	}
	_, err := io.WriteString(w, l.Text+"\n")
	return err
}
