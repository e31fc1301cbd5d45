package parser

import (
	"math/bits"
	"strings"
)

// objectReader reads JSON objects one after the other with the same memory.
type objectReader struct {
	quotes []quote
	text   []byte // of strings with escapes, if they are lent
	lend   bool   // the strings that are read are valid until text is emptied
	ascii  bool   // the text that was read last
}

// quote is where a quote stands in a text, times two, and one more if it ends a string with escapes.
type quote int

func (q quote) at() int       { return int(q >> 1) }
func (q quote) escaped() bool { return q&1 != 0 }

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// load8 reads eight bytes; the compiler makes one load of it.
func load8(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// find finds the quotes at which the strings of a JSON text begin and end, in turn. It gives false if there is a control
// character, an escape that is none, a string that does not end, or very many. It looks at 64 bytes at once where these are plain.
func (r *objectReader) find(s string) bool {
	q, n, escapes := r.quotes[:cap(r.quotes)], 0, quote(0)
	r.ascii = true
	for i := 0; i < len(s); {
		if n > mostQuotes {
			return false
		}
		if n+stride > len(q) {
			q = append(q, make([]quote, n+stride)...)
			q = q[:cap(q)]
		}
		if from := min(i, len(s)-stride); from >= 0 {
			quotes, plain := look(s[from : from+stride])
			first := n
			for quotes = quotes >> (i - from) << (i - from); quotes != 0; quotes &= quotes - 1 {
				q[n] = quote(from+bits.TrailingZeros64(quotes)) << 1
				n++
			}
			if n > first {
				q[first] |= escapes
				escapes = 0
			}
			if i = max(i, from+plain); plain == stride {
				continue
			}
		}
		for end := min(i+8, len(s)); i < end; i++ {
			switch c := s[i]; {
			case c == '"':
				q[n] = quote(i)<<1 | escapes
				escapes = 0
				n++
			case c == '\\':
				length := escapeLength(s[i+1:])
				if length == 0 || n&1 == 0 {
					return false
				}
				escapes = 1
				i += length
			case c < ' ':
				return false
			case c >= 0x80:
				r.ascii = false
			}
		}
	}
	r.quotes = q[:n]
	return n&1 == 0
}

// mostQuotes bounds the room for places of quotes, which each block keeps: eight times a text of nothing else.
const mostQuotes = 16 << 10

// stride is how many bytes are looked at at once.
const stride = 64

// look gives where among 64 bytes the quotes are, a bit each, and how many of the bytes come before the first eight that have a
// backslash, a control character or something beyond ASCII; what comes after is not looked at.
func look(s string) (quotes uint64, plain int) {
	for i := 0; i < stride; i += 8 {
		// Of a byte below 128 the difference to 128, or to 159, has the high bit if the byte is 0, or below 32, and nothing is
		// borrowed from the next.
		x := load8(s[i : i+8])
		if (x|(highs-(x^ones*'\\'))|(ones*(0x80+' '-1)-x))&highs != 0 {
			return quotes, i
		}
		quotes |= (highs - (x ^ ones*'"')) & highs >> 7 * gather >> 56 << i // the product gathers the high bits in one byte
	}
	return quotes, stride
}

// gather moves the lowest bits of eight bytes into the highest byte of a product.
const gather = 1<<56 | 1<<49 | 1<<42 | 1<<35 | 1<<28 | 1<<21 | 1<<14 | 1<<7

// escapeLength gives how many bytes follow a backslash, 0 if no escape does.
func escapeLength(s string) int {
	switch {
	case s == "":
		return 0
	case s[0] != 'u':
		return min(1, 1+strings.IndexByte(`"\/bfnrt`, s[0]))
	case len(s) < 5 || !isHex(s[1]) || !isHex(s[2]) || !isHex(s[3]) || !isHex(s[4]):
		return 0
	}
	return 5
}

func isHex(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }
