package cmd

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"zlog/cluster"
	"zlog/diagnosis"
	"zlog/event"
	"zlog/follow"
	"zlog/parser"
	"zlog/report"
	"zlog/rules"
)

// followFlags are what only diagnose --follow takes.
type followFlags struct {
	on        bool
	state     string
	onFinding string
	timeout   time.Duration
	settle    time.Duration
}

func (ff *followFlags) flags(c *cobra.Command) {
	f := c.Flags()
	f.BoolVarP(&ff.on, "follow", "f", false, "go on as the files grow and rotate: a line a finding, the report at the end")
	f.StringVar(&ff.state, "state", "", "with --follow: go on where the last run stood, which this file tells")
	f.StringVar(&ff.onFinding, "on-finding", "", "with --follow: run this command (no shell) with each finding's JSON on its standard input")
	f.DurationVar(&ff.timeout, "on-finding-timeout", 30*time.Second, "how long that command may take")
	f.DurationVar(&ff.settle, "settle", time.Millisecond, "with --follow and several sources: how long lines of the others are waited for; ten times that at most")
	for _, hidden := range []string{"on-finding-timeout", "settle"} {
		_ = f.MarkHidden(hidden)
	}
}

// check refuses flags that do nothing without --follow.
func (ff *followFlags) check(c *cobra.Command) error {
	for _, name := range []string{"state", "on-finding", "on-finding-timeout", "settle"} {
		if !ff.on && c.Flags().Changed(name) {
			return fmt.Errorf("--%s is for --follow", name)
		}
	}
	return nil
}

// Bounds of what is kept while following, and of how often the answer is made anew.
const (
	mostLive   = 3000 // matches, beyond which the oldest are forgotten; a look at so many takes some 10 ms
	leastLive  = 2000
	stalest    = 250 * time.Millisecond // of the answer, while more comes than can be read
	dumpPause  = 50 * time.Millisecond  // a dying process writes its last words in many pieces
	pastPoll   = 50 * time.Millisecond  // while a store is read from --since on
	saveEvery  = 5 * time.Second
	mostPause  = time.Second // between two looks
	hookGrace  = 2 * time.Second
	mostLosses = 1000 // accounts of files that were rotated away
)

// live is one run of diagnose --follow.
//
//	files, pipes ─► follow.Follower ─► parser.Live ─► matches ─► cluster.Builder
//	                                                                  │ when matches came, and the last look is paid for
//	         line, hook, state ◄─ follow.Ledger ◄─ diagnoses ◄────────┘
type live struct {
	e       *env
	a       *analysis
	flags   *followFlags
	b       *cluster.Builder
	unknown *rules.Unknowns
	take    func(*event.Event)
	opt     parser.Options
	in      *inputs
	f       *follow.Follower
	sources []*liveSource
	by      map[*follow.File]*liveSource
	others  []diagnosis.Source // read to their end: archives, files that ended
	trouble map[string]string
	ledger  *follow.Ledger
	hook    *hook
	jsonl   bool
	failed  error // of writing
	whole   bool  // nothing more comes

	matches int // added since the last look
	seen    time.Time
	latest  time.Time // of all lines, in the logs' time
	arrived time.Time // when the last bytes came
	looked  time.Time
	next    time.Time // not before this is there another look
	again   time.Duration
	caught  bool
	past    func() bool // what the store had at the beginning has been handed over; nil without a store
	stored  bool        // lines come from a store, which keeps them
	saved   time.Time
	unsaved string // why the state could not be written the last time
	resumed []*savedSource
}

// liveSource is one file, or pipe, and what it is read with.
type liveSource struct {
	file *follow.File
	live *parser.Live
	name string
}

// followDiagnose is diagnose --follow.
func (e *env) followDiagnose(c *cobra.Command, in *input, ff *followFlags, paths []string, outs []output, t report.TextOptions, limit diagnosis.Severity) error {
	if err := in.store.check(c, paths); err != nil {
		return err
	}
	if in.store.from != "" && in.until != "" {
		return errors.New("--until: --follow --from goes on as lines come; say --since alone")
	}
	if in.limits.Log > 0 {
		return errors.New("--max-log: --follow goes on as lines come")
	}
	if len(paths) == 0 && in.store.from == "" {
		if isTerminal(e.in) {
			_ = c.Help()
			return errNoInput
		}
		paths = []string{"-"}
	}
	a, err := e.prepare(in)
	if err != nil {
		return err
	}
	if !a.until.known() {
		return errors.New("--until: with --follow it wants a date, too")
	}
	l := &live{e: e, a: a, flags: ff, b: cluster.NewBuilder(), unknown: rules.NewUnknowns(), by: map[*follow.File]*liveSource{},
		trouble: map[string]string{}, ledger: follow.NewLedger()}
	l.opt = a.options(l.b)
	l.take = l.counting(a.taker(l.b, l.unknown))
	for _, o := range outs {
		l.jsonl = l.jsonl || o.file == "" && o.kind == "json"
	}
	if ff.onFinding != "" {
		if l.hook, err = newHook(ff.onFinding, ff.timeout, e.err); err != nil {
			return err
		}
	}
	l.stored = in.store.from != ""
	if ff.state != "" {
		if err := l.restore(ff.state); err != nil {
			return err
		}
	}
	ctx := c.Context()
	l.in = newInputs(l, paths)
	var fed *storeTail
	if l.stored {
		if fed, err = e.tail(ctx, in, a); err != nil {
			return err
		}
		l.in.pipes, l.past = fed.pipes, fed.past.Load
		a.since, a.until = when{}, when{} // the store has cut out the span
		go fed.run(ctx)
	}
	l.f = l.in.follower(ctx)
	defer l.f.Close()
	if why := l.f.Blind(); why != "" {
		fmt.Fprintf(e.err, "zlog: changes are looked for every quarter of a second: %s\n", report.Safe(why))
	}
	e.patient.Store(true)
	l.run(ctx)
	err = l.close(ctx, outs, t, limit)
	if fed != nil && fed.lost.Load() {
		e.code = exitTrouble
	}
	return err
}

// counting counts what take adds.
func (l *live) counting(take func(*event.Event)) func(*event.Event) {
	return func(ev *event.Event) {
		l.matches++
		take(ev)
	}
}

// run reads and looks until ctx is done, or all pipes have ended.
func (l *live) run(ctx context.Context) {
	l.caught = l.in.onlyPipes() && l.past == nil
	var wait time.Duration
	for ctx.Err() == nil && !l.f.Ended() && l.failed == nil {
		past, arrived := l.past == nil || l.past(), l.arrived
		l.f.Wait(ctx, wait)
		more := l.read()
		wait = 0
		if !l.caught && (!past || l.past != nil && l.arrived != arrived) { // of what the store had, more may be on its way
			wait = pastPoll
			continue
		}
		if more && (!l.caught || time.Since(l.looked) < stalest) {
			continue
		}
		if !more && !l.caught {
			l.caught = true
			l.caughtUp()
			l.a.window(l.b, l.unknown) // a span before the end is one before the end of what was there
		}
		switch pause := time.Until(l.next); {
		case !l.due():
			wait = l.pause()
		case pause > 0:
			wait = pause
		default:
			l.gather(ctx)
			l.look()
			wait = l.pause()
		}
	}
}

// read takes what is new.
func (l *live) read() (more bool) {
	more = l.f.Read()
	dumps := !l.arrived.IsZero() && time.Since(l.arrived) >= dumpPause
	for _, s := range l.sources {
		if !more {
			s.live.Settle(dumps)
		}
		if t := s.live.Last(); t.After(l.latest) {
			l.latest = t
		}
	}
	return more
}

// gather waits a moment for what other nodes wrote at the same time, so that one line is not judged without the others.
func (l *live) gather(ctx context.Context) {
	if len(l.sources) < 2 || l.flags.settle <= 0 {
		return
	}
	for end := time.Now().Add(10 * l.flags.settle); time.Now().Before(end) && ctx.Err() == nil; {
		before := l.matches
		l.f.Wait(ctx, l.flags.settle)
		if l.read(); l.matches == before {
			return
		}
	}
}

// due says whether the answer may have changed: there are new matches, or time has gone on in the logs while something
// is open.
func (l *live) due() bool {
	return l.matches > 0 || l.again > 0 && !time.Now().Before(l.looked.Add(l.again)) || l.ledger.AnyOpen() && l.latest.Sub(l.seen) >= time.Second
}

// pause gives when there is something to do even if nothing comes, 0 for never.
func (l *live) pause() time.Duration {
	wait := time.Duration(0)
	sooner := func(d time.Duration) {
		if d = max(d, time.Millisecond); wait == 0 || d < wait {
			wait = d
		}
	}
	if l.again > 0 {
		sooner(time.Until(l.looked.Add(l.again)))
	}
	if l.matches > 0 {
		sooner(time.Until(l.next))
	}
	for _, s := range l.sources {
		if s.live.Holds() {
			sooner(dumpPause)
			break
		}
	}
	if l.flags.state != "" && l.looked.After(l.saved) {
		sooner(time.Until(l.saved.Add(saveEvery)))
		if time.Since(l.saved) >= saveEvery {
			l.save()
		}
	}
	return wait
}

// close says what the end of the pipes brought, and writes the closing report.
func (l *live) close(ctx context.Context, outs []output, t report.TextOptions, limit diagnosis.Severity) error {
	for l.f.All(); l.failed == nil && l.f.Read(); { // what was written before the signal counts
	}
	for _, s := range l.sources {
		if ctx.Err() == nil || !s.file.Pipe {
			s.live.Settle(true)
		}
	}
	l.caughtUp()
	if l.whole = true; l.failed == nil { // what waited for more is told now
		l.look()
	}
	if l.flags.state != "" {
		l.save()
	}
	if l.hook != nil {
		defer l.hook.close(hookGrace) // after the report, which waits for nobody
	}
	var failed []error
	if l.failed != nil && !errors.Is(l.failed, syscall.EPIPE) {
		failed = append(failed, l.failed)
	}
	for _, s := range l.sources {
		l.others = append(l.others, s.live.End())
	}
	l.sources = nil
	o := l.conclude()
	l.e.code = exitCode(o, limit)
	if ctx.Err() != nil && isTTY(l.e.out) {
		fmt.Fprintln(l.e.out) // after the terminal's ^C
	}
	for _, out := range outs {
		if out.file == "" && l.failed != nil {
			continue // it was said
		}
		if out.file == "" && l.jsonl {
			failed = append(failed, report.Encode(l.e.out, map[string]any{"event": "end", "report": o.result}, ""))
			continue
		}
		failed = append(failed, out.write(l.e, o.result, t))
	}
	return errors.Join(failed...)
}
