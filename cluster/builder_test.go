package cluster

import (
	"testing"
	"time"

	"zlog/diagnosis"
	"zlog/event"
)

func TestACommandIsTheSameFromAnyPackage(t *testing.T) {
	for kind, want := range map[string]string{
		"*command.UpdateEntityCommand[*example.com/ziti/controller/model.Controller]":    "UpdateEntityCommand[Controller]",
		"*command.UpdateEntityCommand[*example.com/ziti/v2/controller/model.Controller]": "UpdateEntityCommand[Controller]",
		"*command.SyncSnapshotCommand": "SyncSnapshotCommand",
		"*cmds.Pair[*a/b.X,*c/d.Y]":    "Pair[X,Y]",
		"plain":                        "plain",
		"":                             "",
	} {
		if got := unpackaged(kind); got != want {
			t.Errorf("unpackaged(%q) = %q, want %q", kind, got, want)
		}
	}
}

// TestALineOfAStartThatOnlyCountsIsNoOthers: of starts alike in a minute only the first are kept. What the later processes
// write then only counts, too; it was taken for the doing of the process before them in the log.
func TestALineOfAStartThatOnlyCountsIsNoOthers(t *testing.T) {
	b := NewBuilder()
	at, line := time.Date(2026, 11, 22, 19, 45, 0, 0, time.UTC), 0
	add := func(signature, effect, id string) {
		at, line = at.Add(100*time.Millisecond), line+1
		m := event.Match{Signature: signature, Effect: effect, Source: "all.log", Line: line, Time: at, Last: at, Clock: event.ClockZoned, Count: 1}
		if id != "" {
			m.Captures = []event.Field{{Key: "id", Value: id}}
		}
		b.Add(&m)
	}
	const lives = 40
	for range lives {
		add("start", "started", "ctrl1")
		add("founded", "founded", "")
		add("start", "started", "ctrl2")
		add("joined", "", "")
	}
	b.AddSource(diagnosis.Source{Name: "all.log", Lines: line, Events: line, First: diagnosis.Time{Time: at.Add(-time.Hour)}, Last: diagnosis.Time{Time: at}})
	s := b.Tell()
	founded := 0
	for _, m := range s.Matches {
		switch {
		case m.Signature == "founded" && m.Node != "ctrl1", m.Signature == "joined" && m.Node != "ctrl2":
			t.Errorf("line %d, %s, is told of %q", m.Line, m.Signature, m.Node)
		case m.Signature == "founded":
			founded += m.Count
		}
	}
	if founded != lives {
		t.Errorf("%d of %d are counted", founded, lives)
	}
}
