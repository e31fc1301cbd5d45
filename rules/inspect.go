package rules

import (
	"sort"
	"strings"

	"zlog/event"
)

// Inspection says which lines matched one signature, and which came near.
type Inspection struct {
	Signature *Signature
	Hits      int
	First     []Seen // the first few lines that matched
	Near      []Seen // the nearest lines that did not, the nearest first
}

// Seen is a line as an inspection saw it.
type Seen struct {
	Source string
	Line   int
	Text   string
	Alike  int // how many lines came as near in the same way
	Nearness
}

// Bounds of an inspection; memory does not grow with the log.
const (
	mostSeen  = 5
	leastNear = 0.5 // a line is near if so much of a test is there
)

// Inspect starts an inspection of a signature; nil for an unknown id.
func (s *Set) Inspect(id string) *Inspection {
	sig := s.byID[id]
	if sig == nil {
		return nil
	}
	return &Inspection{Signature: sig}
}

// Add looks at one event.
func (in *Inspection) Add(e *event.Event) {
	n := in.Signature.near(e)
	seen := Seen{Source: e.Source, Line: e.Line, Alike: 1, Nearness: n}
	if in.Signature.holds(e) {
		in.Hits++
		if len(in.First) < mostSeen {
			seen.Text = clip(e.Text)
			in.First = append(in.First, seen)
		}
		return
	}
	if n.Score < leastNear {
		return
	}
	key := n.key()
	for i := range in.Near {
		if in.Near[i].key() == key {
			in.Near[i].Alike++
			return
		}
	}
	if len(in.Near) == mostSeen && in.Near[mostSeen-1].Score >= n.Score {
		return
	}
	seen.Text = clip(e.Text)
	in.Near = append(in.Near, seen)
	sort.SliceStable(in.Near, func(i, j int) bool { return in.Near[i].Score > in.Near[j].Score })
	in.Near = in.Near[:min(len(in.Near), mostSeen)]
}

// key is the same for lines that fail in the same way.
func (n Nearness) key() string {
	fails := make([]string, len(n.Failed))
	for i, f := range n.Failed {
		fails[i] = string(maskText(nil, []byte(f)))
	}
	return strings.Join(append(fails, n.Unless), "\x00")
}
