package rules

import (
	"fmt"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"

	"zlog/diagnosis"
)

// fromDiagnosis gives a traveller for each way to see a diagnosis. A way travels if it asks for one signature, or one of
// several, once or often; into a language with order also if a second one follows within a time. Facts are the story's,
// and absence is not seen by a query: it cannot tell silence from lines that never came.
func (s *Set) fromDiagnosis(dg *Diagnosis) []*traveller {
	var out []*traveller
	for i := range dg.When {
		v := &dg.When[i]
		t := &traveller{kind: "diagnosis", id: dg.ID, title: dg.Title, category: dg.Kind, severity: dg.Severity, sure: v.Confidence,
			summary: dg.Summary, cause: oneLine(dg.Cause), remedy: steps(dg.Remedy.Get()), links: dg.References}
		if len(dg.When) > 1 {
			t.way = i + 1
		}
		if v.Severity != "" {
			t.severity = v.Severity
		}
		if v.Kind != "" {
			t.category = v.Kind
		}
		if v.Summary != "" {
			t.summary = v.Summary
		}
		s.take(t, v)
		out = append(out, t)
	}
	return out
}

// take makes a traveller of a way's steps. What it cannot take along is a loss.
func (s *Set) take(t *traveller, v *Variant) {
	var first *Step
	for i := range v.Steps {
		st := &v.Steps[i]
		switch ids := slices.Concat(st.See, st.No); {
		case len(st.Maybe) > 0: // shown if it is there; no condition
		case len(st.No) > 0:
			t.lose(st.String(), "a query cannot tell absence from lines that are missing")
		case slices.ContainsFunc(ids, func(id string) bool { return strings.HasPrefix(id, "fact:") }):
			t.lose(st.String(), "it is a fact of the cluster's story, not a line")
		case first == nil:
			first = st
			s.step(t, st)
		case t.then == nil && follows(first, st):
			t.then = &traveller{kind: t.kind, id: t.id, way: t.way, title: t.title, category: t.category, severity: t.severity, summary: st.String(), in: st.Within.To.Duration}
			s.step(t.then, st)
			t.losses = append(t.losses, t.then.losses...)
		default:
			t.lose(st.String(), "a query sees neither order nor distance in time of two lines")
		}
	}
	if len(t.parts) == 0 && len(t.losses) == 0 {
		t.lose("the way", "it asks for no line")
	}
}

// follows says whether a step asks for nothing but a match on the same node within a time after the first one's.
func follows(first, st *Step) bool {
	return first.As != "" && first.Times <= 1 && first.Nodes <= 1 && len(first.Bind)+len(st.Bind) == 0 && st.Times <= 1 && st.Nodes <= 1 && first.On != "" && st.On == first.On &&
		st.Within.Of == first.As && st.Within.From.Duration == 0 && st.Within.To.Duration > 0 && st.After == "" && st.Before == ""
}

func (t *traveller) lose(condition, why string) {
	t.losses = append(t.losses, t.loss(condition, why))
}

// step takes the signatures of a step along, how often they must be seen, and what it asks of captures.
func (s *Set) step(t *traveller, st *Step) {
	t.times, t.nodes, t.apart = max(st.Times, 1), st.Nodes, st.On != ""
	if st.Times > 1 || st.Nodes > 1 {
		t.in = st.In.Duration
	}
	for _, id := range st.See {
		sig := s.byID[id]
		var extra []*condition
		never := false
		for _, term := range st.Where {
			c, why := sig.asked(term.Name, term.Of)
			switch {
			case why == neverHolds:
				never = true
			case why != "":
				t.lose(id+": "+term.Name+" "+asks(term.Of), why)
			}
			extra = append(extra, c)
		}
		for _, term := range st.Bind {
			c, _ := sig.asked(term.Name, "!")
			extra = append(extra, c)
		}
		if never {
			continue
		}
		t.see(sig, all(extra...))
	}
	t.bind(s, st)
	t.when = ofParts(t.parts)
	t.fill(st)
}

// bind groups by the fields that a repeated step binds.
func (t *traveller) bind(s *Set, st *Step) {
	if st.Times <= 1 && st.Nodes <= 1 {
		return
	}
	for _, term := range st.Bind {
		name, field := term.Name, ""
		for _, id := range st.See {
			from := s.byID[id].from(name)
			if len(from) != 1 || from[0].re != nil || from[0].text != "" || field != "" && field != from[0].Field {
				t.lose("the same "+name+" every time", "it is not one field of every line")
				field = ""
				break
			}
			field = from[0].Field
		}
		if field != "" {
			t.by = append(t.by, field)
		}
	}
}

// from gives the ways to a captured value, none if the signature does not capture it.
func (sig *Signature) from(name string) []extract {
	for _, c := range sig.Capture {
		if c.Name == name {
			return c.From
		}
	}
	return nil
}

// neverHolds is why a condition on a capture cannot be met by a signature's lines.
const neverHolds = "never holds"

// asked gives what a step's condition on a captured value asks of the line, or why it cannot be said. A value is the
// first one that is there.
func (sig *Signature) asked(name, want string) (*condition, string) {
	from := sig.from(name)
	says := name + " " + asks(want)
	op := want[:len(want)-len(strings.TrimLeft(want, "!<>=~"))]
	want = strings.TrimSpace(want[len(op):])
	switch {
	case len(from) == 0 && op == "!" && want == "":
		return nil, neverHolds
	case len(from) == 0:
		return nil, "the signature does not capture it"
	case strings.ContainsAny(want, "${"):
		return nil, "it is compared with what another line says"
	case op == "!" && want == "":
		return there(from, says)
	}
	var ways, empty []*condition
	for _, x := range from {
		if x.re != nil || x.text != "" {
			return nil, "the value is taken out of the field by a pattern"
		}
		c, why := compared(x.Field, op, want, says)
		if c == nil {
			return nil, why
		}
		ways = append(ways, all(append(slices.Clone(empty), c)...))
		empty = append(empty, not(one(filled(x.Field, says))))
	}
	return some(ways...), ""
}

// compared tests a field as a step's condition says.
func compared(field, how, want, says string) (*condition, string) {
	l := leaf{field: field, says: says}
	switch how {
	case "", "=", "!":
		l.op, l.texts = opIn, strings.Split(want, "|")
	case "~", "!~":
		l.op, l.text = opContains, want
	case "<", ">":
		if _, err := strconv.ParseFloat(want, 64); err != nil {
			return nil, "timespans are compared"
		}
		l.op, l.text = map[string]op{"<": opLess, ">": opGreater}[how], want
	default:
		return nil, "the comparison " + how + " is not translated"
	}
	if strings.HasPrefix(how, "!") {
		return not(one(l)), ""
	}
	return one(l), ""
}

// anyText is a pattern of what is not empty.
const anyText = "."

// filled asks that a field is there and holds something.
func filled(field, says string) leaf {
	return leaf{field: field, op: opRegex, text: anyText, says: says}
}

// there asks that a captured value is there: that one of the ways to it gives one.
func there(from []extract, says string) (*condition, string) {
	var ways []*condition
	for _, x := range from {
		switch {
		case x.re == nil && x.text != "":
			return nil, "" // always
		case x.re == nil:
			ways = append(ways, one(filled(x.Field, says)))
		case x.text == "" && !groupHolds(x.re.text):
			return nil, "its pattern may take out nothing"
		default:
			ways = append(ways, one(leaf{field: x.Field, op: opRegex, text: x.re.text, says: says}))
		}
	}
	return some(ways...), ""
}

// groupHolds says whether the only group of a pattern holds at least one letter whenever the pattern matches.
func groupHolds(pattern string) bool {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return false
	}
	var least func(*syntax.Regexp) int
	least = func(re *syntax.Regexp) int {
		sum := 0
		switch re.Op {
		case syntax.OpLiteral, syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
			return 1
		case syntax.OpConcat:
			for _, sub := range re.Sub {
				sum += least(sub)
			}
		case syntax.OpCapture, syntax.OpPlus:
			return least(re.Sub[0])
		case syntax.OpRepeat:
			return re.Min * least(re.Sub[0])
		case syntax.OpAlternate:
			sum = least(re.Sub[0])
			for _, sub := range re.Sub[1:] {
				sum = min(sum, least(sub))
			}
		}
		return sum
	}
	holds := false
	var walk func(*syntax.Regexp, bool)
	walk = func(re *syntax.Regexp, sure bool) {
		if re.Op == syntax.OpCapture {
			holds = sure && least(re) > 0
		}
		sure = sure && (re.Op == syntax.OpConcat || re.Op == syntax.OpCapture || re.Op == syntax.OpPlus)
		for _, sub := range re.Sub {
			walk(sub, sure)
		}
	}
	walk(re, true)
	return holds
}

// fill puts into the summary what a query knows: the node, as {node}, and the number, as {count}. The rest is for the
// reader to fill in, as in a diagnosis.
func (t *traveller) fill(st *Step) {
	t.summary = placeholder.ReplaceAllStringFunc(oneLine(t.summary), func(p string) string {
		switch name := p[1 : len(p)-1]; name {
		case st.On, "nodes":
			return "{node}"
		case "count":
			return p
		default:
			return blank(name)
		}
	})
}

// steps gives a remedy as one text.
func steps(list []diagnosis.Step) string {
	var out []string
	for i, st := range list {
		text := fmt.Sprintf("%d. %s", i+1, oneLine(st.Do))
		if st.Command != "" {
			text += " `" + oneLine(st.Command) + "`"
		}
		if st.Versions != "" {
			text += " (OpenZiti " + st.Versions + ")"
		}
		if st.Danger != "" {
			text += " DANGER: " + oneLine(st.Danger) + "."
		}
		out = append(out, text)
	}
	return strings.Join(out, "\n")
}
