package cmd

import (
	"fmt"
	"sort"
	"strings"

	"github.com/sahilm/fuzzy"
	"github.com/spf13/cobra"

	"zlog/diagnosis"
	"zlog/rules"
)

// ruleRow is a rule in a list.
type ruleRow struct {
	Kind     string             `json:"kind"` // signature or diagnosis
	ID       string             `json:"id"`
	Severity diagnosis.Severity `json:"severity"`
	Category string             `json:"category"` // of a diagnosis its kind: fault, transient or client
	Title    string             `json:"title"`

	text string // what is searched
}

// ruleRows gives every rule, diagnoses first, by id.
func ruleRows(set *rules.Set) []ruleRow {
	var out []ruleRow
	for _, d := range set.Diagnoses {
		out = append(out, ruleRow{"diagnosis", d.ID, d.Severity, d.Kind, d.Title, d.Searchable()})
	}
	for _, s := range set.Signatures {
		out = append(out, ruleRow{"signature", s.ID, s.Severity, s.Category, s.Title, s.Searchable()})
	}
	return out
}

func rulesListCommand(e *env) *cobra.Command {
	var extra []string
	var pick ruleFilter
	var text, format string
	c := &cobra.Command{
		Use:   "list",
		Short: "List signatures and diagnoses",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			set, err := e.ruleSet(extra)
			if err != nil {
				return err
			}
			all, err := pick.rows(set)
			if err != nil {
				return err
			}
			rows := []ruleRow{}
			for _, r := range all {
				if strings.Contains(strings.ToLower(r.text), strings.ToLower(text)) {
					rows = append(rows, r)
				}
			}
			return e.ruleTable(rows, format)
		},
	}
	rulesFlag(c, &extra)
	pick.flags(c)
	c.Flags().StringVar(&text, "text", "", "only rules with this text in their id, title or tests")
	jsonFlag(c, &format)
	return c
}

// knownValue refuses a filter that no rule can meet, and says what there is.
func knownValue(flag, value string, all []ruleRow, of func(ruleRow) string) error {
	seen := map[string]bool{}
	for _, r := range all {
		seen[of(r)] = true
	}
	if value == "" || seen[value] {
		return nil
	}
	var names []string
	for n := range seen {
		names = append(names, n)
	}
	sort.Strings(names)
	return fmt.Errorf("%s %q: want %s", flag, value, list(names))
}

func (e *env) ruleTable(rows []ruleRow, format string) error {
	if done, err := e.printed(format, rows); done {
		return err
	}
	out := [][]string{{"KIND", "SEVERITY", "CATEGORY", "ID", "TITLE"}}
	for _, r := range rows {
		out = append(out, []string{r.Kind, string(r.Severity), r.Category, r.ID, r.Title})
	}
	if len(rows) == 0 {
		_, err := fmt.Fprintln(e.out, "no such rule")
		return err
	}
	return e.table(out)
}

func rulesSearchCommand(e *env) *cobra.Command {
	var extra []string
	var format string
	most := 20
	c := &cobra.Command{
		Use:     "search WORD…",
		Short:   "Find rules by a few letters of what they say",
		Example: "  zlog rules search split brain\n  zlog rules search 'log not found'",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, words []string) error {
			set, err := e.ruleSet(extra)
			if err != nil {
				return err
			}
			return e.ruleTable(search(ruleRows(set), strings.Fields(strings.Join(words, " ")), most), format)
		},
	}
	rulesFlag(c, &extra)
	c.Flags().IntVar(&most, "most", most, "how many to show")
	jsonFlag(c, &format)
	return c
}

// found are rows as the fuzzy finder looks at them.
type found []ruleRow

func (f found) String(i int) string { return f[i].text }
func (f found) Len() int            { return len(f) }

// named gives rows whose searched text is only their id and title.
func named(rows []ruleRow) found {
	out := append(found{}, rows...)
	for i := range out {
		out[i].text = out[i].ID + " " + out[i].Title
	}
	return out
}

// search ranks the rules: those that hold every word come first, ids and titles before texts; if there are
// none, those whose id and title, else whose texts, hold the letters of the words in order.
func search(rows []ruleRow, words []string, most int) []ruleRow {
	type scored struct {
		row   ruleRow
		score int
	}
	var hits []scored
	for _, r := range rows {
		score := 0
		for _, w := range words {
			w = strings.ToLower(w)
			switch {
			case strings.Contains(r.ID, w):
				score += 3
			case strings.Contains(strings.ToLower(r.Title), w):
				score += 2
			case strings.Contains(strings.ToLower(r.text), w):
				score++
			default:
				score = -1 << 20
			}
		}
		if score > 0 {
			hits = append(hits, scored{r, score})
		}
	}
	letters := strings.Join(words, "")
	for _, in := range []found{named(rows), rows} {
		if len(hits) > 0 {
			break
		}
		for _, m := range fuzzy.FindFrom(letters, in) {
			if m.Score > 0 {
				hits = append(hits, scored{rows[m.Index], m.Score})
			}
		}
	}
	sort.SliceStable(hits, func(i, j int) bool { return hits[i].score > hits[j].score })
	out := []ruleRow{}
	for _, h := range hits[:min(len(hits), max(most, 0))] {
		out = append(out, h.row)
	}
	return out
}
