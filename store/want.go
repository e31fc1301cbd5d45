package store

import "strings"

// Narrow leaves out the lists of texts that others cover: whoever finds "leader" finds "became leader" too.
func Narrow(lists [][]string) [][]string {
	var out [][]string
	for i, a := range lists {
		covered := false
		for j, b := range lists {
			if i != j && covers(b, a) && (!covers(a, b) || j < i) {
				covered = true
				break
			}
		}
		if !covered {
			out = append(out, a)
		}
	}
	return out
}

// covers says whether every line with all of b has all of a.
func covers(a, b []string) bool {
	for _, x := range a {
		in := false
		for _, y := range b {
			in = in || strings.Contains(y, x)
		}
		if !in {
			return false
		}
	}
	return true
}

// one gives the longest text of each list, for languages that cannot say "and" inside "or".
func one(lists [][]string) []string {
	var out [][]string
	for _, all := range lists {
		best := ""
		for _, s := range all {
			if len(s) > len(best) {
				best = s
			}
		}
		out = append(out, []string{best})
	}
	var texts []string
	for _, l := range Narrow(out) {
		texts = append(texts, l[0])
	}
	return texts
}
