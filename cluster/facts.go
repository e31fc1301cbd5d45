package cluster

import (
	"time"

	"zlog/event"
)

// Facts names every fact that a story may hold, for checking rules.
var Facts = []string{"restart", "killed", "restart-loop", "leader", "leader-changed", "leader-moved", "leader-handed-over",
	"failover", "flapping", "no-leader", "shut-out", "quorum-lost", "quorum-unreachable", "link-down", "frozen", "same-id",
	"member-replaced", "history-conflict", "blank-again", "rolled-back", "versions-differ", "clock-skew", "address-changed", "address-left", "start-stuck", "took-part", "apply-disagreement",
	"removed-running"}

func (s *Story) facts() {
	for _, n := range s.Nodes {
		s.restarts(n)
		s.lost(n)
		s.rolledBack(n)
		s.frozen(n)
		s.stuck(n)
		s.tookPart(n)
		s.elsewhere(n)
	}
	s.changes()
	s.leaderless()
	s.links()
	s.twins()
	s.removed()
	s.conflicts()
	s.disagreements()
	s.versions()
	s.clocks()
}

// tookPart makes the fact took-part: the node was in a cluster at some time, however little of its log is left.
func (s *Story) tookPart(n *Node) {
	tell := func(how string, m *event.Match) {
		at := n.First
		if m != nil {
			at = m.At
		}
		s.fact("took-part", n.Name, at, []event.Field{{Key: "how", Value: how}}, m)
	}
	for _, m := range n.telling {
		switch m.Effect {
		case "became-leader":
			tell("led", m)
		case "became-follower", "lost-leader":
			if m.Capture("leader") != "" {
				tell("followed", m)
			}
		case "log-short", "replicating", "member-added", "append-rejected", "vote-refused", "contact-missed", "write-failed", "snapshot-received":
			tell("replicated", m)
		}
	}
	for _, st := range n.streams {
		if l := len(st.applied); l > ownEntries || l > 0 && st.applied[l-1].index > ownIndex {
			tell("applied", nil)
			break
		}
	}
	for _, m := range s.telling {
		switch {
		case m.Node == n.Name:
			continue
		case m.Effect == "replicating" && s.whose(m.Capture("peer"), m.Capture("address")) == n: // a leader builds on what it has
			tell("replicated", m)
			return
		case m.Effect == "became-follower" && n.ID != "" && m.Capture("leader") == n.ID:
			tell("led", m)
			return
		}
	}
}

// A node that founds a raft applies its own first entries: so many of them, and up to that index.
const (
	ownEntries = 2
	ownIndex   = 10
)

func startOf(n *Node) *event.Match {
	for _, r := range n.Runs {
		if r.Start != nil {
			return r.Start
		}
	}
	return nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// clocks makes the fact clock-skew: a clock that is off by more than two seconds, but not by a whole quarter of an
// hour, which is a time zone; or one that was set while its node ran.
func (s *Story) clocks() {
	for _, n := range s.Nodes {
		if n.ahead != 0 {
			s.fact("clock-skew", n.Name, n.First, []event.Field{{Key: "offset", Value: n.ahead.Round(100 * time.Millisecond).String()},
				{Key: "pairs", Value: itoa(n.Pairs)}, {Key: "line", Value: itoa(n.jumped)}}, n.leapt)
			continue
		}
		off := n.Offset.Abs()
		rest := off % (15 * time.Minute)
		if rest > 15*time.Minute/2 {
			rest = 15*time.Minute - rest
		}
		if off > 2*time.Second && rest > 2*time.Second {
			s.fact("clock-skew", n.Name, n.First, []event.Field{{Key: "offset", Value: n.Offset.Round(100 * time.Millisecond).String()},
				{Key: "pairs", Value: itoa(n.Pairs)}}, startOf(n))
		}
	}
}

// stateOf tells what a node was at the end of its log.
func (s *Story) stateOf(n *Node) string {
	state := "unknown"
	for _, m := range n.telling {
		switch m.Effect {
		case "started":
			state = "running"
		case "waiting":
			if state != "leader" && state != "follower" {
				state = "waiting"
			}
		case "became-leader":
			state = "leader"
		case "became-candidate":
			state = "candidate"
		case "became-follower":
			state = "follower"
		case "stopping", "stopped":
			state = "stopped"
		case "panicked", "aborted", "start-failed":
			state = "stopped"
		}
	}
	return state
}
