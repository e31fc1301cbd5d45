package rules

import (
	"sort"

	"go.yaml.in/yaml/v3"

	"zlog/event"
)

// extract is one way to take a value out of an event.
type extract struct {
	Field string
	re    *expr  // its first group, nil for the whole value
	text  string // a constant: always, or with a pattern when the field matches it
	of    slot
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
		return extract{Field: n.Value, of: newSlot(n.Value)}, true
	}
	var spec struct {
		Field string `yaml:"field"`
		Regex string `yaml:"regex"`
		Text  string `yaml:"text"`
	}
	d.read(n, &spec)
	e := extract{Field: spec.Field, text: spec.Text, of: newSlot(spec.Field)}
	if len(spec.Regex) > maxRegex {
		d.fail(n, "capture: a pattern of more than %d bytes", maxRegex)
		return e, false
	}
	if spec.Regex != "" {
		same, known := d.extracts[spec.Regex] // aliases repeat the same patterns
		if !known {
			var err error
			if same, err = d.expr(spec.Regex); err != nil {
				d.fail(n, "capture: %v", err)
				return e, false
			}
			d.extracts[spec.Regex] = same
		}
		if e.re = same; spec.Text == "" && !d.lazy && same.groupCount() != 1 {
			d.fail(n, "capture: want a pattern with one group, such as 'peer (\\S+)'; write others as (?:…)")
			return e, false
		}
	}
	if e.Field == "" && e.text == "" {
		d.fail(n, "capture: want field or text")
		return e, false
	}
	return e, true
}

// value gives what the capture takes out of an event with some keys, "" for nothing.
func (c *Capture) value(e *event.Event, keys uint64) string {
	for i := range c.From {
		x := &c.From[i]
		if x.text != "" && x.re == nil {
			return x.text
		}
		if !x.of.in(keys) {
			continue
		}
		v, ok := x.of.value(e)
		if !ok {
			continue
		}
		switch {
		case x.text != "":
			if x.re.in(v) {
				return x.text
			}
			continue
		case x.re != nil:
			v = x.re.find(v)
		}
		if v != "" {
			return v
		}
	}
	return ""
}
