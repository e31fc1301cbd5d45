package rules

import "slices"

// Texts is the prefilter for who looks for texts elsewhere, such as a log store: a record below level warning whose lines
// hold none of these lists of texts whole matches no signature, unless it is a dump. Signatures with one of some effects are
// left out. The lists are in rule order, their texts too.
func (s *Set) Texts(without ...string) [][]string {
	var out [][]string
	for _, sig := range s.Signatures {
		if slices.Contains(without, sig.Effect) {
			continue
		}
		for i := range sig.When {
			if !sig.When[i].loud() {
				out = append(out, sig.When[i].texts())
			}
		}
	}
	return out
}

// texts gives what stands in every raw line that meets the test: of each field's text the longest run that no encoder
// changes. See literal, which gives the longest of all.
func (t *Test) texts() []string {
	var out []string
	add := func(run string) {
		if len(run) >= shortestLiteral && !slices.Contains(out, run) {
			out = append(out, run)
		}
	}
	add(t.hint)
	for _, f := range t.Fields {
		if (f.op == opContains || f.op == opIs || f.op == opPrefix || f.op == opSuffix) && f.Field != "level" {
			add(plainRun(f.text))
		}
	}
	if len(out) == 0 {
		add(t.literal())
	}
	return out
}
