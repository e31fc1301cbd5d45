package rules

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// quick reads the plain part of YAML that rule files are written in: mappings and lists by indentation, lists and mappings
// in brackets on one line, texts that are plain, quoted on one line, folded (>-) or literal (|-). Whatever else it meets it
// gives up on, and the library reads the file: what quick gives is what the library gives, only many times as fast; reading YAML
// was most of the time that zlog took to start.
type quick struct {
	s     string
	at    int // the byte to be read next
	start int // of its line
	line  int // from 1
	lazy  bool
	ascii bool
	arena []yaml.Node
}

// unread is the tag of a node that holds the text of the samples of a rule instead of them.
const unread = "!unread"

// giveUp is the panic by which quick leaves a file to the library.
type giveUp struct{}

// readQuickly gives the root mapping of a rule file, nil if the library must read it. Comments are not kept. A lazy reader
// passes over samples: what they are is not known before their text is read.
func readQuickly(data []byte, lazy bool) (root *yaml.Node) {
	ascii, plain := plainBytes(data)
	if !plain {
		return nil
	}
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(giveUp); !ok {
				panic(r)
			}
			root = nil
		}
	}()
	q := &quick{s: string(data), line: 1, lazy: lazy, ascii: ascii}
	q.need(q.next())
	root = q.mapping(q.at-q.start, 0)
	q.need(!q.next())
	return root
}

// plainBytes: no controls but line feeds and tabs, no invalid text, no other kinds of line ends, and no end of a document; and whether
// all is ASCII.
func plainBytes(data []byte) (ascii, plain bool) {
	ascii = true
	for i := 0; i < len(data); {
		if i+8 <= len(data) && plainEight(binary.LittleEndian.Uint64(data[i:])) {
			i += 8
			continue
		}
		c := data[i]
		if c < ' ' && c != '\n' && c != '\t' || c == 0x7f {
			return false, false
		}
		ascii = ascii && c < 0x80
		i++
	}
	for _, mark := range []string{"%", "---", "..."} {
		if bytes.HasPrefix(data, []byte(mark)) {
			return ascii, false
		}
	}
	return ascii, !bytes.Contains(data, []byte("\n---")) && !bytes.Contains(data, []byte("\n...")) && (ascii || plainRunes(data))
}

// plainEight: none of eight bytes is a control, DEL or beyond ASCII. It may say no of eight that are plain.
func plainEight(w uint64) bool {
	const each = 0x0101010101010101
	return (w|(w-each*' ')|(w+each))&(each*0x80) == 0
}

// plainRunes is plainBytes for what is not ASCII.
func plainRunes(data []byte) bool {
	for len(data) > 0 {
		if len(data) >= 8 && plainEight(binary.LittleEndian.Uint64(data)) {
			data = data[8:]
			continue
		}
		r, n := utf8.DecodeRune(data)
		switch {
		case r == utf8.RuneError && n == 1, r >= 0x80 && r < 0xa0, r == 0xfeff, r == 0x2028, r == 0x2029, r == 0xfffe, r == 0xffff:
			return false
		}
		data = data[n:]
	}
	return true
}

func (q *quick) need(ok bool) {
	if !ok {
		panic(giveUp{})
	}
}

// peek gives the byte at an offset from here, a line feed at the end.
func (q *quick) peek(n int) byte {
	if q.at+n < len(q.s) {
		return q.s[q.at+n]
	}
	return '\n'
}

// next goes to the first byte of the next line that is not blank and no comment, from the start of a line or from its end.
func (q *quick) next() bool {
	for {
		for q.at < len(q.s) && q.s[q.at] == ' ' {
			q.at++
		}
		if q.at == len(q.s) {
			return false
		}
		if c := q.s[q.at]; c != '\n' && c != '#' {
			return true
		}
		q.endLine()
	}
}

// endLine goes to the start of the next line.
func (q *quick) endLine() {
	if i := strings.IndexByte(q.s[q.at:], '\n'); i >= 0 {
		q.at += i + 1
	} else {
		q.at = len(q.s)
	}
	q.start = q.at
	q.line++
}

// rest ends a line after a value: only blanks and a comment may follow.
func (q *quick) rest() {
	from := q.at
	for q.peek(0) == ' ' {
		q.at++
	}
	q.need(q.peek(0) == '\n' || q.peek(0) == '#' && q.at > from)
	q.endLine()
}

func (q *quick) node(kind yaml.Kind, style yaml.Style, tag string) *yaml.Node {
	if len(q.arena) == 0 {
		q.arena = make([]yaml.Node, 256)
	}
	n := &q.arena[0]
	q.arena = q.arena[1:]
	n.Kind, n.Style, n.Tag, n.Line, n.Column = kind, style, tag, q.line, q.at-q.start+1
	if !q.ascii {
		n.Column = utf8.RuneCountInString(q.s[q.start:q.at]) + 1
	}
	return n
}

// mapping reads `key: value` lines that begin at one column.
func (q *quick) mapping(indent, depth int) *yaml.Node {
	q.need(depth < maxDepth)
	m := q.node(yaml.MappingNode, 0, "!!map")
	for {
		key := q.node(yaml.ScalarNode, 0, "")
		from := q.at
		for isKeyByte(q.peek(0)) {
			q.at++
		}
		key.Value = q.s[from:q.at]
		q.need(key.Value != "" && len(key.Value) < longestKey && isWord(key.Value[0]) && q.peek(0) == ':' && (q.peek(1) == ' ' || q.peek(1) == '\n'))
		key.Tag = plainTag(key)
		q.at++
		var value *yaml.Node
		if q.lazy && key.Value == "samples" {
			value = q.deeper(indent)
		}
		if value == nil {
			value = q.value(indent, indent, depth+1)
		}
		m.Content = append(m.Content, key, value)
		if !q.next() || q.at-q.start < indent {
			return m
		}
		q.need(q.at-q.start == indent)
	}
}

// list reads `- item` lines that begin at one column.
func (q *quick) list(indent, depth int) *yaml.Node {
	q.need(depth < maxDepth)
	l := q.node(yaml.SequenceNode, 0, "!!seq")
	for {
		q.need(q.peek(0) == '-' && q.peek(1) == ' ')
		q.at++
		for q.peek(0) == ' ' {
			q.at++
		}
		if column := q.at - q.start; q.keyHere() {
			l.Content = append(l.Content, q.mapping(column, depth+1))
		} else {
			l.Content = append(l.Content, q.value(indent, indent+1, depth+1))
		}
		if !q.next() || q.at-q.start < indent || q.at-q.start == indent && q.peek(0) != '-' {
			return l
		}
		q.need(q.at-q.start == indent)
	}
}

// deeper passes over the lines below a key at a column that are indented more, and gives their text; nil if there are none.
func (q *quick) deeper(indent int) *yaml.Node {
	if q.peek(0) != '\n' {
		return nil
	}
	n := q.node(yaml.ScalarNode, 0, unread)
	at, start, line := q.at, q.start, q.line
	q.endLine()
	from := q.at
	for q.at < len(q.s) {
		for q.peek(0) == ' ' {
			q.at++
		}
		if q.peek(0) != '\n' && q.at-q.start <= indent {
			break
		}
		q.endLine()
	}
	q.at = q.start
	if n.Value = q.s[from:q.at]; strings.TrimSpace(n.Value) == "" {
		q.at, q.start, q.line = at, start, line
		return nil
	}
	return n
}

// keyHere says whether a key of a mapping begins here.
func (q *quick) keyHere() bool {
	n := 0
	for isKeyByte(q.peek(n)) {
		n++
	}
	return n > 0 && isWord(q.peek(0)) && q.peek(n) == ':' && (q.peek(n+1) == ' ' || q.peek(n+1) == '\n')
}

// longestKey is less than the 1024 characters within which YAML wants a key's colon.
const longestKey = 1000

func isKeyByte(c byte) bool { return c < 0x80 && isWord(c) || c == '-' || c == '.' }

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
	if c := n.Value[0] | 0x20; c >= 'a' && c <= 'z' && len(n.Value) > len("false") {
		return "!!str" // true, null, yes and their like are shorter, and no number begins so
	}
	return n.ShortTag()
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
			n.Content = append(n.Content, q.inFlow(depth))
			q.need(q.peek(0) == ':' && q.peek(1) == ' ' && q.at-from < longestKey)
			for q.at++; q.peek(0) == ' '; {
				q.at++
			}
		}
		n.Content = append(n.Content, q.inFlow(depth))
		for q.peek(0) == ' ' {
			q.at++
		}
		c := q.peek(0)
		q.need(c == end || c == ',' && q.peek(1) == ' ')
		q.at++
		if c == end {
			return n
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
