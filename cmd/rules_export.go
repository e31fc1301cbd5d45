package cmd

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"zlog/diagnosis"
	"zlog/rules"
)

func rulesExportCommand(e *env) *cobra.Command {
	var extra []string
	var x rules.Export
	var pick ruleFilter
	var file string
	c := &cobra.Command{
		Use:   "export --to LANGUAGE [ID…]",
		Short: "Write rules in the language of a log store",
		Long: `Writes signatures, and the diagnoses that need nothing but lines, as queries, alerts or rules of others.

Alerts are written of diagnoses, and of signatures of errors that no healthy cluster writes, unless --severity or ids
are given.

A rule of which the language cannot express a condition is an error that names the rule and the condition. --weaken
writes it without the condition, and says so in a comment; --skip leaves the rule out, and says so on standard error.`,
		Example: `  zlog rules export --to logql raft-append-rejected
  zlog rules export --to vmalert --severity critical --skip -o zlog-alerts.yaml
  zlog rules export --to sigma --kind signature --weaken -o zlog-sigma.yml
  zlog rules export --to loki-ruler --selector '{namespace="ziti"}' --node-label pod certificate-wrong-ca`,
		ValidArgsFunction: e.completeRules,
		RunE: func(_ *cobra.Command, ids []string) error {
			set, err := e.ruleSet(extra)
			if err != nil {
				return err
			}
			pick.waking = rules.Wakes(x.To) && len(ids) == 0 && pick.severity == ""
			choose, err := pick.choose(set, ids)
			if err != nil {
				return err
			}
			if x.To == "" {
				return fmt.Errorf("--to is needed: %s", strings.Join(rules.Languages, ", "))
			}
			if x.To == "sigma" && x.Selector != "" {
				return errors.New("--selector: Sigma rules name their source; the converter chooses the logs")
			}
			data, losses, err := set.Export(x, choose)
			var refused rules.Losses
			switch {
			case errors.As(err, &refused):
				return fmt.Errorf("--to %s loses conditions; --weaken exports without them, --skip leaves these rules out\n%w", x.To, err)
			case err != nil:
				return fmt.Errorf("--to %s: %w", x.To, err)
			}
			e.tellLosses(losses)
			if pick.waking {
				fmt.Fprintln(e.err, "zlog: left out: what by itself is no reason for an alert; ids or --severity write it")
			}
			if file != "" {
				return writeFile(file, data)
			}
			_, err = e.out.Write(data)
			return err
		},
	}
	rulesFlag(c, &extra)
	c.Flags().StringVar(&x.To, "to", "", "the language: "+strings.Join(rules.Languages, ", "))
	c.Flags().StringVarP(&file, "output", "o", "", "write to this file")
	c.Flags().StringVar(&x.Selector, "selector", "", `the store's own filter for the controllers' logs (default {app="ziti-controller"}, none in Elasticsearch)`)
	c.Flags().StringVar(&x.Node, "node-label", "node", "the label or field that names the node")
	c.Flags().StringVar(&x.Cluster, "cluster-label", "", "the label or field that names the cluster, if the selector leaves several")
	c.Flags().DurationVar(&x.Window, "window", x.Window, "how far back alerts and counts look where a rule has no timespan of its own (default 10m)")
	c.Flags().StringVar(&x.Keyword, "keyword", "", "what is added to a field's name for its unanalysed text in Elasticsearch, such as .keyword")
	c.Flags().BoolVar(&x.Weaken, "weaken", false, "leave out the conditions that the language cannot express, and say so in a comment")
	c.Flags().BoolVar(&x.Skip, "skip", false, "leave out the rules that would lose a condition")
	pick.flags(c)
	complete(c, "to", rules.Languages)
	return c
}

// tellLosses says on standard error what was weakened or left out, a line a rule.
func (e *env) tellLosses(losses rules.Losses) {
	for i := 0; i < len(losses); {
		n := 1
		for i+n < len(losses) && losses[i+n].Rule == losses[i].Rule {
			n++
		}
		how, more := "weakened", ""
		if losses[i].LeftOut {
			how = "left out"
		}
		if n > 1 {
			more = fmt.Sprintf(" (and %d more)", n-1)
		}
		fmt.Fprintf(e.err, "zlog: %s: %v%s\n", how, losses[i], more)
		i += n
	}
}

// ruleFilter is what rules are picked by.
type ruleFilter struct {
	kind, category, severity string
	waking                   bool // only what by itself is a reason to wake somebody
}

func (f *ruleFilter) flags(c *cobra.Command) {
	c.Flags().StringVar(&f.kind, "kind", "", "signature or diagnosis")
	c.Flags().StringVar(&f.category, "category", "", "only this category (raft, mesh, …), or kind of diagnosis (fault, transient, client)")
	c.Flags().StringVar(&f.severity, "severity", "", "only this severity: info, warning, error or critical")
	complete(c, "kind", []string{"signature", "diagnosis"})
	complete(c, "severity", []string{"info", "warning", "error", "critical"})
}

// rows gives the rules that meet the filter.
func (f *ruleFilter) rows(set *rules.Set) ([]ruleRow, error) {
	if f.severity != "" {
		if _, err := diagnosis.ParseSeverity(f.severity); err != nil {
			return nil, fmt.Errorf("--severity: %w", err)
		}
	}
	all := ruleRows(set)
	if err := knownValue("--kind", f.kind, all, func(r ruleRow) string { return r.Kind }); err != nil {
		return nil, err
	}
	if err := knownValue("--category", f.category, all, func(r ruleRow) string { return r.Category }); err != nil {
		return nil, err
	}
	rows := []ruleRow{}
	for _, r := range all {
		if f.waking && !wakes(set, r) {
			continue
		}
		if (f.kind == "" || r.Kind == f.kind) && (f.category == "" || r.Category == f.category) && (f.severity == "" || string(r.Severity) == f.severity) {
			rows = append(rows, r)
		}
	}
	return rows, nil
}

// wakes says whether a rule by itself is a reason to wake somebody: a diagnosis that is no mere information, or a signature
// of an error that no healthy cluster writes. Warnings are for zlog to weigh: a sound join writes a dozen kinds of them.
func wakes(set *rules.Set, r ruleRow) bool {
	if sig := set.Signature(r.ID); r.Kind == "signature" {
		return r.Severity.Rank() >= diagnosis.Error.Rank() && sig.Normal == ""
	}
	return r.Severity != diagnosis.Info
}

// choose gives what picks the rules that meet the filter and, if ids are given, have one of them.
func (f *ruleFilter) choose(set *rules.Set, ids []string) (func(kind, id string) bool, error) {
	rows, err := f.rows(set)
	if err != nil {
		return nil, err
	}
	picked := map[string]bool{}
	for _, r := range rows {
		if len(ids) == 0 || slices.Contains(ids, r.ID) {
			picked[r.Kind+" "+r.ID] = true
		}
	}
	for _, id := range ids {
		switch {
		case set.Signature(id) == nil && set.Diagnosis(id) == nil:
			return nil, unknownRule(set, id)
		case !picked["signature "+id] && !picked["diagnosis "+id]:
			return nil, fmt.Errorf("%s is disabled, or not of that kind, category or severity", id)
		}
	}
	return func(kind, id string) bool { return picked[kind+" "+id] }, nil
}
