package rules

import (
	"fmt"
	"regexp"
	"sort"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"

	"zlog/event"
)

// Draft writes a signature for a line: its stable texts as tests, its data keys as captures, the line itself as the
// sample that matches, and other, a line that must not match, "" for none. What a person must add is marked TODO.
func Draft(e *event.Event, line, other string) ([]byte, error) {
	msg, err := stable(firstLine(e.Msg)), ""
	if v, ok := e.Field("error"); ok {
		err = stable(firstLine(v))
	}
	if len(msg) < shortestLiteral && len(err) < shortestLiteral {
		return nil, fmt.Errorf("nothing in %q stays the same from line to line, so no test can be made of it", firstLine(e.Msg))
	}
	id := draftID(msg + " " + err)
	when := mapping()
	if len(msg) >= shortestLiteral {
		pair(when, "msg", text(msg, false))
	}
	if len(err) >= shortestLiteral {
		pair(when, "error", text(err, false))
	}
	when.Style = yaml.FlowStyle
	sig := mapping()
	pair(sig, "id", text(id, false))
	title := strings.TrimSpace("TODO what it says, in plain words: " + firstLine(e.Msg))
	if len(title) > 100 {
		title = strings.ToValidUTF8(title[:100], "")
	}
	pair(sig, "title", text(title, true))
	pair(sig, "category", text("site", false))
	pair(sig, "severity", text(draftSeverity(e.Level), false))
	pair(sig, "when", list(when))
	if captures := draftCaptures(e); len(captures.Content) > 0 {
		pair(sig, "capture", captures)
	}
	pair(sig, "meaning", text("TODO the mechanism behind the line, and what to look at next.", true))
	samples := mapping()
	pair(samples, "match", list(text(line, true)))
	if other != "" {
		pair(samples, "other", list(text(other, true)))
	}
	pair(sig, "samples", samples)
	doc := mapping()
	pair(doc, "version", &yaml.Node{Kind: yaml.ScalarNode, Value: "1"})
	pair(doc, "signatures", list(sig))
	var b strings.Builder
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(doc); err != nil {
		return nil, err
	}
	return []byte(b.String()), enc.Close()
}

func mapping() *yaml.Node { return &yaml.Node{Kind: yaml.MappingNode} }

func list(ns ...*yaml.Node) *yaml.Node { return &yaml.Node{Kind: yaml.SequenceNode, Content: ns} }

func pair(m *yaml.Node, key string, v *yaml.Node) {
	m.Content = append(m.Content, text(key, false), v)
}

// text gives a string; YAML's own rules say whether it needs quotes, unless they are asked for.
func text(s string, quoted bool) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(s)
	switch {
	case strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }), s != strings.TrimSpace(s):
		n.Style = yaml.DoubleQuotedStyle // nothing else holds controls, line feeds and blanks at the ends
	case quoted && n.Style == 0:
		n.Style = yaml.SingleQuotedStyle
	}
	return n
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return s
}

var mask = regexp.MustCompile(`<(?:addr|time|id|text|span|n)>`)

// stable gives the longest part of a text that is not masked, without what stands at its ends by accident.
func stable(s string) string {
	if len(s) > 1000 {
		s = strings.ToValidUTF8(s[:1000], "")
	}
	best := ""
	for _, part := range mask.Split(string(maskText(nil, []byte(s))), -1) {
		part = strings.Trim(part, " \t[](){}<>\"'`,;:=-/")
		if len(part) > len(best) && strings.Contains(s, part) {
			best = part
		}
	}
	return best
}

var notID = regexp.MustCompile(`[^a-z0-9]+`)

// draftID makes an id of the first words.
func draftID(s string) string {
	words := strings.Fields(notID.ReplaceAllString(strings.ToLower(s), " "))
	if len(words) > 6 {
		words = words[:6]
	}
	if id := strings.Join(words, "-"); isID(id) {
		return "site-" + id
	}
	return "site-new"
}

func draftSeverity(l event.Level) string {
	switch {
	case l >= event.LevelFatal:
		return "critical"
	case l == event.LevelError:
		return "error"
	case l == event.LevelWarning:
		return "warning"
	}
	return "info"
}

// plumbing are data keys that say where a line was written, not what about.
var plumbing = map[string]bool{"error": true, "time": true, "level": true, "msg": true, "file": true, "func": true, "channel": true,
	"_channels": true, "_context": true, "frames": true, "version": true}

var captureName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.-]*$`)

// draftCaptures takes every data key of the line that has a plain value, under its own name.
func draftCaptures(e *event.Event) *yaml.Node {
	var keys []string
	for _, f := range e.Fields {
		if !plumbing[f.Key] && captureName.MatchString(f.Key) && f.Value != "" && !strings.HasPrefix(f.Value, "{") && !strings.HasPrefix(f.Value, "[") {
			keys = append(keys, f.Key)
		}
	}
	sort.Strings(keys)
	m, seen := mapping(), map[string]bool{}
	for _, k := range keys {
		if name := draftName(k); name != "" && !seen[name] {
			seen[name] = true
			pair(m, name, text(k, false))
		}
	}
	return m
}

// draftName writes a data key as the rule files name captures: peerId as peer-id.
func draftName(key string) string {
	var b strings.Builder
	for i, r := range key {
		switch {
		case r >= 'A' && r <= 'Z':
			if i > 0 && key[i-1] >= 'a' && key[i-1] <= 'z' {
				b.WriteByte('-')
			}
			b.WriteRune(r + 'a' - 'A')
		case r == '.' || r == '_':
			b.WriteByte('-')
		default:
			b.WriteRune(r)
		}
	}
	return strings.Trim(b.String(), "-")
}
