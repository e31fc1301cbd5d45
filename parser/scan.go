package parser

import (
	"math/bits"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/tidwall/gjson"
)

// value is one value of a JSON object.
type value struct {
	text   string // a string without its quotes; everything else as gjson prints it, null as ""
	raw    string // as it stands in the object; "" of a string
	object bool
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
	simple := ordinary(s)
	for i := 1; ; i++ {
		end, plain := scanString(s, i, simple)
		if end < 0 || !plain || end >= len(s) || s[end] != ':' {
			return false
		}
		var v value
		next := v.scan(s, end+1, simple)
		if next < 0 || next >= len(s) {
			return false
		}
		o.key(s[i+1:end-1], &v)
		switch i = next; {
		case s[i] == '}':
			return i == len(s)-1
		case s[i] != ',':
			return false
		}
	}
}

// scanString gives where the string that begins at i ends, -1 if none does, and whether it holds no escape. simple says that
// s has no backslash and no control character, so that it ends with the next quote.
func scanString(s string, i int, simple bool) (end int, plain bool) {
	if i >= len(s) || s[i] != '"' {
		return -1, false
	}
	if simple {
		n := strings.IndexByte(s[i+1:], '"')
		if n < 0 {
			return -1, false
		}
		return i + n + 2, true
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

const ones, highs = 0x0101010101010101, 0x8080808080808080

// load8 reads eight bytes; the compiler makes one load of it.
func load8(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// ordinary says whether a text holds no backslash and no control character. It looks at eight bytes at once.
func ordinary(s string) bool {
	i := 0
	for ; i+8 <= len(s); i += 8 {
		x := load8(s[i : i+8])
		slash := x ^ ones*'\\'
		if ((slash-ones)&^slash|(x-ones*' ')&^x)&highs != 0 {
			return false
		}
	}
	for ; i < len(s); i++ {
		if s[i] < ' ' || s[i] == '\\' {
			return false
		}
	}
	return true
}

// ordinary8 gives how many of the eight bytes of s come before the first quote, backslash or control character.
func ordinary8(s string) int {
	x := load8(s)
	quote, slash := x^ones*'"', x^ones*'\\'
	// A byte's high bit is set if it is zero, or below a blank; it may be set wrongly only above one that is set rightly.
	found := ((quote-ones)&^quote | (slash-ones)&^slash | (x-ones*' ')&^x) & highs
	return bits.TrailingZeros64(found) / 8
}

func isHex(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }

// scan reads the value that begins at i and gives where it ends, -1 if it is none of the simple ones.
func (v *value) scan(s string, i int, simple bool) int {
	if i >= len(s) {
		return -1
	}
	switch c := s[i]; {
	case c == '"':
		end, plain := scanString(s, i, simple)
		switch {
		case end < 0:
			return -1
		case plain:
			v.text = s[i+1 : end-1]
		default:
			v.text = unescape(s[i+1 : end-1])
		}
		return end
	case isDigit(c):
		end := i + 1
		for end < len(s) && isDigit(s[end]) {
			end++
		}
		if end-i > 15 || c == '0' && end-i > 1 || end < len(s) && s[end] != ',' && s[end] != '}' {
			return -1
		}
		v.text, v.raw = s[i:end], s[i:end]
		return end
	case c == '{' || c == '[':
		end := scanNested(s, i, simple)
		if end < 0 || !gjson.Valid(s[i:end]) {
			return -1
		}
		v.text, v.raw, v.object = s[i:end], s[i:end], c == '{'
		return end
	case strings.HasPrefix(s[i:], "true"):
		v.text, v.raw = s[i:i+4], s[i:i+4]
		return i + 4
	case strings.HasPrefix(s[i:], "false"):
		v.text, v.raw = s[i:i+5], s[i:i+5]
		return i + 5
	case strings.HasPrefix(s[i:], "null"):
		v.raw = s[i : i+4]
		return i + 4
	}
	return -1
}

// escaped gives what a letter after a backslash stands for in JSON; u is another matter.
func escaped(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}

// unescape gives what stands between the quotes of a JSON string whose escapes are well-formed. A half of a surrogate pair
// becomes U+FFFD, as gjson has it.
func unescape(s string) string {
	out := make([]byte, 0, len(s))
	for {
		i := strings.IndexByte(s, '\\')
		if i < 0 {
			return string(append(out, s...))
		}
		out = append(out, s[:i]...)
		if s[i+1] == 'u' {
			r, _ := hex4(s[i+2 : i+6])
			s = s[i+6:]
			if utf16.IsSurrogate(r) && strings.HasPrefix(s, `\u`) {
				low, _ := hex4(s[2:6])
				if both := utf16.DecodeRune(r, low); both != utf8.RuneError {
					r, s = both, s[6:]
				}
			}
			out = utf8.AppendRune(out, r)
			continue
		}
		out = append(out, escaped(s[i+1]))
		s = s[i+2:]
	}
}

// scanNested gives where the object or array that begins at i ends, -1 if it does not. It only counts brackets.
func scanNested(s string, i int, simple bool) int {
	depth := 0
	for i < len(s) {
		switch s[i] {
		case '"':
			end, _ := scanString(s, i, simple)
			if end < 0 {
				return -1
			}
			i = end
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		i++
	}
	return -1
}
