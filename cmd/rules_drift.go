package cmd

import (
	"bufio"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"zlog/rules"
)

// driftReport is what rules drift prints as JSON.
type driftReport struct {
	Files   int            `json:"files"`
	Modules []string       `json:"modules"`
	Texts   []rules.Traced `json:"texts"`
}

func rulesDriftCommand(e *env) *cobra.Command {
	var extra, roots []string
	var format string
	all := false
	c := &cobra.Command{
		Use:   "drift --source DIR",
		Short: "Find out which texts of rules are still in OpenZiti's source",
		Long: `Read the .go files of source trees and look for the texts of every signature. "found" is a string constant with the
text, "form" a format that can print it; "gone" is a message that the samples ascribe to this source and that is not
in it; "outside" is any other text that was not found: a dependency or Go itself may write it (give its source as well).
Test files are passed over.`,
		Example: "  zlog rules drift --source ziti --source $(go list -m -f '{{.Dir}}' github.com/hashicorp/raft)",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			set, err := e.ruleSet(extra)
			if err != nil {
				return err
			}
			d := set.NewDrift()
			r := driftReport{Modules: []string{}}
			for _, root := range roots {
				if err := e.readSource(d, root, &r); err != nil {
					return err
				}
			}
			if r.Files == 0 {
				return fmt.Errorf("no .go file in %s", strings.Join(roots, ", "))
			}
			r.Texts = d.Texts()
			if done, err := e.printed(format, r); done {
				return err
			}
			return e.printDrift(r, all)
		},
	}
	rulesFlag(c, &extra)
	jsonFlag(c, &format)
	c.Flags().StringSliceVar(&roots, "source", nil, "folder with Go source; may repeat")
	c.Flags().BoolVar(&all, "all", false, "list also the texts that were found")
	_ = c.MarkFlagRequired("source")
	return c
}

// readSource reads the Go files below a folder.
func (e *env) readSource(d *rules.Drift, root string, r *driftReport) error {
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		switch {
		case entry.IsDir() && path != root && (name == ".git" || name == "testdata" || name == "node_modules"):
			return filepath.SkipDir
		case name == "go.mod":
			if m := moduleOf(path); m != "" {
				d.Module(m)
				r.Modules = append(r.Modules, m)
			}
			return nil
		case entry.IsDir(), !strings.HasSuffix(name, ".go"), strings.HasSuffix(name, "_test.go"):
			return nil
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		r.Files++
		if err := d.Add(filepath.ToSlash(rel), src); err != nil {
			fmt.Fprintf(e.err, "zlog: %v\n", err)
		}
		return nil
	})
}

// moduleOf reads the path of a module from its go.mod, as log lines print it: without the suffix /v2.
func moduleOf(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	for sc := bufio.NewScanner(f); sc.Scan(); {
		if m, ok := strings.CutPrefix(strings.TrimSpace(sc.Text()), "module "); ok {
			parts := strings.Split(strings.Trim(strings.TrimSpace(m), `"`), "/")
			return strings.Join(parts[:min(len(parts), 3)], "/")
		}
	}
	return ""
}

func (e *env) printDrift(r driftReport, all bool) error {
	totals := map[rules.Trace]int{}
	for _, t := range r.Texts {
		totals[t.State]++
		if t.State == rules.TraceGone || all {
			where := ""
			if len(t.Places) > 0 {
				where = fmt.Sprintf("  %s:%d", t.Places[0].File, t.Places[0].Line)
			}
			fmt.Fprintf(e.out, "%-8s%s: %s %q%s\n", t.State, t.Signature, t.Field, t.Text, where)
		}
	}
	_, err := fmt.Fprintf(e.out, "%s in %s: %d found, %d by a format, %d outside, %d gone\n", count(len(r.Texts), "text"), count(r.Files, "file"),
		totals[rules.TraceFound], totals[rules.TraceForm], totals[rules.TraceOutside], totals[rules.TraceGone])
	return err
}
