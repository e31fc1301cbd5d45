// Package cmd wires sources, rules, the cluster's story and reports into commands. It is the only place with exit
// codes.
package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

// The exit codes. A signal ends zlog with 128 and its number, as a shell says it: 130 for Ctrl-C.
const (
	exitOK      = 0 // nothing at or above --fail-on
	exitFound   = 1 // something found
	exitTrouble = 2 // usage, unreadable or undecodable input, bad rules
)

// env is what a command runs in: streams and the built-in rules.
type env struct {
	in       io.Reader
	out, err io.Writer
	pack     fs.FS
	color    string // --color
	code     int
	spools   []*os.File   // temporary files, taken away at the end
	patient  *atomic.Bool // a signal is the way to end the command, and it has something to say then
}

// errTrouble ends a command with exit code 2; what went wrong has been said.
var errTrouble = errors.New("trouble")

// grace is what a command has after a signal to end by itself. One that waits for standard input cannot; one that
// follows has a report to write, and ends at once at the second signal.
const (
	grace     = 500 * time.Millisecond
	longGrace = 10 * time.Second
	samePress = 200 * time.Millisecond // timeout(1) and some shells send a signal to the process and to its group
)

// Main runs zlog with arguments and streams, and gives the exit code. pack holds rules.yaml and pack/*.yaml.
func Main(args []string, in io.Reader, out, errOut io.Writer, pack fs.FS) int {
	collectLate()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ignoreFileSize()
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	done := make(chan int, 1)
	e := newEnv(in, out, errOut, pack)
	go func() { done <- e.run(ctx, args) }()
	select {
	case code := <-done:
		return code
	case sig := <-signals:
		cancel()
		wait := grace
		if e.patient.Load() {
			wait = longGrace
		}
		again := time.NewTimer(samePress)
		impatient := (<-chan os.Signal)(nil)
		over := time.After(wait)
	waiting:
		for {
			select {
			case <-done:
				break waiting
			case <-again.C:
				for len(signals) > 0 { // of the same press
					<-signals
				}
				impatient = signals
			case <-impatient:
				break waiting
			case <-over:
				if isTTY(errOut) {
					fmt.Fprintln(errOut)
				}
				break waiting
			}
		}
		if s, ok := sig.(syscall.Signal); ok {
			return 128 + int(s)
		}
		return exitTrouble
	}
}

func newEnv(in io.Reader, out, errOut io.Writer, pack fs.FS) *env {
	return &env{in: in, out: &printed{Writer: out}, err: errOut, pack: pack, patient: &atomic.Bool{}}
}

// run is Main without signals.
func (e *env) run(ctx context.Context, args []string) int {
	root := rootCommand(e)
	defer e.tidy()
	root.SetArgs(args)
	root.SetIn(e.in)
	root.SetOut(e.out)
	root.SetErr(e.err)
	switch err := root.ExecuteContext(ctx); {
	case err == nil:
		return e.arrived(e.code)
	case ctx.Err() != nil:
		fmt.Fprintln(e.err, "zlog: interrupted")
	case errors.Is(err, errExplained):
		return e.arrived(exitOK)
	case errors.Is(err, errTrouble):
	default:
		fmt.Fprintf(e.err, "zlog: %v\n", err)
	}
	return exitTrouble
}

// tidy takes away what was kept for the time of a command.
func (e *env) tidy() {
	for _, f := range e.spools {
		dropSpool(f)
	}
	e.spools = nil
}

func rootCommand(e *env) *cobra.Command {
	c := &cobra.Command{
		Use:   "zlog",
		Short: "Find the root cause of trouble in an OpenZiti controller cluster from its logs",
		Example: `  journalctl -u ziti-controller -o cat | zlog diagnose
  zlog diagnose ctrl1.log ctrl2.log ctrl3.log
  zlog diagnose support-bundle.tar.gz -o json=report.json`,
		SilenceUsage:      true,
		SilenceErrors:     true,
		Version:           version(),
		PersistentPreRunE: func(*cobra.Command, []string) error { return e.checkColor() },
	}
	c.SetVersionTemplate("zlog {{.Version}}\n")
	c.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return fmt.Errorf("%w; see %s --help", err, c.CommandPath())
	})
	c.PersistentFlags().StringVar(&e.color, "color", "auto", "colour: auto, always or never; NO_COLOR and CLICOLOR_FORCE count too")
	complete(c, "color", colorModes)
	c.AddCommand(
		diagnoseCommand(e),
		tuiCommand(e),
		timelineCommand(e),
		stateCommand(e),
		preflightCommand(e),
		redactCommand(e),
		reportCommand(e),
		bundleCommand(e),
		fleetCommand(e),
		rulesCommand(e),
		versionCommand(e),
		manCommand(e),
	)
	return c
}

// complete makes a flag's values known to the shell.
func complete(c *cobra.Command, flag string, values []string) {
	_ = c.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
}

// list gives "a, b or c".
func list(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}
