package redact

import (
	"strings"
)

// pairs redacts the values of key=value, key: value, key=[value] and "key":"value" in a text, at any depth of
// escaping: what pfxlog, logrus, hclog, URLs, environments, headers and torn JSON look like.
//
//	{authenticatorId=[x] username=[alice]} …    key=[value]
//	…?token=abc&zt-session=def                  key=value
//	Authorization: Basic YWxpY2U6…              a header: the value goes on to the end
//	…{\"password\":\"x\"…                       escaped quotes
func (r *Redactor) pairs(s string, depth int) string {
	if strings.IndexByte(s, '=') < 0 && strings.IndexByte(s, ':') < 0 {
		return s
	}
	var b *strings.Builder
	last := 0
	for i := 1; i < len(s); i++ {
		if s[i] != '=' && s[i] != ':' {
			continue
		}
		key, quoted := keyBefore(s, i) // spaces may stand around both signs
		if len(key) < 1 {
			continue
		}
		class := r.pairClass(key)
		if class == "" {
			continue
		}
		from, to := valueAfter(s, i, fold(key))
		if from < last || from >= to {
			continue
		}
		v := s[from:to]
		out := r.pair(class, key, v, s[i] == '=' || quoted || s[from-1] == '[' || s[from-1] == '"', depth)
		if out == v {
			continue
		}
		if b == nil {
			b = &strings.Builder{}
		}
		b.WriteString(s[last:from])
		b.WriteString(out)
		last = to
		i = to - 1
	}
	if b == nil {
		return s
	}
	b.WriteString(s[last:])
	return b.String()
}

// pairClass is classOf for the keys of a text, where words such as "service:" are prose and not keys.
func (r *Redactor) pairClass(key string) Class {
	c := r.classOf(key)
	if f := fold(key); f == "o" && key != "O" || f == "ou" && key != "OU" || f == "cn" && key != "CN" {
		return ""
	}
	return c
}

// pair redacts one value. strong says that the signs around it leave no doubt that it is one.
func (r *Redactor) pair(class Class, key, v string, strong bool, depth int) string {
	if emptyValue(v) || r.isToken(v) {
		return v
	}
	switch class {
	case Secret:
		f := fold(key)
		if !strong {
			if w := strings.ToLower(strings.Trim(v, ".,;")); r.common[w] || proseWords[w] {
				return v
			}
			if strings.Contains(f, "token") && !strings.ContainsAny(key, "-_") || f == "auth" || f == "sig" || f == "signature" || f == "nonce" || f == "seed" || f == "salt" || f == "pass" || f == "pin" {
				if !random(v) {
					return v
				}
			}
		}
		if f == "authorization" || f == "proxyauthorization" || f == "cookie" || f == "setcookie" {
			return r.put(Secret, v)
		}
		if strings.HasPrefix(v, "%!") || strings.HasPrefix(v, "0x") && len(v) <= 18 {
			return v // a Go pointer
		}
		return r.put(Secret, v)
	case Node, ID, Fingerprint:
		if !strong {
			return v
		}
	default:
		if !strong && (r.common[strings.ToLower(v)] || proseWords[strings.ToLower(v)] || strings.Contains(v, "(")) {
			return v
		}
	}
	return r.field(key, class, v, depth)
}

var proseWords = map[string]bool{"is": true, "was": true, "not": true, "the": true, "a": true, "an": true, "for": true, "must": true,
	"incorrect": true, "invalid": true, "required": true, "mismatch": true, "missing": true, "wrong": true, "expired": true, "failed": true,
	"no": true, "could": true, "cannot": true, "unable": true, "error": true, "unknown": true, "empty": true, "and": true, "or": true, "of": true}

// keyBefore gives the key that ends at i, and whether it is quoted.
func keyBefore(s string, i int) (string, bool) {
	end := i
	for end > 0 && s[end-1] == ' ' && i-end < 3 {
		end--
	}
	quoted := false
	if end > 0 && (s[end-1] == '"' || s[end-1] == '\'') {
		quoted = true
		for end--; end > 0 && s[end-1] == '\\'; end-- {
		}
	}
	start := end
	for start > 0 && end-start < 64 {
		c := s[start-1]
		if !wordByte(c) && c != '-' && c != '.' && c != '@' {
			break
		}
		start--
	}
	key := strings.TrimLeft(s[start:end], "-.@")
	if start >= 1 && s[start-1] == '\\' && len(key) > 1 && strings.IndexByte("nrt", key[0]) >= 0 {
		key = key[1:]
	}
	return key, quoted
}

// valueAfter gives the place of the value after the sign at i.
func valueAfter(s string, i int, key string) (from, to int) {
	from = i + 1
	if s[i] == '=' && from < len(s) && s[from] == '=' {
		return 0, 0
	}
	if s[i] == '=' && from < len(s) && s[from] == '>' { // password => x
		from++
	}
	for from < len(s) && s[from] == ' ' && (s[i] == ':' || s[i-1] == ' ' || key == "cn") && from-i < 4 {
		from++
	}
	if from >= len(s) {
		return 0, 0
	}
	if s[from] == '[' {
		d := 0
		for to = from; to < len(s); to++ {
			if s[to] == '[' {
				d++
			} else if s[to] == ']' {
				if d--; d == 0 {
					return from + 1, to
				}
			}
		}
		return from + 1, len(s)
	}
	if torn(s[from:]) {
		return from, len(s)
	}
	q := from
	for q < len(s) && s[q] == '\\' {
		q++
	}
	if q < len(s) && (s[q] == '"' || s[q] == '\'') {
		slashes, mark := q-from, s[q]
		for to = q + 1; to < len(s); to++ {
			if s[to] == mark && backslashes(s, to) == slashes {
				return q + 1, to - slashes
			}
		}
		return q + 1, len(s)
	}
	header := key == "authorization" || key == "proxyauthorization" || key == "cookie" || key == "setcookie"
	for to = from; to < len(s); to++ {
		c := s[to]
		if header && quotes(s, &to) { // Digest username="carol", response="…"
			continue
		}
		if c == '"' || c == '\n' || c == '\'' || c == '\\' && to+1 < len(s) && strings.IndexByte(`nrt"`, s[to+1]) >= 0 {
			break
		}
		if !header && strings.IndexByte(" \t,;&)}]<>|", c) >= 0 {
			break
		}
	}
	for to > from && !header && (s[to-1] == '.' || s[to-1] == ':') {
		to--
	}
	return from, to
}

// farEnd is how far off the end of an object is looked for that belongs to one key of very many.
const farEnd = 8 << 10

// torn says whether a text is the beginning of an object, escaped or not, whose end is missing or far off.
func torn(s string) bool {
	if len(s) < 2 || s[0] != '{' || s[1] != '"' && s[1] != '\\' {
		return false
	}
	open := 0
	for i := range min(len(s), farEnd) {
		switch s[i] {
		case '{':
			open++
		case '}':
			if open--; open == 0 {
				return false
			}
		}
	}
	return true
}

// quotes passes over a quoted value within a header: what stands between ="…" or =\"…\" from to on.
func quotes(s string, to *int) bool {
	open := *to
	for open < len(s) && s[open] == '\\' {
		open++
	}
	if open >= len(s) || s[open] != '"' || *to == 0 || s[*to-1] != '=' {
		return false
	}
	mark := s[*to : open+1]
	end := strings.Index(s[open+1:], mark)
	if end < 0 {
		return false
	}
	*to = open + end + len(mark)
	return true
}

func backslashes(s string, i int) int {
	n := 0
	for i > 0 && s[i-1] == '\\' {
		n++
		i--
	}
	return n
}
