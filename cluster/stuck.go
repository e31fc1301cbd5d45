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
// log that just ends there may be cut.
func (s *Story) stuck(n *Node) {
	var end time.Time
	for _, o := range s.Nodes {
		end = later(end, o.Last)
	}
	for i, m := range n.matches {
		if m.Effect != "started" || end.Sub(m.At) < stuckAfter {
			continue
		}
		other := n.goesOn(i)
		for _, o := range s.Nodes {
			other = other || o != n && n.ID != "" && o.ID == n.ID && o.up(m.At, m.At.Add(stuckAfter))
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
		if !opened && !ended {
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

// opens says whether an effect shows that a clustered process has its storage.
func opens(effect string) bool {
	return effect == "storage-opened" || effect == "configured" || effect == "blank"
}
