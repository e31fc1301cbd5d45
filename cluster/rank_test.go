package cluster

import (
	"strings"
	"testing"
	"time"

	"zlog/diagnosis"
	"zlog/event"
)

// TestWhichOfTheSameIsShownRestsOnNoOrder: lines of one node, time and meaning are told alike in whatever order they come, as stores that
// lose it give them; lines of other meanings stay where they were, and telling again changes nothing.
func TestWhichOfTheSameIsShownRestsOnNoOrder(t *testing.T) {
	at := time.Date(2026, 11, 22, 19, 0, 0, 42e6, time.UTC)
	told := func(texts ...string) string {
		b := NewBuilder()
		for i, text := range texts {
			sig, _, _ := strings.Cut(text, " ")
			m := &event.Match{Signature: sig, Effect: "stopping", Source: "ctrl1.log", Line: i + 1, Time: at, Last: at, Text: text, Count: 1}
			if i == 0 {
				m.Silence = time.Minute
			}
			b.Add(m)
		}
		b.AddSource(diagnosis.Source{Name: "ctrl1.log", First: diagnosis.Time{Time: at}, Last: diagnosis.Time{Time: at}})
		b.Tell()
		var out []string
		for _, m := range b.Tell().Matches {
			if out = append(out, m.Text); (m.Silence > 0) != (len(out) == 1) {
				t.Errorf("%v: %s after a silence of %s", texts, m.Text, m.Silence)
			}
		}
		return strings.Join(out, ", ")
	}
	want := "stop a, won x, stop b, stop c"
	for _, order := range [][]string{{"stop a", "won x", "stop b", "stop c"}, {"stop c", "won x", "stop b", "stop a"}, {"stop b", "won x", "stop a", "stop c"}} {
		if got := told(order...); got != want {
			t.Errorf("%v told as %s, want %s", order, got, want)
		}
	}
}
