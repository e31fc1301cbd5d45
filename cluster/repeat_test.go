package cluster

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"zlog/event"
)

// told writes what a story holds, without pointers.
func told(s *Story) string {
	var out string
	for _, n := range s.Nodes {
		out += fmt.Sprintf("node %s %s %v %s-%s %d lines %d applied\n", n.Name, n.ID, n.Sources, n.First, n.Last, len(n.matches), len(n.streams[0].applied))
		for _, r := range n.Runs {
			out += fmt.Sprintf("run %s-%s %s\n", r.From, r.To, r.How)
		}
	}
	for _, f := range s.Facts {
		out += fmt.Sprintf("%s %s %v %s:%d\n", f.Signature, f.Node, f.Captures, f.Source, f.Line)
	}
	return out
}

// twoInOne is a log into which two controllers wrote, one after the other, and then a little more of the second.
func twoInOne() []*event.Match {
	at := time.Date(2026, 11, 22, 19, 0, 0, 0, time.UTC)
	var ms []*event.Match
	add := func(effect string, after time.Duration, captures ...event.Field) {
		when := at.Add(after)
		ms = append(ms, &event.Match{Signature: effect, Effect: effect, Source: "all.log", Line: len(ms) + 1, Time: when, Last: when, Count: 1, Captures: captures})
	}
	for i, id := range []string{"ctrl1", "ctrl2"} {
		d := time.Duration(i) * time.Minute
		add("started", d, event.Field{Key: "id", Value: id})
		for n := range 4 {
			add("applied", d+time.Second, event.Field{Key: "index", Value: itoa(n)}, event.Field{Key: "type", Value: "1"})
		}
		add("election-won", d+2*time.Second, event.Field{Key: "term", Value: itoa(i + 2)})
		add("became-leader", d+2*time.Second)
	}
	add("stepped-down", 2*time.Minute)
	add("became-candidate", 2*time.Minute+time.Second)
	add("stopping", 3*time.Minute)
	return ms
}

func TestTellingNowAndThenTellsTheSameInTheEnd(t *testing.T) {
	once := NewBuilder()
	for _, m := range twoInOne() {
		once.Add(m)
	}
	want := told(once.Tell())
	if again := told(once.Tell()); again != want {
		t.Errorf("told twice:\n%s\nonce:\n%s", again, want)
	}
	often := NewBuilder()
	var last *Story
	for _, m := range twoInOne() {
		often.Add(m)
		last = often.Tell()
	}
	if got := told(last); got != want {
		t.Errorf("told after each match:\n%s\nat the end:\n%s", got, want)
	}
	if len(last.Nodes) != 2 {
		t.Errorf("%d nodes, want 2", len(last.Nodes))
	}
	if !reflect.DeepEqual(last.Case().Nodes, once.Tell().Case().Nodes) {
		t.Error("the nodes differ")
	}
}
