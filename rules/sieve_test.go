package rules

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
		s := newSieve(texts)
		for _, w := range texts {
			for at := range min(8, len(text)+1) {
				if in := text[:at] + w + text[at:]; !s.lets(in) || strings.Contains(text, w) && !s.lets(text) {
					t.Errorf("%q is in %q", w, in)
				}
			}
		}
	})
}

// TestSieveHoldsBackMost: it would be right, and of no use, if it let everything through.
func TestSieveHoldsBackMost(t *testing.T) {
	s := newSieve([]string{"broken pipe", " with id ", " with name "})
	for _, text := range []string{"", "dial tcp 10.0.0.1:6262: i/o timeout", "channel closed", "timeout waiting for message reply", "log not found"} {
		if s.lets(text) {
			t.Errorf("%q goes through", text)
		}
	}
}
