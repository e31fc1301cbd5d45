package rules

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// canLogQL says why Loki cannot test a leaf.
func canLogQL(_ *Export, l *leaf) string {
	if l.other() != "" {
		return "LogQL does not compare two fields"
	}
	return l.tooDeep()
}

// writeLogQL writes the queries, each behind its name and what was left out, parted by an empty line.
func writeLogQL(e *Export, ts []*traveller) ([]byte, error) {
	return paragraphs(ts, func(t *traveller) string {
		if t.often() {
			return e.logQLCount(t)
		}
		return e.logQL(t)
	})
}

// logQL gives the query for the lines: a rough filter of the raw line, then the fields as labels. A line that is no
// object has no such labels; that is no error.
//
//	{app="ziti-controller"} |= "raft heartbeat" | json msg="msg" | drop __error__, __error_details__ | msg=~`…`
func (e *Export) logQL(t *traveller) string {
	q := e.selector(`{app="ziti-controller"}`)
	if hints := slices.Clone(t.when.hints()); hints != nil {
		for i, h := range hints {
			hints[i] = rawOrQuoted(h)
		}
		q += " |= " + strings.Join(hints, " or ")
	}
	if fields := t.fields(); len(fields) > 0 {
		for i, f := range fields {
			fields[i] = logQLName(f) + "=" + strconv.Quote(logQLPath(f))
		}
		q += " | json " + strings.Join(fields, ", ") + " | drop __error__, __error_details__"
	}
	if t.when.looksAtLine() {
		q += " | label_format " + logQLLine + "=`{{ __line__ }}`"
	}
	return q + " | " + t.when.logQL(false)
}

// logQLLine is the label for the line itself, where a condition is about it.
const logQLLine = "line"

// logQLCount gives the query that counts the lines within a timespan.
func (e *Export) logQLCount(t *traveller) string {
	by := e.by(t, logQLName)
	group := ""
	if len(by) > 0 {
		group = " by (" + strings.Join(by, ", ") + ")"
	}
	count := "(count_over_time(" + e.logQL(t) + " [" + span(Span{e.span(t)}) + "]))"
	q := "sum" + group + " " + count + " >= " + strconv.Itoa(t.times)
	if t.nodes > 1 {
		q = "(" + q + ") and (count" + group + " (sum by (" + strings.Join(append([]string{e.Node}, by...), ", ") + ") " + count + " > 0) >= " + strconv.Itoa(t.nodes) + ")"
	}
	return q
}

// logQL gives a label filter. The language has no "not" but in its comparisons, so it is carried down to them.
func (c *condition) logQL(not bool) string {
	if c.leaf != nil {
		return c.leaf.logQL(not)
	}
	if c.join == joinNot {
		return c.of[0].logQL(!not)
	}
	word := " or "
	if (c.join == joinAll) != not {
		word = " and "
	}
	list := make([]string, len(c.of))
	for i, x := range c.of {
		list[i] = x.logQL(not)
	}
	return "(" + strings.Join(list, word) + ")"
}

// logQL compares a label. A label that is not there is an empty text to Loki. Its patterns must match all of a text.
func (l *leaf) logQL(not bool) string {
	name := logQLLine
	if l.field != wholeLine {
		name = logQLName(l.field)
	}
	equal, like := "=", "=~"
	if not {
		equal, like = "!=", "!~"
	}
	if l.full() {
		return name + map[bool]string{false: "!=", true: "="}[not] + `""`
	}
	const any = `(?s).*`
	switch l.op {
	case opContains:
		return name + like + rawOrQuoted(any+regexp.QuoteMeta(l.text)+".*")
	case opIs:
		return name + equal + rawOrQuoted(l.text)
	case opPrefix:
		return name + like + rawOrQuoted("(?s)"+regexp.QuoteMeta(l.text)+".*")
	case opSuffix:
		return name + like + rawOrQuoted(any+regexp.QuoteMeta(l.text))
	case opRegex:
		return name + like + rawOrQuoted("(?s:.*)(?:"+l.text+")(?s:.*)")
	case opIn:
		if l.fold {
			return name + like + rawOrQuoted("(?i)"+oneOf(l.texts))
		}
		return name + like + rawOrQuoted(oneOf(l.texts))
	}
	number := name + "=~" + rawOrQuoted(strings.Trim(aNumber, "^$"))
	if not {
		return "(" + name + "!~" + rawOrQuoted(strings.Trim(aNumber, "^$")) + " or " + name + map[op]string{opGreater: "<=", opLess: ">="}[l.op] + l.text + ")"
	}
	return "(" + number + " and " + name + map[op]string{opGreater: ">", opLess: "<"}[l.op] + l.text + ")"
}

var noLabel = regexp.MustCompile(`[^A-Za-z0-9_]`)

// logQLName gives the label for a field: peer.ID is peer_ID.
func logQLName(field string) string {
	name := noLabel.ReplaceAllString(field, "_")
	if name[0] >= '0' && name[0] <= '9' {
		name = "_" + name
	}
	return name
}

// logQLPath gives the way to a field in an object: peers.0.id is peers[0].id, last-index is ["last-index"].
func logQLPath(field string) string {
	path := ""
	for part := range strings.SplitSeq(field, ".") {
		_, err := strconv.Atoi(part)
		switch {
		case err == nil && path != "":
			path += "[" + part + "]"
		case noLabel.MatchString(part):
			path += "[" + strconv.Quote(part) + "]"
		case path == "":
			path = part
		default:
			path += "." + part
		}
	}
	return path
}
