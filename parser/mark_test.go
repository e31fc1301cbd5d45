package parser

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"zlog/event"
)

// TestMarksAreWhatStandsInTheRecord: in every format and wrapper, the marks of a record are those of its own line: all
// that stand in its text, and of others at most what stands in the wrapper around it.
func TestMarksAreWhatStandsInTheRecord(t *testing.T) {
	words := []string{"handling", "raft", "error", "ctrl", "with type", "2026"}
	marked := 0
	for _, w := range wrappings {
		for _, c := range formatCases {
			text := wrapAll(w, c.text+"\n"+strings.TrimSpace(oneRecord+oneRecord))
			physical := strings.SplitAfter(text, "\n")
			s := &Source{Name: "-", stdin: strings.NewReader(text), limit: DefaultLimits()}
			s.Read(context.Background(), Options{Filter: literals(words)}, func(e *event.Event) {
				if !e.Marked {
					return
				}
				marked++
				for i, word := range words {
					switch has := slices.Contains(e.Marks, i); {
					case !has && strings.Contains(e.Text, word):
						t.Errorf("%s, %s: %q is not marked in %s", w.name, c.name, word, e.Text)
					case has && !strings.Contains(physical[e.Line-1], word):
						t.Errorf("%s, %s: %q is marked in %s", w.name, c.name, word, physical[e.Line-1])
					}
				}
			})
		}
	}
	if marked < 20 {
		t.Errorf("only %d records were marked", marked)
	}
}

// TestWeakMarksLetNothingPass: a weak mark alone leaves a record out; one that passes for another reason has both.
func TestWeakMarksLetNothingPass(t *testing.T) {
	weak := func(_ string, block []byte, marks []event.Mark) []event.Mark {
		for _, m := range literals([]string{"weak", "strong"})("", block, nil) {
			marks = append(marks, event.Mark{At: m.At, Of: m.Of, Weak: m.Of == 0})
		}
		return marks
	}
	line := func(msg string) string {
		return `{"level":"info","msg":"` + msg + `","time":"2026-11-22T19:22:42.391Z"}` + "\n"
	}
	var got []string
	var marks [][]int
	s := &Source{Name: "-", stdin: bytes.NewReader([]byte(line("neither") + line("weak") + line("weak, strong") + line("strong") + line("neither"))), limit: DefaultLimits()}
	s.Read(context.Background(), Options{Filter: weak}, func(e *event.Event) {
		got = append(got, e.Msg)
		marks = append(marks, slices.Clone(e.Marks))
	})
	if !slices.Equal(got, []string{"weak, strong", "strong"}) || len(marks) != 2 || !slices.Equal(marks[0], []int{0, 1}) || !slices.Equal(marks[1], []int{1}) {
		t.Errorf("%q %v", got, marks)
	}
}
