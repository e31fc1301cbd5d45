// Package sieve tells in little time that a text holds none of some others.
package sieve

import (
	"iter"
	"math"
	"math/bits"
)

// Sieve looks at four bytes of a text here and there: of each of the others, wherever it stands, four of its bytes are among those
// looked at. It is immutable and safe for concurrent use. A nil Sieve lets everything through.
//
//	text     dial tcp 10.0.0.1: i/o timeout      looked at: every stride bytes
//	         ····  ····  ····  ····  ····
//	other    broken pipe                         known: all that begin in its first stride bytes
type Sieve struct {
	stride int
	shift  int
	maybe  []uint64           // a bit each, by their hash: little memory, which is enough for most others
	known  map[uint32][]place // and for certain: the texts that have them there
}

// place is where four bytes stand: in which of the texts, and behind how many of its bytes.
type place struct{ text, behind int }

// room is how many bits there are for each four bytes that are known.
const room = 32

// New gives a sieve of some texts, nil if there is none or one of them is shorter than four bytes.
func New(texts []string) *Sieve {
	s := &Sieve{stride: math.MaxInt, known: map[uint32][]place{}}
	for _, t := range texts {
		s.stride = min(s.stride, len(t)-3)
	}
	if s.stride < 1 || len(texts) == 0 {
		return nil
	}
	size := max(6, bits.Len(uint(room*len(texts)*s.stride-1)))
	s.shift, s.maybe = 32-size, make([]uint64, 1<<size/64)
	for i, t := range texts {
		for end := 4; end < 4+s.stride; end++ {
			x := four(t, end)
			h := hash(x, s.shift)
			s.maybe[h/64] |= 1 << (h % 64)
			s.known[x] = append(s.known[x], place{i, end - 4})
		}
	}
	return s
}

func hash(x uint32, shift int) uint32 { return x * 0x9E3779B1 >> (shift & 31) }

// four reads the four bytes before end; the compiler makes one load of it.
func four[T string | []byte](text T, end int) uint32 {
	b := text[end-4 : end]
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

// Lets says whether a text may hold one of the others: if one does, it is true.
func Lets[T string | []byte](s *Sieve, text T) bool {
	if s == nil {
		return true
	}
	for range Through(s, text) {
		return true
	}
	return false
}

// Through gives the numbers of those of the others that a text may hold, and where each would begin: all that it holds are among them.
// The sieve is not nil.
func Through[T string | []byte](s *Sieve, text T) iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		maybe, shift, stride := s.maybe, s.shift, s.stride
		for end := 4; end <= len(text); end += stride {
			x := four(text, end)
			if h := hash(x, shift); maybe[h/64]>>(h%64)&1 == 0 {
				continue
			}
			for _, p := range s.known[x] {
				if at := end - 4 - p.behind; at >= 0 && !yield(p.text, at) {
					return
				}
			}
		}
	}
}
