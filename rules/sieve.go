package rules

import "math"

// sieve tells in little time that a text holds none of some others. It looks at four bytes here and there: of each of the others,
// wherever it stands, four of its bytes are among those looked at.
//
//	text     dial tcp 10.0.0.1: i/o timeout      looked at: every stride bytes
//	         ····  ····  ····  ····  ····
//	other    broken pipe                         known: all that begin in its first stride bytes
type sieve struct {
	stride int
	known  [1 << sieveBits / 64]uint64 // by the hash of four bytes
}

// sieveBits are the bits of a hash: so many that, beside three texts, one block in thirty is taken for one of theirs.
const sieveBits = 9

// newSieve gives a sieve of some texts, nil if one of them is too short for it.
func newSieve(texts []string) *sieve {
	s := &sieve{stride: math.MaxInt}
	for _, t := range texts {
		s.stride = min(s.stride, len(t)-3)
	}
	if s.stride < 1 || len(texts) == 0 {
		return nil
	}
	for _, t := range texts {
		for end := 4; end < 4+s.stride; end++ {
			h := s.hash(t, end)
			s.known[h/64] |= 1 << (h % 64)
		}
	}
	return s
}

func (s *sieve) hash(text string, end int) uint32 {
	return load4(text, end) * 0x9E3779B1 >> (32 - sieveBits)
}

// lets says whether a text may hold one of the others. A nil sieve lets everything through.
func (s *sieve) lets(text string) bool {
	if s == nil {
		return true
	}
	for end := 4; end <= len(text); end += s.stride {
		if h := s.hash(text, end); s.known[h/64]>>(h%64)&1 != 0 {
			return true
		}
	}
	return false
}
