package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tidwall/gjson"
	"go.yaml.in/yaml/v3"

	"zlog/event"
	"zlog/rules"
)

// What a signature becomes in another language must say of every sample of the pack what zlog says. Sigma rules and
// Elasticsearch's queries are evaluated here, as their specifications read, by a few lines of the test; for LogsQL and
// LogQL see export_stores_test.go, which asks the servers.

// sample is a line, and the signatures that match it.
type sample struct {
	line    string
	matches []string
}

// jsonSamples gives every sample of the pack that is an object, or the first line of a crash; and how many are neither.
func jsonSamples(set *rules.Set) (lines []sample, text int) {
	seen := map[string]bool{}
	for _, sig := range set.Signatures {
		for _, s := range slices.Concat(sig.Lines.Get().Match, sig.Lines.Get().Other) {
			line, _, _ := strings.Cut(strings.TrimRight(s, "\n"), "\n")
			if seen[line] {
				continue
			}
			seen[line] = true
			if !strings.HasPrefix(line, "{") && !crashes(line) {
				text++
				continue
			}
			one := sample{line: line}
			everyRecord(line+"\n", func(e *event.Event) {
				for _, m := range set.Match(e) {
					one.matches = append(one.matches, m.Signature)
				}
			})
			lines = append(lines, one)
		}
	}
	return lines, text
}

func crashes(line string) bool {
	return slices.ContainsFunc([]string{"panic: ", "fatal error: ", "unexpected fault address", "SIGQUIT: quit", "runtime: out of memory"},
		func(head string) bool { return strings.HasPrefix(line, head) })
}

// field gives a key of a line as a store has it, by the flat name that it has there; message is the line.
func field(line, name string) (string, bool) {
	if name == "message" {
		return line, true
	}
	keys, known := flat[line]
	if !known {
		keys = map[string]string{}
		if gjson.Valid(line) {
			flatten(keys, "", gjson.Parse(line))
		}
		flat[line] = keys
	}
	v, has := keys[name]
	return v, has
}

var flat = map[string]map[string]string{}

// flatten gives keys of objects in objects dotted names.
func flatten(to map[string]string, under string, v gjson.Result) {
	v.ForEach(func(k, v gjson.Result) bool {
		switch {
		case v.IsObject():
			flatten(to, under+k.String()+".", v)
		case v.Type != gjson.Null:
			to[under+k.String()] = v.String()
		}
		return true
	})
}

// travels exports one signature; nil if it does not travel.
func travels(t *testing.T, set *rules.Set, e rules.Export, id string) []byte {
	t.Helper()
	data, _, err := set.Export(e, func(k, i string) bool { return k == "signature" && i == id })
	var losses rules.Losses
	if err != nil && !errors.As(err, &losses) {
		t.Fatal(err)
	}
	for _, l := range losses {
		if l.Condition == "" || l.Why == "" || !strings.Contains(l.Rule, id) {
			t.Errorf("%s is refused without its name, condition or reason: %+v", id, l)
		}
	}
	return data
}

// agrees compares what a rule finds with what zlog matches.
func agrees(t *testing.T, to string, holds func(data []byte) func(line string) bool) {
	set := builtInPack(t)
	lines, text := jsonSamples(set)
	asked, found, kept := 0, 0, 0
	for _, sig := range set.Signatures {
		data := travels(t, set, rules.Export{To: to}, sig.ID)
		if data == nil {
			kept++
			continue
		}
		asked++
		rule := holds(data)
		for _, l := range lines {
			want, got := slices.Contains(l.matches, sig.ID), rule(l.line)
			if want != got {
				t.Errorf("%s: zlog says %v, the rule %v of %s\n%s", sig.ID, want, got, l.line, data)
			}
			if got {
				found++
			}
		}
	}
	if asked < 300 || found < asked || kept > 20 {
		t.Errorf("%d signatures travelled and found %d lines, %d did not travel", asked, found, kept)
	}
	t.Logf("%d signatures say of %d lines what zlog says (%d samples in text formats left out), %d do not travel", asked, len(lines), text, kept)
}

func TestSigmaRulesSayWhatZlogSays(t *testing.T) {
	agrees(t, "sigma", func(data []byte) func(string) bool {
		var rule struct {
			Detection map[string]yaml.Node `yaml:"detection"`
		}
		dec := yaml.NewDecoder(bytes.NewReader(data))
		if err := dec.Decode(&rule); err != nil {
			t.Fatal(err)
		}
		if err := dec.Decode(new(any)); !errors.Is(err, io.EOF) {
			t.Fatal("more than one document")
		}
		said := rule.Detection["condition"]
		words := strings.Fields(strings.NewReplacer("(", " ( ", ")", " ) ").Replace(said.Value))
		return func(line string) bool {
			p := sigmaCondition{words: words, holds: func(name string) bool {
				n, ok := rule.Detection[name]
				if !ok {
					t.Fatalf("no %s in\n%s", name, data)
				}
				return sigmaSearch(t, &n, line)
			}}
			v := p.either()
			if len(p.words) > 0 {
				t.Fatalf("left of the condition: %q", p.words)
			}
			return v
		}
	})
}

var patterns = map[string]*regexp.Regexp{}

// compiled keeps patterns: each is asked of every line.
func compiled(pattern string) *regexp.Regexp {
	re := patterns[pattern]
	if re == nil {
		re = regexp.MustCompile(pattern)
		patterns[pattern] = re
	}
	return re
}

// sigmaCondition reads a condition: not before and before or.
type sigmaCondition struct {
	words []string
	holds func(string) bool
}

func (p *sigmaCondition) next() string {
	w := p.words[0]
	p.words = p.words[1:]
	return w
}

func (p *sigmaCondition) is(w string) bool {
	if len(p.words) > 0 && p.words[0] == w {
		p.words = p.words[1:]
		return true
	}
	return false
}

func (p *sigmaCondition) either() bool {
	v := p.both()
	for p.is("or") {
		v = p.both() || v
	}
	return v
}

func (p *sigmaCondition) both() bool {
	v := p.unary()
	for p.is("and") {
		v = p.unary() && v
	}
	return v
}

func (p *sigmaCondition) unary() bool {
	switch {
	case p.is("not"):
		return !p.unary()
	case p.is("("):
		v := p.either()
		if !p.is(")") {
			panic("no ) where it is due")
		}
		return v
	}
	return p.holds(p.next())
}

// sigmaSearch: of a list of maps one must hold, of a map every entry, of an entry's values one.
func sigmaSearch(t *testing.T, n *yaml.Node, line string) bool {
	if n.Kind == yaml.SequenceNode {
		return slices.ContainsFunc(n.Content, func(m *yaml.Node) bool { return sigmaSearch(t, m, line) })
	}
	for i := 0; i < len(n.Content); i += 2 {
		values := []*yaml.Node{n.Content[i+1]}
		if values[0].Kind == yaml.SequenceNode {
			values = values[0].Content
		}
		if !slices.ContainsFunc(values, func(v *yaml.Node) bool { return sigmaTest(t, n.Content[i].Value, v.Value, line) }) {
			return false
		}
	}
	return true
}

func sigmaTest(t *testing.T, key, value, line string) bool {
	name, rest, _ := strings.Cut(key, "|")
	modifiers := strings.Split(rest, "|")
	v, has := field(line, name)
	if slices.Contains(modifiers, "exists") {
		return strconv.FormatBool(has) == value
	}
	if !has {
		return false
	}
	pattern := "(?s)"
	if !slices.Contains(modifiers, "cased") {
		pattern = "(?si)"
	}
	text := ""
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '\\' && i+1 < len(value) && strings.IndexByte(`*?\`, value[i+1]) >= 0:
			i++
			text += regexp.QuoteMeta(value[i : i+1])
		case c == '*':
			text += ".*"
		case c == '?':
			text += "."
		default:
			text += regexp.QuoteMeta(value[i : i+1])
		}
	}
	switch modifiers[0] {
	case "contains":
		pattern += text
	case "startswith":
		pattern += "^" + text
	case "endswith":
		pattern += text + "$"
	case "re":
		pattern = value
	case "", "cased":
		pattern += "^" + text + "$"
	default:
		t.Fatalf("modifier of %s", key)
	}
	return compiled(pattern).MatchString(v)
}

func TestElasticsearchQueriesSayWhatZlogSays(t *testing.T) {
	agrees(t, "elasticsearch", func(data []byte) func(string) bool {
		lines := strings.Split(strings.TrimSpace(string(data)), "\n")
		if len(lines) != 2 || lines[0] != "{}" {
			t.Fatalf("no header and body: %s", data)
		}
		var body struct{ Query map[string]any }
		if err := json.Unmarshal([]byte(lines[1]), &body); err != nil {
			t.Fatal(err)
		}
		return func(line string) bool { return elasticQuery(t, body.Query, line) }
	})
}

// elasticQuery evaluates a query on fields of type keyword.
func elasticQuery(t *testing.T, q map[string]any, line string) bool {
	for kind, what := range q {
		w := what.(map[string]any)
		if kind == "bool" {
			return elasticBool(t, w, line)
		}
		for name, arg := range w {
			if kind == "exists" {
				_, has := field(line, arg.(string))
				return has
			}
			v, has := field(line, name)
			if !has {
				return false
			}
			if kind == "terms" {
				return slices.Contains(arg.([]any), any(v))
			}
			value := arg.(map[string]any)["value"].(string)
			switch kind {
			case "term":
				return v == value
			case "prefix":
				return strings.HasPrefix(v, value)
			case "wildcard":
				pattern := ""
				for i := 0; i < len(value); i++ {
					switch {
					case value[i] == '\\':
						i++
						pattern += regexp.QuoteMeta(value[i : i+1])
					case value[i] == '*':
						pattern += ".*"
					case value[i] == '?':
						pattern += "."
					default:
						pattern += regexp.QuoteMeta(value[i : i+1])
					}
				}
				return compiled("^(?s:" + pattern + ")$").MatchString(v)
			case "regexp": // what is exported is Go's too, once the anchors are written
				return compiled("^(?s:" + value + ")$").MatchString(v)
			}
		}
		t.Fatalf("query %s", kind)
	}
	return false
}

func elasticBool(t *testing.T, q map[string]any, line string) bool {
	holds := func(x any) bool { return elasticQuery(t, x.(map[string]any), line) }
	for kind, list := range q {
		switch kind {
		case "filter":
			if slices.ContainsFunc(list.([]any), func(x any) bool { return !holds(x) }) {
				return false
			}
		case "must_not":
			if slices.ContainsFunc(list.([]any), holds) {
				return false
			}
		case "should":
			if !slices.ContainsFunc(list.([]any), holds) {
				return false
			}
		case "_name", "minimum_should_match":
		default:
			t.Fatalf("bool %s", kind)
		}
	}
	return true
}
