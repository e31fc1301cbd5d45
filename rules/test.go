package rules

import (
	"regexp"
	"sort"
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
	re    *regexp.Regexp
	not   *FieldTest
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
		if f := readFieldTest(d, key.Value, val); f != nil && f.levels(d, val) {
			t.Fields = append(t.Fields, *f)
		}
	}
}

// levels checks that a test of the level names levels, as zlog writes them.
func (f *FieldTest) levels(d *decoder, n *yaml.Node) bool {
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
		re, err := regexp.Compile(val.Value)
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
	v, has := e.Field(f.Field)
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
		return f.re.MatchString(v)
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

// extract is one way to take a value out of an event.
type extract struct {
	Field string
	re    *regexp.Regexp // the first group, nil for the whole value
	text  string         // a constant: always, or with a pattern when the field matches it
}

// readNode implements nodeReader: a mapping of names to extracts.
func (cs *Captures) readNode(d *decoder, n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		d.fail(n, "capture: want a mapping such as {peer: peerId}")
		return
	}
	var out []Capture
	for i := 0; i+1 < len(n.Content); i += 2 {
		c := Capture{Name: n.Content[i].Value}
		for j := range out {
			if out[j].Name == c.Name {
				d.fail(n.Content[i], "capture %q is given twice", c.Name)
			}
		}
		nodes := []*yaml.Node{n.Content[i+1]}
		if nodes[0].Kind == yaml.SequenceNode {
			nodes = nodes[0].Content
		}
		for _, x := range nodes {
			if e, ok := readExtract(d, x); ok {
				c.From = append(c.From, e)
			}
		}
		out = append(out, c)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	*cs = out
}

func readExtract(d *decoder, n *yaml.Node) (extract, bool) {
	if n.Kind == yaml.ScalarNode {
		return extract{Field: n.Value}, true
	}
	var spec struct {
		Field string `yaml:"field"`
		Regex string `yaml:"regex"`
		Text  string `yaml:"text"`
	}
	d.read(n, &spec)
	e := extract{Field: spec.Field, text: spec.Text}
	if len(spec.Regex) > maxRegex {
		d.fail(n, "capture: a pattern of more than %d bytes", maxRegex)
		return e, false
	}
	if spec.Regex != "" {
		re, err := regexp.Compile(spec.Regex)
		if err != nil {
			d.fail(n, "capture: %v", err)
			return e, false
		}
		if re.NumSubexp() != 1 && spec.Text == "" {
			d.fail(n, "capture: want a pattern with one group, such as 'peer (\\S+)'; write others as (?:…)")
			return e, false
		}
		e.re = re
	}
	if e.Field == "" && e.text == "" {
		d.fail(n, "capture: want field or text")
		return e, false
	}
	return e, true
}

func (c *Capture) value(e *event.Event) string {
	for _, x := range c.From {
		if x.text != "" && x.re == nil {
			return x.text
		}
		v, ok := e.Field(x.Field)
		if !ok {
			continue
		}
		if x.re == nil {
			if v != "" {
				return v
			}
			continue
		}
		switch m := x.re.FindStringSubmatch(v); {
		case m == nil:
		case x.text != "":
			return x.text
		case m[1] != "":
			return m[1]
		}
	}
	return ""
}
