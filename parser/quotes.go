package parser

import "math/bits"

// objectReader reads JSON objects one after the other with the same memory.
type objectReader struct {
	quotes []quote
	list   []keyValue
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

// load8 reads the eight bytes at i; the compiler makes one load of it.
func load8[T string | []byte](s T, i int) uint64 {
	b := s[i : i+8]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// find finds the quotes at which the strings of a JSON text begin and end, in turn. It gives false if there is a control
// character, an escape that is none, a string that does not end, or very many. It looks at 64 bytes at once.
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
		from, x := min(i, len(s)-stride), sight{}
		if from < 0 {
			from, x = 0, lookAtFew(s)
		} else if quotes, plain := look(s[from : from+stride]); plain {
			x.quotes = quotes
		} else {
			x = lookClosely(s[from : from+stride])
		}
		seen := uint64(1)<<(i-from) - 1
		if x.odd&^seen != 0 && !r.odd(s[from:], x.odd&^seen) {
			return false
		}
		i = from + stride
		quotes, slashes := x.quotes&^seen, x.slashes&^seen
		if slashes == 0 {
			first := n
			for ; quotes != 0; quotes &= quotes - 1 {
				q[n] = quote(from+bits.TrailingZeros64(quotes)) << 1
				n++
			}
			if n > first {
				q[first] |= escapes
				escapes = 0
			}
			continue
		}
		begin, guarded := escapesAmong(slashes)
		for odd := guarded &^ (x.quotes | x.slashes); odd != 0; odd &= odd - 1 {
			if !isEscape(s[from+bits.TrailingZeros64(odd):]) {
				return false
			}
		}
		if begin>>(stride-1) != 0 { // it guards the first of the next
			if !isEscape(s[i:]) {
				return false
			}
			i++
		}
		for quotes &^= guarded; ; quotes &= quotes - 1 {
			before := quotes&-quotes - 1 // everything, behind the last quote
			if begin&before != 0 {
				if n&1 == 0 { // outside of strings
					return false
				}
				begin, escapes = begin&^before, 1
			}
			if quotes == 0 {
				break
			}
			q[n] = quote(from+bits.TrailingZeros64(quotes))<<1 | escapes
			escapes = 0
			n++
		}
	}
	r.quotes = q[:n]
	return n&1 == 0
}

// odd says whether none of some bytes of a text, a bit each, is a control character; then they are beyond ASCII.
func (r *objectReader) odd(s string, odd uint64) bool {
	for ; odd != 0; odd &= odd - 1 {
		if s[bits.TrailingZeros64(odd)] < ' ' {
			return false
		}
	}
	r.ascii = false
	return true
}

// mostQuotes bounds the room for places of quotes, which each block keeps: eight times a text of nothing else.
const mostQuotes = 16 << 10

// stride is how many bytes are looked at at once.
const stride = 64

// look gives where among 64 bytes the quotes are, a bit each, unless there is a backslash, a control character or something beyond
// ASCII.
func look(s string) (quotes uint64, plain bool) {
	for i := 0; i < stride; i += 8 {
		// Of a byte below 128 the difference to 128, or to 159, has the high bit if the byte is 0, or below 32, and nothing is
		// borrowed from the next.
		x := load8(s, i)
		if (x|(highs-(x^ones*'\\'))|(ones*(0x80+' '-1)-x))&highs != 0 {
			return 0, false
		}
		quotes |= (highs - (x ^ ones*'"')) & highs >> 7 * gather >> 56 << i // the product gathers the high bits in one byte
	}
	return quotes, true
}

// sight is what stands in 64 bytes, a bit each: quotes, backslashes, and what is a control character or beyond ASCII.
type sight struct{ quotes, slashes, odd uint64 }

// lookClosely is look for any text.
func lookClosely(s string) (x sight) {
	for i := 0; i < stride; i += 8 {
		b := load8(s, i)
		beyond := b & highs
		b &^= highs
		odd := (ones*(0x80+' '-1)-b)&highs | beyond
		x.odd |= odd >> 7 * gather >> 56 << i
		x.slashes |= (highs - (b ^ ones*'\\')) & highs &^ beyond >> 7 * gather >> 56 << i
		x.quotes |= (highs - (b ^ ones*'"')) & highs &^ beyond >> 7 * gather >> 56 << i
	}
	return x
}

// lookAtFew is lookClosely for less than 64 bytes.
func lookAtFew(s string) sight {
	var all [stride]byte
	x := lookClosely(string(all[:copy(all[:], s)+stride-len(s)]))
	x.odd &= 1<<len(s) - 1
	return x
}

// gather moves the lowest bits of eight bytes into the highest byte of a product.
const gather = 1<<56 | 1<<49 | 1<<42 | 1<<35 | 1<<28 | 1<<21 | 1<<14 | 1<<7

// escapesAmong gives which of some backslashes, a bit each, begin an escape, and what stands behind these: in a row of backslashes every
// second one does, and the others are what they guard. A sum finds where each row ends, as in Langdale and Lemire's simdjson.
func escapesAmong(slashes uint64) (begin, guarded uint64) {
	const odd = 0xaaaaaaaaaaaaaaaa
	ends := (slashes<<1 | odd) - slashes ^ odd
	return ends & slashes, ends ^ slashes
}

// isEscape says whether what follows a backslash makes an escape of it.
func isEscape(s string) bool {
	switch {
	case s == "":
		return false
	case s[0] != 'u':
		return guards[s[0]]
	}
	return len(s) >= 5 && isHex(s[1]) && isHex(s[2]) && isHex(s[3]) && isHex(s[4])
}

// guards are the bytes that make an escape with nothing behind them.
var guards = [256]bool{'"': true, '\\': true, '/': true, 'b': true, 'f': true, 'n': true, 'r': true, 't': true}

func isHex(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }
