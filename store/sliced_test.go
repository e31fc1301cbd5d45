package store

import (
	"strings"
	"testing"
)

// TestOnlyProvenStoresAreSliced: a kind of store that was not seen to give the same answer from a slice is read whole.
func TestOnlyProvenStoresAreSliced(t *testing.T) {
	for _, kind := range Kinds {
		if got, want := Sliced(kind+"+http://logs.example:1"), strings.Contains("victorialogs loki", kind); got != want {
			t.Errorf("%s: sliced %v, want %v", kind, got, want)
		}
	}
}
