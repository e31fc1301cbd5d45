package cluster

import (
	"time"

	"zlog/event"
)

// stuckAfter is how long a start may take to open its storage before it counts as stuck. A start that is not held up
// takes well under a second.
const stuckAfter = 8 * time.Second

// stuck makes the fact start-stuck: a process that named itself, neither opened its storage nor ended, while its own
// log goes on with another process's lines, which must have been there before it, or another process of its id runs. A
// log that just ends there may be cut; one that ends with that very line, beside another log of its id that shows an open
// storage, is taken for a process that waits, whatever the two clocks say.
func (s *Story) stuck(n *Node) {
	var end time.Time
	for _, o := range s.Nodes {
		end = later(end, o.Last)
	}
	for i, m := range n.matches {
		if m.Effect != "started" || end.Sub(m.At) < stuckAfter && !n.stub {
			continue
		}
		other := n.goesOn(i) || i == len(n.matches)-1 && s.heldOn(n, m)
		for _, o := range s.Nodes {
			twin := o != n && n.ID != "" && o.ID == n.ID
			other = other || twin && (o.up(m.At, m.At.Add(stuckAfter)) || n.stub && o.opened())
		}
		opened, ended := !other, false
	after:
		for _, o := range n.matches[i+1:] {
			soon := o.At.Sub(m.At) <= stuckAfter
			switch o.Effect {
			case "panicked", "aborted", "start-failed", "stopping":
				ended = ended || soon
			case "started":
				ended = ended || soon
				break after
			default: // however late: a slow start is not a stuck one
				opened = opened || o.Effect == "model-opened" || opens(o.Effect)
			}
		}
		if !opened && !ended && !s.holed(n, m.At, m.At.Add(stuckAfter)) {
			s.fact("start-stuck", n.Name, m.At, []event.Field{{Key: "id", Value: n.ID}}, m)
		}
	}
}

// goesOn says whether a log goes on after a start, the i-th match, with the lines of a process that had not ended, and
// that was clustered: others open no storage that a line tells of.
func (n *Node) goesOn(i int) bool {
	m := n.matches[i]
	for k, r := range n.Runs {
		if r.Start == m && (k == 0 || n.Runs[k-1].How != NoTrace) {
			return false
		}
	}
	clustered := false
	for _, o := range n.matches[:i] {
		clustered = clustered || opens(o.Effect)
	}
	return clustered && n.matches[len(n.matches)-1].At.Sub(m.At) > stuckAfter
}

// heldOn says whether the process before a start was never missed by the others that were in contact with it, though
// its log broke off: it still ran.
func (s *Story) heldOn(n *Node, start *event.Match) bool {
	for k, r := range n.Runs {
		if k > 0 && r.Start == start {
			return n.Runs[k-1].How == NoTrace && s.parting(n, k-1).unbroken()
		}
	}
	return false
}

// opens says whether an effect shows that a clustered process has its storage.
func opens(effect string) bool {
	return effect == "storage-opened" || effect == "configured" || effect == "blank"
}

// opened says whether a clustered process of the node's showed that it has its storage.
func (n *Node) opened() bool {
	for _, m := range n.telling {
		if opens(m.Effect) {
			return true
		}
	}
	return false
}

// stubs gives the streams of whole sources whose last line is the one with which a process names itself.
func (b *Builder) stubs() map[*stream]bool {
	out := map[*stream]bool{}
	if b.growing {
		return out // the next line is on its way
	}
	last := map[string]time.Time{}
	for _, src := range b.sources {
		last[src.Name] = src.Last.Time
	}
	for _, st := range b.order {
		if n := len(st.matches); n > 0 && st.matches[n-1].Effect == "started" && st.matches[n-1].Last.Equal(last[st.key.source]) {
			out[st] = len(st.applied) == 0
		}
	}
	return out
}
