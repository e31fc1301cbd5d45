package rules

import (
	"cmp"
	"math"
	"math/bits"
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
	m     int                        // length of the shortest literal, and of every window
	shift *[1 << hashBits]uint8      // by hash of the window's last four bytes
	tags  *[1 << tagBits / 64]uint64 // of all windows, a bit each
	slots int                        // how many bits of a tag give its slot
	start []int32                    // by slot of a tag: where in all its windows begin; then where the last ends
	all   []window                   // slot after slot
	texts []literal                  // of the windows
}

// window is where in a literal its window begins, and what is compared before the whole: few bytes, for all windows are
// looked at all the time.
type window struct {
	tag uint64 // see tagOf
	at  int32
}

// tagOf gives a hash of the window of m bytes that ends at end, the upper bits of which are the best: of its first four bytes and
// its last eight, if it has so many. So it is of all of twelve.
func tagOf[T string | []byte](b T, end, m int) uint64 {
	v := uint64(load4(b, end))
	if m >= 8 {
		v = load8(b, end)
	}
	return (v ^ uint64(load4(b, end-m+4))*0xC2B2AE3D27D4EB4F) * 0x9E3779B97F4A7C15
}

const (
	hashBits = 15 // 32 KB of shifts, which fit the first-level cache
	tagBits  = 16 // of 64 thousand bits some hundreds are set
)

func hash4(v uint32) uint32 { return v * 0x9E3779B1 >> (32 - hashBits) }

func newWuManber(ls []literal, lines *common) *wuManber {
	if len(ls) == 0 {
		return nil
	}
	w := &wuManber{m: math.MaxUint8, shift: new([1 << hashBits]uint8), tags: new([1 << tagBits / 64]uint64)}
	for _, l := range ls {
		w.m = min(w.m, len(l.text))
	}
	for i := range w.shift {
		w.shift[i] = uint8(w.m - 3)
	}
	type placed struct {
		literal
		window
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
		all = append(all, placed{l, window{tagOf(l.text, at+w.m, w.m), int32(at)}})
	}
	w.slots = bits.Len(uint(len(all)))
	w.start = make([]int32, 1<<w.slots+1)
	slices.SortStableFunc(all, func(a, b placed) int {
		return cmp.Or(cmp.Compare(w.slot(a.tag), w.slot(b.tag)), cmp.Compare(a.text, b.text))
	})
	for _, p := range all {
		bit := p.tag >> (64 - tagBits)
		w.tags[bit/64] |= 1 << (bit % 64)
		w.start[w.slot(p.tag)+1]++
		w.all = append(w.all, p.window)
		w.texts = append(w.texts, p.literal)
	}
	for i := range w.start[1:] {
		w.start[i+1] += w.start[i]
	}
	return w
}

// slot gives where windows of a tag are kept.
func (w *wuManber) slot(tag uint64) int {
	return int(tag >> (64 - w.slots))
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
			if end == w.m && loss > 0 { // else others stop there already
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

// load8 is load4 for eight bytes.
func load8[T string | []byte](b T, end int) uint64 {
	return uint64(load4(b, end-4)) | uint64(load4(b, end))<<32
}

// scanParts is how many parts of a block are looked at in turn, mostStops how many stops are kept until they are compared.
const (
	scanParts = 6
	mostStops = 1 << 10
)

// find notes where windows stop, compares what stands there, and so on to the end.
func (w *wuManber) find(b []byte, out []hit) []hit {
	const least = 4 << 10 // for less it is not worth it
	if w == nil || len(b) < least || len(b) > math.MaxInt32 {
		return run(w, b, 0, len(b), out)
	}
	var ends, last [scanParts]int
	for i := range ends {
		ends[i], last[i] = i*len(b)/scanParts, (i+1)*len(b)/scanParts-1
	}
	ends[0], last[scanParts-1] = w.m, len(b)
	var stops [mostStops]int32
	for {
		n := w.scan(b, &ends, &last, &stops)
		if n == 0 {
			break
		}
		for _, end := range w.likely(b, stops[:n]) {
			out = check(w, b, int(end), out)
		}
	}
	for i, end := range ends {
		out = run(w, b, end, last[i], out)
	}
	return out
}

// scan moves a window through each part of a block, in turn, because each look has to wait for the one before it: the
// processor works on the others meanwhile. The parts are ranges of where windows end, so no stop is noted twice or missed. It
// notes where windows stop until one of the parts is nearly done or there is no room for more stops.
func (w *wuManber) scan(b []byte, ends, last *[scanParts]int, stops *[mostStops]int32) (n int) {
	shift := w.shift
	for {
		rounds := (mostStops - n) / scanParts
		for i := range ends {
			rounds = min(rounds, (last[i]-ends[i])/(w.m-3))
		}
		if rounds <= 0 {
			return n
		}
		e0, e1, e2, e3, e4, e5 := ends[0], ends[1], ends[2], ends[3], ends[4], ends[5]
		for ; rounds > 0; rounds-- {
			e0, n = move(e0, shift[hash4(load4(b, e0))], stops, n)
			e1, n = move(e1, shift[hash4(load4(b, e1))], stops, n)
			e2, n = move(e2, shift[hash4(load4(b, e2))], stops, n)
			e3, n = move(e3, shift[hash4(load4(b, e3))], stops, n)
			e4, n = move(e4, shift[hash4(load4(b, e4))], stops, n)
			e5, n = move(e5, shift[hash4(load4(b, e5))], stops, n)
		}
		*ends = [scanParts]int{e0, e1, e2, e3, e4, e5}
	}
}

// move moves a window that ends at end by its shift. If that is none, the stop is noted and the window goes on by a byte.
func move(end int, shift uint8, stops *[mostStops]int32, n int) (int, int) {
	if shift == 0 {
		stops[n&(mostStops-1)] = int32(end)
		return end + 1, n + 1
	}
	return end + int(shift), n
}

// likely leaves of the stops those at which a literal's window may end, by their tags: without a branch, which nothing could
// foretell.
func (w *wuManber) likely(b []byte, stops []int32) []int32 {
	n := 0
	for _, end := range stops {
		bit := tagOf(b, int(end), w.m) >> (64 - tagBits)
		stops[n] = end
		n += int(w.tags[bit/64] >> (bit % 64) & 1)
	}
	return stops[:n]
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
			out, s = check(w, b, end, out), 1
		}
		end += int(s)
	}
	return out
}

// check compares the literals whose window may end at end.
func check[T string | []byte](w *wuManber, b T, end int, out []hit) []hit {
	tag := tagOf(b, end, w.m)
	slot := w.slot(tag)
	for i := w.start[slot]; i < w.start[slot+1]; i++ {
		if w.all[i].tag != tag {
			continue
		}
		t := &w.texts[i]
		if at := end - w.m - int(w.all[i].at); at >= 0 && len(b)-at >= len(t.text) && string(b[at:at+len(t.text)]) == t.text {
			out = append(out, hit{at, t.owner})
		}
	}
	return out
}
