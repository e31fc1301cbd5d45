package cmd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"zlog/cluster"
	"zlog/diagnosis"
	"zlog/parser"
	"zlog/report"
	"zlog/store"
)

// fetched is what was read from a log store: a source for each node, whose lines lie in a spool.
//
//	rules ─► texts ─┐
//	flags ─► span ──┴► store.Fetch ─► spool of each node ─► parser.Source ─► the same engine as for files
type fetched struct {
	sources []*parser.Source
	parts   map[string]*part
	missing []store.Missing
	run     *store.Fetch // that read it
}

// part is one node's lines.
type part struct {
	name  string
	spool *os.File
	buf   *bufio.Writer
	size  int64
	lines int
	times []int64 // of each line, by the store; nil if all lines were fetched
	since map[int]time.Duration
	node  store.Node
}

// mostNodes is how many nodes one diagnosis is about. More are not one cluster, but a selector that is too wide.
const mostNodes = 64

// part gives what the parser is to know of each source, nil if all of them are whole.
func (f *fetched) part() func(string) *parser.Part {
	if f == nil {
		return nil
	}
	return func(name string) *parser.Part {
		p := f.parts[name]
		if p == nil {
			return nil
		}
		return &parser.Part{Lines: p.node.Stored, Bytes: p.node.Bytes, Since: func(line int) (time.Duration, bool) { d, ok := p.since[line]; return d, ok }}
	}
}

// amend adds to a source's account what could not be fetched of it.
func (f *fetched) amend(s *diagnosis.Source) {
	if f == nil || len(f.missing) == 0 {
		return
	}
	for _, m := range f.missing {
		s.Gaps = append(s.Gaps, diagnosis.Gap{From: diagnosis.Time{Time: m.Span.From}, To: diagnosis.Time{Time: m.Span.To}, Reason: "not fetched: " + m.Why.Error()})
	}
	m := f.missing[0]
	s.Error = fmt.Sprintf("fetch %s: not whole: %s to %s: %v", s.Name, m.Span.From.UTC().Format(time.RFC3339), m.Span.To.UTC().Format(time.RFC3339), m.Why)
	if n := len(f.missing) - 1; n > 0 {
		s.Error += fmt.Sprintf(" (and %d more stretches)", n)
	}
}

// limits names what of the store makes the answer less sure.
func (f *fetched) limits() []diagnosis.Unassessed {
	if f == nil {
		return nil
	}
	var out []diagnosis.Unassessed
	for _, s := range f.sources {
		n := f.parts[s.Name].node
		if n.Copies == 0 {
			continue
		}
		out = append(out, diagnosis.Unassessed{ID: diagnosis.LinesTwice,
			Reason: fmt.Sprintf("%s: the store has lines twice, alike in time and text: %d that were fetched count once, so how often a line was written is not sure", n.Name, n.Copies),
			Need:   "a store into which each line of " + n.Name + " was sent once"})
	}
	return out
}

// readsFrom lets an analysis read what was fetched. The store has cut out the span already, by its own times.
func (a *analysis) readsFrom(f *fetched) {
	a.fetched = f
	a.since, a.until = when{}, when{}
}

// span is the time that a store is asked about: --since is a time or a span before --until, which is now unless it is said.
func (a *analysis) span(now time.Time) store.Span {
	s := store.Span{To: a.until.on(time.Time{}, now)}
	if s.To.IsZero() {
		s.To = now
	}
	if s.From = a.since.on(time.Time{}, s.To); s.From.IsZero() {
		s.From = s.To.Add(-defaultSpan)
	}
	return s
}

// wants derives from the rules which lines of a store may matter; nil for all.
func (a *analysis) wants(from string) *store.Want {
	if a.slow || !store.Sliced(from) {
		return nil
	}
	return a.wanting()
}

// wanting gives which lines the rules look for, without those of signatures that only have one of some effects.
func (a *analysis) wanting(without ...string) *store.Want {
	texts := a.set.Texts(without...)
	for _, text := range parser.AlarmLiterals() {
		texts = append(texts, []string{text})
	}
	return &store.Want{Texts: store.Narrow(texts), Plain: true}
}

// errExplained ends a command that was only to say what it would ask.
var errExplained = errors.New("explained")

// fetch reads from the store that the flags name, once for a command.
func (e *env) fetch(ctx context.Context, in *input, a *analysis) (*fetched, error) {
	if in.fetched != nil {
		return in.fetched, nil
	}
	sf := &in.store
	var wire atomic.Int64
	s, err := sf.open(ctx, e.err, func(n int64) { wire.Add(n) })
	if err != nil {
		return nil, err
	}
	return e.fetchFrom(ctx, s, in, a, &wire)
}

// fetchFrom reads from an open store; wire counts what came of it.
func (e *env) fetchFrom(ctx context.Context, s store.Store, in *input, a *analysis, wire *atomic.Int64) (*fetched, error) {
	sf := &in.store
	sel := store.Selection{Query: sf.query, Label: sf.label, Span: a.span(time.Now())}
	want := a.wants(sf.from)
	if sf.explain {
		return nil, e.explain(s.Explain(sel, want))
	}
	f := &fetched{parts: map[string]*part{}}
	began := time.Now()
	meter := newFetchMeter(e.err)
	run := &store.Fetch{Store: s, Sel: sel, Want: want,
		Emit: func(l store.Line, since time.Duration) error {
			p, err := e.partOf(f, l.Node)
			if err != nil {
				return err
			}
			return p.add(l, since, want != nil)
		},
		Progress: func(done, stored int64) { meter.report(done, stored, wire.Load(), time.Since(began)) }}
	f.run = run
	if want != nil {
		run.Less = a.wanting(cluster.EffectApplied)
		count := a.countApplied()
		emit := run.Emit
		run.Emit = func(l store.Line, since time.Duration) error {
			count.add(l)
			return emit(l, since)
		}
		run.Enough = count.enough
	}
	if sf.keep != "" {
		run.Keep = &store.Keep{Dir: sf.keep, Of: strings.Join([]string{sf.from, sf.tenant, sf.index}, " ")}
	}
	nodes, missing, err := run.Run(ctx)
	meter.done()
	if k := run.Keep; k != nil && k.Failed != nil {
		fmt.Fprintf(e.err, "zlog: --store-keep: %s\n", report.Safe(k.Failed.Error()))
	}
	if err != nil {
		return nil, err
	}
	f.missing = missing
	if len(nodes) == 0 {
		if found, err := e.otherLabel(ctx, s, sf, sel); err != nil || found {
			if err != nil {
				return nil, err
			}
			return e.fetchFrom(ctx, s, in, a, wire)
		}
		return nil, fmt.Errorf("%s has no line with the label %q from %s to %s%s", sf.from, sf.label, sel.Span.From.UTC().Format(time.RFC3339),
			sel.Span.To.UTC().Format(time.RFC3339), ofQuery(sf.query))
	}
	if len(nodes) > mostNodes {
		return nil, fmt.Errorf("%d nodes, more than a cluster has; name one cluster's with --query, or see zlog fleet", len(nodes))
	}
	for _, n := range nodes {
		p, err := e.partOf(f, n.Name)
		if err != nil {
			return nil, err
		}
		p.node = n
		if err := p.buf.Flush(); err != nil {
			return nil, fmt.Errorf("spool: %w", err)
		}
		f.sources = append(f.sources, parser.Fetched(p.name, p.spool, p.size, in.limits))
	}
	for _, m := range missing {
		fmt.Fprintf(e.err, "zlog: not fetched: %s to %s: %s\n", m.Span.From.UTC().Format(time.RFC3339), m.Span.To.UTC().Format(time.RFC3339), report.Safe(m.Why.Error()))
	}
	in.fetched = f
	return f, nil
}

// labelled asks about the lines that have the node's label, and once more with the one that otherLabel finds, if there are
// none. ask gives how much it found.
func (e *env) labelled(ctx context.Context, s store.Store, sf *storeFlags, span store.Span, ask func(store.Selection) (int, error)) error {
	sel := store.Selection{Query: sf.query, Label: sf.label, Span: span}
	if found, err := ask(sel); err != nil || found > 0 {
		return err
	}
	if other, err := e.otherLabel(ctx, s, sf, sel); err != nil || !other {
		return err
	}
	sel.Label = sf.label
	_, err := ask(sel)
	return err
}

// otherLabel looks for a label that the usual shippers name the node by, where no line has the one that is usual here. It
// is taken, and said on standard error.
func (e *env) otherLabel(ctx context.Context, s store.Store, sf *storeFlags, sel store.Selection) (bool, error) {
	if sf.label != store.DefaultLabel {
		return false, nil
	}
	label, values, err := store.NodeLabel(ctx, s, sel)
	if err != nil || label == "" {
		return false, err
	}
	more := ""
	if len(values) > 5 {
		more = fmt.Sprintf(" and %d more", len(values)-5)
		values = values[:5]
	}
	fmt.Fprintf(e.err, "zlog: no line has the label %q; nodes are told apart by %s (%s%s)\n", sf.label, label, report.Safe(strings.Join(values, ", ")), more)
	sf.label = label
	return true, nil
}

func ofQuery(q string) string {
	if q == "" {
		return ""
	}
	return " of " + q
}

// partOf gives a node's spool.
func (e *env) partOf(f *fetched, node string) (*part, error) {
	if p := f.parts[node]; p != nil {
		return p, nil
	}
	spool, err := newSpool()
	if err != nil {
		return nil, err
	}
	e.spools = append(e.spools, spool)
	p := &part{name: node, spool: spool, buf: bufio.NewWriterSize(spool, 64<<10), since: map[int]time.Duration{}}
	f.parts[node] = p
	return p, nil
}

// add spools a line, or the lines of a record that a shipper has put together.
func (p *part) add(l store.Line, since time.Duration, sliced bool) error {
	if p.size+int64(len(l.Text)) > mostSpool {
		return fmt.Errorf("spool: more than %d GB of %s; take a shorter span", mostSpool>>30, p.name)
	}
	if since >= 0 {
		p.since[p.lines+1] = since
	}
	n := 1 + strings.Count(l.Text, "\n")
	p.lines += n
	for range n {
		if sliced {
			p.times = append(p.times, l.Time)
		}
	}
	p.size += int64(len(l.Text)) + 1
	_, err := p.buf.WriteString(l.Text)
	return errors.Join(err, p.buf.WriteByte('\n'))
}

// explain prints what a store would be asked.
func (e *env) explain(p store.Plan) error {
	fmt.Fprintln(e.out, p.Query)
	for _, w := range p.Widened {
		fmt.Fprintf(e.out, "widened: %s\n", w)
	}
	return errExplained
}

// fetchMeter says on a terminal how far the fetching is. The nil meter says nothing.
type fetchMeter struct {
	w     io.Writer
	drawn bool
}

func newFetchMeter(w io.Writer) *fetchMeter {
	if !isTTY(w) || os.Getenv("TERM") == "dumb" {
		return nil
	}
	return &fetchMeter{w: w}
}

func (m *fetchMeter) report(done, all, wire int64, took time.Duration) {
	if m == nil || took < meterWait {
		return
	}
	m.drawn = true
	fmt.Fprintf(m.w, "\r%s\x1b[K", report.Clip(fmt.Sprintf("fetching: %d of %d stored lines  %s, %s/s", done, all, report.Bytes(wire),
		report.Bytes(int64(float64(wire)/took.Seconds()))), columns(m.w)-1))
}

func (m *fetchMeter) done() {
	if m != nil && m.drawn {
		fmt.Fprint(m.w, "\r\x1b[K")
	}
}
