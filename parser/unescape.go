package parser

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

// unescape gives what stands between the quotes of a JSON string whose escapes are well-formed.
func (r *objectReader) unescape(s string) string {
	from := len(r.text)
	out, _ := decode(r.text, s)
	if !r.lend {
		r.text = out[:from]
		return string(out[from:])
	}
	r.text = out
	return lent(out[from:])
}

// decode adds what a JSON string's text stands for to out, up to the quote that ends it or to the end, and gives where that is;
// -1 if it ends in a backslash. Half of a surrogate pair becomes U+FFFD, as gjson has it; what follows a backslash and is no escape
// stands for itself. Eight bytes are copied at once.
func decode[T string | []byte](out []byte, s T) (text []byte, end int) {
	n := len(out)
	out = slices.Grow(out, len(s)+8)[:n+len(s)+8] // no escape is shorter than what it stands for
	for i := 0; ; {
		for ; i+8 <= len(s); i, n = i+8, n+8 {
			x := load8(s, i)
			binary.LittleEndian.PutUint64(out[n:], x)
			// The lowest high bit is of the first such byte; above it there may be others.
			slash, quote := x^ones*'\\', x^ones*'"'
			if found := ((slash-ones)&^slash | (quote-ones)&^quote) & highs; found != 0 {
				k := bits.TrailingZeros64(found) / 8
				i, n = i+k, n+k
				break
			}
		}
		for ; i < len(s) && s[i] != '\\' && s[i] != '"'; i, n = i+1, n+1 {
			out[n] = s[i]
		}
		switch {
		case i == len(s) || s[i] == '"':
			return out[:n], i
		case i+1 == len(s):
			return out[:n], -1
		case s[i+1] != 'u':
			out[n] = escaped[s[i+1]]
			i, n = i+2, n+1
		default:
			c, length := number(s[i:])
			i, n = i+length, len(utf8.AppendRune(out[:n], c))
		}
	}
}

// number reads \u00e9 at the start of a text, or two that are the halves of a surrogate pair, and gives how long that is.
func number[T string | []byte](s T) (rune, int) {
	c, ok := hex4(s[2:min(6, len(s))])
	if !ok {
		return 'u', 2
	}
	if !utf16.IsSurrogate(c) {
		return c, 6
	}
	if len(s) >= 12 && s[6] == '\\' && s[7] == 'u' {
		if low, ok := hex4(s[8:12]); ok {
			if both := utf16.DecodeRune(c, low); both != utf8.RuneError {
				return both, 12
			}
		}
	}
	return utf8.RuneError, 6
}

// escaped is what a byte after a backslash stands for in JSON; u is another matter.
var escaped = func() (all [256]byte) {
	for i := range all {
		all[i] = byte(i)
	}
	all['b'], all['f'], all['n'], all['r'], all['t'] = '\b', '\f', '\n', '\r', '\t'
	return all
}()

// hex4 reads four hexadecimal digits.
func hex4[T string | []byte](p T) (rune, bool) {
	var r rune
	if len(p) != 4 {
		return 0, false
	}
	for i := range len(p) {
		switch c := p[i]; {
		case isDigit(c):
			r = r<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}
