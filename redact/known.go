package redact

import (
	"sort"
	"strings"
)

// index finds known values in texts: by their first three bytes, and only where a word starts and ends.
type index struct {
	starts map[[3]byte][]knownValue
	first  [256][4]uint64 // first byte → set of second bytes
}

type knownValue struct {
	value string // folded
	class Class
}

func (x *index) init() { x.starts = map[[3]byte][]knownValue{} }

// shortest is the length from which on a value is searched for in texts; a shorter one says too little.
const shortest = 3

// spread has a value searched for in texts from now on.
func (r *Redactor) spread(c Class, value string) {
	v := strings.ToLower(value)
	if len(v) < shortest || len(v) > 512 || r.common[v] || strings.ContainsAny(v, "\n") || digits(v) && len(v) < 6 {
		return
	}
	switch c {
	case IP, Path:
		return // found by their shape
	case Secret:
		if len(v) < 4 {
			return
		}
	}
	k := [3]byte{v[0], v[1], v[2]}
	for _, o := range r.known.starts[k] {
		if o.value == v {
			return
		}
	}
	list := append(r.known.starts[k], knownValue{v, c})
	sort.SliceStable(list, func(i, j int) bool { return len(list[i].value) > len(list[j].value) })
	r.known.starts[k] = list
	r.known.first[v[0]][v[1]>>6] |= 1 << (v[1] & 63)
	if !r.learn {
		clear(r.cache)
	}
}

// knownValues replaces the values that were seen elsewhere.
func (r *Redactor) knownValues(s string) string {
	if r.learn || len(r.known.starts) == 0 {
		return s
	}
	var b *strings.Builder
	last := 0
	for i := 0; i+shortest <= len(s); i++ {
		c, d := lower(s[i]), lower(s[i+1])
		if r.known.first[c][d>>6]&(1<<(d&63)) == 0 {
			continue
		}
		if i > 0 && wordByte(s[i]) && wordByte(s[i-1]) && !escaped(s, i) {
			continue
		}
		for _, k := range r.known.starts[[3]byte{c, d, lower(s[i+2])}] {
			end := i + len(k.value)
			if end > len(s) || !equalFold(s[i:end], k.value) || end < len(s) && wordByte(s[end]) && wordByte(s[end-1]) {
				continue
			}
			if r.stays(k.class, k.value) || inToken(s, i, end) {
				continue
			}
			if b == nil {
				b = &strings.Builder{}
			}
			b.WriteString(s[last:i])
			b.WriteString(r.book.token(k.class, k.value))
			r.count(k.class, 1)
			last = end
			i = end - 1
			break
		}
	}
	if b == nil {
		return s
	}
	b.WriteString(s[last:])
	return b.String()
}

// escaped: the letter before i belongs to an escape (\n, \u003e), so that a word may start at i.
func escaped(s string, i int) bool {
	return i >= 2 && s[i-2] == '\\' && strings.IndexByte("nrt", s[i-1]) >= 0 || i >= 6 && s[i-6] == '\\' && s[i-5] == 'u'
}

// inToken: s[i:end] is the word of a token such as secret-4.
func inToken(s string, i, end int) bool {
	return end+1 < len(s) && s[end] == '-' && s[end+1] >= '0' && s[end+1] <= '9' && tokenWord[s[i:end]]
}

var tokenWord = map[string]bool{"secret": true, "ip": true, "net": true, "host": true, "email": true, "user": true, "identity": true,
	"service": true, "router": true, "name": true, "id": true, "fingerprint": true, "path": true, "node": true, "pod": true, "namespace": true}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c | 0x20
	}
	return c
}

func equalFold(s, folded string) bool {
	for i := 0; i < len(s); i++ {
		if lower(s[i]) != folded[i] {
			return false
		}
	}
	return true
}
