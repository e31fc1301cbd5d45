package cmd

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"zlog/rules"
)

func rulesShowCommand(e *env) *cobra.Command {
	var extra []string
	c := &cobra.Command{
		Use:               "show ID",
		Short:             "Tell all that a signature or diagnosis knows",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: e.completeRules,
		RunE: func(_ *cobra.Command, args []string) error {
			set, err := e.ruleSet(extra)
			if err != nil {
				return err
			}
			dg, sig := set.Diagnosis(args[0]), set.Signature(args[0])
			if dg == nil && sig == nil {
				return unknownRule(set, args[0])
			}
			p := e.page()
			if dg != nil {
				p.diagnosis(dg)
			}
			if sig != nil {
				if dg != nil {
					p.head("")
				}
				p.signature(set, sig)
			}
			return nil
		},
	}
	rulesFlag(c, &extra)
	return c
}

func unknownRule(set *rules.Set, id string) error {
	hint := set.Nearest(id)
	if hint == "" {
		hint = "; zlog rules search finds rules by a few words"
	}
	return fmt.Errorf("no rule %q%s", id, hint)
}

// completeRules gives the shell the ids of rules.
func (e *env) completeRules(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	set, err := e.ruleSet(nil)
	if err != nil || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveDefault
	}
	var ids []cobra.Completion
	for _, r := range ruleRows(set) {
		ids = append(ids, cobra.CompletionWithDesc(r.ID, r.Title))
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}

func (p *page) signature(set *rules.Set, s *rules.Signature) {
	p.head("%s: %s", s.ID, s.Title)
	p.item("signature", fmt.Sprintf("%s, %s%s", s.Severity, s.Category, disabled(s.Enabled)))
	p.item("releases", s.Versions.String())
	for i := range s.When {
		label := "or"
		if i == 0 {
			label = "matches if"
		}
		p.item(label, s.When[i].String())
	}
	for i := range s.Unless {
		p.item("unless", s.Unless[i].String())
	}
	var captures []string
	for _, c := range s.Capture {
		captures = append(captures, c.String())
	}
	p.items("captures", captures)
	p.item("effect", s.Effect)
	p.item("meaning", s.Meaning.Get())
	p.item("harmless", s.Normal)
	p.items("causes", s.Causes.Get())
	p.item("remedy", s.Remedy.Get())
	p.item("used by", strings.Join(set.UsedBy(s.ID), ", "))
	p.items("references", s.References)
	p.item("from", strings.Join(s.Files(), ", ")+" ("+s.Position()+")")
	p.raw("lines that match", s.Lines.Get().Match)
	p.raw("lines that must not match", s.Lines.Get().Other)
}

func (p *page) diagnosis(d *rules.Diagnosis) {
	p.head("%s: %s", d.ID, d.Title)
	p.item("diagnosis", fmt.Sprintf("%s, %s%s", d.Severity, d.Kind, disabled(d.Enabled)))
	p.item("says", d.Summary)
	p.item("cause", d.Cause)
	var steps []string
	for _, s := range d.Remedy.Get() {
		text := s.Do
		if s.Command != "" {
			text += " `" + s.Command + "`"
		}
		if s.Versions != "" {
			text += " (releases " + s.Versions + ")"
		}
		if s.Danger != "" {
			text += " Danger: " + s.Danger + "."
		}
		steps = append(steps, text)
	}
	p.items("what to do", steps)
	p.item("prevention", d.Prevention)
	for _, c := range d.Confirm.Get() {
		p.item("confirm", "`"+c.Command+"`: "+c.Expect)
	}
	for _, r := range d.Rivals.Get() {
		p.item("or is it", r.Cause+"? "+r.Tell)
	}
	p.item("explains", strings.Join(d.Explains, ", "))
	p.item("hides", strings.Join(d.Hides, ", "))
	p.item("shows", strings.Join(d.Shows, ", "))
	p.items("references", d.References)
	p.item("from", strings.Join(d.Files(), ", ")+" ("+d.Position()+")")
	for i := range d.When {
		v := &d.When[i]
		p.head("%s", wayTitle(v, i+1))
		for j := range v.Steps {
			p.wrap("  - ", "    ", v.Steps[j].String())
		}
	}
}

// wayTitle names a variant.
func wayTitle(v *rules.Variant, number int) string {
	name := ""
	if v.Name != "" {
		name = ", " + v.Name
	}
	return fmt.Sprintf("way %d%s (%s)", number, name, v.Confidence)
}

func disabled(enabled *bool) string {
	if enabled != nil && !*enabled {
		return ", disabled"
	}
	return ""
}
