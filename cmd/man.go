package cmd

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// manCommand writes the manual for the packages of a release. It is made from the help, so that the two cannot differ.
func manCommand(*env) *cobra.Command {
	return &cobra.Command{
		Use:    "man DIR",
		Short:  "Write the manual pages to a folder",
		Args:   cobra.ExactArgs(1),
		Hidden: true,
		RunE: func(c *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil { //nolint:gosec // a manual is for everybody
				return err
			}
			return eachCommand(c.Root(), func(c *cobra.Command) error {
				return os.WriteFile(filepath.Join(args[0], pageName(c)+".1"), manPage(c), 0o644)
			})
		},
	}
}

// eachCommand visits a command and all below it that help shows.
func eachCommand(c *cobra.Command, visit func(*cobra.Command) error) error {
	c.InitDefaultHelpFlag()
	if err := visit(c); err != nil {
		return err
	}
	for _, sub := range c.Commands() {
		if !sub.IsAvailableCommand() {
			continue
		}
		if err := eachCommand(sub, visit); err != nil {
			return err
		}
	}
	return nil
}

func pageName(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "-") }

// manPage gives one page in the man macros of troff.
func manPage(c *cobra.Command) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, ".TH %s 1 \"\" \"zlog %s\"\n", troff(strings.ToUpper(pageName(c))), troff(version()))
	fmt.Fprintf(&b, ".SH NAME\n%s \\- %s\n", troff(pageName(c)), troff(c.Short))
	b.WriteString(".SH SYNOPSIS\n.nf\n")
	if c.Runnable() {
		b.WriteString(troff(c.UseLine()) + "\n")
	}
	if c.HasAvailableSubCommands() {
		b.WriteString(troff(c.CommandPath()) + " COMMAND\n")
	}
	b.WriteString(".fi\n")
	if c.Long != "" {
		b.WriteString(".SH DESCRIPTION\n")
		for paragraph := range strings.SplitSeq(c.Long, "\n\n") {
			b.WriteString(".PP\n")
			if strings.HasPrefix(paragraph, " ") {
				fmt.Fprintf(&b, ".nf\n%s\n.fi\n", troff(paragraph)) // a table or example
			} else {
				b.WriteString(troff(paragraph) + "\n")
			}
		}
	}
	if c.HasAvailableSubCommands() {
		b.WriteString(".SH COMMANDS\n")
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() {
				fmt.Fprintf(&b, ".TP\n\\fB%s\\fR\n%s\n", troff(sub.Name()), troff(sub.Short))
			}
		}
	}
	options(&b, "OPTIONS", c.NonInheritedFlags())
	options(&b, "OPTIONS OF EVERY COMMAND", c.InheritedFlags())
	if c.Example != "" {
		fmt.Fprintf(&b, ".SH EXAMPLES\n.nf\n%s\n.fi\n", troff(c.Example))
	}
	var also []string
	if c.HasParent() {
		also = append(also, pageName(c.Parent()))
	}
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			also = append(also, pageName(sub))
		}
	}
	if len(also) > 0 {
		b.WriteString(".SH SEE ALSO\n")
		for i, name := range also {
			end := ","
			if i == len(also)-1 {
				end = ""
			}
			fmt.Fprintf(&b, ".BR %s (1)%s\n", troff(name), end)
		}
	}
	return b.Bytes()
}

// options lists the flags that help shows.
func options(b *bytes.Buffer, title string, flags *pflag.FlagSet) {
	if !flags.HasAvailableFlags() {
		return
	}
	b.WriteString(".SH " + title + "\n")
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		short := ""
		if f.Shorthand != "" {
			short = "-" + f.Shorthand + ", "
		}
		value, usage := pflag.UnquoteUsage(f)
		fmt.Fprintf(b, ".TP\n\\fB%s\\fR", troff(short+"--"+f.Name))
		if value != "" {
			fmt.Fprintf(b, " \\fI%s\\fR", troff(value))
		}
		fmt.Fprintf(b, "\n%s\n", troff(usage))
	})
}

// troff writes text so that the typesetter takes no part of it as a command.
func troff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`).Replace(s)
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, ".") {
			lines[i] = `\&` + l
		}
	}
	return strings.Join(lines, "\n")
}
