package cluster

import (
	"time"

	"zlog/event"
)

// overAfter is how long, in the logs' time, a cure must hold before trouble counts as over. A restart loop or a leader
// that comes and goes is one trouble, not many.
const overAfter = 5 * time.Second

// The effects of trouble that goes on until something ends it.
//
//	seeking    a node without a leader     until it leads, or follows somebody
//	dead       a process that ended        until it leads or follows somebody again
//	cut        a connection                until it is there again, or the peer leads or follows somebody
//	read-only  a model that takes no write until it does
//
// lingering trouble is not over as long as the logs show no more than silence about it.
var (
	seeking = map[string]bool{"stepped-down": true, "lost-leader": true, "became-candidate": true, "leaderless": true,
		"vote-refused": true, "write-failed": true, "waiting": true}
	dead      = map[string]bool{"panicked": true, "aborted": true, "start-failed": true, "restart-due": true}
	cut       = map[string]bool{"unreachable": true, "contact-missed": true, "peer-disconnected": true, "connection-broke": true}
	lingering = map[string]bool{"refused-cluster": true, "incompatible": true, "apply-failed": true}
)

// Place is a line.
type Place struct {
	Source string
	Line   int
}

// Over says whether the trouble that some lines show has ended: every one of them that tells of something that goes on
// was followed by what ends it, and none came after that. It gives the line that ended it, nil if the trouble goes on,
// is not of a kind that ends, or ended only just now. No clock but the logs' has a say: latest is the time of the
// last line that was read, of whatever kind.
func (s *Story) Over(lines []Place, latest time.Time) *event.Match {
	wanted := make(map[Place]bool, len(lines))
	for _, p := range lines {
		wanted[p] = true
	}
	var cure *event.Match
	var newest time.Time
	for _, m := range s.Matches {
		if !wanted[Place{m.Source, m.Line}] {
			continue
		}
		newest = later(newest, m.LastAt)
		var c *event.Match
		switch {
		case lingering[m.Effect]:
			return nil
		case seeking[m.Effect], dead[m.Effect]:
			c = s.led(m.Node, m.LastAt)
		case cut[m.Effect]:
			if c = s.met(m); c == nil {
				if n := s.whose(m.Capture("peer"), m.Capture("address")); n != nil {
					c = s.led(n.Name, m.LastAt)
				}
			}
		case m.Effect == "read-only":
			c = s.first(m.Node, m.LastAt, func(o *event.Match) bool { return o.Effect == "read-write" })
		default:
			continue
		}
		if c == nil {
			return nil
		}
		if cure == nil || c.At.After(cure.At) {
			cure = c
		}
	}
	if cure == nil || newest.After(cure.At) || later(s.End(), latest).Sub(cure.At) < overAfter {
		return nil
	}
	return cure
}

// first gives a node's first match after a time that is as wanted.
func (s *Story) first(node string, after time.Time, wanted func(*event.Match) bool) *event.Match {
	n := s.node(node)
	if n == nil {
		return nil
	}
	for _, m := range n.matches {
		if m.At.After(after) && wanted(m) {
			return m
		}
	}
	return nil
}

// led gives the first line after a time in which a node says that it leads, or whom it follows.
func (s *Story) led(node string, after time.Time) *event.Match {
	return s.first(node, after, func(m *event.Match) bool {
		return m.Effect == "became-leader" || m.Effect == "became-follower" && m.Capture("leader") != ""
	})
}

// met gives the first line after a lost connection that says that it is there again.
func (s *Story) met(lost *event.Match) *event.Match {
	return s.first(lost.Node, lost.LastAt, func(m *event.Match) bool {
		if m.Effect != "peer-connected" && m.Effect != "replicating" {
			return false
		}
		peer, address := lost.Capture("peer"), lost.Capture("address")
		return peer != "" && m.Capture("peer") == peer || address != "" && m.Capture("address") == address
	})
}
