package redact

import (
	"slices"
	"strings"
)

// index finds known values in texts: by their first three bytes, and only where a word starts and ends.
type index struct {
	starts map[[3]byte]*bucket
	first  [256][4]uint64 // first byte → set of second bytes
	low    []byte         // a text in lower case, for the time of a search
}

// bucket is the values that begin alike. There may be very many: names are numbered.
type bucket struct {
	class   map[string]Class // of each value, folded
	lengths []int            // that they have, the greatest first
}

func (x *index) init() { x.starts = map[[3]byte]*bucket{} }

// add adds a folded value; it says whether that is new.
func (x *index) add(c Class, v string) bool {
	k := [3]byte{v[0], v[1], v[2]}
	b := x.starts[k]
	if b == nil {
		b = &bucket{class: map[string]Class{}}
		x.starts[k] = b
	}
	if _, there := b.class[v]; there {
		return false
	}
	b.class[v] = c
	at, has := slices.BinarySearchFunc(b.lengths, len(v), func(have, want int) int { return want - have })
	if !has {
		b.lengths = slices.Insert(b.lengths, at, len(v))
	}
	x.first[v[0]][v[1]>>6] |= 1 << (v[1] & 63)
	return true
}

// shortest is the length from which on a value is searched for in texts; a shorter one says too little.
// Nor are those beyond longestKnown.
const (
	shortest     = 3
	longestKnown = 512
)

// spread has a value searched for in texts from now on.
func (r *Redactor) spread(c Class, value string) {
	v := strings.ToLower(value)
	if len(v) < shortest || len(v) > longestKnown || r.common[v] || strings.ContainsAny(v, "\n") || digits(v) && len(v) < 6 {
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
	if !r.known.add(c, v) {
		return
	}
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
	last, low := 0, r.known.low[:0]
	for i := 0; i+shortest <= len(s); i++ {
		c, d := lower(s[i]), lower(s[i+1])
		if r.known.first[c][d>>6]&(1<<(d&63)) == 0 {
			continue
		}
		if i > 0 && wordByte(s[i]) && wordByte(s[i-1]) && !escaped(s, i) {
			continue
		}
		alike := r.known.starts[[3]byte{c, d, lower(s[i+2])}]
		if alike == nil {
			continue
		}
		if len(low) == 0 {
			for j := range len(s) {
				low = append(low, lower(s[j]))
			}
		}
		for _, n := range alike.lengths {
			end := i + n
			if end > len(s) || end < len(s) && wordByte(s[end]) && wordByte(s[end-1]) {
				continue
			}
			class, known := alike.class[string(low[i:end])]
			if !known || r.stays(class, string(low[i:end])) || inToken(s, i, end) {
				continue
			}
			if b == nil {
				b = &strings.Builder{}
			}
			b.WriteString(s[last:i])
			b.WriteString(r.book.token(class, string(low[i:end])))
			r.count(class, 1)
			last = end
			i = end - 1
			break
		}
	}
	r.known.low = low
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
