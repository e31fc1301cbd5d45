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
		other := i > 0 && n.matches[len(n.matches)-1].At.Sub(m.At) > stuckAfter
		for _, o := range s.Nodes {
			other = other || o != n && n.ID != "" && o.ID == n.ID && o.up(m.At, m.At.Add(stuckAfter))
		}
		opened, ended := !other, false
	after:
		for _, o := range n.matches[i+1:] {
			soon := o.At.Sub(m.At) <= stuckAfter
			switch o.Effect {
			case "storage-opened", "model-opened", "configured", "blank": // however late: a slow start is not a stuck one
				opened = true
			case "panicked", "aborted", "start-failed", "stopping":
				ended = ended || soon
			case "started":
				ended = ended || soon
				break after
			}
		}
		if !opened && !ended {
			s.fact("start-stuck", n.Name, m.At, []event.Field{{Key: "id", Value: n.ID}}, m)
		}
	}
}
