package rules

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// value reads what follows a key or a dash of a block at a column; what stands on lines of its own is at least at another.
func (q *quick) value(indent, least, depth int) *yaml.Node {
	for q.peek(0) == ' ' {
		q.at++
	}
	switch c := q.peek(0); c {
	case '\n', '#':
		q.need(q.at == len(q.s) || c == '\n' || q.s[q.at-1] == ' ')
		q.need(q.next())
		column := q.at - q.start
		switch {
		case q.peek(0) == '-' && q.peek(1) == ' ' && column >= least:
			return q.list(column, depth)
		case column > indent && q.keyHere():
			return q.mapping(column, depth)
		}
		panic(giveUp{})
	case '>', '|':
		return q.block(indent)
	case '[', '{':
		n := q.flow(depth)
		q.rest()
		return n
	case '"', '\'':
		n := q.quoted()
		q.rest()
		return n
	}
	n := q.node(yaml.ScalarNode, 0, "")
	end := strings.IndexByte(q.s[q.at:], '\n')
	if end < 0 {
		end = len(q.s) - q.at
	}
	n.Value = strings.TrimRight(q.s[q.at:q.at+end], " ")
	q.need(plainStart(n.Value) && strings.IndexByte(n.Value, '\t') < 0 && !strings.Contains(n.Value, ": ") && !strings.HasSuffix(n.Value, ":") && !strings.Contains(n.Value, " #"))
	n.Tag = plainTag(n)
	q.endLine()
	at, start, line := q.at, q.start, q.line
	q.need(!q.next() || q.at-q.start <= indent) // or the text goes on
	q.at, q.start, q.line = at, start, line
	return n
}

// plainStart says whether a text without quotes may begin so.
func plainStart(s string) bool {
	if s == "" {
		return false
	}
	return isWord(s[0]) || strings.IndexByte("$/<(.~+=;^\\", s[0]) >= 0 || s[0] == '-' && len(s) > 1 && isWord(s[1])
}

// plainTag gives the tag of a text without quotes.
func plainTag(n *yaml.Node) string {
	if c := n.Value[0] | 0x20; c >= 'a' && c <= 'z' && !mayBeNoText(n.Value) {
		return "!!str" // no number begins so
	}
	return n.ShortTag()
}

// mayBeNoText says whether a word may stand for true, false or nothing.
func mayBeNoText(word string) bool {
	switch word {
	case "y", "Y", "n", "N", "yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF",
		"true", "True", "TRUE", "false", "False", "FALSE", "null", "Null", "NULL":
		return true
	}
	return false
}

// quoted reads a text in quotes that ends on its line.
func (q *quick) quoted() *yaml.Node {
	quote := q.peek(0)
	style := yaml.SingleQuotedStyle
	if quote == '"' {
		style = yaml.DoubleQuotedStyle
	}
	n := q.node(yaml.ScalarNode, style, "!!str")
	var b []byte
	for q.at++; ; {
		end := 0
		for q.at+end < len(q.s) && !endsPart(q.s[q.at+end]) {
			end++
		}
		q.need(q.at+end < len(q.s))
		part := q.s[q.at : q.at+end]
		c := q.s[q.at+end]
		q.at += end + 1
		switch {
		case c == quote && quote == '\'' && q.peek(0) == '\'':
			b = append(append(b, part...), '\'')
			q.at++
		case c == quote:
			n.Value = part
			if b != nil {
				n.Value = string(append(b, part...))
			}
			return n
		case c == '\n', c == '\t':
			panic(giveUp{})
		case c == '\\' && quote == '"':
			i := strings.IndexByte(`"\nt`, q.peek(0))
			q.need(i >= 0)
			b = append(append(b, part...), "\"\\\n\t"[i])
			q.at++
		default:
			b = append(append(b, part...), c)
		}
	}
}

// endsPart says whether a byte is more than itself in one of the quotes.
func endsPart(c byte) bool { return c == '"' || c == '\'' || c == '\\' || c == '\n' || c == '\t' }

// flow reads a list or a mapping in brackets that ends on its line.
func (q *quick) flow(depth int) *yaml.Node {
	q.need(depth < maxDepth)
	list := q.peek(0) == '['
	n, end := q.node(yaml.MappingNode, yaml.FlowStyle, "!!map"), byte('}')
	if list {
		n.Kind, n.Tag, end = yaml.SequenceNode, "!!seq", ']'
	}
	q.at++
	open := len(q.open)
	for first := true; ; first = false {
		for q.peek(0) == ' ' {
			q.at++
		}
		if first && q.peek(0) == end {
			q.at++
			return n
		}
		if !list {
			from := q.at
			q.open = append(q.open, q.inFlow(depth))
			q.need(q.peek(0) == ':' && q.peek(1) == ' ' && q.at-from < longestKey)
			for q.at++; q.peek(0) == ' '; {
				q.at++
			}
		}
		q.open = append(q.open, q.inFlow(depth))
		for q.peek(0) == ' ' {
			q.at++
		}
		c := q.peek(0)
		q.need(c == end || c == ',' && q.peek(1) == ' ')
		q.at++
		if c == end {
			return q.close(n, open)
		}
	}
}

// inFlow reads one part of what stands in brackets.
func (q *quick) inFlow(depth int) *yaml.Node {
	switch q.peek(0) {
	case '[', '{':
		return q.flow(depth + 1)
	case '"', '\'':
		return q.quoted()
	}
	n := q.node(yaml.ScalarNode, 0, "")
	from := q.at
	for !endsFlow[q.peek(0)] && !(q.peek(0) == ':' && strings.IndexByte(" ,[]{}\n", q.peek(1)) >= 0) {
		q.at++
	}
	n.Value = strings.TrimRight(q.s[from:q.at], " ")
	q.need(plainStart(n.Value) && !strings.Contains(n.Value, " #") && strings.IndexByte(n.Value, '?') < 0 && (q.peek(0) != ':' || n.Value == q.s[from:q.at]))
	n.Tag = plainTag(n)
	return n
}

// endsFlow are the bytes before which a text without quotes in brackets ends.
var endsFlow = [256]bool{',': true, '[': true, ']': true, '{': true, '}': true, '\n': true, '\t': true}

// block reads a folded or literal text below a block at a column.
func (q *quick) block(indent int) *yaml.Node {
	literal, strip := q.peek(0) == '|', q.peek(1) == '-'
	style, join := yaml.FoldedStyle, byte(' ')
	if literal {
		style, join = yaml.LiteralStyle, '\n'
	}
	n := q.node(yaml.ScalarNode, style, "!!str")
	if q.at++; strip {
		q.at++
	}
	q.need(q.peek(0) == '\n')
	q.endLine()
	var b []byte
	column, blank := 0, 0
	for q.at < len(q.s) {
		spaces := 0
		for q.peek(spaces) == ' ' {
			spaces++
		}
		if q.peek(spaces) == '\n' {
			q.need(b != nil && spaces <= column)
			blank++
			q.endLine()
			continue
		}
		if b == nil {
			q.need(spaces > indent)
			column = spaces
		} else if spaces < column {
			break
		}
		q.need(literal && b != nil || spaces == column && q.peek(spaces) != '\t')
		switch {
		case b == nil:
			b = []byte{}
		case blank > 0 && literal:
			b = append(b, '\n')
			fallthrough
		case blank > 0:
			b = append(b, strings.Repeat("\n", blank)...)
		default:
			b = append(b, join)
		}
		blank = 0
		end := strings.IndexByte(q.s[q.at:], '\n')
		q.need(end >= 0)
		b = append(b, q.s[q.at+column:q.at+end]...)
		q.endLine()
	}
	q.need(len(b) > 0)
	if !strip {
		b = append(b, '\n')
	}
	n.Value = string(b)
	return n
}
