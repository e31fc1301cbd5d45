package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"zlog/diagnosis"
	"zlog/report"
	"zlog/tui"
)

// screenFlags are what only the screen takes.
type screenFlags struct {
	follow, plain, noMouse, ascii bool
}

func tuiCommand(e *env) *cobra.Command {
	in, sf := &input{}, &screenFlags{}
	c := &cobra.Command{
		Use:   "tui [PATH…]",
		Short: "Triage on the terminal: findings, evidence, logs, timeline",
		Long: `Show the answer on the terminal and walk from it to the lines, the timeline and the nodes. Logs may be piped in: keys
still come from the terminal. ? lists the keys. Without a terminal the report is printed instead.`,
		Example: `  zlog tui ctrl1.log ctrl2.log ctrl3.log
  zlog tui --follow /var/log/ziti/
  journalctl -f -u ziti-controller -o cat | zlog tui`,
	}
	in.flags(c)
	sf.flags(c)
	c.RunE = func(cc *cobra.Command, args []string) error { return e.screen(cc, in, sf, args) }
	return c
}

func (sf *screenFlags) flags(c *cobra.Command) {
	f := c.Flags()
	f.BoolVar(&sf.follow, "follow", false, "keep reading as the files grow, over rotation")
	f.BoolVar(&sf.plain, "plain", false, "line by line, for screen readers and plain terminals: no boxes, no redraws")
	f.BoolVar(&sf.noMouse, "no-mouse", false, "leave the mouse to the terminal")
	f.BoolVar(&sf.ascii, "ascii", false, "draw with ASCII alone; so do locales without UTF-8")
}

// errNoTerminal says why a report is printed instead.
var errNoTerminal = errors.New("no terminal: here is the report; zlog tui needs one to read keys from")

// screen shows the answer on the terminal, or prints the report where there is none.
func (e *env) screen(c *cobra.Command, in *input, sf *screenFlags, paths []string) error {
	if len(paths) == 0 && in.store.from == "" && isTerminal(e.in) {
		_ = c.Help()
		return errNoInput
	}
	for flag, v := range map[string]string{"since": in.since, "until": in.until} {
		if _, err := point(v); err != nil {
			return fmt.Errorf("--%s %w", flag, err)
		}
	}
	if in.store.from != "" && sf.follow {
		return errors.New("tui --follow reads files and pipes; from a store, see zlog diagnose --follow")
	}
	keys, done, err := e.keyboard()
	if err != nil || !isTTY(e.out) {
		done()
		fmt.Fprintf(e.err, "zlog: %v\n", errNoTerminal)
		o, err := e.diagnose(c, in, paths)
		if err != nil {
			return err
		}
		return output{kind: "text"}.write(e, o.result, report.TextOptions{})
	}
	defer done()
	ctx, cancel := context.WithCancel(c.Context())
	defer cancel()
	// 300 MB is what the screen may take for a log of 1 GB; the rest is the runtime's, and stacks.
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(204 << 20))
	defer heapShare.Store(heapShare.Swap(50))
	// Two threads more than there are processors, so that a key need not wait until those that read the logs are
	// interrupted: the system shares the processors out sooner than the runtime. It halves the time from key to paint.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 2))
	var said bytes.Buffer // what would be lost behind the screen
	quiet := *e
	quiet.err = &said
	in.around = ticketContext
	l := newLoader(&quiet, c, in, sf.follow, paths)
	opt := tui.Options{Updates: l.updates, Log: l.index, Meanings: l.meanings, RuleLines: l.ruleLines, Report: e.reportAs, Kinds: kindsForPeople(),
		Env: os.Getenv, Dir: ".", Mouse: !sf.noMouse, ASCII: sf.ascii || !utf8Locale(), Color: e.colored(e.out), Width: columns(e.out)}
	l.start(ctx)
	if sf.plain || os.Getenv("TERM") == "dumb" {
		err = tui.Plain(ctx, opt, keys, e.out)
	} else {
		screen, _ := fileOf(e.out)
		err = tui.Run(ctx, opt, keys, screen)
	}
	cancel()
	l.close()
	_, _ = io.Copy(e.err, &said)
	if l.err != nil && c.Context().Err() == nil && !errors.Is(l.err, context.Canceled) {
		return l.err
	}
	return err
}

// keyboard gives where keys come from: standard input if that is the terminal, else the terminal itself.
func (e *env) keyboard() (io.Reader, func(), error) {
	if f, ok := e.in.(*os.File); ok && isTTYReader(f) {
		return f, func() {}, nil
	}
	f, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return nil, func() {}, err
	}
	return f, func() { f.Close() }, nil
}

// reportAs writes a report of a kind.
func (e *env) reportAs(kind string, w io.Writer, r *diagnosis.Result) error {
	write := kinds[kind]
	if write == nil {
		return fmt.Errorf("no kind of report is called %q; there are %s", kind, list(kindNames()))
	}
	return write(w, r, report.TextOptions{Verbose: true, Width: 100})
}

// kindsForPeople gives the kinds of report, the one that people read best first.
func kindsForPeople() []string {
	names := kindNames()
	for _, best := range []string{"text", "markdown", "md", "html"} {
		for i, n := range names {
			if n == best {
				names = append([]string{n}, append(append([]string{}, names[:i]...), names[i+1:]...)...)
			}
		}
	}
	return names
}

// utf8Locale says whether the locale writes UTF-8, or none is set.
func utf8Locale() bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := os.Getenv(name); v != "" {
			v = strings.ToUpper(v)
			return strings.Contains(v, "UTF-8") || strings.Contains(v, "UTF8")
		}
	}
	return true
}

func isTTYReader(f *os.File) bool { return isTTY(io.Writer(f)) }
