package cmd

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"zlog/diagnosis"
	"zlog/report"
)

// timelineCommand tells what happened, one column a node.
func timelineCommand(e *env) *cobra.Command {
	in := &input{}
	format := "text"
	c := &cobra.Command{
		Use:   "timeline [PATH…]",
		Short: "Tell what happened, in order, one column a node",
		Example: `  zlog timeline ctrl1.log ctrl2.log ctrl3.log
  zlog timeline --since 2026-11-22T19:34:00Z --format json support-bundle.tar.gz
  zlog timeline -o svg=incident.svg logs/`,
	}
	in.flags(c)
	c.Flags().StringVarP(&format, "output", "o", format, "text, json or svg; KIND=FILE writes a file")
	c.Flags().StringVar(&format, "format", format, "the same as --output")
	c.RunE = func(cc *cobra.Command, args []string) error {
		o, err := e.analyse(cc, in, args)
		if err != nil {
			return err
		}
		e.code = troubleOnly(o)
		moments := o.story.Moments()
		if moments == nil {
			moments = []diagnosis.Moment{}
		}
		kind, file, _ := strings.Cut(format, "=")
		write := func(w io.Writer) error {
			switch kind {
			case "json":
				return writeJSON(w, moments)
			case "svg":
				return report.SVG(w, o.result)
			case "text":
				return report.Timeline(w, o.result.Nodes, moments, columns(w))
			}
			return fmt.Errorf("-o %q: want text, json or svg, or KIND=FILE", format)
		}
		if file == "" || file == "-" {
			return write(e.out)
		}
		var b bytes.Buffer
		if err := write(&b); err != nil {
			return err
		}
		return writeFile(file, b.Bytes())
	}
	return c
}

// stateCommand shows the cluster as of a moment.
func stateCommand(e *env) *cobra.Command {
	in := &input{}
	at, format := "end", "text"
	c := &cobra.Command{
		Use:   "state [PATH…]",
		Short: "Show the cluster as it was at a moment: who led, who was reachable, and how sure that is",
		Example: `  zlog state --at 2026-11-22T19:34:50Z ctrl1.log ctrl2.log ctrl3.log
  zlog state --at end logs/`,
	}
	in.flags(c)
	c.Flags().StringVar(&at, "at", at, "a time, a time of day, end, or a span before the end such as 90s")
	c.Flags().StringVar(&format, "format", format, "text or json")
	c.RunE = func(cc *cobra.Command, args []string) error {
		o, err := e.analyse(cc, in, args)
		if err != nil {
			return err
		}
		e.code = troubleOnly(o)
		when, err := o.momentAt(at)
		if err != nil {
			return err
		}
		states := o.story.At(when)
		if states == nil {
			states = []diagnosis.State{}
		}
		switch format {
		case "json":
			return e.json(map[string]any{"at": diagnosis.Time{Time: when}, "nodes": states})
		case "text":
			return report.States(e.out, states, when, o.story.Begin(), o.story.End(), columns(e.out))
		}
		return fmt.Errorf("--format %q: want text or json", format)
	}
	return c
}

// preflightCommand answers whether a node may be joined to a cluster.
func preflightCommand(e *env) *cobra.Command {
	in := &input{}
	joiner, format := "", "text"
	c := &cobra.Command{
		Use:   "preflight [PATH…]",
		Short: "Check, before a join, whether this node may join that cluster",
		Example: `  zlog preflight member.log joiner.log
  zlog preflight --joiner ctrl3 ctrl1.log ctrl2.log ctrl3.log`,
	}
	in.flags(c)
	c.Flags().StringVar(&joiner, "joiner", "", "the node that is to join (default: the one that waits)")
	c.Flags().StringVar(&format, "format", format, "text or json")
	c.RunE = func(cc *cobra.Command, args []string) error {
		o, err := e.analyse(cc, in, args)
		if err != nil {
			return err
		}
		if err := o.knows("joiner", joiner); err != nil {
			return err
		}
		name, checks := o.story.Preflight(joiner)
		e.code = troubleOnly(o)
		for _, k := range checks {
			if k.State == "problem" && e.code == exitOK {
				e.code = exitFound
			}
		}
		switch format {
		case "json":
			return e.json(map[string]any{"joiner": name, "checks": checks})
		case "text":
			return report.Checks(e.out, name, checks, columns(e.out))
		}
		return fmt.Errorf("--format %q: want text or json", format)
	}
	return c
}

// troubleOnly is the exit code of commands that judge nothing.
func troubleOnly(o *outcome) int {
	if o.failed {
		return exitTrouble
	}
	return exitOK
}

func (e *env) json(v any) error { return writeJSON(e.out, v) }

func writeJSON(w io.Writer, v any) error { return report.Encode(w, v, "  ") }

// momentAt reads "end", a span before the end, a time of day, or a time.
func (o *outcome) momentAt(s string) (time.Time, error) {
	if s == "end" {
		return o.story.End(), nil
	}
	w, err := point(s)
	if err != nil {
		return time.Time{}, fmt.Errorf("--at %w", err)
	}
	return w.on(o.story.Begin(), o.story.End()), nil
}
