package rules

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// canLogsQL says why VictoriaLogs cannot test a leaf.
func canLogsQL(_ *Export, l *leaf) string {
	if l.element() {
		return "VictoriaLogs keeps an array as one text"
	}
	return l.tooDeep()
}

// writeLogsQL writes the queries, each behind its name and what was left out, parted by an empty line.
func writeLogsQL(e *Export, ts []*traveller) ([]byte, error) {
	return paragraphs(ts, func(t *traveller) string {
		if t.often() {
			return e.logsQLCount(t)
		}
		return e.logsQL(t, "")
	})
}

// paragraphs writes queries of a language in which # begins a comment.
func paragraphs(ts []*traveller, query func(*traveller) string) ([]byte, error) {
	var b bytes.Buffer
	for i, t := range ts {
		if i > 0 {
			b.WriteByte('\n')
		}
		for _, line := range append([]string{t.head()}, t.remarks()...) {
			fmt.Fprintf(&b, "# %s\n", line)
		}
		b.WriteString(query(t) + "\n")
	}
	return b.Bytes(), nil
}

// head names a traveller: "raft-append-rejected (warning): Leader steps back …".
func (t *traveller) head() string {
	how := string(t.severity)
	if t.sure != "" {
		how += ", " + string(t.sure)
	}
	return fmt.Sprintf("%s (%s): %s", t.called(), how, oneLine(t.title))
}

// remarks says what was left out, a line each.
func (t *traveller) remarks() []string {
	var out []string
	for _, l := range t.losses {
		out = append(out, "weakened: without ["+oneLine(l.Condition)+"]: "+l.Why)
	}
	return out
}

// often says whether it counts.
func (t *traveller) often() bool { return t.times > 1 || t.nodes > 1 }

// span is how far back it looks: its own timespan, else the window.
func (e *Export) span(t *traveller) time.Duration {
	if t.in > 0 {
		return t.in
	}
	return e.Window
}

// logsQL gives the query for the lines: a rough filter of the raw line, then the fields.
//
//	{app="ziti-controller"} _msg:~"raft heartbeat" | unpack_json fields (msg) | filter msg:~"…"
func (e *Export) logsQL(t *traveller, within string) string {
	q := e.selector(`{app="ziti-controller"}`) + within
	if hints := t.when.hints(); hints != nil {
		q += " _msg:" + logsQLPattern(oneOf(hints))
	}
	if fields := t.fields(); len(fields) > 0 {
		for i := range fields {
			fields[i] = logsQLName(fields[i])
		}
		q += " | unpack_json fields (" + strings.Join(fields, ", ") + ")"
	}
	return q + " | filter " + t.when.logsQL(true)
}

// logsQLCount gives the query that counts the lines within a timespan until now.
func (e *Export) logsQLCount(t *traveller) string {
	by := e.by(t, logsQLName)
	q := e.logsQL(t, " _time:"+span(Span{e.span(t)})) + " | stats "
	if len(by) > 0 {
		q += "by (" + strings.Join(by, ", ") + ") "
	}
	q += "count() as matches"
	if t.nodes > 1 {
		q += ", count_uniq(" + logsQLName(e.Node) + ") as nodes"
	}
	q += " | filter matches:>=" + strconv.Itoa(t.times)
	if t.nodes > 1 {
		q += " nodes:>=" + strconv.Itoa(t.nodes)
	}
	return q
}

// fields gives the keys that the conditions and the groups need.
func (t *traveller) fields() []string {
	fields := t.when.fields(nil)
	for _, f := range t.by {
		if !slices.Contains(fields, f) {
			fields = append(fields, f)
		}
	}
	return fields
}

func (e *Export) selector(usual string) string {
	if e.Selector != "" {
		return e.Selector
	}
	return usual
}

// oneOf gives a pattern of Go's syntax for any of some texts.
func oneOf(texts []string) string {
	quoted := make([]string, len(texts))
	for i, t := range texts {
		quoted[i] = regexp.QuoteMeta(t)
	}
	return strings.Join(quoted, "|")
}

func (c *condition) logsQL(outer bool) string {
	if c.leaf != nil {
		return c.leaf.logsQL()
	}
	if c.join == joinNot {
		return "!(" + c.of[0].logsQL(true) + ")"
	}
	list := make([]string, len(c.of))
	for i, x := range c.of {
		list[i] = x.logsQL(false)
	}
	if c.join == joinAll {
		text := strings.Join(list, " ")
		if outer {
			return text
		}
		return "(" + text + ")"
	}
	return "(" + strings.Join(list, " or ") + ")"
}

// aNumber is how a value looks that counts as a number.
const aNumber = `^[+-]?[0-9]*\.?[0-9]+([eE][+-]?[0-9]+)?$`

// logsQL gives the filter for a field. A phrase filter would look for whole words, so texts are looked for as patterns.
func (l *leaf) logsQL() string {
	name := "_msg"
	if l.field != wholeLine {
		name = logsQLName(l.field)
	}
	if l.full() {
		return name + ":*"
	}
	switch l.op {
	case opContains:
		return name + ":" + logsQLPattern(regexp.QuoteMeta(l.text))
	case opIs:
		return name + ":=" + rawOrQuoted(l.text)
	case opPrefix:
		return name + ":=" + rawOrQuoted(l.text) + "*"
	case opSuffix:
		return name + ":" + logsQLPattern(regexp.QuoteMeta(l.text)+"$")
	case opRegex:
		return name + ":" + logsQLPattern(l.text)
	case opIn:
		if l.fold {
			return name + ":" + logsQLPattern("(?i)^("+oneOf(l.texts)+")$")
		}
		list := make([]string, len(l.texts))
		for i, t := range l.texts {
			list[i] = rawOrQuoted(t)
		}
		return name + ":in(" + strings.Join(list, ", ") + ")"
	}
	number := name + ":" + logsQLPattern(aNumber) + " "
	if other := l.other(); other != "" {
		a, b := name, logsQLName(other)
		number += b + ":" + logsQLPattern(aNumber) + " "
		if l.op == opGreater {
			a, b = b, a
		}
		return "(" + number + a + ":lt_field(" + b + "))"
	}
	return "(" + number + name + ":" + map[op]string{opGreater: ">", opLess: "<"}[l.op] + l.text + ")"
}

func logsQLPattern(p string) string { return "~" + rawOrQuoted(p) }

// rawOrQuoted gives a literal as LogsQL and LogQL read it, both as Go does: in backquotes, if that spares backslashes.
func rawOrQuoted(s string) string {
	if q := strconv.Quote(s); !strings.Contains(s, "`") && strconv.CanBackquote(s) && len(q) > len(s)+2 {
		return "`" + s + "`"
	} else {
		return q
	}
}

var plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.]*$`)

// logsQLName gives a field's name, quoted if the language could take it for something else.
func logsQLName(s string) string {
	switch strings.ToLower(s) {
	case "and", "or", "not", "in", "by", "as", "if", "options":
		return strconv.Quote(s)
	}
	if plainName.MatchString(s) {
		return s
	}
	return strconv.Quote(s)
}
