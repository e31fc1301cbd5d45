package tui

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"zlog/event"
)

// query is a filter as typed and what it means. All terms must hold.
//
//	level>=warn  node=ctrl2,ctrl3  rule:raft-*  since:10m  until:19:40  source:ctrl1*  peerId=ctrl3  word  "exact text"  !word
//
// key=value with another key asks for a field of the line, as the log shows it; * is allowed in the value.
// A bare word is fuzzy: its letters stand in this order and close together in one word of the line, in any case.
type query struct {
	text         string
	terms        int
	level        func(event.Level) bool
	nodes        []string
	notNodes     []string
	sources      []string
	rules        []string
	since, until bound
	words        []word
	fields       []field
	doubts       []string // what may be meant otherwise than it is taken
	needle       *needle  // of a search, which is a query too
}

// bound is a moment, a time of day, or a span before the end of the log.
type bound struct {
	at   time.Time
	day  time.Duration
	kind byte // 0 none, 'a' at, 'd' time of day, 's' span before the end
	span time.Duration
}

type word struct {
	text  []byte // lower case
	not   bool
	exact bool
}

// parseQuery reads a filter. An empty one is nil.
func parseQuery(s string) (*query, error) {
	q := &query{text: strings.TrimSpace(s)}
	tokens, err := tokens(s)
	if err != nil {
		return nil, err
	}
	for _, t := range tokens {
		if err := q.term(t); err != nil {
			return nil, err
		}
		q.terms++
	}
	if q.terms == 0 {
		return nil, nil
	}
	return q, nil
}

type token struct {
	text  string
	exact bool
	not   bool
}

// tokens splits at spaces that are not in quotes.
func tokens(s string) ([]token, error) {
	var out []token
	for s = strings.TrimLeft(s, " "); s != ""; s = strings.TrimLeft(s, " ") {
		var t token
		if s[0] == '!' && len(s) > 1 {
			t.not, s = true, s[1:]
		}
		if s[0] == '"' {
			end := strings.IndexByte(s[1:], '"')
			if end < 0 {
				return nil, fmt.Errorf(`a " is missing at the end`)
			}
			t.text, t.exact, s = s[1:end+1], true, s[end+2:]
		} else {
			end := strings.IndexByte(s, ' ')
			if at := strings.Index(s, `="`); at >= 0 && (end < 0 || at < end) { // key="more words"
				if end = strings.IndexByte(s[at+2:], '"'); end < 0 {
					return nil, fmt.Errorf(`a " is missing at the end`)
				}
				end += at + 3
			}
			if end < 0 {
				end = len(s)
			}
			t.text, s = s[:end], s[end:]
		}
		if t.text != "" {
			out = append(out, t)
		}
	}
	return out, nil
}

func (q *query) term(t token) error {
	if !t.exact {
		switch {
		case hasKey(t.text, "level"):
			return q.levelTerm(t.text[len("level"):], t.not)
		case hasKey(t.text, "node"):
			op, v := operator(t.text[len("node"):])
			if op == "!=" != t.not {
				q.notNodes = append(q.notNodes, strings.Split(v, ",")...)
			} else {
				q.nodes = append(q.nodes, strings.Split(v, ",")...)
			}
			return nil
		case hasKey(t.text, "rule"):
			_, v := operator(t.text[len("rule"):])
			if v == "" {
				return fmt.Errorf("rule: wants a rule's id; * allowed")
			}
			q.rules = append(q.rules, v)
			return nil
		case hasKey(t.text, "source"):
			_, v := operator(t.text[len("source"):])
			q.sources = append(q.sources, v)
			return nil
		case hasKey(t.text, "since"), hasKey(t.text, "until"):
			_, v := operator(t.text[5:])
			b, err := parseBound(v)
			if err != nil {
				return err
			}
			if strings.HasPrefix(t.text, "since") {
				q.since = b
			} else {
				q.until = b
			}
			return nil
		}
		if f, ok := parseField(t); ok {
			q.fields = append(q.fields, f)
			q.doubt1(f.key, "=", "a field of the line")
			return nil
		}
		if key, _, ok := strings.Cut(t.text, ":"); ok {
			q.doubt1(key, ":", "text")
		}
	}
	q.words = append(q.words, word{[]byte(strings.ToLower(t.text)), t.not, t.exact || len(t.text) < 3})
	return nil
}

func hasKey(s, key string) bool {
	rest, ok := strings.CutPrefix(s, key)
	return ok && rest != "" && strings.ContainsRune(":=<>!", rune(rest[0]))
}

// operator splits ">=warn" into operator and value.
func operator(s string) (op, value string) {
	n := 0
	for n < len(s) && n < 2 && strings.IndexByte(":=<>!", s[n]) >= 0 {
		n++
	}
	return s[:n], s[n:]
}

func (q *query) levelTerm(s string, not bool) error {
	op, v := operator(s)
	want := event.ParseLevel(v)
	if want == event.LevelUnknown {
		return fmt.Errorf("level: want trace, debug, info, warn, error, fatal or panic")
	}
	before := q.level
	holds := map[string]func(event.Level) bool{
		">=": func(l event.Level) bool { return l >= want },
		">":  func(l event.Level) bool { return l > want },
		"<=": func(l event.Level) bool { return l <= want },
		"<":  func(l event.Level) bool { return l < want },
		"=":  func(l event.Level) bool { return l == want },
		":":  func(l event.Level) bool { return l == want },
		"==": func(l event.Level) bool { return l == want },
		"!=": func(l event.Level) bool { return l != want },
	}[op]
	if holds == nil {
		return fmt.Errorf("level%s: want =, !=, <, <=, > or >=", op)
	}
	q.level = func(l event.Level) bool { return holds(l) != not && (before == nil || before(l)) }
	return nil
}

func parseBound(s string) (bound, error) {
	if d, err := time.ParseDuration(s); err == nil {
		return bound{kind: 's', span: d}, nil
	}
	for _, layout := range []string{"15:04:05.999", "15:04"} {
		if t, err := time.Parse(layout, s); err == nil {
			return bound{kind: 'd', day: t.Sub(t.Truncate(24 * time.Hour))}, nil
		}
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999", "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			return bound{kind: 'a', at: t}, nil
		}
	}
	return bound{}, fmt.Errorf("%q: want a span such as 10m, a time such as 19:36:20, or a date and time", s)
}

// time gives the bound's moment in a log that ends at end; the zero time for none.
func (b bound) time(end time.Time) time.Time {
	switch b.kind {
	case 'a':
		return b.at
	case 's':
		return end.Add(-b.span)
	case 'd':
		return end.Truncate(24 * time.Hour).Add(b.day)
	}
	return time.Time{}
}

// keep gives the test of what is known of a record without reading it, nil if there is none to make.
func (q *query) keep(m *Model) func(*event.Event) bool {
	if q.level == nil && q.nodes == nil && q.notNodes == nil && q.sources == nil && q.since.kind == 0 && q.until.kind == 0 {
		return nil
	}
	var end time.Time
	if n := m.opt.Log.Len(); n > 0 {
		end = m.opt.Log.Moment(m.opt.Log.At(n - 1))
	}
	since, until := q.since.time(end), q.until.time(end)
	nodeOf := m.now.NodeOf
	return func(e *event.Event) bool {
		if q.level != nil && !q.level(e.Level) {
			return false
		}
		if !since.IsZero() && e.Time.Before(since) || !until.IsZero() && e.Time.After(until) {
			return false
		}
		if q.nodes != nil || q.notNodes != nil {
			node := ""
			if nodeOf != nil {
				node = nodeOf(e.Source, e.Stream)
			}
			if q.nodes != nil && !anyWild(q.nodes, node) || anyWild(q.notNodes, node) {
				return false
			}
		}
		return q.sources == nil || anyWild(q.sources, e.Source) || anyWild(q.sources, e.Source[strings.LastIndexByte(e.Source, '/')+1:])
	}
}

func anyWild(patterns []string, name string) bool {
	for _, p := range patterns {
		if wild(p, name) {
			return true
		}
	}
	return false
}

// need gives a text that every line that is found holds, in lower case; nil if there is none. Scans look for it first,
// which is several times as fast as looking at each line.
func (q *query) need() []byte {
	if q.needle != nil && !q.needle.special && plainASCII(q.needle.text) {
		return []byte(strings.ToLower(q.needle.text))
	}
	for i := range q.fields {
		if need := q.fields[i].need(); need != nil {
			return need
		}
	}
	for _, w := range q.words {
		if w.exact && !w.not && plainASCII(string(w.text)) {
			return w.text
		}
	}
	return nil
}

// match gives the test of a raw line, nil if there is none to make.
func (q *query) match() func([]byte) bool {
	if q.needle != nil {
		return q.needle.match()
	}
	if len(q.words) == 0 && len(q.fields) == 0 {
		return nil
	}
	var low []byte
	return func(line []byte) bool {
		for i := range q.fields {
			if q.fields[i].re.Match(line) == q.fields[i].not {
				return false
			}
		}
		low = lower(low[:0], line)
		for i := range q.words {
			w := &q.words[i]
			found := bytes.Contains(low, w.text)
			if !found && !w.exact {
				found = fuzzyWord(low, w.text)
			}
			if found == w.not {
				return false
			}
		}
		return true
	}
}

// lower appends b with ASCII letters in lower case.
func lower(to, b []byte) []byte {
	n := len(to)
	to = append(to, b...)
	for i, c := range to[n:] {
		to[n+i] = lowerOf[c]
	}
	return to
}

// lowerOf is a table: a branch for each byte is guessed wrong too often.
var lowerOf = func() (t [256]byte) {
	for i := range t {
		t[i] = byte(i)
		if 'A' <= i && i <= 'Z' {
			t[i] += 'a' - 'A'
		}
	}
	return t
}()

// fuzzyWord finds the letters of w in order in one word of line, spread over at most twice their number.
func fuzzyWord(line, w []byte) bool {
	most := 2*len(w) + 1
	for i := 0; ; {
		k := bytes.IndexByte(line[i:], w[0])
		if k < 0 {
			return false
		}
		i += k
		at := 1
		for j := i + 1; j < len(line) && j-i < most && wordByte(line[j]); j++ {
			if line[j] == w[at] {
				if at++; at == len(w) {
					return true
				}
			}
		}
		i++
	}
}

func wordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.' || c == ':' || c >= 0x80
}
