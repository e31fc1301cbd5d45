package parser

import (
	"bytes"
	"strings"

	"zlog/event"
)

// lookHclog recognises raft's own lines, 2026-11-22T19:22:42.208Z [INFO]  raft: election won: term=2 tally=1.
func (c *secondCache) lookHclog(p []byte) (shape, bool) {
	at, n, _, z := c.readStamp(p)
	if n == 0 || z == zoneNone || !bracketLevel(p[n:]) {
		return shape{}, false
	}
	return shape{kind: kindHclog, format: formatHclog, at: at}, true
}

// bracketLevel: p starts with " [WARN] ".
func bracketLevel(p []byte) bool {
	if len(p) < 8 || p[0] != ' ' || p[1] != '[' {
		return false
	}
	end := bytes.IndexByte(p[:min(len(p), 10)], ']')
	if end < 0 || end+1 >= len(p) || p[end+1] != ' ' {
		return false
	}
	switch string(p[2:end]) {
	case "TRACE", "DEBUG", "INFO", "WARN", "ERROR":
		return true
	}
	return false
}

// parseHclog reads "stamp [LEVEL]  module: msg: k=v k2="v 2"". The module is optional and becomes the field
// @module, its name in hclog's JSON.
func parseHclog(ev *event.Event, s string) {
	_, s, _ = strings.Cut(s, "[")
	word, s, _ := strings.Cut(s, "]")
	ev.Level = level(word)
	s = strings.TrimLeft(s, " ")
	if module, rest, ok := strings.Cut(s, ": "); ok && isWord(module) && !pairs(ev, rest, false) {
		add(ev, "@module", module)
		s = rest
	}
	ev.Msg = strings.TrimSuffix(s, ":")
	from := 0
	for range 64 { // each try may read to the end of the line
		i := strings.Index(s[from:], ": ")
		if i < 0 {
			return
		}
		from += i
		if pairs(ev, s[from+2:], true) {
			ev.Msg = s[:from]
			return
		}
		from += 2
	}
}

// pairs tells whether s is nothing but k=v pairs, and if so and keep is set, adds them.
func pairs(ev *event.Event, s string, keep bool) bool {
	before := len(ev.Fields)
	for s != "" {
		key, value, rest, ok := pair(s)
		if !ok || !isKey(key) {
			ev.Fields = ev.Fields[:before]
			return false
		}
		if keep {
			add(ev, key, value)
		}
		s = strings.TrimLeft(rest, " ")
	}
	return keep == (len(ev.Fields) > before) || !keep
}

// isKey: up to three words, such as last-index and "backoff time".
func isKey(s string) bool {
	words := 0
	for w := range strings.SplitSeq(s, " ") {
		if words++; words > 3 || !isWord(w) {
			return false
		}
	}
	return true
}

// isWord: letters, digits and - _ . @ /.
func isWord(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'z') && !strings.ContainsRune("-_.@/", rune(c)) {
			return false
		}
	}
	return s != ""
}
