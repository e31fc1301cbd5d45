package cluster

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"zlog/event"
)

// trouble is a node that loses its leader, and gets one again, as lines of a log.
func trouble() []*event.Match {
	at := time.Date(2026, 11, 22, 19, 0, 0, 0, time.UTC)
	var ms []*event.Match
	add := func(effect string, after time.Duration, captures ...event.Field) {
		when := at.Add(after)
		ms = append(ms, &event.Match{Signature: effect, Effect: effect, Source: "a.log", Line: len(ms) + 1, Time: when, Last: when, Count: 1, Captures: captures})
	}
	add("started", 0, event.Field{Key: "id", Value: "ctrl1"})
	add("unreachable", 9*time.Second, event.Field{Key: "peer", Value: "ctrl2"})
	add("stepped-down", 10*time.Second)
	add("became-candidate", 12*time.Second)
	add("peer-connected", 19*time.Second, event.Field{Key: "peer", Value: "ctrl2"})
	add("became-leader", 20*time.Second)
	return ms
}

func TestTroubleIsOverWhenTheLogsShowIt(t *testing.T) {
	at := func(s int) time.Time { return time.Date(2026, 11, 22, 19, 0, s, 0, time.UTC) }
	lines := []Place{{"a.log", 2}, {"a.log", 3}, {"a.log", 4}}
	for name, c := range map[string]struct {
		lines  []Place
		upTo   int // matches
		latest time.Time
		want   int // the line that ended it, 0 for none
	}{
		"a leader, and time went on":           {lines, 6, at(26), 6},
		"a leader, but only just":              {lines, 6, at(24), 0},
		"time went on without a leader":        {lines, 5, at(59), 0},
		"the connection alone":                 {lines[:1], 5, at(30), 5},
		"a line that tells of nothing ongoing": {[]Place{{"a.log", 1}}, 6, at(59), 0},
		"a line after the cure":                {append([]Place{{"a.log", 6}}, lines[:1]...), 6, at(59), 0},
		"no line":                              {nil, 6, at(59), 0},
	} {
		t.Run(name, func(t *testing.T) {
			b := NewBuilder()
			for _, m := range trouble()[:c.upTo] {
				b.Add(m)
			}
			got := 0
			if m := b.Tell().Over(c.lines, c.latest); m != nil {
				got = m.Line
			}
			if got != c.want {
				t.Errorf("ended by line %d, want %d", got, c.want)
			}
		})
	}
}

func TestForgettingKeepsWhoANodeIsAndWhatIsHeld(t *testing.T) {
	b := NewBuilder()
	for _, m := range trouble() {
		b.Add(m)
	}
	at := time.Date(2026, 11, 22, 20, 0, 0, 0, time.UTC)
	for i := range 5000 {
		when := at.Add(time.Duration(i) * time.Minute)
		b.Add(&event.Match{Signature: "noise", Source: "a.log", Line: 100 + i, Time: when, Last: when, Count: 1})
	}
	b.Forget(1000, func(_ string, line int) bool { return line == 101 })
	if b.Kept() != 1000 {
		t.Errorf("%d are kept, want 1000", b.Kept())
	}
	kept := map[int]bool{}
	s := b.Tell()
	for _, m := range s.Matches {
		kept[m.Line] = true
	}
	for _, line := range []int{1, 3, 5, 6, 101, 5099} {
		if !kept[line] {
			t.Errorf("line %d is forgotten", line)
		}
	}
	if kept[102] || s.Nodes[0].Name != "ctrl1" || s.Nodes[0].State != "leader" {
		t.Errorf("%+v", s.Nodes[0])
	}
}

func TestWhatWasSavedTellsTheSame(t *testing.T) {
	b := NewBuilder()
	for _, m := range twoInOne() {
		b.Add(m)
	}
	data, err := json.Marshal(b.Save())
	if err != nil {
		t.Fatal(err)
	}
	var saved Saved
	if err := json.Unmarshal(data, &saved); err != nil {
		t.Fatal(err)
	}
	c := NewBuilder()
	c.Restore(saved)
	if got, want := told(c.Tell()), told(b.Tell()); got != want {
		t.Errorf("restored:\n%s\nsaved:\n%s", got, want)
	}
}

func TestARenamedSourceStaysItsNode(t *testing.T) {
	b := NewBuilder()
	for _, m := range trouble() {
		b.Add(m)
	}
	if !b.Rename("a.log", "a.log.1") || !b.Rename("none", "other") || b.Rename("b.log", "a.log.1") {
		t.Error("not renamed, or onto another")
	}
	b.Add(&event.Match{Signature: "x", Source: "a.log", Line: 1, Time: time.Date(2026, 11, 22, 19, 1, 0, 0, time.UTC), Count: 1})
	if s := b.Tell(); len(s.Nodes) != 1 || s.Matches[0].Source != "a.log.1" {
		t.Errorf("%d nodes", len(s.Nodes))
	}
}

func TestWhatIsSavedTellsTheSameStory(t *testing.T) {
	b := NewBuilder()
	at := time.Date(2026, 11, 22, 19, 0, 0, 0, time.UTC)
	add := func(source, effect string, after time.Duration, captures ...event.Field) {
		when := at.Add(after)
		b.Add(&event.Match{Signature: effect, Effect: effect, Source: source, Line: 1 + int(after/time.Second), Time: when, Last: when, Count: 1, Captures: captures})
	}
	index, kind := event.Field{Key: "index", Value: "19"}, event.Field{Key: "type", Value: "create"}
	for _, source := range []string{"ctrl1.log", "ctrl2.log"} {
		add(source, "started", 0, event.Field{Key: "id", Value: source[:5]})
		add(source, EffectApplied, 9*time.Second, index, kind)
		add(source, "apply-failed", 9*time.Second, index, event.Field{Key: "error", Value: "name must be unique"})
	}
	restored := NewBuilder()
	restored.Restore(b.Save())
	want := told(b.Tell())
	if got := told(restored.Tell()); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if strings.Contains(want, "apply-disagreement") {
		t.Errorf("an entry that failed on both is told as a disagreement:\n%s", want)
	}
}
