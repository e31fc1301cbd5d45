package rules

import (
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
	nodes *nodes

	counted, runes int // up to where the characters of the line are counted, and how many they are

	open []*yaml.Node // what the mappings and lists that are being read hold so far, one behind the other
}

// nodes are the nodes of a file, to be used again for the next one: what is made of a node keeps none of it but its text.
type nodes struct {
	rooms [][]yaml.Node // the first ones are small, for a part of a rule
	room  int           // the one that is being used
	used  int           // of it
	lists []*yaml.Node  // room for what nodes hold
}

// hold gives a list of its own of some nodes.
func (a *nodes) hold(list []*yaml.Node) []*yaml.Node {
	n := len(list)
	if len(a.lists) < n {
		a.lists = make([]*yaml.Node, max(n, 256))
	}
	own := a.lists[:n:n]
	a.lists = a.lists[n:]
	copy(own, list)
	return own
}

// next gives a node of unknown content, but for its Content, which is empty.
func (a *nodes) next() *yaml.Node {
	if a.room < len(a.rooms) && a.used == len(a.rooms[a.room]) {
		a.room, a.used = a.room+1, 0
	}
	if a.room == len(a.rooms) {
		a.rooms = append(a.rooms, make([]yaml.Node, 16<<min(a.room, 4)))
	}
	n := &a.rooms[a.room][a.used]
	a.used++
	n.Content = nil
	return n
}

// unread is the tag of a node that holds the text of a part of a rule instead of that part; see Later.
const unread = "!unread"

// giveUp is the panic by which quick leaves a file to the library.
type giveUp struct{}

// readQuickly gives the root mapping of a rule file, nil if the library must read it. Comments are not kept. A lazy reader
// passes over parts of rules that are read later: what they are is not known before their text is read.
func readQuickly(data string, lazy bool) *yaml.Node { return new(nodes).read(data, lazy) }

// read is readQuickly with nodes that are no longer needed.
func (a *nodes) read(data string, lazy bool) (root *yaml.Node) {
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
	a.room, a.used = 0, 0
	q := &quick{s: data, line: 1, lazy: lazy, ascii: ascii, nodes: a}
	q.need(q.next())
	root = q.mapping(q.at-q.start, 0)
	q.need(!q.next())
	return root
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
	n := q.nodes.next()
	n.Kind, n.Style, n.Tag, n.Value, n.Line, n.Column = kind, style, tag, "", q.line, q.at-q.start+1
	if !q.ascii {
		if q.counted < q.start || q.counted > q.at {
			q.counted, q.runes = q.start, 0
		}
		q.runes += utf8.RuneCountInString(q.s[q.counted:q.at])
		q.counted = q.at
		n.Column = q.runes + 1
	}
	return n
}

// close gives a mapping or a list what it holds, which is open from a number on.
func (q *quick) close(n *yaml.Node, first int) *yaml.Node {
	n.Content = q.nodes.hold(q.open[first:])
	q.open = q.open[:first]
	return n
}

// mapping reads `key: value` lines that begin at one column.
func (q *quick) mapping(indent, depth int) *yaml.Node {
	q.need(depth < maxDepth)
	m := q.node(yaml.MappingNode, 0, "!!map")
	first := len(q.open)
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
		if q.lazy && depth == ruleDepth && readLater(key.Value) {
			value = q.passOver(indent, from)
		}
		if value == nil {
			value = q.value(indent, indent, depth+1)
		}
		q.open = append(q.open, key, value)
		if !q.next() || q.at-q.start < indent {
			return q.close(m, first)
		}
		q.need(q.at-q.start == indent)
	}
}

// list reads `- item` lines that begin at one column.
func (q *quick) list(indent, depth int) *yaml.Node {
	q.need(depth < maxDepth)
	l := q.node(yaml.SequenceNode, 0, "!!seq")
	first := len(q.open)
	for {
		q.need(q.peek(0) == '-' && q.peek(1) == ' ')
		q.at++
		for q.peek(0) == ' ' {
			q.at++
		}
		if column := q.at - q.start; q.keyHere() {
			q.open = append(q.open, q.mapping(column, depth+1))
		} else {
			q.open = append(q.open, q.value(indent, indent+1, depth+1))
		}
		if !q.next() || q.at-q.start < indent || q.at-q.start == indent && q.peek(0) != '-' {
			return q.close(l, first)
		}
		q.need(q.at-q.start == indent)
	}
}

// ruleDepth is the depth of a rule's mapping: in a list, in the mapping of the file.
const ruleDepth = 2

// passOver passes over the value of a key at a column, which is what follows on its line and the lines below that are indented more,
// and gives their text from the key on; nil if there are none.
func (q *quick) passOver(indent, key int) *yaml.Node {
	at, start, line := q.at, q.start, q.line
	n := q.node(yaml.ScalarNode, 0, unread)
	q.endLine()
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
	n.Value = q.s[key:q.at]
	if value := strings.TrimSpace(q.s[at:q.at]); value == "" || value[0] == '#' {
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
