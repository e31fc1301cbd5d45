package rules

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Sigma rules are of specification 2.1 (https://github.com/SigmaHQ/sigma-specification). They are case-sensitive, as
// zlog is; the field message is the whole line.

// canSigma says why a Sigma rule cannot test a leaf.
func canSigma(_ *Export, l *leaf) string {
	switch {
	case l.other() != "":
		return "Sigma compares a number with a number, not with a field"
	case l.element():
		return "Sigma does not look into arrays"
	case l.op == opRegex:
		if _, err := sigmaPattern.pattern(l.text); err != nil {
			return err.Error()
		}
	}
	return l.tooDeep()
}

// sigmaName is where the ids of rules come from.
const sigmaName = "zlog/rules/"

// writeSigma writes one document a rule. What a correlation counts stands before it, each rule once.
func writeSigma(e *Export, ts []*traveller) ([]byte, error) {
	var docs []*yaml.Node
	done := map[string]bool{}
	for _, t := range ts {
		if t.kind == "signature" {
			done[t.name()] = true
		}
	}
	for _, t := range ts {
		if !t.often() && t.then == nil {
			docs = append(docs, detection(t, true))
			continue
		}
		var rules []string
		for one := t; one != nil; one = one.then {
			step := []string{}
			for _, p := range one.parts {
				b := fromSignature(p.sig)
				name := b.name()
				if p.extra || len(t.losses) > 0 {
					b.id, b.when = t.id+"-"+strconv.Itoa(t.way)+"-"+p.sig.ID, p.when
					name = b.name()
				}
				if !done[name] {
					done[name] = true
					docs = append(docs, detection(b, false))
				}
				step = append(step, name)
			}
			if t.then != nil && len(step) > 1 { // one of several: a rule of its own
				b := fromSignature(one.parts[0].sig)
				b.id, b.title, b.when = fmt.Sprintf("%s-%d-step-%d", t.id, t.way, len(rules)+1), "A step of "+t.title, one.when
				docs = append(docs[:len(docs)-len(step)], detection(b, false))
				step = []string{b.name()}
			}
			rules = append(rules, step...)
		}
		docs = append(docs, e.correlation(t, rules))
	}
	return documents(docs...)
}

// uuid gives a UUID that is made of a name (RFC 9562, version 8).
func uuid(name string) string {
	h := sha256.Sum256([]byte(name))
	h[6], h[8] = h[6]&0x0f|0x80, h[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", h[:4], h[4:6], h[6:8], h[8:10], h[10:16])
}

var sigmaLevels = map[string]string{"info": "informational", "warning": "medium", "error": "high", "critical": "critical"}

// about gives what a rule says beside its conditions. A rule that is only counted says nothing.
func about(t *traveller, named, full bool) *yaml.Node {
	n := mapped("title", str(clipText(oneLine(t.title), 256)), "id", str(uuid(sigmaName+t.name())))
	if named {
		pair(n, "name", str(t.name()))
	}
	if full {
		pair(n, "status", str("test"))
		pair(n, "description", str(t.cause))
		if len(t.links) > 0 {
			pair(n, "references", strs(slices.Compact(slices.Sorted(slices.Values(t.links)))))
		}
	}
	n.HeadComment = strings.Join(t.remarks(), "\n")
	return n
}

// ending gives what follows the conditions.
func ending(n *yaml.Node, t *traveller) {
	if len(t.normal) > 1 {
		pair(n, "falsepositives", strs([]string{t.normal}))
	}
	pair(n, "level", str(sigmaLevels[string(t.severity)]))
	pair(n, "remedy", str(t.remedy))
}

// clipText keeps so many letters.
func clipText(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}

// detection gives a rule about one line.
func detection(t *traveller, full bool) *yaml.Node {
	n := about(t, true, full)
	pair(n, "logsource", mapped("product", str("openziti"), "service", str("controller"),
		"definition", str("The controllers' JSON lines, each key a field; message is the line as it was written.")))
	d := &searches{node: mapping()}
	condition := d.say(t.when, true)
	pair(d.node, "condition", str(condition))
	pair(n, "detection", d.node)
	if full {
		ending(n, t)
	}
	return n
}

// correlation gives a rule about other rules.
func (e *Export) correlation(t *traveller, rules []string) *yaml.Node {
	n := about(t, false, true)
	group := append([]string{}, e.by(t, func(f string) string { return f })...)
	c := mapped("type", str("event_count"), "rules", strs(rules), "group-by", strs(group), "timespan", str(sigmaSpan(e, t)))
	switch {
	case t.then != nil:
		c.Content[1].SetString("temporal_ordered")
	case t.nodes > 1:
		c.Content[1].SetString("value_count")
		pair(c, "condition", mapped("field", str(e.Node), "gte", number(t.nodes)))
	default:
		pair(c, "condition", mapped("gte", number(t.times)))
	}
	pair(n, "correlation", c)
	ending(n, t)
	return n
}

func number(i int) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.Itoa(i)}
}

// sigmaSpan gives a timespan as a number and one letter.
func sigmaSpan(e *Export, t *traveller) string {
	d := e.span(t)
	if t.then != nil {
		d = t.then.in
	}
	s := int(d.Seconds())
	for _, u := range []struct {
		size int
		name string
	}{{86400, "d"}, {3600, "h"}, {60, "m"}} {
		if s%u.size == 0 && s > 0 {
			return strconv.Itoa(s/u.size) + u.name
		}
	}
	return strconv.Itoa(max(s, 1)) + "s"
}

// searches collects the named parts of a detection.
type searches struct {
	node *yaml.Node
	n    int
}

func (d *searches) add(what *yaml.Node) string {
	d.n++
	name := "selection_" + strconv.Itoa(d.n)
	pair(d.node, name, what)
	return name
}

// say names the parts of a condition and gives how they are joined.
func (d *searches) say(c *condition, outer bool) string {
	switch {
	case c.leaf != nil:
		k, v := sigmaTest(c.leaf)
		return d.add(mapped(k, v))
	case c.join == joinNot:
		return "not " + d.say(c.of[0], false)
	}
	var words []string
	leaves := mapping()
	lists := list()
	for _, x := range c.of {
		if x.leaf == nil {
			continue
		}
		k, v := sigmaTest(x.leaf)
		if c.join == joinSome {
			lists.Content = append(lists.Content, mapped(k, v))
		} else if valueOf(leaves, k) == nil {
			pair(leaves, k, v)
		} else {
			words = append(words, d.add(mapped(k, v)))
		}
	}
	switch len(lists.Content) {
	case 0:
	case 1:
		words = append(words, d.add(lists.Content[0]))
	default:
		words = append(words, d.add(lists))
	}
	if len(leaves.Content) > 0 {
		words = append([]string{d.add(leaves)}, words...)
	}
	for _, x := range c.of {
		if x.leaf == nil {
			words = append(words, d.say(x, false))
		}
	}
	text := strings.Join(words, map[join]string{joinAll: " and ", joinSome: " or "}[c.join])
	if outer || len(words) == 1 {
		return text
	}
	return "(" + text + ")"
}

// sigmaTest gives a field with its modifiers, and the value.
func sigmaTest(l *leaf) (string, *yaml.Node) {
	name := "message"
	if l.field != wholeLine {
		name = l.field
	}
	switch l.op {
	case opContains:
		return name + "|contains|cased", str(sigmaText(l.text))
	case opIs:
		return name + "|cased", str(sigmaText(l.text))
	case opPrefix:
		return name + "|startswith|cased", str(sigmaText(l.text))
	case opSuffix:
		return name + "|endswith|cased", str(sigmaText(l.text))
	case opRegex:
		p, _ := sigmaPattern.pattern(l.text) // canSigma has seen it
		return name + "|re", text(p, false)
	case opIn:
		texts := make([]string, len(l.texts))
		for i, t := range l.texts {
			texts[i] = sigmaText(t)
		}
		if l.fold {
			return name, strs(texts)
		}
		return name + "|cased", strs(texts)
	case opExists:
		return name + "|exists", &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"}
	}
	tag := "!!float"
	if _, err := strconv.Atoi(l.text); err == nil {
		tag = "!!int"
	}
	return name + "|" + map[op]string{opGreater: "gt", opLess: "lt"}[l.op], &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: l.text}
}

// sigmaText escapes what would stand for other text: * and ?, and a backslash before one of them.
func sigmaText(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '*' || c == '?':
			b.WriteByte('\\')
		case c == '\\' && (i+1 == len(s) || strings.IndexByte(`*?\`, s[i+1]) >= 0):
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
