package parser

import (
	"strings"

	"github.com/tidwall/gjson"

	"zlog/event"
)

// value is one value of a JSON object.
type value struct {
	text    string // a string without its quotes; everything else as gjson prints it, null as ""
	raw     string // as it stands in the object; "" of a string
	object  bool
	escaped bool // a string whose escapes stand in text yet
}

// valueOf gives what gjson read.
func valueOf(r gjson.Result) value {
	if r.Type == gjson.String {
		return value{text: r.Str}
	}
	return value{text: r.String(), raw: r.Raw, object: r.IsObject()}
}

// scan takes the keys of a JSON object and says whether it could read the object to its end: it must be written without
// blanks, and what is not a string, a small whole number, an object, an array, true, false or null is left to gjson. If it
// gives false, some keys may have been taken.
func (o *object) scan(s string) bool {
	if len(s) < 2 || s[0] != '{' || s[len(s)-1] != '}' {
		return false
	}
	if len(s) == 2 {
		return true
	}
	end := len(s) - 1 // of the keys that are looked at
	timed := endsInTime(s)
	if timed {
		end = len(s) - jsonTail - 1
	}
	if !o.find(s[:end]) {
		return false
	}
	var v value
	quotes := o.quotes
	for i := 1; ; i++ { // at a key
		if len(quotes) < 2 || quotes[0].at() != i || quotes[1].escaped() {
			return false
		}
		to := quotes[1].at()
		quotes = quotes[2:]
		if s[to+1] != ':' { // there is s[end] at least
			return false
		}
		key := s[i+1 : to]
		if i = to + 2; len(quotes) >= 2 && quotes[0].at() == i {
			to = quotes[1].at()
			v.text, v.raw, v.object = s[i+1:to], "", false
			if quotes[1].escaped() {
				v.text = o.unescape(v.text)
			}
			quotes = quotes[2:]
			i = to + 1
		} else if i, quotes = v.scan(s[:end+1], i, quotes); i < 0 || i > end {
			return false
		}
		o.key(key, &v)
		if i == end {
			break
		} else if s[i] != ',' {
			return false
		}
	}
	if timed && o.stamp {
		addJSON(o.ev, "time", &value{text: s[len(s)-jsonTail+len(`"time":"`) : len(s)-2]})
	}
	return true
}

// endsInTime says whether the last key of an object is logrus's time, and not the only one. What it looks like need not be looked
// for then: an eighth of most objects.
func endsInTime(s string) bool {
	from := len(s) - jsonTail
	if from < 2 || s[from-1:from+8] != `,"time":"` || s[len(s)-2] != '"' {
		return false
	}
	for i := from + 8; i < len(s)-2; i += 8 {
		x := load8(s, i)
		if (x|(x-ones*'-')|(ones*'Z'-x))&highs != 0 { // digits, and what is between them
			return false
		}
	}
	return true
}

// scan reads the value that begins at i, which is no string, and gives where it ends and the quotes behind it; -1 if it is
// none of the simple ones.
func (v *value) scan(s string, i int, quotes []quote) (int, []quote) {
	var end int
	v.object, v.escaped = false, false
	switch c := s[min(i, len(s)-1)]; {
	case isDigit(c):
		for end = i + 1; isDigit(s[end]); {
			end++
		}
		if end-i > 15 || c == '0' && end-i > 1 || s[end] != ',' && s[end] != '}' {
			return -1, nil
		}
	case c == '{' || c == '[':
		end, quotes = scanNested(s, i, quotes)
		if end < 0 || !event.IsJSON(s[i:end]) {
			return -1, nil
		}
		v.object = c == '{'
	case strings.HasPrefix(s[i:], "true"):
		end = i + 4
	case strings.HasPrefix(s[i:], "false"):
		end = i + 5
	case strings.HasPrefix(s[i:], "null"):
		end = i + 4
		v.text, v.raw = "", s[i:end]
		return end, quotes
	default:
		return -1, nil
	}
	v.text, v.raw = s[i:end], s[i:end]
	return end, quotes
}

// scanNested gives where the object or array that begins at i ends, -1 if it does not, and the quotes behind it. It only counts
// brackets.
func scanNested(s string, i int, quotes []quote) (int, []quote) {
	for depth := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			if len(quotes) < 2 {
				return -1, nil
			}
			i, quotes = quotes[1].at(), quotes[2:]
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1, quotes
			}
		}
	}
	return -1, nil
}
