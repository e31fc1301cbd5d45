package cmd

import (
	"fmt"

	"github.com/spf13/cobra"

	"zlog/diagnosis"
	"zlog/report"
)

func diagnoseCommand(e *env) *cobra.Command {
	var outputs []string
	failOn := "warning"
	in := &input{}
	c := &cobra.Command{
		Use:   "diagnose [PATH…]",
		Short: "Name the root cause, show the evidence, say what to do",
	}
	in.flags(c)
	c.Flags().StringArrayVarP(&outputs, "output", "o", []string{"text"}, "text or json, or kind=FILE; may repeat")
	c.Flags().StringVar(&failOn, "fail-on", failOn, "exit with 1 from this severity on: info, warning, error, critical, never")
	c.RunE = func(cc *cobra.Command, args []string) error {
		o, err := e.analyse(cc, in, args)
		if err != nil {
			return err
		}
		for _, out := range outputs {
			if out == "json" {
				if err := report.JSON(e.out, o.result); err != nil {
					return err
				}
			} else {
				fmt.Fprintln(e.out, o.result.Verdict)
			}
		}
		e.code = exitCode(o, failOn)
		return nil
	}
	return c
}

// exitCode is 2 for trouble with a source, 1 for a diagnosis at or above a severity, else 0.
func exitCode(o *outcome, failOn string) int {
	if o.failed {
		return exitTrouble
	}
	limit, err := diagnosis.ParseSeverity(failOn)
	if err != nil {
		return exitOK
	}
	for _, d := range o.result.Diagnoses {
		if d.Severity.Rank() >= limit.Rank() {
			return exitFound
		}
	}
	return exitOK
}
