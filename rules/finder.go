package rules

import (
	"cmp"
	"math"
	"slices"
)

// finder finds any of many literals in a block of bytes: Wu and Manber's algorithm (TR-94-17, 1994) over blocks of
// four bytes, one table for the long literals and one for the short, so that a few short ones do not slow the rest.
//
// A finder is immutable and safe for concurrent use.
type finder struct {
	long, short *wuManber
}

// literal is a byte string and the number of what it belongs to.
type literal struct {
	text  string
	owner int
}

// hit is where a literal was found: the offset of its first byte.
type hit struct{ at, owner int }

// common counts how often four bytes stand in ordinary log lines, by their hash.
type common [1 << hashBits]uint16

// add counts the four-byte blocks of some lines.
func add[T string | []byte](c *common, lines T) {
	for end := 4; end <= len(lines); end++ {
		if n := &c[hash4(load4(lines, end))]; *n < math.MaxUint16 {
			*n++
		}
	}
}

// longLiteral is the length from which a literal goes into the long table.
const longLiteral = 12

// shortestLiteral is the least that four-byte blocks can find.
const shortestLiteral = 4

// newFinder makes a finder. Where it looks within long literals goes by what is rare in ordinary lines.
func newFinder(ls []literal, lines *common) *finder {
	var long, short []literal
	for _, l := range ls {
		if len(l.text) >= longLiteral {
			long = append(long, l)
		} else {
			short = append(short, l)
		}
	}
	return &finder{newWuManber(long, lines), newWuManber(short, lines)}
}

// find adds every place where a literal stands to out, in no order.
func (f *finder) find(block []byte, out []hit) []hit {
	return f.short.find(block, f.long.find(block, out))
}

// findString is find in a string.
func (f *finder) findString(text string, out []hit) []hit {
	return run(f.short, text, 0, len(text), run(f.long, text, 0, len(text), out))
}

// wuManber looks at the last four bytes of a window as long as the shortest literal. They say how far the window can
// move without missing a literal; if they say nothing, the literals whose own windows end with them are compared.
//
//	literal    …controller/raft/mesh…
//	window            [ler/raft/mes]       m bytes, where they hinder the fewest moves
type wuManber struct {
	m     int                    // length of the shortest literal, and of every window
	shift *[1 << hashBits]uint8  // by hash of the window's last four bytes
	group *[1 << hashBits]uint16 // by the same: the group of the windows that end so, if the shift is 0
	start []int32                // by group: where in all it begins; then where the last ends
	all   []window               // group after group
	texts []literal              // of the windows
}

// window is where in a literal its window begins, and what is compared before the whole: few bytes, for all windows are
// looked at all the time.
type window struct {
	head uint32 // the literal's first four bytes: most others differ in them
	at   int32
}

const hashBits = 15 // 32 KB of shifts, which fit the first-level cache

func hash4(v uint32) uint32 { return v * 0x9E3779B1 >> (32 - hashBits) }

func newWuManber(ls []literal, lines *common) *wuManber {
	if len(ls) == 0 {
		return nil
	}
	w := &wuManber{m: math.MaxUint8, shift: new([1 << hashBits]uint8), group: new([1 << hashBits]uint16)}
	for _, l := range ls {
		w.m = min(w.m, len(l.text))
	}
	for i := range w.shift {
		w.shift[i] = uint8(w.m - 3)
	}
	type placed struct {
		literal
		at   int
		hash uint32 // of the window's last four bytes
	}
	order := slices.Clone(ls)
	slices.SortStableFunc(order, func(a, b literal) int { return cmp.Compare(len(a.text), len(b.text)) })
	all := make([]placed, 0, len(ls))
	for _, l := range order {
		at := w.cheapest(l.text, lines)
		for end := 4; end <= w.m; end++ {
			h := hash4(load4(l.text, at+end))
			w.shift[h] = min(w.shift[h], uint8(w.m-end))
		}
		all = append(all, placed{l, at, hash4(load4(l.text, at+w.m))})
	}
	slices.SortStableFunc(all, func(a, b placed) int { return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.text, b.text)) })
	for i, p := range all {
		if i == 0 || p.hash != all[i-1].hash {
			w.group[p.hash] = uint16(len(w.start))
			w.start = append(w.start, int32(i))
		}
		w.all = append(w.all, window{load4(p.text, 4), int32(p.at)})
		w.texts = append(w.texts, p.literal)
	}
	w.start = append(w.start, int32(len(all)))
	return w
}

// cheapest gives where the window in a text begins that shortens the fewest moves over ordinary lines: by how common its
// blocks are, by how much less each lets the window move than those placed before, and most by its last, which stops it.
func (w *wuManber) cheapest(text string, lines *common) int {
	best, least := 0, -1
	for at := 0; lines != nil && at+w.m <= len(text); at++ {
		cost := 0
		for end := 4; end <= w.m; end++ {
			h := hash4(load4(text, at+end))
			loss := max(0, int(w.shift[h])-(w.m-end))
			if end == w.m {
				loss += checkCost
			}
			cost += int(lines[h]) * loss
		}
		if least < 0 || cost < least {
			best, least = at, cost
		}
	}
	return best
}

// checkCost is what a window's stop takes, in moves of the window: more than the comparison, which waits for memory.
const checkCost = 150

// load4 reads the four bytes before end; the compiler makes one load of it.
func load4[T string | []byte](b T, end int) uint32 {
	b = b[end-4 : end]
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

// find looks at four parts of the block in turn, because each look has to wait for the one before it: the processor
// works on the others meanwhile. The parts are ranges of where windows end, so nothing is found twice or missed.
func (w *wuManber) find(b []byte, out []hit) []hit {
	const least = 4 << 10 // for less it is not worth it
	if w == nil || len(b) < least {
		return run(w, b, 0, len(b), out)
	}
	shift := w.shift
	part := len(b) / 4
	e0, e1, e2, e3 := w.m, part, 2*part, 3*part
	for e0 < part && e1 < 2*part && e2 < 3*part && e3 < len(b) {
		h0, h1, h2, h3 := hash4(load4(b, e0)), hash4(load4(b, e1)), hash4(load4(b, e2)), hash4(load4(b, e3))
		s0, s1, s2, s3 := shift[h0], shift[h1], shift[h2], shift[h3]
		if s0 == 0 {
			out, s0 = check(w, b, e0, h0, out), 1
		}
		if s1 == 0 {
			out, s1 = check(w, b, e1, h1, out), 1
		}
		if s2 == 0 {
			out, s2 = check(w, b, e2, h2, out), 1
		}
		if s3 == 0 {
			out, s3 = check(w, b, e3, h3, out), 1
		}
		e0 += int(s0)
		e1 += int(s1)
		e2 += int(s2)
		e3 += int(s3)
	}
	out = run(w, b, e0, part-1, out)
	out = run(w, b, e1, 2*part-1, out)
	out = run(w, b, e2, 3*part-1, out)
	return run(w, b, e3, len(b), out)
}

// run looks at the windows that end from end to last.
func run[T string | []byte](w *wuManber, b T, end, last int, out []hit) []hit {
	if w == nil {
		return out
	}
	for end = max(end, w.m); end <= last; {
		h := hash4(load4(b, end))
		s := w.shift[h]
		if s == 0 {
			out, s = check(w, b, end, h, out), 1
		}
		end += int(s)
	}
	return out
}

// check compares the literals whose window may end at end.
func check[T string | []byte](w *wuManber, b T, end int, h uint32, out []hit) []hit {
	g := int(w.group[h])
	for i := w.start[g]; i < w.start[g+1]; i++ {
		l := &w.all[i]
		at := end - w.m - int(l.at)
		if at < 0 || load4(b, at+4) != l.head {
			continue
		}
		if t := &w.texts[i]; len(b)-at >= len(t.text) && string(b[at:at+len(t.text)]) == t.text {
			out = append(out, hit{at, t.owner})
		}
	}
	return out
}
