package cluster

import (
	"time"

	"zlog/event"
)

// stuckAfter is how long a start may take to open its storage before it counts as stuck. A start that is not held up
// takes well under a second.
const stuckAfter = 8 * time.Second

// stuck makes the fact start-stuck: a process that named itself, neither opened its storage nor ended, while its own
// log (another process's lines in it) or the others' logs go on.
func (s *Story) stuck(n *Node) {
	var end time.Time
	for _, o := range s.Nodes {
		end = later(end, o.Last)
	}
	for i, m := range n.matches {
		if m.Effect != "started" || end.Sub(m.At) < stuckAfter {
			continue
		}
		opened := false
		var ended bool
		for _, o := range n.matches[i+1:] {
			if o.At.Sub(m.At) > stuckAfter {
				break
			}
			switch o.Effect {
			case "storage-opened", "configured", "blank":
				opened = true
			case "panicked", "aborted", "start-failed", "stopping", "started":
				ended = true
			}
		}
		if !opened && !ended {
			s.fact("start-stuck", n.Name, m.At, []event.Field{{Key: "id", Value: n.ID}}, m)
		}
	}
}
