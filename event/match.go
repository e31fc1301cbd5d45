package event

import (
	"strings"
	"time"
)

// Match is one event that a signature matched, or a fact of the cluster's story. It is what outlives the event:
// small, with the captured values by name and a copy of the line for evidence.
type Match struct {
	Signature string // the signature's id, or "fact:" and the fact's name
	Effect    string // what it means for the cluster's story, "" for nothing
	Captures  []Field
	Source    string
	Line      int
	Stream    string
	Node      string    // the node's name; set when the story is told, "" before
	Time      time.Time // as the node's clock said; of a folded run the first
	At        time.Time // Time with the node's estimated clock offset taken out; set when the story is told
	Clock     Clock
	Level     Level
	Text      string
	Silence   time.Duration
	Count     int       // how often it was seen in a row, at least 1
	Last      time.Time // of a folded run the last time, else Time
	LastAt    time.Time // like At, for Last
	Because   []*Match  // what a fact rests on
	Seq       int       // order of arrival within the run
}

// Capture gives a captured value, "" if there is none.
func (m *Match) Capture(name string) string {
	for i := range m.Captures {
		if m.Captures[i].Key == name {
			return m.Captures[i].Value
		}
	}
	return ""
}

// Fact gives the fact's name and true for a fact of the story.
func (m *Match) Fact() (string, bool) { return strings.CutPrefix(m.Signature, "fact:") }

// Known gives the captures as a map for templates. The caller owns it.
func (m *Match) Known() map[string]string {
	k := make(map[string]string, len(m.Captures))
	for _, c := range m.Captures {
		k[c.Key] = c.Value
	}
	return k
}
