package rules

import "fmt"

// hint is what a message ends with where something near is known; it is looked for when the message is made.
type hint func() string

// String implements fmt.Stringer.
func (h hint) String() string { return h() }

// farthest is how many letters may differ in a word that is taken for another.
const farthest = 2

// didYouMean gives a hint with the nearest known name, the first in order of several; it says nothing if none is near.
func didYouMean[V any](word string, known map[string]V) hint {
	return func() string {
		best, dist := "", farthest+1
		for k := range known {
			if x := distance(word, k); x < dist || x == dist && best != "" && k < best {
				best, dist = k, x
			}
		}
		if best == "" {
			return ""
		}
		return fmt.Sprintf("; did you mean %q?", best)
	}
}

// distance is Levenshtein's, over bytes; farthest+1 if it is more than that.
func distance(a, b string) int {
	if max(len(a), len(b))-min(len(a), len(b)) > farthest {
		return farthest + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diag, least := row[0], i
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diag
			if a[i-1] != b[j-1] {
				cost++
			}
			diag = row[j]
			row[j] = min(cost, row[j]+1, row[j-1]+1)
			least = min(least, row[j])
		}
		if least > farthest {
			return farthest + 1
		}
	}
	return min(row[len(b)], farthest+1)
}
