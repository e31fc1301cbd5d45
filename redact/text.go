package redact

import (
	"strings"
)

// text redacts a text: what is JSON in it, what is encoded in it, key=value pairs, patterns, and values known from
// elsewhere.
func (r *Redactor) text(s string, depth int) string {
	if len(s) < 3 {
		return s
	}
	if depth > deepest {
		return r.asItStands(s, depth)
	}
	if len(s) > cacheText || r.now == nil || depth > cacheDepth {
		return r.fresh(s, depth)
	}
	if c, ok := r.cache[s]; ok {
		for k, n := range c.counts {
			r.count(k, n)
		}
		return c.out
	}
	outer := r.now
	probe := Stream{counts: map[Class]int{}, seen: map[Class]int{}}
	r.now = &probe
	generation := len(r.book.values)
	out := r.fresh(s, depth)
	r.now = outer
	got := probe.counts
	if r.learn {
		got = probe.seen
	}
	if len(r.cache) == 0 {
		r.room = cacheBytes
	}
	if r.room -= len(s) + len(out); len(r.cache) >= cacheEntries || r.room < 0 {
		clear(r.cache)
		r.room = cacheBytes - len(s) - len(out)
	}
	if generation == len(r.book.values) || out == s {
		c := cached{out: out}
		if len(got) > 0 {
			c.counts = got
		}
		r.cache[s] = c
	}
	for k, n := range got {
		r.count(k, n)
	}
	return out
}

// fresh redacts a text that was not seen before.
func (r *Redactor) fresh(s string, depth int) string {
	if at := strings.Index(s, `{"`); at >= 0 || len(s) > 1 && (s[0] == '{' || s[0] == '[') {
		if out, ok := r.embedded(s, depth); ok {
			return out
		}
	}
	s, _ = r.pemBlocks(s)
	s = r.unescaped(s, depth)
	s = r.encoded(s, depth)
	s = r.pairs(s, depth)
	return r.byForm(s)
}

// asItStands redacts what is nested too deep to be taken apart.
func (r *Redactor) asItStands(s string, depth int) string {
	if depth == deepest+1 { // a value within a value is the end of it
		s = r.pairs(s, depth)
	}
	return r.byForm(s)
}

// byForm redacts what its own form gives away, and what is known already.
func (r *Redactor) byForm(s string) string {
	s = r.secrets(s)
	if r.mode >= Standard {
		s = r.logons(s)
		s = r.addresses(s, false)
		s = r.phrases(s)
	}
	s = r.patterns(s)
	if r.mode >= Strict {
		s = r.strict(s)
	}
	return r.knownValues(s)
}

// embedded redacts the JSON objects and arrays that a text consists of or holds, and what is around them.
func (r *Redactor) embedded(s string, depth int) (string, bool) {
	var b strings.Builder
	last, found := 0, false
	for i := 0; i < len(s); i++ {
		if s[i] != '{' && s[i] != '[' {
			continue
		}
		if j := space(s, i+1); j >= len(s) || s[j] != '"' && (s[i] != '[' || s[j] != '{') {
			continue
		}
		end := jsonEnd(s, i, 0)
		if end < 0 {
			if s[i] == '{' && len(s)-i > 4096 {
				i += 512 // torn: what follows is looked at as text
			}
			continue
		}
		if s[i] == '[' && end-i < 8 {
			continue
		}
		found = true
		if i > last {
			b.WriteString(r.text(s[last:i], depth+1))
		}
		key, class := "", Class("")
		if i > 0 && (s[i-1] == ':' || s[i-1] == '=' || s[i-1] == ' ') {
			if key = keyOf(s, i); key != "" { // of an object that is torn, or of a text
				class = r.classOf(key)
			}
		}
		if class != "" {
			b.WriteString(r.value(s[i:end], key, class, depth+1))
		} else if s[i] == '{' {
			b.WriteString(r.object(s[i:end], "", depth+1))
		} else {
			b.WriteString(r.array(s[i:end], "", "", depth+1))
		}
		last, i = end, end-1
	}
	if !found {
		return "", false
	}
	if last < len(s) {
		b.WriteString(r.text(s[last:], depth+1))
	}
	return b.String(), true
}

// keyOf gives the key whose value begins at i, "" if none does.
func keyOf(s string, i int) string {
	for i > 0 && s[i-1] == ' ' {
		i--
	}
	if i == 0 || s[i-1] != ':' && s[i-1] != '=' {
		return ""
	}
	key, _ := keyBefore(s, i-1)
	return key
}

// patterns replaces what the operator's own patterns match: their first group, or all.
func (r *Redactor) patterns(s string) string {
	for i := range r.own {
		p := &r.own[i]
		if p.from > r.mode || p.compiled == nil {
			continue
		}
		s = r.replace(s, p.compiled, func(v string) string {
			if r.isToken(v) || r.keep[strings.ToLower(v)] {
				return v
			}
			if t := r.put(p.Class, v); t != v {
				return t
			}
			t := r.book.token(p.Class, v) // asked for from a lower mode on than its class
			r.count(p.Class, 1)
			return t
		})
	}
	return s
}

// replace puts f of the first group (or of the match, if there is no group) in its place.
func (r *Redactor) replace(s string, re *pattern, f func(string) string) string {
	all := re.get().FindAllStringSubmatchIndex(s, -1)
	if all == nil {
		return s
	}
	var b strings.Builder
	last := 0
	for _, m := range all {
		from, to := m[0], m[1]
		for g := 2; g+1 < len(m); g += 2 {
			if m[g] >= 0 {
				from, to = m[g], m[g+1]
				break
			}
		}
		if from < last || from == to {
			continue
		}
		b.WriteString(s[last:from])
		b.WriteString(f(s[from:to]))
		last = to
	}
	b.WriteString(s[last:])
	return b.String()
}
