package rules

import "strings"

// names are what a step may refer to: what the steps before it bound.
type names struct {
	matches map[string]bool // as:
	nodes   map[string]bool // on:
	vars    map[string]bool // bind:
}

func newNames() *names {
	return &names{map[string]bool{}, map[string]bool{}, map[string]bool{}}
}

func (n *names) add(st *Step) {
	if st.As != "" {
		n.matches[st.As] = true
	}
	if st.On != "" {
		n.nodes[st.On] = true
	}
	for _, t := range st.Bind {
		n.vars[t.Of] = true
	}
}

// all gives every name, for hints.
func (n *names) all() map[string]bool {
	out := map[string]bool{"self": true, "node": true}
	for _, m := range []map[string]bool{n.matches, n.nodes, n.vars} {
		for k := range m {
			out[k] = true
		}
	}
	return out
}

// refers checks that what a step's conditions name is there: a name that nothing gives would compare with "" and be
// false for ever, without a word.
func (c *checker) refers(dg *Diagnosis, st *Step, n *names) {
	ids := append(append(append([]string{}, st.See...), st.Maybe...), st.No...)
	for _, t := range st.Where {
		c.captured(dg, st, ids, "where", t.Name)
		for _, ref := range references(t.Of) {
			head, part, dotted := strings.Cut(ref, ".")
			switch {
			case n.vars[ref], head == "self":
			case n.nodes[head], head == "node":
				if dotted && part != "id" && part != "address" && part != "version" && part != "cluster" && part != "name" {
					c.fail(st.pos, dg.ID, "where: a node has id, address, version, cluster and name, not %q", part)
				}
			case n.matches[head]:
				if !dotted {
					c.fail(st.pos, dg.ID, "where: %q is a match; name one of its captures, such as %s.peer", head, head)
				}
			default:
				c.fail(st.pos, dg.ID, "where: nothing before this step is called %q%s", head, didYouMean(head, n.all()))
			}
		}
	}
	for _, t := range st.Bind {
		c.captured(dg, st, ids, "bind", t.Name)
	}
	for _, v := range st.NotOn {
		if !n.nodes[v] {
			c.fail(st.pos, dg.ID, "not-on: no step before is on %q%s", v, didYouMean(v, n.nodes))
		}
	}
}

// summary checks that what the summary of a way names is there: the reader of a diagnosis cannot know what should have stood
// in its place. In a remedy a name that is not known stands for what the reader has to fill in.
func (c *checker) summary(dg *Diagnosis, v *Variant, n *names) {
	text := v.Summary
	if text == "" {
		text = dg.Summary
	}
	for _, ref := range references(text) {
		head, _, _ := strings.Cut(ref, ".")
		if head != "nodes" && head != "count" && head != "node" && !n.vars[ref] && !n.nodes[head] && !n.matches[head] {
			c.fail(v.pos, dg.ID, "summary: nothing in this way is called %q%s", ref, didYouMean(head, n.all()))
		}
	}
}

// captured checks that a signature of the step captures a name. Facts have captures of their own.
func (c *checker) captured(dg *Diagnosis, st *Step, ids []string, key, name string) {
	has := map[string]bool{}
	for _, id := range ids {
		sig := c.set.byID[id]
		if sig == nil {
			return // a fact, or a mistake that is told elsewhere
		}
		for i := range sig.Capture {
			has[sig.Capture[i].Name] = true
		}
	}
	if !has[name] {
		c.fail(st.pos, dg.ID, "%s: %s captures no %q%s", key, strings.Join(ids, ", "), name, didYouMean(name, has))
	}
}

// references gives the names after $ and in {} of a condition.
func references(want string) []string {
	want = strings.TrimSpace(strings.TrimLeft(want, "!<>=~"))
	if ref, ok := strings.CutPrefix(want, "$"); ok {
		return []string{ref}
	}
	var out []string
	for _, p := range placeholder.FindAllString(want, -1) {
		out = append(out, p[1:len(p)-1])
	}
	return out
}

// proved checks that a signature of the built-in pack brings a line that matches and one that must not.
func (c *checker) proved(sig *Signature) {
	for _, f := range sig.files {
		if !c.set.builtin[f] {
			continue
		}
		if sig.Lines.text != "" {
			return
		}
		samples := sig.Lines.Get()
		if len(samples.Match) == 0 {
			c.fail(sig.pos, sig.ID, "no sample that matches; a rule of the built-in pack is proved by real lines")
		}
		if len(samples.Other) == 0 {
			c.fail(sig.pos, sig.ID, "no sample that must not match; a rule of the built-in pack is proved by real lines")
		}
		return
	}
}

// effect checks the word against those that the built-in pack uses, which are those that the story knows.
func (c *checker) effect(sig *Signature) {
	if sig.Effect == "" || len(c.set.builtin) == 0 || c.set.effects[sig.Effect] {
		return
	}
	c.fail(sig.pos, sig.ID, "effect %q: the story knows no such effect%s", sig.Effect, didYouMean(sig.Effect, c.set.effects))
}

// words checks the texts that a diagnosis shows: severities of variants, commands, ranges of versions.
func (c *checker) words(dg *Diagnosis) {
	for _, st := range dg.Remedy.value { // what is read later was checked before, by a test
		if _, ok := ParseRange(st.Versions); !ok {
			c.fail(dg.pos, dg.ID, "remedy: versions %q: want comparisons such as \">=1.2 <2.1\"", st.Versions)
		}
		if st.Do == "" {
			c.fail(dg.pos, dg.ID, "remedy: a step without do")
		}
	}
	for i := range dg.When {
		v := &dg.When[i]
		if v.Severity != "" && v.Severity.Rank() < 0 {
			c.fail(v.pos, dg.ID, "severity %q: want info, warning, error or critical", v.Severity)
		}
		if v.Kind != "" && !kinds[v.Kind] {
			c.fail(v.pos, dg.ID, "kind %q: want fault, transient or client", v.Kind)
		}
	}
}

var kinds = map[string]bool{"fault": true, "transient": true, "client": true}
