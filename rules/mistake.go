package rules

import (
	"fmt"
	"sort"
	"strings"
)

// position is where a rule stands, for error messages.
type position struct {
	file      string
	line, col int
}

func (p position) String() string {
	if p.line == 0 {
		return p.file
	}
	return fmt.Sprintf("%s:%d:%d", p.file, p.line, p.col)
}

// Mistake is one thing that is wrong with a rule file.
type Mistake struct {
	File string `json:"file"`
	Line int    `json:"line"` // from 1; 0 for the whole file
	Col  int    `json:"col"`
	Rule string `json:"rule"` // the id of the rule, "" outside a rule
	What string `json:"what"` // with a hint, where there is one
}

func (m Mistake) String() string {
	at := position{m.File, m.Line, m.Col}
	if m.Rule == "" {
		return fmt.Sprintf("%s: %s", at, m.What)
	}
	return fmt.Sprintf("%s: rule %q: %s", at, m.Rule, m.What)
}

// Mistakes are all that is wrong with a set of rule files, by file in load order, line and column, each once.
type Mistakes []Mistake

// mostHints is how many mistakes of a file, and of the rules together, have hints: each looks through all that is known.
const mostHints = 500

// add adds a mistake; of many mistakes the last have no hint.
func (m *Mistakes) add(p position, rule, format string, args ...any) {
	if len(*m) >= mostHints {
		for i, a := range args {
			if _, is := a.(hint); is {
				args[i] = ""
			}
		}
	}
	*m = append(*m, Mistake{p.file, p.line, p.col, rule, fmt.Sprintf(format, args...)})
}

// mostTold is how many mistakes one error tells: more than that is one mistake made everywhere.
const mostTold = 100

// Error tells the mistakes, a line each; "zlog rules check" prints them all.
func (m Mistakes) Error() string {
	var lines []string
	for i := range m[:min(len(m), mostTold)] {
		lines = append(lines, m[i].String())
	}
	if more := len(m) - mostTold; more > 0 {
		lines = append(lines, fmt.Sprintf("and %d mistakes more; zlog rules check tells them all", more))
	}
	return strings.Join(lines, "\n")
}

// inOrderOf sorts mistakes by position, files in the order given, and leaves each once.
func (m Mistakes) inOrderOf(files []string) Mistakes {
	rank := map[string]int{}
	for i, f := range files {
		rank[f] = i
	}
	sort.SliceStable(m, func(i, j int) bool {
		a, b := m[i], m[j]
		switch {
		case a.File != b.File:
			return rank[a.File] < rank[b.File]
		case a.Line != b.Line:
			return a.Line < b.Line
		case a.Col != b.Col:
			return a.Col < b.Col
		}
		return a.What < b.What
	})
	var out Mistakes
	for i := range m {
		if i == 0 || m[i] != m[i-1] {
			out = append(out, m[i])
		}
	}
	return out
}
