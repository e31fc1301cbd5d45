package rules

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"zlog/event"
)

// Test is one alternative of a signature: every field test must hold.
//
//	{msg: failed to get previous log, error: log not found, last-index: {gt: 0}}
type Test struct {
	Fields []FieldTest
	hint   string // a literal that every matching raw line holds, when the tests do not show one
}

// FieldTest is a condition on one field of an event.
type FieldTest struct {
	Field string
	op    op
	text  string
	texts []string
	re    *expr
	not   *FieldTest

	levels uint16 // for a test of the level against some: their bits; else 0
	of     slot
}

type op uint8

const (
	opContains op = iota
	opIs
	opPrefix
	opSuffix
	opRegex
	opIn
	opGreater
	opLess
	opExists
	opNot
)

// readNode implements nodeReader.
func (t *Test) readNode(d *decoder, n *yaml.Node) {
	if n.Kind != yaml.MappingNode || len(n.Content) == 0 {
		d.fail(n, "want field tests, such as {msg: some text}")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, val := n.Content[i], n.Content[i+1]
		if seen[key.Value] {
			d.fail(key, "field %q is given twice in one test; make it two alternatives, or one regex", key.Value)
		}
		seen[key.Value] = true
		if key.Value == "hint" {
			d.read(val, &t.hint)
			continue
		}
		if f := readFieldTest(d, key.Value, val); f != nil && f.areLevels(d, val) {
			f.prepare()
			t.Fields = append(t.Fields, *f)
		}
	}
}

// prepare works out what holds uses.
func (f *FieldTest) prepare() {
	switch f.Field {
	case "level":
		switch f.op {
		case opIs:
			f.levels = 1 << event.ParseLevel(f.text)
		case opIn:
			for _, l := range f.texts {
				f.levels |= 1 << event.ParseLevel(l)
			}
		}
	}
	f.of = newSlot(f.Field)
	if f.not != nil {
		f.not.prepare()
	}
}

// areLevels checks that a test of the level names levels, as zlog writes them.
func (f *FieldTest) areLevels(d *decoder, n *yaml.Node) bool {
	if f.Field != "level" || f.op != opContains && f.op != opIs && f.op != opIn {
		return true
	}
	for _, l := range append(f.texts, f.text) {
		if l != "" && event.ParseLevel(l).String() != l {
			d.fail(n, "field \"level\": %q is no level; want trace, debug, info, warning, error, fatal or panic", l)
			return false
		}
	}
	return true
}

var testOps = map[string]op{
	"contains": opContains, "is": opIs, "prefix": opPrefix, "suffix": opSuffix, "regex": opRegex, "in": opIn,
	"gt": opGreater, "lt": opLess, "exists": opExists, "not": opNot,
}

func readFieldTest(d *decoder, field string, n *yaml.Node) *FieldTest {
	f := &FieldTest{Field: field}
	if n.Kind == yaml.ScalarNode {
		if n.Value == "" {
			d.fail(n, "field %q: an empty text is in every event", field)
			return nil
		}
		f.text = n.Value
		return f
	}
	if n.Kind == yaml.SequenceNode {
		f.op = opIn
		d.read(n, &f.texts)
		return f
	}
	if n.Kind != yaml.MappingNode || len(n.Content) != 2 {
		d.fail(n, "field %q: want a text or one test, such as {is: text}", field)
		return nil
	}
	key, val := n.Content[0], n.Content[1]
	o, ok := testOps[key.Value]
	if !ok {
		d.fail(key, "field %q: unknown test %q%s", field, key.Value, didYouMean(key.Value, testOps))
		return nil
	}
	f.op, f.text = o, val.Value
	if o != opIn && o != opNot && (val.Kind != yaml.ScalarNode || val.Value == "") {
		d.fail(val, "field %q: %s wants a text", field, key.Value)
		return nil
	}
	switch o {
	case opRegex:
		if len(val.Value) > maxRegex {
			d.fail(val, "field %q: a pattern of more than %d bytes", field, maxRegex)
			return nil
		}
		re, err := d.expr(val.Value)
		if err != nil {
			d.fail(val, "field %q: %v", field, err)
			return nil
		}
		f.re = re
	case opIn:
		d.read(val, &f.texts)
	case opExists:
		if f.text != "true" && f.text != "false" {
			d.fail(val, "field %q: exists: want true or false", field)
			return nil
		}
	case opGreater, opLess:
		if _, err := strconv.ParseFloat(f.text, 64); err != nil && !strings.HasPrefix(f.text, "$") {
			d.fail(val, "field %q: want a number, or $ and the name of another field", field)
			return nil
		}
	case opNot:
		if f.not = readFieldTest(d, field, val); f.not == nil {
			return nil
		}
	}
	return f
}

// maxRegex bounds a pattern's length. Go's patterns take linear time, so size is all that needs a bound.
const maxRegex = 1000

// holds says whether the event meets every field test.
func (t *Test) holds(e *event.Event) bool {
	for i := range t.Fields {
		if !t.Fields[i].holds(e) {
			return false
		}
	}
	return true
}

func (f *FieldTest) holds(e *event.Event) bool {
	if f.levels != 0 {
		return f.levels>>e.Level&1 == 1
	}
	v, has := f.of.value(e)
	return f.meets(e, v, has)
}

// meets says whether the field's value in the event, if it has one, is as it must be.
func (f *FieldTest) meets(e *event.Event, v string, has bool) bool {
	switch f.op {
	case opNot:
		return !f.not.holds(e)
	case opExists:
		return has == (f.text != "false")
	}
	if !has {
		return false
	}
	switch f.op {
	case opContains:
		return strings.Contains(v, f.text)
	case opIs:
		return v == f.text
	case opPrefix:
		return strings.HasPrefix(v, f.text)
	case opSuffix:
		return strings.HasSuffix(v, f.text)
	case opRegex:
		return f.re.in(v)
	case opIn:
		for _, t := range f.texts {
			if v == t {
				return true
			}
		}
		return false
	}
	other := f.text
	if name, ok := strings.CutPrefix(other, "$"); ok {
		if other, has = e.Field(name); !has {
			return false
		}
	}
	a, err1 := strconv.ParseFloat(v, 64)
	b, err2 := strconv.ParseFloat(other, 64)
	if err1 != nil || err2 != nil {
		return false
	}
	if f.op == opGreater {
		return a > b
	}
	return a < b
}
