package parser

import (
	"math/bits"
	"strings"

	"github.com/tidwall/gjson"
)

// scanObject hands each key of a JSON object to each, and says whether it could read the object to its end: it must be
// written without blanks, and what is not a string, a small whole number, true, false or null is left to gjson. If it
// gives false, each may have been called for the first keys.
func scanObject(s string, each func(key string, v gjson.Result)) bool {
	if len(s) < 2 || s[0] != '{' || s[len(s)-1] != '}' {
		return false
	}
	if len(s) == 2 {
		return true
	}
	for i := 1; ; i++ {
		end, plain := scanString(s, i)
		if end < 0 || !plain || end >= len(s) || s[end] != ':' {
			return false
		}
		key := s[i+1 : end-1]
		v, next := scanValue(s, end+1)
		if next < 0 || next >= len(s) {
			return false
		}
		each(key, v)
		switch i = next; {
		case s[i] == '}':
			return i == len(s)-1
		case s[i] != ',':
			return false
		}
	}
}

// scanString gives where the string that begins at i ends, -1 if none does, and whether it holds no escape.
func scanString(s string, i int) (end int, plain bool) {
	if i >= len(s) || s[i] != '"' {
		return -1, false
	}
	plain = true
	for i++; i < len(s); i++ {
		for i+8 <= len(s) {
			n := ordinary8(s[i : i+8])
			if i += n; n < 8 {
				break
			}
		}
		if i == len(s) {
			break
		}
		switch c := s[i]; {
		case c == '"':
			return i + 1, plain
		case c == '\\':
			plain = false
			i++
			if i >= len(s) {
				return -1, false
			}
			if s[i] == 'u' {
				if i+4 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2]) || !isHex(s[i+3]) || !isHex(s[i+4]) {
					return -1, false
				}
				i += 4
			} else if strings.IndexByte(`"\/bfnrt`, s[i]) < 0 {
				return -1, false
			}
		case c < ' ':
			return -1, false
		}
	}
	return -1, false
}

// ordinary8 gives how many of the eight bytes of s come before the first quote, backslash or control character. It looks
// at all of them at once: taking bytes singly was most of what reading an object took.
func ordinary8(s string) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	x := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	quote, slash := x^ones*'"', x^ones*'\\'
	// A byte's high bit is set if it is zero, or below a blank; it may be set wrongly only above one that is set rightly.
	found := ((quote-ones)&^quote | (slash-ones)&^slash | (x-ones*' ')&^x) & highs
	return bits.TrailingZeros64(found) / 8
}

func isHex(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }

// scanValue reads the value that begins at i and gives where it ends, -1 if it is none of the simple ones.
func scanValue(s string, i int) (gjson.Result, int) {
	if i >= len(s) {
		return gjson.Result{}, -1
	}
	switch c := s[i]; {
	case c == '"':
		end, plain := scanString(s, i)
		switch {
		case end < 0:
			return gjson.Result{}, -1
		case plain:
			return gjson.Result{Type: gjson.String, Raw: s[i:end], Str: s[i+1 : end-1]}, end
		}
		return gjson.Parse(s[i:end]), end
	case isDigit(c):
		end := i + 1
		for end < len(s) && isDigit(s[end]) {
			end++
		}
		if end-i > 15 || c == '0' && end-i > 1 || end < len(s) && s[end] != ',' && s[end] != '}' {
			return gjson.Result{}, -1
		}
		return gjson.Result{Type: gjson.Number, Raw: s[i:end], Num: float64(number(s[i:end]))}, end
	case strings.HasPrefix(s[i:], "true"):
		return gjson.Result{Type: gjson.True, Raw: s[i : i+4]}, i + 4
	case strings.HasPrefix(s[i:], "false"):
		return gjson.Result{Type: gjson.False, Raw: s[i : i+5]}, i + 5
	case strings.HasPrefix(s[i:], "null"):
		return gjson.Result{Type: gjson.Null, Raw: s[i : i+4]}, i + 4
	}
	return gjson.Result{}, -1
}

// number reads digits.
func number(s string) (n int64) {
	for i := range len(s) {
		n = n*10 + int64(s[i]-'0')
	}
	return n
}
