package cmd

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"zlog/cluster"
	"zlog/event"
	"zlog/parser"
	"zlog/report"
	"zlog/rules"
)

func rulesCommand(e *env) *cobra.Command {
	c := &cobra.Command{
		Use:   "rules",
		Short: "Look at, write and test rules",
		Long: `What zlog knows is written in YAML: signatures (what a line says) and diagnoses (what lines together mean).
These commands list and explain that knowledge, and help to add to it. docs/rules.md teaches the language.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(rulesListCommand(e), rulesShowCommand(e), rulesSearchCommand(e), rulesCheckCommand(e), rulesTestCommand(e),
		rulesNewCommand(e), rulesExplainCommand(e), rulesCoverageCommand(e), rulesDriftCommand(e), rulesExportCommand(e))
	return c
}

// rulesFlag adds --rules to a command of the workshop.
func rulesFlag(c *cobra.Command, extra *[]string) {
	c.Flags().StringSliceVar(extra, "rules", nil, "more rule files or folders; they add, override and disable by id")
}

// jsonFlag adds -o, which is text or json.
func jsonFlag(c *cobra.Command, format *string) {
	c.Flags().StringVarP(format, "output", "o", "text", "text or json")
	complete(c, "output", []string{"text", "json"})
}

// printed prints v as JSON if that is asked for, and says whether it did.
func (e *env) printed(format string, v any) (bool, error) {
	switch format {
	case "text":
		return false, nil
	case "json":
		return true, e.json(v)
	}
	return true, fmt.Errorf("-o %s: want text or json", format)
}

// packAnd loads the built-in pack and the named rule files or folders, but not the operator's other files.
func (e *env) packAnd(paths []string) (*rules.Set, []string, error) {
	files, err := builtin(e.pack)
	if err != nil {
		return nil, nil, err
	}
	names, err := namedRules(paths)
	if err != nil {
		return nil, nil, err
	}
	own, err := readRules(names)
	if err != nil {
		return nil, nil, err
	}
	set, err := rules.Load(append(files, own...), cluster.Facts)
	return set, names, err
}

// lineReader gives a reader of raw text that goes through the real parser; with a set through its prefilter as well.
func lineReader(ctx context.Context, set *rules.Set) rules.Reader {
	opt := parser.Options{}
	if set != nil {
		opt.Filter, opt.Alarms, opt.Told = set.Filter(parser.PlainAlarms(), nil), true, true
	}
	return func(text string, emit func(*event.Event)) {
		sources, _ := parser.Expand([]string{"-"}, strings.NewReader(text), parser.DefaultLimits())
		for _, s := range sources {
			s.Read(ctx, opt, emit)
		}
	}
}

// table prints rows in columns; the last column is cut to the terminal's width.
func (e *env) table(rows [][]string) error {
	var b bytes.Buffer
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, r := range rows {
		fmt.Fprintln(w, strings.Join(r, "\t"))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	width := columns(e.out)
	if !isTTY(e.out) {
		width = 1 << 20
	}
	for line := range strings.Lines(b.String()) {
		line = strings.TrimRight(line, " \n")
		if _, err := fmt.Fprintln(e.out, report.Clip(line, width)); err != nil {
			return err
		}
	}
	return nil
}

// page writes labelled paragraphs, wrapped to a width that is good to read.
type page struct {
	w     io.Writer
	width int
}

func (e *env) page() *page { return &page{e.out, min(columns(e.out), 100)} }

// head prints a title line.
func (p *page) head(format string, args ...any) { fmt.Fprintf(p.w, format+"\n", args...) }

// item prints a label and its text beside it; nothing for an empty text.
func (p *page) item(label, text string) {
	if text = strings.Join(strings.Fields(text), " "); text != "" {
		p.wrap(fmt.Sprintf("%-12s", label), strings.Repeat(" ", 12), text)
	}
}

// items prints a label and a list beside it.
func (p *page) items(label string, texts []string) {
	for i, t := range texts {
		if i > 0 {
			label = ""
		}
		t = strings.Join(strings.Fields(t), " ")
		if len(texts) > 1 {
			p.wrap(fmt.Sprintf("%-12s- ", label), strings.Repeat(" ", 14), t)
		} else {
			p.item(label, t)
		}
	}
}

// raw prints a label, and below it log lines as they are, made safe for a terminal.
func (p *page) raw(label string, lines []string) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintln(p.w, label)
	for _, l := range lines {
		for part := range strings.SplitSeq(strings.TrimRight(l, "\n"), "\n") {
			fmt.Fprintln(p.w, "  "+report.Safe(part))
		}
	}
}

// wrap prints words in lines of the page's width, the first after first, the others after rest.
func (p *page) wrap(first, rest, text string) {
	line, empty := first, true
	for _, word := range strings.Fields(text) {
		if !empty && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > p.width {
			fmt.Fprintln(p.w, strings.TrimRight(line, " "))
			line, empty = rest, true
		}
		if !empty {
			line += " "
		}
		line, empty = line+word, false
	}
	fmt.Fprintln(p.w, strings.TrimRight(line, " "))
}
