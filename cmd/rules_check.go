package cmd

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"zlog/rules"
)

func rulesCheckCommand(e *env) *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "check FILE…",
		Short: "Find all mistakes in rule files",
		Long: `Load the built-in pack and then the given files or folders, and list every mistake with its line and column.
The exit status is 2 if there is any. Samples and tests are run by "zlog rules test".`,
		Example: "  zlog rules check zlog.rules.yaml",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, paths []string) error {
			set, names, err := e.packAnd(paths)
			var wrong rules.Mistakes
			if err != nil && !errors.As(err, &wrong) {
				return err
			}
			if wrong == nil {
				wrong = rules.Mistakes{}
			}
			if len(wrong) > 0 {
				e.code = exitTrouble
			}
			if done, err := e.printed(format, wrong); done {
				return err
			}
			if len(wrong) > 0 {
				for _, m := range wrong {
					fmt.Fprintln(e.out, m)
				}
				return nil
			}
			given := map[string]bool{}
			for _, n := range names {
				given[n] = true
			}
			signatures, diagnoses := 0, 0
			for _, s := range set.Signatures {
				signatures += among(s.Files(), given)
			}
			for _, d := range set.Diagnoses {
				diagnoses += among(d.Files(), given)
			}
			_, err = fmt.Fprintf(e.out, "%s without mistakes: %s and %s\n", count(len(names), "file"), count(signatures, "signature"), plural(diagnoses, "diagnosis", "diagnoses"))
			return err
		},
	}
	jsonFlag(c, &format)
	return c
}

// among gives 1 if one of the names is in the set.
func among(names []string, set map[string]bool) int {
	for _, n := range names {
		if set[n] {
			return 1
		}
	}
	return 0
}

// count gives "1 file", "2 files".
func count(n int, what string) string { return plural(n, what, what+"s") }

func plural(n int, one, many string) string {
	if n == 1 {
		return fmt.Sprintf("%d %s", n, one)
	}
	return fmt.Sprintf("%d %s", n, many)
}
