package rules

import (
	"reflect"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// decoder reads YAML nodes into structs, strictly at every depth, and collects every mistake. The library's own
// KnownFields stops at types with their own UnmarshalYAML and at the first error, so this one walks the nodes. It reads one file
// after the other.
type decoder struct {
	file     string
	lazy     bool   // what few ask for is left for later
	rule     string // the id of the rule being read, for messages
	mistakes Mistakes
	known    map[reflect.Type]map[string]int // see keys
	extracts map[string]*expr                // by pattern
	nodes    nodes
}

// nodeReader is a type that reads itself from a node.
type nodeReader interface {
	readNode(d *decoder, n *yaml.Node)
}

func (d *decoder) at(n *yaml.Node) position { return position{d.file, n.Line, n.Column} }

func (d *decoder) fail(n *yaml.Node, format string, args ...any) {
	d.mistakes.add(d.at(n), d.rule, format, args...)
}

// read fills v, a pointer, from n.
func (d *decoder) read(n *yaml.Node, v any) {
	if n.Kind == yaml.AliasNode {
		d.fail(n, "YAML aliases are not used in rules; write it out")
		return
	}
	switch v := v.(type) {
	case *string:
		if n.Kind == yaml.ScalarNode && n.Tag == "!!str" { // which is what nearly all are; the library takes ten times as long
			*v = n.Value
			return
		}
	case nodeReader:
		v.readNode(d, n)
		return
	}
	rv := reflect.ValueOf(v).Elem()
	switch rv.Kind() {
	case reflect.Struct:
		d.readStruct(n, rv)
	case reflect.Slice:
		d.readSlice(n, rv)
	case reflect.Map:
		d.readMap(n, rv)
	case reflect.Pointer:
		p := reflect.New(rv.Type().Elem())
		d.read(n, p.Interface())
		rv.Set(p)
	case reflect.String: // of a type of its own
		if n.Kind == yaml.ScalarNode && n.Tag == "!!str" {
			rv.SetString(n.Value)
			return
		}
		fallthrough
	default:
		switch err := n.Decode(v); {
		case n.Kind == yaml.SequenceNode:
			d.fail(n, "want %s, not a list", kindName(rv.Kind()))
		case n.Kind == yaml.MappingNode:
			d.fail(n, "want %s, not a mapping of keys", kindName(rv.Kind()))
		case err != nil:
			d.fail(n, "want %s, not %q", kindName(rv.Kind()), n.Value)
		}
	}
}

func (d *decoder) readStruct(n *yaml.Node, rv reflect.Value) {
	if n.Kind != yaml.MappingNode {
		d.fail(n, "want a mapping of keys")
		return
	}
	known := d.keys(rv.Type())
	if p, ok := rv.Addr().Interface().(interface{ setPosition(position) }); ok {
		p.setPosition(d.at(n))
	}
	seen := uint64(0) // fields, by number
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, val := n.Content[i], n.Content[i+1]
		f, ok := known[key.Value]
		switch {
		case !ok:
			d.fail(key, "unknown key %q%s", key.Value, didYouMean(key.Value, known))
		case seen&(1<<f) != 0:
			d.fail(key, "key %q is given twice", key.Value)
		default:
			seen |= 1 << f
			d.read(val, rv.Field(f).Addr().Interface())
		}
	}
}

// keys gives the keys that a struct has, and the numbers of their fields.
func (d *decoder) keys(t reflect.Type) map[string]int {
	if known := d.known[t]; known != nil {
		return known
	}
	known := map[string]int{}
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() {
			name := f.Tag.Get("yaml")
			if name == "" {
				name = strings.ToLower(f.Name)
			}
			if name != "-" {
				known[name] = i
			}
		}
	}
	if d.known == nil {
		d.known = map[reflect.Type]map[string]int{}
	}
	d.known[t] = known
	return known
}

func (d *decoder) readSlice(n *yaml.Node, rv reflect.Value) {
	nodes := []*yaml.Node{n} // one value stands for a list of one
	if n.Kind == yaml.SequenceNode {
		nodes = n.Content
	} else if n.Tag == "!!null" {
		return
	}
	out := reflect.MakeSlice(rv.Type(), len(nodes), len(nodes))
	for i, c := range nodes {
		d.read(c, out.Index(i).Addr().Interface())
	}
	rv.Set(out)
}

func (d *decoder) readMap(n *yaml.Node, rv reflect.Value) {
	if n.Kind != yaml.MappingNode {
		d.fail(n, "want a mapping of keys")
		return
	}
	rv.Set(reflect.MakeMap(rv.Type()))
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := reflect.New(rv.Type().Key())
		v := reflect.New(rv.Type().Elem())
		d.read(n.Content[i], k.Interface())
		d.read(n.Content[i+1], v.Interface())
		if rv.MapIndex(k.Elem()).IsValid() {
			d.fail(n.Content[i], "key %q is given twice", n.Content[i].Value)
		}
		rv.SetMapIndex(k.Elem(), v.Elem())
	}
}

// readNode implements nodeReader.
func (ts *Terms) readNode(d *decoder, n *yaml.Node) {
	var m map[string]string
	d.readMap(n, reflect.ValueOf(&m).Elem())
	*ts = nil
	for _, name := range sortedKeys(m) {
		*ts = append(*ts, Term{name, m[name]})
	}
}

// readNode implements nodeReader: a Go duration.
func (s *Span) readNode(d *decoder, n *yaml.Node) {
	v, err := time.ParseDuration(n.Value)
	if err != nil {
		d.fail(n, "timespan %q: want a number with a unit, such as 10s or 5m", n.Value)
	}
	s.Duration = v
}

func (r *Signature) setPosition(p position) { r.pos = p }
func (r *Diagnosis) setPosition(p position) { r.pos = p }
func (v *Variant) setPosition(p position)   { v.pos = p }
func (s *Step) setPosition(p position)      { s.pos = p }

func kindName(k reflect.Kind) string {
	switch k {
	case reflect.String:
		return "text"
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.Bool:
		return "true or false"
	}
	return k.String()
}
