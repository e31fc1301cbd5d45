package cmd

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"zlog/diagnosis"
	"zlog/event"
	"zlog/parser"
	"zlog/report"
	"zlog/rules"
)

func rulesExplainCommand(e *env) *cobra.Command {
	in := &input{}
	c := &cobra.Command{
		Use:   "explain ID PATH…",
		Short: "Say why a rule holds in logs, or what is missing",
		Long: `For a diagnosis: each way to see it, step by step, with the line that met the step, or the nearest one and what is
wrong with it. For a signature: the lines that match, the lines that come near and which test they fail, and why it
is harmless, if it is.`,
		Example: "  zlog rules explain quorum-loss ctrl1.log ctrl2.log\n  zlog rules explain raft-prev-log-not-found logs/",
		Args:    cobra.MinimumNArgs(2),
		RunE: func(cc *cobra.Command, args []string) error {
			a, sources, bad, err := e.open(cc, in, args[1:])
			if err != nil {
				return err
			}
			a.only, a.skip, a.node = nil, nil, ""
			if len(bad) > 0 {
				e.code = exitTrouble
			}
			id, known := args[0], false
			if a.set.Diagnosis(id) != nil {
				known = true
				if err := e.explainDiagnosis(cc, a, id, sources, bad); err != nil {
					return err
				}
			}
			if a.set.Signature(id) != nil {
				known = true
				if err := e.explainSignature(cc, a, id, sources); err != nil {
					return err
				}
			}
			if !known {
				return unknownRule(a.set, id)
			}
			return nil
		},
	}
	in.flags(c)
	return c
}

func (e *env) explainDiagnosis(c *cobra.Command, a *analysis, id string, sources []*parser.Source, bad []diagnosis.Source) error {
	o, err := a.run(c.Context(), sources, bad)
	if err != nil {
		return err
	}
	if o.failed {
		e.code = exitTrouble
	}
	v := o.story.Case()
	x := a.set.Explain(&rules.Case{Matches: v.Matches, Facts: v.Facts, Nodes: v.Nodes, Missing: o.story.Missing}, id)
	p := e.page()
	holds := false
	for _, w := range x.Ways {
		holds = holds || w.Holds
	}
	p.head("%s: %s", id, x.Diagnosis.Title)
	p.head("%s", standing(a.set, o.result, id, holds))
	for i := range x.Ways {
		p.head("")
		p.way(&x.Ways[i])
	}
	return nil
}

// standing says what came of a diagnosis in a result.
func standing(set *rules.Set, r *diagnosis.Result, id string, holds bool) string {
	for _, d := range r.Diagnoses {
		if d.ID == id {
			text := fmt.Sprintf("diagnosed: %s, %s, on %s", d.Role, d.Confidence, strings.Join(d.Nodes, ", "))
			if d.ExplainedBy != "" {
				text += "; a consequence of " + d.ExplainedBy
			}
			return text
		}
	}
	if !holds {
		return "not diagnosed: no way to see it holds"
	}
	for _, d := range r.Diagnoses {
		for _, h := range set.Diagnosis(d.ID).Hides {
			if h == id {
				return "not diagnosed: " + d.ID + " is, beside which it means nothing (hides)"
			}
		}
	}
	return "not diagnosed: it is disabled, or hidden by another diagnosis that is hidden itself"
}

func (p *page) way(w *rules.Way) {
	state := "does not hold"
	if w.Holds {
		state = "holds"
	}
	p.head("%s: %s", wayTitle(w.Variant, w.Number), state)
	for _, s := range w.Steps {
		mark := map[rules.State]string{rules.Met: "  ✓ ", rules.Missing: "  ✗ ", rules.Unassessed: "  ? ", rules.Unreached: "  · "}[s.State]
		text := s.Step.String()
		switch s.State {
		case rules.Unreached:
			text += " (not reached)"
		case rules.Unassessed:
			text += " (not assessable)"
		}
		p.wrap(mark, "    ", text)
		if s.Why != "" {
			p.wrap("      ", "      ", s.Why)
		}
		for _, m := range s.By {
			p.match(m)
		}
		for _, m := range s.Misses {
			p.match(m.Match)
			for _, why := range m.Why {
				p.wrap("        but ", "            ", report.Safe(why))
			}
		}
	}
}

// match prints where a match or fact stands, and its line.
func (p *page) match(m *event.Match) {
	at := m.Node
	if !m.At.IsZero() {
		at += " " + m.At.UTC().Format("2006-01-02T15:04:05.000Z")
	}
	if m.Source != "" {
		at += fmt.Sprintf(" %s:%d", m.Source, m.Line)
	}
	if m.Count > 1 {
		at += fmt.Sprintf(" (%d times)", m.Count)
	}
	text := m.Signature
	for _, c := range m.Captures {
		text += fmt.Sprintf(" %s=%s", c.Key, c.Value)
	}
	if _, fact := m.Fact(); !fact {
		text = report.Message(m.Text)
	}
	fmt.Fprintln(p.w, "      "+report.Safe(at))
	fmt.Fprintln(p.w, "        "+report.Clip(report.Safe(text), max(p.width-8, 40)))
}

func (e *env) explainSignature(c *cobra.Command, a *analysis, id string, sources []*parser.Source) error {
	in := a.set.Inspect(id)
	for _, s := range sources {
		for _, got := range s.Read(c.Context(), parser.Options{Limits: a.limits}, in.Add) {
			if got.Error != "" {
				fmt.Fprintf(e.err, "zlog: %s\n", got.Error)
				e.code = exitTrouble
			}
		}
		if err := c.Context().Err(); err != nil {
			return err
		}
	}
	p := e.page()
	p.head("%s: %s", id, in.Signature.Title)
	p.head("%s", count(in.Hits, "line")+" matched")
	p.seen(in.First, false)
	if in.Hits > 0 {
		p.item("meaning", in.Signature.Meaning.Get())
		p.item("harmless", in.Signature.Normal)
	}
	if len(in.Near) > 0 {
		p.head("near:")
		p.seen(in.Near, true)
	}
	if in.Hits == 0 && len(in.Near) == 0 {
		p.head("no line comes near")
	}
	return nil
}

// seen prints lines, and why they are near and no match.
func (p *page) seen(list []rules.Seen, why bool) {
	for _, s := range list {
		more := ""
		if s.Alike > 1 {
			more = fmt.Sprintf(" (and %d alike)", s.Alike-1)
		}
		fmt.Fprintf(p.w, "  %s:%d%s\n", report.Safe(s.Source), s.Line, more)
		fmt.Fprintln(p.w, "    "+report.Clip(report.Safe(report.Message(s.Text)), max(p.width-4, 40)))
		if !why {
			continue
		}
		for _, f := range s.Held {
			p.wrap("    ✓ ", "      ", report.Safe(f))
		}
		for _, f := range s.Failed {
			p.wrap("    ✗ ", "      ", report.Safe(f))
		}
		if s.Unless != "" {
			p.wrap("    ✗ ", "      ", report.Safe("excepted: "+s.Unless))
		}
	}
}
