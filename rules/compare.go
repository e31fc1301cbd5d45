package rules

import (
	"strconv"
	"strings"
	"time"

	"zlog/event"
)

// compare tests a captured value against an expression: an optional comparison, then a constant or a $reference.
func (s *solver) compare(got, want string, m *event.Match, a *solution) bool {
	op := strings.TrimRight(want[:len(want)-len(strings.TrimLeft(want, "!<>=~"))], " ")
	want = strings.TrimSpace(want[len(op):])
	either := false // of several
	if ref, ok := strings.CutPrefix(want, "$"); ok {
		want = s.value(ref, m, a)
	} else if strings.Contains(want, "{") {
		want = placeholder.ReplaceAllStringFunc(want, func(p string) string { return s.value(p[1:len(p)-1], m, a) })
	} else { // raft's command is 0 in JSON and AddVoter in text: "0|AddVoter"
		either = true
	}
	switch op {
	case "", "=":
		return got == want || either && among(got, want)
	case "!":
		return got != want && !(either && among(got, want))
	case "~":
		return strings.Contains(got, want)
	case "!~":
		return !strings.Contains(got, want)
	}
	x, y := numeric(got), numeric(want)
	switch op {
	case ">":
		return x > y
	case ">=":
		return x >= y
	case "<":
		return x < y
	case "<=":
		return x <= y
	}
	return false
}

// among says whether a text is one of those between the bars of a list.
func among(text, list string) bool {
	for more := true; more; {
		var one string
		if one, list, more = strings.Cut(list, "|"); one == text {
			return true
		}
	}
	return false
}

// numeric reads a number or a duration (in seconds).
func numeric(s string) float64 {
	if d, err := time.ParseDuration(s); err == nil {
		return d.Seconds()
	}
	f, _ := strconv.ParseFloat(s, 64)
	return f
}

// value resolves node.id, match.capture, a variable or a node's name. "self" is the match at hand, and so is "node" as
// long as no step has bound it.
func (s *solver) value(ref string, m *event.Match, a *solution) string {
	head, part, _ := strings.Cut(ref, ".")
	if node, ok := a.nodes.get(head); ok || head == "node" {
		if !ok && m != nil {
			node = m.Node
		}
		n := s.nodes[node]
		switch part {
		case "id":
			return n.ID
		case "address":
			return n.Address
		case "version":
			return n.Version
		case "cluster":
			return n.ClusterID
		}
		return n.Name
	}
	if nm, ok := a.named.get(head); ok {
		return nm.Capture(part)
	}
	if head == "self" && m != nil {
		return m.Capture(part)
	}
	v, _ := a.vars.get(ref)
	return v
}
