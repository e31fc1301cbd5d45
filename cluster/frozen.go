package cluster

import (
	"time"

	"zlog/event"
)

// unmissed is how long before a follower's time-out its leader may miss it when a link breaks between the two: both wait.
// Who stood still is missed for longer.
const unmissed = 5 * time.Second

// leastMissed is how long before a node goes on its peers miss it at least, if it stood still. A quiet node whose connection
// breaks is missed in the moment in which it writes of that itself. Those that stood still together miss each other afterwards.
const leastMissed = 2 * time.Second

// frozen makes the fact frozen: a node is silent for seconds while its peers miss it, and wakes to find time passed.
//
//	peers   ··✗ missed it ✗✗✗✗✗·······
//	node    ──┤     silence     ├─ "I lost contact" ─ goes on, no restart
func (s *Story) frozen(n *Node) {
	var first *event.Match // the first line after a silence; many threads wake at once, and which writes first is chance
	for _, m := range n.matches {
		if m.Silence >= 6*time.Second {
			first = m
		}
		if m.Effect == "started" || m.Effect == "starting" {
			first = nil // no one process was silent
		}
		if m.Effect == "contact-missed" && m.Capture("elapsed") != "" {
			first = nil // it heard of the other a moment before: it was silent because it was quiet
		}
		if first == nil || m.Stream != first.Stream || m.Source != first.Source || m.At.Sub(first.At) > time.Second || m.Effect != "stepped-down" &&
			m.Effect != "lost-leader" && m.Effect != "contact-missed" && m.Effect != "connection-broke" {
			continue
		}
		silence, from := first.Silence, first.At.Add(-first.Silence)
		if s.holed(n, from, first.At) {
			continue // it wrote, and the lines are not here
		}
		if m.Effect == "lost-leader" && silence < 10*time.Second {
			continue // a quiet follower whose leader went away waits about as long
		}
		missed := s.missed(n, from, m)
		if missed == nil || m.Effect == "lost-leader" && first.At.Sub(missed.At) < unmissed {
			continue
		}
		soon := 15 * time.Second
		if first.At.Sub(missed.At) < leastMissed {
			if m.Effect == "connection-broke" || !s.node(missed.Node).wokeAt(missed.At) {
				continue
			}
			soon = awake
		}
		if !s.cutOff(n, from, m.At) && s.heardAgain(n, m, soon) {
			s.fact("frozen", n.Name, from, []event.Field{{Key: "for", Value: spell(silence)}}, m, missed)
			first = nil
		}
	}
}

// wokeAt says whether a node was silent itself until shortly before a time.
func (n *Node) wokeAt(at time.Time) bool {
	for _, m := range n.matches {
		if m.Silence >= 6*time.Second && !m.At.After(at) && at.Sub(m.At) <= time.Second {
			return true
		}
	}
	return false
}

// awake is how soon nodes that stood still together are in touch again. If a link between quiet nodes is cut, both write of it at
// once, too, and it takes until the link is there again.
const awake = 5 * time.Second

// missed gives the first line in which a peer misses a node from a time until woke, the line with which it goes on; nil if none does.
func (s *Story) missed(n *Node, from time.Time, woke *event.Match) *event.Match {
	for _, o := range s.telling {
		if o.Node == n.Name || o.At.Before(from) || o.At.After(woke.At.Add(500*time.Millisecond)) {
			continue
		}
		switch o.Effect {
		case "contact-missed", "peer-disconnected", "unreachable":
			if s.whose(o.Capture("peer"), o.Capture("address")) != n || o.Capture("why") == "timeout" || o.Capture("why") == "refused" {
				continue
			}
			if woke.Effect == "lost-leader" && s.ledBy(o.Node, woke.At) == nil {
				continue // who missed it was in trouble itself
			}
			return o
		case "lost-leader":
			if n.ID != "" && o.Capture("leader") == n.ID {
				return o
			}
		}
	}
	return nil
}

// cutOff says whether the link of a node was cut, from a time until shortly after another: dials time out, on either side.
func (s *Story) cutOff(n *Node, from, to time.Time) bool {
	for _, o := range s.telling {
		if o.Effect == "unreachable" && o.Capture("why") == "timeout" && o.At.After(from) && o.At.Before(to.Add(20*time.Second)) &&
			(o.Node == n.Name || s.whose(o.Capture("peer"), o.Capture("address")) == n) {
			return true
		}
	}
	return false
}

// heardAgain says whether a node is in touch with the others soon after a line of its own, perhaps in the same second: text logs tell
// no more.
func (s *Story) heardAgain(n *Node, woke *event.Match, soon time.Duration) bool {
	for _, o := range s.telling {
		if o.At.Before(woke.At) || o.Seq == woke.Seq || !o.At.Before(woke.At.Add(soon)) {
			continue
		}
		switch o.Effect {
		case "became-follower":
			if o.Node == n.Name && o.Capture("leader") != "" {
				return true
			}
		case "became-leader", "peer-connected":
			if o.Node == n.Name {
				return true
			}
		case "replicating":
			if s.whose(o.Capture("peer"), "") == n {
				return true
			}
		}
	}
	return false
}
