package cmd

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"zlog/diagnosis"
	"zlog/event"
	"zlog/index"
	"zlog/parser"
	"zlog/tui"
)

// loader reads for the screen: one goroutine makes the answer exactly as diagnose does, another fills the index of
// lines, and each tells what it has through updates.
//
//	paths ─► open ─┬─► answer (prefiltered; of a large input first a part) ─┬─► updates ─► screen
//	               └─► index (every record) ───────────────────────────────┘
//	pipe, --follow ─► pump ─► spool file ─► the same, again and again
type loader struct {
	e       *env
	c       *cobra.Command
	in      *input
	follow  bool
	paths   []string
	index   *index.Index
	updates chan tui.Update
	wg      sync.WaitGroup

	a       *analysis
	chasing atomic.Bool // files are followed: sources may come, and none ends
	feedMu  sync.Mutex  // of sources and bad
	sources []*feed
	bad     []diagnosis.Source
	spool   *os.File // of records from archives
	err     error

	mu    sync.Mutex
	now   tui.Update
	done  map[string]int64
	ready chan struct{} // closed when the rules are loaded
}

// feed is one source and how its lines are read back.
type feed struct {
	src       *parser.Source
	container bool  // compressed or an archive: its records are spooled as text
	pump      *pump // of a pipe or a followed file: its bytes are spooled
}

func newLoader(e *env, c *cobra.Command, in *input, follow bool, paths []string) *loader {
	l := &loader{e: e, c: c, in: in, follow: follow, paths: paths, updates: make(chan tui.Update, 1), done: map[string]int64{}, ready: make(chan struct{})}
	l.index = index.New(func(chunk io.Reader, emit func(*event.Event)) {
		l.read(context.Background(), "", chunk, parser.Options{}, emit)
	})
	return l
}

// read parses plain bytes under a source's name.
func (l *loader) read(ctx context.Context, name string, r io.Reader, opt parser.Options, emit func(*event.Event)) {
	opt.Limits = l.in.limits
	src, _ := parser.Expand([]string{"-"}, r, l.in.limits)
	src[0].Name = name
	src[0].Read(ctx, opt, emit)
}

// start begins to read.
func (l *loader) start(ctx context.Context) {
	l.wg.Add(1)
	go func() {
		defer l.wg.Done()
		defer close(l.updates)
		err := l.run(ctx)
		if err != nil && ctx.Err() == nil {
			l.err = err
			l.tell(ctx, func(u *tui.Update) { u.Err, u.Loading = err, nil })
		}
	}()
}

// close waits for what start began and removes the spools.
func (l *loader) close() {
	l.wg.Wait()
	_ = l.index.Close()
	for _, s := range l.feeds() {
		if s.pump != nil {
			s.pump.close()
		}
	}
	dropSpool(l.spool)
}

// tell changes what is known and hands it over; an update that was not taken yet is replaced.
func (l *loader) tell(ctx context.Context, change func(*tui.Update)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change(&l.now)
	u := l.now
	select {
	case <-l.updates:
	default:
	}
	select {
	case l.updates <- u:
	case <-ctx.Done():
	}
}

func (l *loader) run(ctx context.Context) error {
	a, sources, bad, err := l.e.open(l.c, l.in, l.paths)
	if err != nil {
		return err
	}
	l.a, l.bad = a, bad
	if a.fetched != nil {
		if sources, err = l.e.widened(ctx, a, l.in, sources, bad); err != nil {
			return err
		}
	}
	live := false
	for _, s := range sources {
		i := &feed{src: s}
		if spool, ok := s.Spool().(*os.File); ok { // fetched from a store: all of it is there
			i.pump = &pump{name: s.Name, spool: spool, n: s.Size(), line: s.Size(), end: true}
		} else if s.Name == "-" || s.Size() == 0 && isPipe(s.Name) || l.follow && !isContainer(s.Name) {
			if i.pump, err = newPump(s.Name, l.e.in); err != nil {
				return err
			}
			i.pump.followed = s.Name != "-" && !isPipe(s.Name)
			live = true
		} else {
			i.container = isContainer(s.Name)
		}
		l.sources = append(l.sources, i)
	}
	close(l.ready)
	var wg sync.WaitGroup
	errs := make([]error, 2)
	for _, s := range l.feeds() {
		if s.pump != nil && !s.pump.followed && !s.pump.ended() {
			wg.Go(func() { s.pump.run(ctx) })
		}
	}
	if files := slices.DeleteFunc(slices.Clone(l.paths), func(p string) bool { return p == "-" || isPipe(p) }); l.follow && len(files) > 0 {
		live = true
		l.chasing.Store(true)
		wg.Go(func() { l.chase(ctx) })
	}
	l.tell(ctx, func(u *tui.Update) { u.Live = live; u.Loading = l.progress() })
	wg.Go(func() { errs[0] = l.answer(ctx, live) })
	wg.Go(func() { errs[1] = l.fill(ctx) })
	wg.Wait()
	l.tell(ctx, func(u *tui.Update) { u.Live, u.Loading = false, nil })
	return errors.Join(errs...)
}

// progress tells how far each static source is in the index, which is the slower of the two.
func (l *loader) progress() []tui.Progress {
	var out []tui.Progress
	for _, s := range l.feeds() {
		n := l.done[s.src.Name]
		if s.pump != nil || n < 0 {
			continue
		}
		out = append(out, tui.Progress{Source: s.src.Name, Done: n, Total: s.src.Size()})
	}
	return out
}

// firstLook is how much of each source a first answer to a large input rests on.
const firstLook = 16 << 20

// answer makes the answer, and with growing input makes it anew when there is more, taking at most a third of a
// processor for that.
func (l *loader) answer(ctx context.Context, live bool) error {
	var total, part int64
	for _, s := range l.feeds() {
		total += s.src.Size()
		part += min(s.src.Size(), firstLook)
	}
	if !live && part < total/2 {
		if err := l.look(ctx, firstLook, float64(part)/float64(total)); err != nil {
			return err
		}
	}
	for {
		began, seen := time.Now(), l.bytes()
		ended := l.pumpsDone()
		if err := l.look(ctx, 0, 1); err != nil || ended {
			return err
		}
		took := time.Since(began)
		if !l.grown(ctx, seen, max(2*took, 300*time.Millisecond)) {
			return ctx.Err()
		}
	}
}

// pumpsDone says whether no source grows any more.
func (l *loader) pumpsDone() bool {
	if l.chasing.Load() {
		return false
	}
	for _, s := range l.feeds() {
		if s.pump != nil && !s.pump.ended() {
			return false
		}
	}
	return true
}

// grown waits, at least for pause, until the sources have grown beyond what was seen, or ended.
func (l *loader) grown(ctx context.Context, seen int64, pause time.Duration) bool {
	for {
		select {
		case <-ctx.Done():
			return false
		case <-time.After(pause):
		}
		if l.bytes() != seen || l.pumpsDone() {
			return true
		}
		pause = 100 * time.Millisecond
	}
}

func (l *loader) bytes() int64 {
	var n int64
	for _, s := range l.feeds() {
		if s.pump != nil {
			n += s.pump.size()
		}
	}
	return n
}

// look makes an answer from what there is, or from the first limit bytes of each source.
func (l *loader) look(ctx context.Context, limit int64, share float64) error {
	var sources []*parser.Source
	for _, s := range l.feeds() {
		var r io.Reader
		switch {
		case s.pump != nil:
			if s.pump.packed() && !s.pump.ended() {
				continue // an archive in a pipe: nothing can be said before its end
			}
			r = s.pump.whole()
		case limit > 0 && s.container:
			continue
		case limit > 0 && s.src.Size() > limit:
			f, err := os.Open(s.src.Name)
			if err != nil {
				continue
			}
			defer f.Close()
			r = io.NewSectionReader(f, 0, lastLine(f, limit))
		default:
			sources = append(sources, s.src)
			continue
		}
		one, _ := parser.Expand([]string{"-"}, r, l.in.limits)
		one[0].Name = s.src.Name
		sources = append(sources, one[0])
	}
	o, err := l.a.run(ctx, sources, l.unread())
	if err != nil {
		return err
	}
	st := o.story
	nodeOf, moments := nodeNames(st), st.Moments()
	l.index.SetClock(offsets(st))
	if limit == 0 {
		l.index.Order()
	}
	l.tell(ctx, func(u *tui.Update) {
		u.Result, u.Share, u.Story, u.States, u.NodeOf = o.result, share, moments, st.At, nodeOf
	})
	return nil
}
