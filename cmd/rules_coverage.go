package cmd

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"zlog/rules"
)

func rulesCoverageCommand(e *env) *cobra.Command {
	var extra []string
	var format, cases string
	c := &cobra.Command{
		Use:   "coverage",
		Short: "Say how well each rule is proved",
		Long: `List what every signature has (samples, users, references, effect) and which labelled cases and tests prove every
diagnosis. A case is a folder with logs and an expect.json.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			set, err := e.ruleSet(extra)
			if err != nil {
				return err
			}
			expected, err := readCases(cases)
			if err != nil {
				return err
			}
			cover := set.Cover(expected)
			if done, err := e.printed(format, cover); done {
				return err
			}
			return e.printCoverage(cover, cases, len(expected))
		},
	}
	rulesFlag(c, &extra)
	jsonFlag(c, &format)
	c.Flags().StringVar(&cases, "cases", filepath.Join("testdata", "logs"), "folder of labelled cases")
	return c
}

// readCases reads the labels of the cases in a folder; none if there is no such folder.
func readCases(dir string) ([]rules.Expected, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*", "expect.json"))
	if err != nil {
		return nil, err
	}
	var out []rules.Expected
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		var label struct{ Root, All, Allowed, Transient []string }
		if err := json.Unmarshal(data, &label); err != nil {
			return nil, fmt.Errorf("%s: %w", f, err)
		}
		x := rules.Expected{Name: filepath.Base(filepath.Dir(f)), Want: append(append([]string{}, label.All...), label.Root...),
			Allowed: append(append([]string{}, label.Allowed...), label.Transient...)}
		out = append(out, x)
	}
	return out, nil
}

func (e *env) printCoverage(c rules.Coverage, dir string, cases int) error {
	rows := [][]string{{"SIGNATURE", "MATCH", "MUST NOT", "USED BY", "REFERENCES", "EFFECT"}}
	var samples, used, references, effects, normal, neither int
	for _, s := range c.Signatures {
		rows = append(rows, []string{s.ID, fmt.Sprint(s.Match), fmt.Sprint(s.Other), strings.Join(s.UsedBy, ","), fmt.Sprint(s.References), s.Effect})
		add(&samples, s.Match > 0 && s.Other > 0)
		add(&used, len(s.UsedBy) > 0)
		add(&references, s.References > 0)
		add(&effects, s.Effect != "")
		add(&normal, s.Normal)
		add(&neither, len(s.UsedBy) == 0 && s.Effect == "" && !s.Remedy && !s.Normal)
	}
	rows = append(rows, []string{""}, []string{"DIAGNOSIS", "WAYS", "CASES", "FORBIDDEN IN", "REFERENCES", "NAMES"})
	proved := 0
	for _, d := range c.Diagnoses {
		rows = append(rows, []string{d.ID, fmt.Sprint(d.Ways), fmt.Sprint(len(d.Cases)), fmt.Sprint(d.Forbidden), fmt.Sprint(d.References), strings.Join(d.Cases, ",")})
		add(&proved, len(d.Cases) > 0)
	}
	if err := e.table(rows); err != nil {
		return err
	}
	where := fmt.Sprintf("%s in %s", count(cases, "labelled case"), dir)
	if cases == 0 {
		where = "no labelled cases in " + dir + "; name a folder with --cases"
	}
	_, err := fmt.Fprintf(e.out, "\n%s: %d with both kinds of samples, %d used by a diagnosis, %d with an effect, %d known to be harmless, %d with references, %d only named\n%s: %d proved by a case or test; %s\n",
		count(len(c.Signatures), "signature"), samples, used, effects, normal, references, neither, plural(len(c.Diagnoses), "diagnosis", "diagnoses"), proved, where)
	return err
}

func add(n *int, yes bool) {
	if yes {
		*n++
	}
}
