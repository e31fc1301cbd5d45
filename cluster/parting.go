package cluster

import (
	"time"

	"zlog/event"
)

// parting is how the end of a run of which its log says nothing looks to the others. A process that is killed takes its
// connections with it at once, so that its log ends with what it last did; a log that was cut ends while the others still
// deal with its process:
//
//	killed  node ─a─a─a─┤            cut  node ─a─a─┤ · · · ·
//	        peer ─a─a─a─✗ lost it         peer ─a─a─a─a─a─a─✗ lost it, or never
type parting struct {
	linked bool         // another node was in contact with it then
	lost   *event.Match // the first line in which such a node says that it lost it, nil for none
	missed int          // entries that such a node applied after the end of the log, and before that
}

// cut says whether the log ends before its process did. It may also have stood still for a while before it ended.
func (p parting) cut() bool { return p.lost != nil && p.missed >= leastLost }

// unbroken says whether the others never lost contact, so that the process went on.
func (p parting) unbroken() bool { return p.linked && p.lost == nil }

// Entries that a node applied just before it lost another may have been on their way to that one. A connection breaks at
// once when a process ends; that a machine is gone shows only by its silence.
const (
	underWay = quarter * time.Millisecond
	unheard  = 10 * time.Second
)

// parting tells of the end of a node's i-th run.
func (s *Story) parting(n *Node, i int) parting {
	var p parting
	r, until := n.Runs[i], s.End()
	if i+1 < len(n.Runs) {
		until = n.Runs[i+1].From.Add(5 * time.Second)
	}
	last, whole := n.lastIndex(r.To)
	for _, o := range s.Nodes {
		if n.ID == "" || o.ID == n.ID || !compared(o, n) || !s.linked(o, n, r.To) || o.fellWith(r.To) {
			continue
		}
		p.linked = true
		lost := s.lossOf(o, n, r.To, until)
		by := o.Last
		if lost != nil {
			by = lost.At.Add(-underWay)
			if lost.Effect == "contact-missed" {
				by = lost.At.Add(-unheard)
			}
			if p.lost == nil || lost.At.Before(p.lost.At) {
				p.lost = lost
			}
		}
		missed := 0
		for _, st := range o.streams {
			for _, a := range st.applied {
				at := a.at().Add(-o.Offset)
				if whole && a.index > last && !at.After(by) && !at.After(until) {
					missed++
				}
			}
		}
		p.missed = max(p.missed, missed)
	}
	return p
}

// fellWith says whether a node ended without a word itself, too soon after a time to notice who else did: power that fails
// takes all hosts at once.
func (n *Node) fellWith(at time.Time) bool {
	for _, r := range n.Runs {
		if r.How == NoTrace && !r.From.After(at) && r.To.After(at.Add(-unheard)) && r.To.Before(at.Add(time.Second)) {
			return true
		}
	}
	return false
}

// lastIndex gives the last raft entry that a node applied up to a time, and whether later ones would be known.
func (n *Node) lastIndex(at time.Time) (last uint64, known bool) {
	for _, st := range n.streams {
		known = known || len(st.applied) > 0
		if len(st.applied) >= MostApplied {
			return 0, false
		}
		for _, a := range st.applied {
			if !a.at().Add(-n.Offset).After(at) {
				last = max(last, a.index)
			}
		}
	}
	return last, known && last > 0
}

// linked says whether one node was in contact with another at a time, by its own lines.
func (s *Story) linked(o, n *Node, at time.Time) bool {
	up := false
	for _, m := range o.matches {
		if m.At.After(at.Add(100 * time.Millisecond)) {
			break
		}
		switch {
		case m.Effect == "started" || m.Effect == "stopping":
			up = false
		case m.Effect == "became-follower" && m.Capture("leader") != "":
			up = up || m.Capture("leader") == n.ID
		case s.whose(m.Capture("peer"), m.Capture("address")) != n:
		case m.Effect == "peer-connected" || m.Effect == "replicating":
			up = true
		case cut[m.Effect] && !m.At.After(at): // what breaks off right after it stood at that time
			up = false
		}
	}
	return up
}

// lossOf gives the first line after a time in which one node says that it lost another, unless it had it back at once.
func (s *Story) lossOf(o, n *Node, after, until time.Time) *event.Match {
	for _, m := range o.telling {
		if m.At.Before(after.Add(-time.Second)) || m.At.After(until) {
			continue
		}
		if m.Effect == "lost-leader" && m.Capture("leader") == n.ID {
			return m
		}
		if cut[m.Effect] && s.whose(m.Capture("peer"), m.Capture("address")) == n {
			if back := s.met(m); back == nil || back.At.Sub(m.At) > time.Second {
				return m
			}
		}
	}
	return nil
}

// took says whether a run opened its storage, so that no other process held it.
func (r *Run) took(n *Node) bool {
	for _, m := range n.telling {
		if !m.At.Before(r.From) && !m.At.After(r.To) && (opens(m.Effect) || m.Effect == "model-opened") {
			return true
		}
	}
	return false
}

// startsOnly says whether the log of a run, the last one, ends so soon that it does not show what came of the start. Who is
// in no cluster says little once its model is open.
func (r *Run) startsOnly(n *Node) bool {
	if n.Last.Sub(r.From) >= stuckAfter || r.Start == nil && len(n.Runs) < 2 && !r.begins {
		return false
	}
	clustered, open := false, false
	for _, m := range n.telling {
		if m.At.Before(r.From) {
			continue
		}
		if works[m.Effect] || m.Effect == "became-follower" && m.Capture("leader") != "" {
			return false
		}
		clustered = clustered || opens(m.Effect)
		open = open || m.Effect == "model-opened"
	}
	return clustered || !open
}

// works are the effects that only a process has that came through its start.
var works = map[string]bool{"waiting": true, "became-leader": true, "peer-connected": true, "replicating": true, "log-short": true,
	"members-changed": true, "cluster-id": true, "read-only": true, "read-write": true, EffectApplied: true}
