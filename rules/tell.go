package rules

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// opNames are the words of the rule language for the operations, for messages.
var opNames = map[op]string{
	opContains: "contains", opIs: "is", opPrefix: "begins with", opSuffix: "ends with", opRegex: "is like", opIn: "is one of",
	opGreater: ">", opLess: "<",
}

// String gives the condition in words: msg contains "peer connected".
func (f *FieldTest) String() string {
	switch f.op {
	case opNot:
		return "not (" + f.not.String() + ")"
	case opExists:
		if f.text == "false" {
			return "no " + f.Field
		}
		return "has " + f.Field
	case opIn:
		quoted := make([]string, len(f.texts))
		for i, t := range f.texts {
			quoted[i] = strconv.Quote(t)
		}
		return f.Field + " is one of " + strings.Join(quoted, ", ")
	case opRegex:
		return f.Field + " is like /" + f.text + "/"
	case opGreater, opLess:
		return f.Field + " " + opNames[f.op] + " " + f.text
	}
	return f.Field + " " + opNames[f.op] + " " + strconv.Quote(f.text)
}

// String gives the alternative in words, its conditions joined by "and".
func (t *Test) String() string {
	all := make([]string, len(t.Fields))
	for i := range t.Fields {
		all[i] = t.Fields[i].String()
	}
	return strings.Join(all, " and ")
}

// String gives the range as it is written, "" for every version.
func (r Range) String() string {
	all := make([]string, len(r.parts))
	for i, b := range r.parts {
		all[i] = fmt.Sprintf("%s%d.%d.%d", b.op, b.version[0], b.version[1], b.version[2])
	}
	return strings.Join(all, " ")
}

// String gives the step in words: see raft-failed-to-contact on leader, 5 times in 1m.
func (st *Step) String() string {
	var b strings.Builder
	verb, ids := "see ", st.See
	switch {
	case len(st.No) > 0:
		verb, ids = "no ", st.No
	case len(st.Maybe) > 0:
		verb, ids = "perhaps ", st.Maybe
	}
	b.WriteString(verb + strings.Join(ids, " or "))
	if st.On != "" {
		b.WriteString(" on " + st.On)
	}
	if len(st.NotOn) > 0 {
		b.WriteString(" not on " + strings.Join(st.NotOn, ", "))
	}
	if st.As != "" {
		b.WriteString(" as " + st.As)
	}
	for _, t := range st.Where {
		b.WriteString(", where " + t.Name + " " + asks(t.Of))
	}
	for _, t := range st.Bind {
		b.WriteString(", " + t.Name + " is $" + t.Of)
	}
	if st.Within.Of != "" {
		fmt.Fprintf(&b, ", within %s to %s of %s", span(st.Within.From), span(st.Within.To), st.Within.Of)
	}
	if st.After != "" {
		b.WriteString(", after " + st.After)
	}
	if st.Before != "" {
		b.WriteString(", before " + st.Before)
	}
	if st.Times > 1 {
		fmt.Fprintf(&b, ", %d times", st.Times)
		if st.In.Duration > 0 {
			b.WriteString(" in " + span(st.In))
		}
	}
	if st.Nodes > 1 {
		fmt.Fprintf(&b, ", on %d nodes", st.Nodes)
	}
	return b.String()
}

// asks gives a where condition in words.
func asks(want string) string {
	for _, w := range []struct{ op, word string }{{"!~", "without "}, {"~", "with "}, {"!", "is not "}} {
		if rest, ok := strings.CutPrefix(want, w.op); ok {
			if rest == "" {
				return "is there"
			}
			if w.op == "!" {
				rest = either(rest)
			}
			return w.word + rest
		}
	}
	if want != "" && strings.ContainsRune("<>=", rune(want[0])) {
		return want
	}
	return "is " + either(want)
}

// either gives the alternatives of a condition in words: "0|AddVoter" as "0 or AddVoter".
func either(want string) string { return strings.ReplaceAll(want, "|", " or ") }

// span gives a timespan without trailing zero units: 5m, not 5m0s.
func span(s Span) string {
	text := s.Round(time.Millisecond).String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// String gives the capture in words: "peer: peerId, or target.ID".
func (c Capture) String() string {
	all := make([]string, len(c.From))
	for i, x := range c.From {
		switch {
		case x.text != "":
			all[i] = strconv.Quote(x.text)
		case x.re != nil:
			all[i] = x.Field + " by /" + x.re.text + "/"
		default:
			all[i] = x.Field
		}
	}
	return c.Name + ": " + strings.Join(all, ", or ")
}

// Position gives where the signature stands, as file:line:col; the last place, if several files have it.
func (sig *Signature) Position() string { return sig.pos.String() }

// Files gives the files that have the signature, in load order.
func (sig *Signature) Files() []string { return sig.files }

// Position gives where the diagnosis stands, as file:line:col; the last place, if several files have it.
func (dg *Diagnosis) Position() string { return dg.pos.String() }

// Files gives the files that have the diagnosis, in load order.
func (dg *Diagnosis) Files() []string { return dg.files }
