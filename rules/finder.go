package rules

import (
	"encoding/binary"
	"sort"
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

// longLiteral is the length from which a literal goes into the long table.
const longLiteral = 11

// shortestLiteral is the least that four-byte blocks can find.
const shortestLiteral = 4

func newFinder(ls []literal) *finder {
	var long, short []literal
	for _, l := range ls {
		if len(l.text) >= longLiteral {
			long = append(long, l)
		} else {
			short = append(short, l)
		}
	}
	return &finder{newWuManber(long), newWuManber(short)}
}

// find calls hit for every place where a literal stands: its offset and owner. Offsets rise within each table only.
func (f *finder) find(block []byte, hit func(offset, owner int)) {
	find(f.long, block, hit)
	find(f.short, block, hit)
}

// findString is find in a string.
func (f *finder) findString(text string, hit func(offset, owner int)) {
	find(f.long, text, hit)
	find(f.short, text, hit)
}

type wuManber struct {
	m       int // length of the shortest literal, and of the window of the others
	shift   []uint8
	buckets [][]literal // by hash of the window's last block
}

const hashBits = 15 // 32 KB of shifts, which fit the first-level cache

func hash4(v uint32) uint32 { return v * 0x9E3779B1 >> (32 - hashBits) }

func newWuManber(ls []literal) *wuManber {
	if len(ls) == 0 {
		return nil
	}
	w := &wuManber{m: 255, shift: make([]uint8, 1<<hashBits), buckets: make([][]literal, 1<<hashBits)}
	for _, l := range ls {
		w.m = min(w.m, len(l.text))
	}
	for i := range w.shift {
		w.shift[i] = uint8(w.m - 3)
	}
	sort.SliceStable(ls, func(i, j int) bool { return ls[i].text < ls[j].text })
	for _, l := range ls {
		for i := 0; i+4 <= w.m; i++ {
			h := hash4(binary.LittleEndian.Uint32([]byte(l.text[i:])))
			w.shift[h] = min(w.shift[h], uint8(w.m-4-i))
			if i+4 == w.m {
				w.buckets[h] = append(w.buckets[h], l)
			}
		}
	}
	return w
}

// load4 reads four bytes; the compiler makes one load of it.
func load4[T string | []byte](b T, i int) uint32 {
	b = b[i : i+4]
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

func find[T string | []byte](w *wuManber, b T, hit func(offset, owner int)) {
	if w == nil {
		return
	}
	m, shift := w.m, (*[1 << hashBits]uint8)(w.shift)
	for end := m; end <= len(b); {
		h := hash4(load4(b, end-4)) & (1<<hashBits - 1)
		if s := shift[h]; s != 0 {
			end += int(s)
			continue
		}
		at := end - m
		for i := range w.buckets[h] {
			l := &w.buckets[h][i]
			if len(b)-at >= len(l.text) && string(b[at:at+len(l.text)]) == l.text {
				hit(at, l.owner)
			}
		}
		end++
	}
}
