package parser

import (
	"github.com/tidwall/gjson"

	"zlog/event"
)

// keyValue is a key of an object and its value.
type keyValue struct {
	key string
	value
}

// array says whether a value is a list.
func (v *value) array() bool { return v.raw != "" && v.raw[0] == '[' }

// pairs gives the keys of a JSON object as they follow one another, valid until it is called again. If it gives false, it could not
// read it, as scan; an object that it reads is a valid one.
func (r *objectReader) pairs(s string) ([]keyValue, bool) {
	r.list, r.text = r.list[:0], r.text[:0]
	if cap(r.text) > keptText {
		r.text = nil
	}
	if len(s) < 2 || s[0] != '{' || s[len(s)-1] != '}' || len(s) > 2 && !r.find(s[:len(s)-1]) {
		return nil, false
	}
	quotes := r.quotes
	for i := 1; i < len(s)-1; i++ {
		r.list = append(r.list, keyValue{})
		m := &r.list[len(r.list)-1]
		if m.key, i, quotes = m.pair(s, i, quotes); i < 0 || s[i] != ',' && i < len(s)-1 {
			return nil, false
		}
		if i == len(s)-2 { // a comma with nothing behind it
			return nil, false
		}
	}
	return r.list, true
}

// What is kept between objects: bytes of text, and keys, which no more are given of an object.
const (
	keptText = 256 << 10
	mostKeys = mostQuotes / 2
)

// keys is pairs for every object: what cannot be read in one pass is left to gjson. Keys beyond mostKeys are left out.
func (r *objectReader) keys(s string) ([]keyValue, bool) {
	if all, ok := r.pairs(s); ok {
		return all, true
	}
	if len(s) < 2 || s[0] != '{' || !event.IsJSON(s) {
		return nil, false
	}
	all := r.list[:0]
	gjson.Parse(s).ForEach(func(k, v gjson.Result) bool {
		all = append(all, keyValue{k.Str, valueOf(v)})
		return len(all) < mostKeys
	})
	r.list = all
	return all, true
}

// string gives the text of a value, valid until pairs is called again if the reader lends.
func (r *objectReader) string(v *value) string {
	if v.escaped {
		return r.unescape(v.text)
	}
	return v.text
}

// pair reads the key at i and its value, and gives where that ends and the quotes behind it; -1 if it is none of the simple ones.
// The last byte of s is behind the values. object.scan does it by itself: a call for each key of each record takes 2 % of a noisy log.
func (v *value) pair(s string, i int, quotes []quote) (string, int, []quote) {
	if len(quotes) < 2 || quotes[0].at() != i || quotes[1].escaped() {
		return "", -1, nil
	}
	to := quotes[1].at()
	if s[to+1] != ':' {
		return "", -1, nil
	}
	key := s[i+1 : to]
	i, quotes = to+2, quotes[2:]
	if len(quotes) >= 2 && quotes[0].at() == i {
		to = quotes[1].at()
		v.text, v.raw, v.object, v.escaped = s[i+1:to], "", false, quotes[1].escaped()
		return key, to + 1, quotes[2:]
	}
	if i, quotes = v.scan(s, i, quotes); i >= len(s) {
		i = -1
	}
	return key, i, quotes
}
