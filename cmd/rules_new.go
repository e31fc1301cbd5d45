package cmd

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"zlog/cluster"
	"zlog/event"
	"zlog/parser"
	"zlog/rules"
)

func rulesNewCommand(e *env) *cobra.Command {
	var from string
	c := &cobra.Command{
		Use:   "new --from FILE:LINE",
		Short: "Draft a signature from a line of a log",
		Long: `Write a signature for one line: the text that stays the same becomes its test, the data keys its captures, the line
its sample. The draft has passed "rules check" and its own samples; replace what is marked TODO.`,
		Example: "  zlog rules new --from ctrl1.log:57 >> zlog.rules.yaml",
		Args:    cobra.NoArgs,
		RunE: func(cc *cobra.Command, _ []string) error {
			file, number, ok := cutLast(from, ":")
			line, err := strconv.Atoi(number)
			if !ok || err != nil || line < 1 {
				return fmt.Errorf("--from %q: want FILE:LINE, such as ctrl1.log:57", from)
			}
			draft, known, err := e.draft(cc, file, line)
			if err != nil {
				return err
			}
			if len(known) > 0 {
				fmt.Fprintf(e.err, "zlog: the line is known already: %s; a rule of the same id would override it\n", strings.Join(known, ", "))
			}
			_, err = e.out.Write(draft)
			return err
		},
	}
	c.Flags().StringVar(&from, "from", "", "the log and the number of the line")
	_ = c.MarkFlagRequired("from")
	return c
}

// cutLast cuts at the last sep.
func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// draft makes a tested draft from a line. The sample that must not match is the line of the file nearest before or
// after it that another test would be needed for. known are the signatures that match the line already.
func (e *env) draft(c *cobra.Command, file string, line int) (draft []byte, known []string, err error) {
	set, _, err := e.packAnd(nil)
	if err != nil {
		return nil, nil, err
	}
	sources, errs := parser.Expand([]string{file}, nil, parser.DefaultLimits())
	if len(errs) > 0 {
		return nil, nil, errors.Join(errs...)
	}
	var at *event.Event
	var near []string
	for _, s := range sources {
		for _, a := range s.Read(c.Context(), parser.Options{}, func(ev *event.Event) {
			switch {
			case ev.Line <= line && line < ev.Line+max(ev.Lines, 1):
				keep := *ev
				keep.Fields = append([]event.Field{}, ev.Fields...)
				at = &keep
			case ev.Level >= event.LevelWarning && len(near) < 50, len(near) == 0:
				near = append(near, ev.Text)
			}
		}) {
			if a.Error != "" {
				return nil, nil, errors.New(a.Error)
			}
		}
	}
	if at == nil {
		return nil, nil, fmt.Errorf("%s has no record at line %d", file, line)
	}
	for _, m := range set.Match(at) {
		known = append(known, m.Signature)
	}
	near = append(near, `{"level":"info","msg":"another line","time":"2026-01-01T00:00:00.000Z"}`)
	for _, other := range near {
		if draft, err = rules.Draft(at, at.Text, other); err != nil {
			return nil, nil, fmt.Errorf("%s:%d: %w", file, line, err)
		}
		if err = e.tried(c, draft); err == nil {
			return draft, known, nil
		}
	}
	return nil, nil, fmt.Errorf("%s:%d: no draft passes its own test: %w", file, line, err)
}

// tried loads a draft by itself and runs its samples.
func (e *env) tried(c *cobra.Command, draft []byte) error {
	set, err := rules.Load([]rules.File{{Name: "draft", Text: string(draft)}}, cluster.Facts)
	if err != nil {
		return err
	}
	for _, p := range set.Prove(lineReader(c.Context(), set), lineReader(c.Context(), nil), nil) {
		if p.Wrong != "" {
			return fmt.Errorf("a sample must %s: %s", p.Must, p.Wrong)
		}
	}
	return nil
}
