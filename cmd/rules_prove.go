package cmd

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"zlog/diagnosis"
	"zlog/parser"
	"zlog/report"
	"zlog/rules"
)

// trialOutcome is how one test of a rule file went.
type trialOutcome struct {
	Name  string   `json:"name"`
	At    string   `json:"at"`
	Wrong []string `json:"wrong"`
}

// testReport is what rules test prints as JSON.
type testReport struct {
	Samples int            `json:"samples"`
	Failed  []rules.Proof  `json:"failed"`
	Tests   []trialOutcome `json:"tests"`
}

func rulesTestCommand(e *env) *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "test [FILE…]",
		Short: "Run the samples and tests of rule files",
		Long: `Run every sample of the signatures in the given files (of the built-in pack, if there are none) through the parser
and the matcher, and every test: logs with the diagnoses that must and must not come of them. The exit status is 1 if
one fails, 2 if the rules have mistakes.`,
		Example: "  zlog rules test\n  zlog rules test zlog.rules.yaml",
		RunE: func(cc *cobra.Command, paths []string) error {
			set, names, err := e.packAnd(paths)
			if err != nil {
				return err
			}
			var files map[string]bool
			if len(paths) > 0 {
				files = map[string]bool{}
				for _, n := range names {
					files[n] = true
				}
			}
			r := testReport{Failed: []rules.Proof{}, Tests: []trialOutcome{}}
			for _, p := range set.Prove(lineReader(cc.Context(), set), lineReader(cc.Context(), nil), files) {
				r.Samples++
				if p.Wrong != "" {
					r.Failed = append(r.Failed, p)
				}
			}
			failed := len(r.Failed)
			for i := range set.Tests {
				o, err := runTrial(cc.Context(), set, &set.Tests[i])
				if err != nil {
					return err
				}
				r.Tests = append(r.Tests, o)
				if len(o.Wrong) > 0 {
					failed++
				}
			}
			if failed > 0 {
				e.code = exitFound
			}
			if done, err := e.printed(format, r); done {
				return err
			}
			return e.printTests(r)
		},
	}
	jsonFlag(c, &format)
	return c
}

func (e *env) printTests(r testReport) error {
	for _, p := range r.Failed {
		fmt.Fprintf(e.out, "%s: rule %q: a sample must %s: %s\n  %s\n", p.At, p.Signature, p.Must, p.Wrong, report.Safe(p.Sample))
	}
	bad := 0
	for _, t := range r.Tests {
		for _, w := range t.Wrong {
			fmt.Fprintf(e.out, "%s: test %q: %s\n", t.At, t.Name, w)
		}
		if len(t.Wrong) > 0 {
			bad++
		}
	}
	_, err := fmt.Fprintf(e.out, "%s, %d failed; %s, %d failed\n", count(r.Samples, "sample"), len(r.Failed), count(len(r.Tests), "test"), bad)
	return err
}

// runTrial diagnoses a test's logs and compares. Lines in place go through a file in a temporary folder, so that they
// are read as any log is.
func runTrial(ctx context.Context, set *rules.Set, t *rules.Trial) (trialOutcome, error) {
	o := trialOutcome{Name: t.Name, At: t.Position(), Wrong: []string{}}
	dir, err := os.MkdirTemp("", "zlog-test-")
	if err != nil {
		return o, err
	}
	defer os.RemoveAll(dir)
	var paths []string
	for i, l := range t.Logs {
		p := l.Name
		switch {
		case l.Lines != "":
			p = filepath.Join(dir, strconv.Itoa(i), filepath.Base(l.Name))
			if err := os.MkdirAll(filepath.Dir(p), 0o700); err != nil {
				return o, err
			}
			if err := os.WriteFile(p, []byte(strings.TrimRight(l.Lines, "\n")+"\n"), 0o600); err != nil {
				return o, err
			}
		case !filepath.IsAbs(p):
			p = filepath.Join(filepath.Dir(t.File), p)
		}
		paths = append(paths, p)
	}
	sources, errs := parser.Expand(paths, nil, parser.DefaultLimits())
	for _, err := range errs {
		o.Wrong = append(o.Wrong, err.Error())
	}
	if len(errs) > 0 {
		return o, nil
	}
	a := &analysis{set: set, limits: parser.DefaultLimits()}
	out, err := a.run(ctx, sources, []diagnosis.Source{})
	if err != nil {
		return o, err
	}
	o.Wrong = append(o.Wrong, t.Failures(out.result)...)
	return o, nil
}
