package sieve

import (
	"strings"
	"testing"
)

// FuzzSieveLetsThroughWhatContains: a text that holds one of the others goes through, wherever that stands.
func FuzzSieveLetsThroughWhatContains(f *testing.F) {
	f.Add("broken pipe\n with id ", "write tcp 10.0.0.1: broken pipe")
	f.Add("aaaa\naaaaaaaaaaaaaaaaaaaaa", strings.Repeat("a", 4))
	f.Add("abc", "abc")
	f.Fuzz(func(t *testing.T, words, text string) {
		texts := strings.Split(words, "\n")
		s := New(texts)
		for i, w := range texts {
			for at := range min(8, len(text)+1) {
				if in := text[:at] + w + text[at:]; !Lets(s, in) || strings.Contains(text, w) && !Lets(s, []byte(text)) {
					t.Errorf("%q is in %q", w, in)
				} else if s != nil && !through(s, i, at, in) {
					t.Errorf("%q is in %q, and not among what goes through there", w, in)
				}
			}
		}
	})
}

// through says whether the i-th goes through at a place.
func through(s *Sieve, i, at int, text string) bool {
	for k, from := range Through(s, text) {
		if k == i && from == at {
			return true
		}
	}
	return false
}

// TestSieveHoldsBackMost: it would be right, and of no use, if it let everything through.
func TestSieveHoldsBackMost(t *testing.T) {
	s := New([]string{"broken pipe", " with id ", " with name "})
	for _, text := range []string{"", "dial tcp 10.0.0.1:6262: i/o timeout", "channel closed", "timeout waiting for message reply", "log not found"} {
		if Lets(s, text) {
			t.Errorf("%q goes through", text)
		}
	}
}
