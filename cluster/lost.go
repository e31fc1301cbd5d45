package cluster

import (
	"time"

	"zlog/event"
)

// lost makes the fact blank-again: a member that had raft state starts without any. Who was taken out before may start
// without, and a second process of the same id has not lost what the first one holds.
func (s *Story) lost(n *Node) {
	var had, before *event.Match // what shows its state, and the blank start before
	for _, m := range n.telling {
		switch {
		case m.Effect == "blank":
			if had == nil {
				had = s.counted(n, before, m)
			}
			if had != nil && !s.takenOut(n, had.At, m.At) && !n.unseenEnd(m.At) {
				removal := "none"
				if !s.ledThrough(n, had.At, m.At) {
					removal = "unseen"
				}
				s.fact("blank-again", n.Name, m.At, []event.Field{{Key: "id", Value: n.ID}, {Key: "removal", Value: removal}}, m, had)
			}
			had, before = nil, m
		case len(servers(m.Capture("servers"))) > 0, m.Effect == "became-leader", m.Effect == "log-short":
			had = m
		}
	}
}

// unseenEnd says whether the run before the one of a time did not end where its log does: whoever starts then without any
// state may be another process.
func (n *Node) unseenEnd(at time.Time) bool {
	now := n.runAt(at)
	for i, r := range n.Runs {
		if i > 0 && r == now {
			return n.Runs[i-1].How == Unseen
		}
	}
	return false
}

// rolledBack makes the fact rolled-back: a node applied an entry, and later says that its raft log ends before that one. An
// older copy of its directory was put back.
func (s *Story) rolledBack(n *Node) {
	for _, m := range n.telling {
		if m.Effect != "log-short" || number(m.Capture("last")) == 0 { // nothing at all is blank-again
			continue
		}
		had, known := n.lastIndex(m.At.Add(-time.Second))
		if started := n.startBefore(m.At); known && started != nil && had > number(m.Capture("last"))+leastLost {
			s.fact("rolled-back", n.Name, m.At, []event.Field{{Key: "last", Value: m.Capture("last")}, {Key: "had", Value: itoa(int(had))}}, m, started)
			return
		}
	}
}

// startBefore gives the line of the last start before a time, if another run came before that one.
func (n *Node) startBefore(at time.Time) *event.Match {
	var start *event.Match
	for i, r := range n.Runs {
		if i > 0 && r.Start != nil && r.Start.At.Before(at) {
			start = r.Start
		}
	}
	return start
}

// counted gives the line with which another node counts this one, at its own address, among the members before it starts
// blank, and after the blank start before that. It must be known how their clocks compare. Who is added has no state yet: if
// its log goes back to that blank start, it must have applied something since.
func (s *Story) counted(n *Node, before, blank *event.Match) *event.Match {
	if n.Pairs < leastPairs || n.ID == "" || s.twin(n) || before != nil && !n.appliedBetween(before.At, blank.At) {
		return nil
	}
	var found *event.Match
	for _, mb := range s.members {
		if mb.node == n.Name || mb.at.After(blank.At.Add(-2*time.Second)) || before != nil && mb.at.Before(before.At) {
			continue
		}
		for _, sv := range mb.servers {
			if sv.id == n.ID && (sv.address == n.Address || n.Address == "") {
				found = mb.match
			}
		}
	}
	return found
}

// appliedBetween says whether a node applied a raft entry or took over a snapshot between two times.
func (n *Node) appliedBetween(from, to time.Time) bool {
	for _, st := range n.streams {
		for _, a := range st.applied {
			if at := a.at().Add(-n.Offset); at.After(from) && at.Before(to) {
				return true
			}
		}
	}
	for _, m := range n.telling {
		if (m.Effect == "snapshot-received" || m.Effect == "snapshot-applied") && m.At.After(from) && m.At.Before(to) {
			return true
		}
	}
	return false
}

// ledThrough says whether a node that led between two times left a whole log of them, so that it would show a removal.
func (s *Story) ledThrough(n *Node, from, to time.Time) bool {
	for _, r := range s.reigns {
		o := s.node(r.node)
		if o == nil || o == n || r.from.After(to) || r.to.Before(from) {
			continue
		}
		whole := true
		for _, g := range s.gaps {
			whole = whole && (g.node != o || g.to.Before(from) || g.from.After(to))
		}
		if whole {
			return true
		}
	}
	return false
}

// takenOut says whether some node's configuration lost a member between two times.
func (s *Story) takenOut(n *Node, from, to time.Time) bool {
	for _, m := range s.telling {
		if removes(m) && n.ID != "" && m.Capture("member") == n.ID && m.At.After(from) && m.At.Before(to) {
			return true
		}
	}
	return false
}

// removes says whether a match is a configuration without a member that the one before had.
func removes(m *event.Match) bool {
	return m.Effect == "members-changed" && (m.Capture("command") == "3" || m.Capture("command") == "RemoveServer")
}
