package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"zlog/diagnosis"
	"zlog/parser"
	"zlog/report"
)

func diagnoseCommand(e *env) *cobra.Command {
	values := []string{"text"}
	failOn := "warning"
	var quiet, verbose bool
	in, ff := &input{}, &followFlags{}
	c := &cobra.Command{
		Use:   "diagnose [PATH…]",
		Short: "Name the root cause, show the evidence, say what to do",
		Long: `Read the logs of the controllers of one cluster and say what went wrong: the root cause, the lines that show it,
and what to do. A path is a file, a pattern, a folder, or an archive (.tar, .tar.gz, .tar.zst, .zip); .gz and .zst
are fine anywhere. Without a path, or for -, standard input is read. Give the logs of all controllers: several
sources are one cluster, and the more of them, the surer the answer.

Formats (JSON, text, pfxlog, raft's own, events) and what collectors wrap around lines (journald, docker, Kubernetes,
syslog) are recognised by themselves.

With --follow zlog goes on reading as the logs grow, are rotated, and appear: it says when something is found, when that
changes and when the logs show that it is over, a line each, or with -o json an object each. The whole report comes at the
end: of the pipe, or with Ctrl-C.

Exit status: 0 nothing at or above --fail-on, 1 something found, 2 trouble (usage, bad rules, unreadable input, or
none that says anything), 130 interrupted.`,
		Example: `  zlog diagnose ctrl1.log ctrl2.log ctrl3.log
  journalctl -u ziti-controller -o cat | zlog diagnose
  kubectl logs -l app=ziti-controller --prefix --tail=-1 | zlog diagnose
  zlog diagnose support-bundle.tar.gz -o text -o json=report.json
  zlog diagnose --quiet --fail-on error /var/log/ziti/
  zlog diagnose --follow --state zlog.state --on-finding 'notify --title zlog' /var/log/ziti/`,
	}
	in.flags(c)
	ff.flags(c)
	f := c.Flags()
	f.StringArrayVarP(&values, "output", "o", values, "kind of report, or KIND=FILE; may repeat. Kinds: "+list(kindNames()))
	f.BoolVarP(&quiet, "quiet", "q", false, "text: the headline alone")
	f.BoolVarP(&verbose, "verbose", "v", false, "text: all evidence, whole messages, all lists")
	f.StringVar(&failOn, "fail-on", failOn, "exit with 1 from this severity on: "+list(failLevels))
	screen := f.Bool("tui", false, "show the answer on the terminal and walk the logs from it; see zlog tui")
	c.MarkFlagsMutuallyExclusive("quiet", "verbose")
	complete(c, "output", kindNames())
	complete(c, "fail-on", failLevels)
	c.RunE = func(cc *cobra.Command, args []string) error {
		outs, err := parseOutputs(values)
		if err != nil {
			return err
		}
		limit, err := failLimit(failOn)
		if err != nil {
			return err
		}
		if err := ff.check(cc); err != nil {
			return err
		}
		if ff.on {
			return e.followDiagnose(cc, in, ff, args, outs, report.TextOptions{Quiet: quiet, Verbose: verbose}, limit)
		}
		if *screen {
			return e.screen(cc, in, &screenFlags{}, args)
		}
		o, err := e.diagnose(cc, in, args)
		if err != nil {
			return err
		}
		e.code = exitCode(o, limit)
		var failed []error
		for _, out := range outs {
			failed = append(failed, out.write(e, o.result, report.TextOptions{Quiet: quiet, Verbose: verbose}))
		}
		return errors.Join(failed...)
	}
	return c
}

// diagnose is analyse with progress and with every source's trouble said on standard error.
func (e *env) diagnose(c *cobra.Command, in *input, paths []string) (*outcome, error) {
	a, sources, bad, err := e.open(c, in, paths)
	if err != nil {
		return nil, err
	}
	o, err := e.watch(c.Context(), a, sources, bad)
	if err != nil {
		return nil, err
	}
	if err := o.knows("node", in.node); err != nil {
		return nil, err
	}
	for _, s := range o.result.Sources[len(bad):] {
		if s.Error != "" {
			fmt.Fprintf(e.err, "zlog: %s\n", report.Safe(s.Error))
		}
	}
	return o, nil
}

// knows says which nodes there are if the one asked for is none of them.
func (o *outcome) knows(flag, node string) error {
	var names []string
	for _, n := range o.result.Nodes {
		names = append(names, n.Name)
	}
	if node == "" || len(names) == 0 || slices.Contains(names, node) {
		return nil
	}
	return fmt.Errorf("--%s %s: no node is called that; these logs tell of %s", flag, node, strings.Join(names, ", "))
}

// watch runs an analysis with a meter on standard error.
func (e *env) watch(ctx context.Context, a *analysis, sources []*parser.Source, bad []diagnosis.Source) (*outcome, error) {
	if m := newMeter(e.err, sources); m != nil {
		a.progress = m.report
		defer m.done()
	}
	return a.run(ctx, sources, bad)
}

// failLevels are the values of --fail-on.
var failLevels = []string{"info", "warning", "error", "critical", "never"}

// failLimit reads --fail-on; "" stands for never.
func failLimit(s string) (diagnosis.Severity, error) {
	if s == "never" {
		return "", nil
	}
	limit, err := diagnosis.ParseSeverity(s)
	if err != nil {
		return "", fmt.Errorf("--fail-on %q: want %s", s, list(failLevels))
	}
	return limit, nil
}

// exitCode is 2 for trouble with a source, 1 for a diagnosis at or above a severity, 2 if it cannot be said that nothing is
// wrong, else 0.
func exitCode(o *outcome, limit diagnosis.Severity) int {
	if o.failed {
		return exitTrouble
	}
	for _, d := range o.result.Diagnoses {
		if limit != "" && d.Severity.Rank() >= limit.Rank() {
			return exitFound
		}
	}
	if o.result.Verdict == diagnosis.NotAssessable {
		return exitTrouble
	}
	return exitOK
}
