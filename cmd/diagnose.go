package cmd

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"zlog/cluster"
	"zlog/diagnosis"
	"zlog/parser"
	"zlog/rules"
)

func diagnoseCommand(e *env) *cobra.Command {
	var outputs []string
	a := &analysis{limits: parser.DefaultLimits()}
	c := &cobra.Command{Use: "diagnose [PATH…]", Short: "Name the root cause, show the evidence, say what to do"}
	c.Flags().StringArrayVarP(&outputs, "output", "o", nil, "text, json, or kind=FILE; may repeat")
	c.Flags().BoolVar(&a.slow, "no-prefilter", false, "parse every line")
	c.RunE = func(cc *cobra.Command, args []string) error {
		files, err := builtin(e.pack)
		if err != nil {
			return err
		}
		if a.set, err = rules.Load(files, cluster.Facts); err != nil {
			return err
		}
		srcs, errs := parser.Expand(args, e.in, a.limits)
		var bad []diagnosis.Source
		for _, err := range errs {
			fmt.Fprintf(e.err, "zlog: %v\n", err)
			bad = append(bad, diagnosis.Source{Error: err.Error()})
		}
		o, err := a.run(cc.Context(), srcs, bad)
		if err != nil {
			return err
		}
		enc := json.NewEncoder(e.out)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", " ")
		return enc.Encode(o.result)
	}
	return c
}
