package cluster

import (
	"strings"
	"testing"
	"time"

	"zlog/diagnosis"
	"zlog/event"
)

// TestAProcessIsGoneWhenTheNextOneHasItsStorage: while a log grows, a start alone may be that of a second process.
func TestAProcessIsGoneWhenTheNextOneHasItsStorage(t *testing.T) {
	at := time.Date(2026, 11, 22, 19, 0, 0, 0, time.UTC)
	for _, x := range []struct {
		name, lines    string
		growing, whole string // killed on, while the log grows and when it does not
	}{
		{"a start alone", "started storage-opened became-follower started", "", "ctrl3"},
		{"a start that opens its storage", "started storage-opened became-follower started storage-opened", "ctrl3", "ctrl3"},
		{"a start that has its configuration", "started configured became-follower started configured", "ctrl3", "ctrl3"},
		{"a start that fails, then one that does not", "started storage-opened became-follower started start-failed started storage-opened", "ctrl3", "ctrl3"},
		{"starts that fail", "started storage-opened became-follower started start-failed started start-failed", "", "ctrl3"},
		{"a controller whose storage no line tells of", "started became-follower started", "ctrl3", "ctrl3"},
	} {
		for _, growing := range []bool{true, false} {
			b := NewBuilder()
			last := at
			for i, effect := range strings.Fields(x.lines) {
				last = at.Add(time.Duration(i) * 10 * time.Second)
				b.Add(&event.Match{Signature: effect, Effect: effect, Source: "ctrl3.log", Line: i + 1, Time: last, Last: last, Count: 1,
					Captures: []event.Field{{Key: "id", Value: "ctrl3"}}})
			}
			b.SetSources([]diagnosis.Source{{Name: "ctrl3.log", First: diagnosis.Time{Time: at}, Last: diagnosis.Time{Time: last}}}, growing)
			want := x.whole
			if growing {
				want = x.growing
			}
			if got, _, _ := strings.Cut(facts(b.Tell(), "killed"), " "); got != want { // how often is not the question
				t.Errorf("%s, growing %v: killed on %q, want %q", x.name, growing, got, want)
			}
		}
	}
}
