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
// character, an escape that is none, or a string that does not end. It looks at eight bytes at once.
func (r *objectReader) find(s string) bool {
	q, n, escapes, bytes := r.quotes[:cap(r.quotes)], 0, quote(0), uint64(0)
	for i := 0; i < len(s); {
		if n+8 > len(q) {
			q = append(q, make([]quote, n+64)...)
			q = q[:cap(q)]
		}
		if i+8 <= len(s) {
			x := load8(s[i:])
			bytes |= x
			slash := x ^ ones*'\\'
			// A byte's high bit is set if it is zero, or below a blank; it may be set wrongly only above one that is set rightly.
			if ((slash-ones)&^slash|(x-ones*' ')&^x)&highs == 0 {
				x ^= ones * '"'
				// And here if it is zero, never wrongly.
				for found := ^(x&^highs + ^uint64(highs) | x) & highs; found != 0; found &= found - 1 {
					q[n] = quote(i+bits.TrailingZeros64(found)/8)<<1 | escapes
					escapes = 0
					n++
				}
				i += 8
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
			}
			bytes |= uint64(s[i])
		}
	}
	r.quotes, r.ascii = q[:n], bytes&highs == 0
	return n&1 == 0
}

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
