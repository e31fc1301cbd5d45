package rules

import (
	"slices"
	"strconv"
	"strings"

	"zlog/event"
)

// condition is what a signature asks of one line in a store, as a tree. Nil stands for a part that was left out.
type condition struct {
	join join
	of   []*condition // of joinNot one
	leaf *leaf        // of joinNone
}

type join uint8

const (
	joinNone join = iota
	joinAll
	joinSome
	joinNot
)

// leaf is a test of one field of a line.
type leaf struct {
	field string // key of the JSON line, with dots into objects; wholeLine for the line as it stands
	op    op     // not opNot
	text  string
	texts []string
	fold  bool   // opIn: in any case
	says  string // the condition in the rule's words
}

// wholeLine is the field of a leaf that looks at the line itself.
const wholeLine = ""

func all(of ...*condition) *condition  { return joined(joinAll, of) }
func some(of ...*condition) *condition { return joined(joinSome, of) }
func not(c *condition) *condition      { return &condition{join: joinNot, of: []*condition{c}} }
func one(l leaf) *condition            { return &condition{leaf: &l} }

// joined flattens, and spares a join of one.
func joined(j join, of []*condition) *condition {
	var list []*condition
	for _, c := range of {
		switch {
		case c == nil:
		case c.join == j:
			list = append(list, c.of...)
		default:
			list = append(list, c)
		}
	}
	switch len(list) {
	case 0:
		return nil
	case 1:
		return list[0]
	}
	return &condition{join: j, of: list}
}

// condition gives what a line in a store must be for the signature to match it.
func (sig *Signature) condition() *condition {
	dumps := slices.ContainsFunc(sig.Lines.Get().Match, dumpHead.MatchString)
	ways := make([]*condition, 0, len(sig.When))
	for i := range sig.When {
		ways = append(ways, sig.When[i].condition(dumps))
	}
	c := some(ways...)
	for i := range sig.Unless {
		c = all(c, not(sig.Unless[i].condition(false)))
	}
	return c
}

// condition gives an alternative. Of a crash the line itself is the message: if such a line is among the samples (or is
// asked for), an alternative about the message alone is also asked of lines that are no objects.
func (t *Test) condition(dumps bool) *condition {
	var asObject, asDump []*condition
	only := true
	for i := range t.Fields {
		f := &t.Fields[i]
		asObject = append(asObject, f.condition(f.Field))
		switch f.Field {
		case "msg":
			asDump = append(asDump, f.condition(wholeLine))
			dumps = dumps || dumpHead.MatchString(f.text)
		case "text":
			asDump = append(asDump, f.condition(f.Field))
		case "frames":
			asDump, dumps = append(asDump, f.condition(f.Field)), true
		default:
			only = false
		}
	}
	c := all(asObject...)
	if !dumps || !only {
		return c
	}
	object := leaf{field: wholeLine, op: opPrefix, text: "{", says: "the line is an object"}
	line := all(append([]*condition{not(one(object))}, asDump...)...)
	if slices.ContainsFunc(t.Fields, func(f FieldTest) bool { return f.Field == "frames" || f.op == opPrefix && dumpHead.MatchString(f.text) }) {
		return line // an object has no stack, and no message begins so
	}
	return some(c, line)
}

// condition gives a test of a field, asked of a key of the line or of the whole line.
func (f *FieldTest) condition(field string) *condition {
	if f.op == opNot {
		return not(f.not.condition(field))
	}
	l := leaf{field: field, op: f.op, text: f.text, texts: f.texts, says: f.String()}
	switch {
	case f.op == opExists && f.text == "false":
		l.text = "true"
		return not(one(l))
	case field == "text":
		l.field = wholeLine
	case field == "level":
		return one(f.inStore())
	case field == "func" || field == "file": // slog has both in an object
		inner := l
		inner.field = map[string]string{"func": "source.function", "file": "source.file"}[field]
		return some(one(l), one(inner))
	}
	return one(l)
}

// inStore asks for the levels, as encoders write them, of which the test holds.
func (f *FieldTest) inStore() leaf {
	l := leaf{field: "level", op: opIn, fold: true, says: f.String()}
	for v := event.LevelTrace; v <= event.LevelPanic; v++ {
		if !f.holds(&event.Event{Level: v}) {
			continue
		}
		l.texts = append(l.texts, v.String())
		switch v {
		case event.LevelWarning:
			l.texts = append(l.texts, "warn")
		case event.LevelError:
			l.texts = append(l.texts, "err")
		}
	}
	return l
}

// bend leaves out what a language cannot say. A part that is left out widens the whole: it counts as true, and below a
// "not" as false. Nil is such a part.
func (c *condition) bend(can func(*leaf) string, lost func(*leaf, string), positive bool) *condition {
	if c == nil {
		return nil
	}
	switch c.join {
	case joinNone:
		if why := can(c.leaf); why != "" {
			lost(c.leaf, why)
			return nil
		}
		return c
	case joinNot:
		if inner := c.of[0].bend(can, lost, !positive); inner != nil {
			return not(inner)
		}
		return nil
	}
	var list []*condition
	whole := true
	for _, x := range c.of {
		if y := x.bend(can, lost, positive); y != nil {
			list = append(list, y)
		} else {
			whole = false
		}
	}
	if !whole && (c.join == joinSome) == positive {
		return nil
	}
	return joined(c.join, list)
}

// fields gives the keys that the tree looks at, in order, each once; not the whole line.
func (c *condition) fields(list []string) []string {
	if c == nil {
		return list
	}
	if c.leaf != nil {
		for _, f := range []string{c.leaf.field, c.leaf.other()} {
			if f != wholeLine && !slices.Contains(list, f) {
				list = append(list, f)
			}
		}
		return list
	}
	for _, x := range c.of {
		list = x.fields(list)
	}
	return list
}

// hints gives texts of which one stands in every raw line that meets the tree, nil if none are known. They are bytes that
// no encoder writes differently.
func (c *condition) hints() []string {
	switch c.join {
	case joinNone:
		return c.leaf.hints()
	case joinSome:
		var list []string
		for _, x := range c.of {
			h := x.hints()
			if h == nil {
				return nil
			}
			list = append(list, h...)
		}
		slices.Sort(list)
		return slices.Compact(list)
	case joinAll:
		var best []string
		for _, x := range c.of {
			if h := x.hints(); h != nil && (best == nil || shortest(h) > shortest(best)) {
				best = h
			}
		}
		return best
	}
	return nil
}

func (l *leaf) hints() []string {
	texts := []string{l.text}
	switch l.op {
	case opContains, opIs, opPrefix, opSuffix:
	case opRegex:
		texts = requiredTexts(l.text)
	case opIn:
		if texts = l.texts; l.fold {
			return nil
		}
	default:
		return nil
	}
	best := ""
	var list []string
	for _, t := range texts {
		run := plainRun(t)
		if len(run) > len(best) {
			best = run
		}
		if len(run) < shortestLiteral && l.op != opRegex {
			return nil
		}
		list = append(list, run)
	}
	if l.op == opRegex { // each is there
		list = []string{best}
	}
	if len(list) == 0 || shortest(list) < shortestLiteral {
		return nil
	}
	return list
}

func shortest(texts []string) int {
	n := len(texts[0])
	for _, t := range texts {
		n = min(n, len(t))
	}
	return n
}

// looksAtLine says whether a leaf is about the line itself.
func (c *condition) looksAtLine() bool {
	if c.leaf != nil {
		return c.leaf.field == wholeLine
	}
	return slices.ContainsFunc(c.of, (*condition).looksAtLine)
}

// other gives the field that a number is compared with, "" for none.
func (l *leaf) other() string {
	if name, ok := strings.CutPrefix(l.text, "$"); ok && (l.op == opGreater || l.op == opLess) {
		return name
	}
	return ""
}

// full says whether a leaf asks for nothing but a field that holds something.
func (l *leaf) full() bool { return l.op == opExists || l.op == opRegex && l.text == anyText }

// tooDeep says why no store has the field: of a crash it keeps each line by itself.
func (l *leaf) tooDeep() string {
	if l.field == "frames" || l.field == "stack" {
		return "a stack spans many lines, and a store keeps each line by itself"
	}
	return ""
}

// element says whether a field's path leads into an array.
func (l *leaf) element() bool {
	for part := range strings.SplitSeq(l.field, ".") {
		if _, err := strconv.Atoi(part); err == nil {
			return true
		}
	}
	return false
}
