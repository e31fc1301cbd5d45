package rules

import (
	"strings"

	"zlog/diagnosis"
)

// check finds what is wrong with the rules as a whole: missing parts, unknown references, cycles.
func (s *Set) check(facts []string) Mistakes {
	c := &checker{set: s, facts: map[string]bool{}}
	for _, f := range facts {
		c.facts["fact:"+f] = true
	}
	for _, sig := range s.Signatures {
		c.signature(sig)
	}
	for _, dg := range s.Diagnoses {
		c.diagnosis(dg)
	}
	for i := range s.Tests {
		c.trial(&s.Tests[i])
	}
	c.cycles()
	return c.mistakes
}

type checker struct {
	set      *Set
	facts    map[string]bool
	mistakes Mistakes
}

func (c *checker) fail(p position, id, format string, args ...any) {
	c.mistakes.add(p, id, format, args...)
}

func (c *checker) signature(sig *Signature) {
	if !isID(sig.ID) {
		c.fail(sig.pos, sig.ID, "an id has lower-case words and digits joined by -")
	}
	if sig.Title == "" {
		c.fail(sig.pos, sig.ID, "no title")
	}
	if sig.Severity.Rank() < 0 {
		c.fail(sig.pos, sig.ID, "severity %q: want info, warning, error or critical", sig.Severity)
	}
	if len(sig.When) == 0 {
		c.fail(sig.pos, sig.ID, "no when: a signature needs at least one test")
	}
	c.proved(sig)
	c.effect(sig)
	for i := range sig.When {
		if l := sig.When[i].literal(); len(l) < shortestLiteral {
			c.fail(sig.pos, sig.ID, "no plain text of %d bytes or more in a test; add hint: some text that every such line holds", shortestLiteral)
		}
	}
}

func (c *checker) diagnosis(dg *Diagnosis) {
	if !isID(dg.ID) {
		c.fail(dg.pos, dg.ID, "an id has lower-case words and digits joined by -")
	}
	for name, v := range map[string]string{"title": dg.Title, "summary": dg.Summary, "cause": dg.Cause} {
		if v == "" {
			c.fail(dg.pos, dg.ID, "no %s", name)
		}
	}
	if dg.Severity.Rank() < 0 {
		c.fail(dg.pos, dg.ID, "severity %q: want info, warning, error or critical", dg.Severity)
	}
	if !kinds[dg.Kind] {
		c.fail(dg.pos, dg.ID, "kind %q: want fault, transient or client", dg.Kind)
	}
	for _, list := range [][]string{dg.Explains, dg.Hides} {
		for _, id := range list {
			if c.set.diagByID[id] == nil {
				c.fail(dg.pos, dg.ID, "no diagnosis %q%s", id, didYouMean(id, c.set.diagByID))
			}
		}
	}
	for _, id := range dg.Shows {
		c.known(dg.pos, dg.ID, id)
	}
	if len(dg.When) == 0 {
		c.fail(dg.pos, dg.ID, "no when: a diagnosis needs at least one variant")
	}
	c.words(dg)
	for i := range dg.When {
		if i == mostWays {
			c.fail(dg.When[i].pos, dg.ID, "%d ways in when; it may have %d", len(dg.When), mostWays)
			break
		}
		c.variant(dg, &dg.When[i])
	}
}

func (c *checker) known(p position, rule, id string) {
	if strings.HasPrefix(id, "fact:") {
		if !c.facts[id] {
			c.fail(p, rule, "no %q in the story%s", id, didYouMean(id, c.facts))
		}
		return
	}
	if c.set.byID[id] == nil {
		c.fail(p, rule, "no signature %q%s", id, didYouMean(id, c.set.byID))
	}
}

// What one way may hold. The largest of the built-in pack has 11 steps, of up to 7 signatures and 4 conditions.
const (
	mostSteps = 64
	mostIDs   = 256 // of see, maybe and no
	mostTerms = 32  // of where, bind and not-on, together
	mostWays  = 256
)

func (c *checker) variant(dg *Diagnosis, v *Variant) {
	if v.Confidence.Rank() == 0 && v.Confidence != diagnosis.Possible {
		c.fail(v.pos, dg.ID, "confidence %q: want certain, likely or possible", v.Confidence)
	}
	if len(v.Steps) == 0 {
		c.fail(v.pos, dg.ID, "no steps")
	}
	known := newNames()
	for i := range v.Steps {
		st := &v.Steps[i]
		if i == mostSteps {
			c.fail(st.pos, dg.ID, "%d steps in one way; it may have %d", len(v.Steps), mostSteps)
			return
		}
		if n := len(st.See) + len(st.Maybe) + len(st.No); n > mostIDs {
			c.fail(st.pos, dg.ID, "%d signatures in one step; it may have %d", n, mostIDs)
			return
		}
		if n := len(st.Where) + len(st.Bind) + len(st.NotOn); n > mostTerms {
			c.fail(st.pos, dg.ID, "%d of where, bind and not-on in one step; it may have %d", n, mostTerms)
			return
		}
		n := 0
		for _, list := range [][]string{st.See, st.Maybe, st.No} {
			if len(list) > 0 {
				n++
			}
			for _, id := range list {
				c.known(st.pos, dg.ID, id)
			}
		}
		if n != 1 {
			c.fail(st.pos, dg.ID, "a step has exactly one of see, maybe and no")
		}
		for _, ref := range []string{st.After, st.Before, st.Within.Of} {
			if ref != "" && !known.matches[ref] {
				c.fail(st.pos, dg.ID, "%q is not the name (as:) of an earlier step%s", ref, didYouMean(ref, known.matches))
			}
		}
		c.refers(dg, st, known)
		known.add(st)
	}
	for _, b := range v.Blame {
		if !known.nodes[b] {
			c.fail(v.pos, dg.ID, "blame: no step is on %q%s", b, didYouMean(b, known.nodes))
		}
	}
	c.summary(dg, v, known)
}

// cycles refuses explains that lead back to themselves.
func (c *checker) cycles() {
	state := map[string]int{}
	var visit func(id string) bool
	visit = func(id string) bool {
		dg := c.set.diagByID[id]
		if dg == nil || state[id] == 2 {
			return false
		}
		if state[id] == 1 {
			return true
		}
		state[id] = 1
		for _, e := range dg.Explains {
			if visit(e) {
				c.fail(dg.pos, id, "explains %q leads back to itself", e)
			}
		}
		state[id] = 2
		return false
	}
	for _, dg := range c.set.Diagnoses {
		visit(dg.ID)
	}
}
