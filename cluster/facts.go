package cluster

import (
	"strings"
	"time"

	"zlog/event"
)

// Facts names every fact that a story may hold, for checking rules.
var Facts = []string{"restart", "killed", "restart-loop", "leader", "leader-changed", "leader-moved", "leader-handed-over",
	"failover", "flapping", "no-leader", "shut-out", "quorum-lost", "quorum-unreachable", "link-down", "frozen", "same-id",
	"member-replaced", "history-conflict", "blank-again", "rolled-back", "versions-differ", "clock-skew", "address-changed", "start-stuck", "took-part", "apply-disagreement",
	"removed-running"}

func (s *Story) facts() {
	for _, n := range s.Nodes {
		s.restarts(n)
		s.lost(n)
		s.rolledBack(n)
		s.frozen(n)
		s.stuck(n)
		s.tookPart(n)
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
	for _, m := range n.matches {
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
	for _, m := range s.Matches {
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

// lost makes the fact blank-again: a member that had raft state starts without any. Who was taken out before may start
// without, and a second process of the same id has not lost what the first one holds.
func (s *Story) lost(n *Node) {
	var had, before *event.Match // what shows its state, and the blank start before
	for _, m := range n.matches {
		switch {
		case m.Effect == "blank":
			if had == nil {
				had = s.counted(n, before, m)
			}
			if had != nil && !s.takenOut(n, had.At, m.At) {
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

// rolledBack makes the fact rolled-back: a node applied an entry, and later says that its raft log ends before that one. An
// older copy of its directory was put back.
func (s *Story) rolledBack(n *Node) {
	for _, m := range n.matches {
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
// blank, and after the blank start before that. It must be known how their clocks compare.
func (s *Story) counted(n *Node, before, blank *event.Match) *event.Match {
	if n.Pairs < leastPairs || n.ID == "" || s.twin(n) {
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
	for _, m := range s.Matches {
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

// twin says whether another node of the same id ran while this one did.
func (s *Story) twin(n *Node) bool {
	for _, o := range s.Nodes {
		if o != n && n.ID != "" && o.ID == n.ID && o.First.Before(n.Last) && n.First.Before(o.Last) {
			return true
		}
	}
	return false
}

// unmissed is how long before a follower's time-out its leader may miss it when a link breaks between the two: both wait.
// Who stood still is missed for longer.
const unmissed = 5 * time.Second

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
		var missed *event.Match
		for _, o := range s.Matches {
			if o.Node == n.Name || o.At.Before(from) || o.At.After(m.At.Add(500*time.Millisecond)) {
				continue
			}
			switch o.Effect {
			case "contact-missed", "peer-disconnected", "unreachable":
				if s.whose(o.Capture("peer"), o.Capture("address")) != n || o.Capture("why") == "timeout" || o.Capture("why") == "refused" {
					continue
				}
				if m.Effect == "lost-leader" && s.ledBy(o.Node, m.At) == nil {
					continue // who missed it was in trouble itself
				}
			case "lost-leader":
				if n.ID == "" || o.Capture("leader") != n.ID {
					continue
				}
			default:
				continue
			}
			missed = o
			break
		}
		if missed == nil || m.Effect == "lost-leader" && first.At.Sub(missed.At) < unmissed {
			continue
		}
		cut := false // a cut link shows as dials that time out, on either side
		for _, o := range s.Matches {
			if o.Effect == "unreachable" && o.Capture("why") == "timeout" && o.At.After(from) && o.At.Before(m.At.Add(20*time.Second)) &&
				(o.Node == n.Name || s.whose(o.Capture("peer"), o.Capture("address")) == n) {
				cut = true
			}
		}
		back := false // it woke and was heard, perhaps in the same second: text logs tell no more
		for _, o := range s.Matches {
			if !o.At.Before(m.At) && o.Seq != m.Seq && o.At.Before(m.At.Add(15*time.Second)) && (o.Node == n.Name && (o.Effect == "became-follower" && o.Capture("leader") != "" ||
				o.Effect == "became-leader" || o.Effect == "peer-connected") || o.Effect == "replicating" && s.whose(o.Capture("peer"), "") == n) {
				back = true
			}
		}
		if !cut && back {
			s.fact("frozen", n.Name, from, []event.Field{{Key: "for", Value: spell(silence)}}, m, missed)
			first = nil
		}
	}
}

// twins makes the facts same-id (two processes of one id at one time) and member-replaced (a member is taken out and
// one of the same id at another address is put in its place).
func (s *Story) twins() {
	for i, a := range s.Nodes {
		for _, b := range s.Nodes[i+1:] {
			x, y := s.seat(a), s.seat(b) // up to 1.3 a process tells of its name, which two members may share
			if a.ID != "" && a.ID == b.ID && a.First.Before(b.Last) && b.First.Before(a.Last) && (x == y && x != "" || a.Address == b.Address) {
				s.fact("same-id", b.Name, later(a.First, b.First), []event.Field{{Key: "id", Value: a.ID}, {Key: "other", Value: a.Name}},
					startOf(b), startOf(a))
			}
		}
	}
	type removal struct {
		m       *event.Match
		address string
	}
	gone := map[string]removal{}
	known := map[string]string{}
	for _, m := range s.Matches {
		sv := servers(m.Capture("servers"))
		if m.Effect == "members-changed" {
			id := m.Capture("member")
			if removes(m) {
				if known[id] != "" {
					gone[m.Node+"\x00"+id] = removal{m, known[id]}
				}
			} else if r, ok := gone[m.Node+"\x00"+id]; ok && m.At.Sub(r.m.At) <= 2*time.Second && m.Capture("address") != r.address {
				// the old one still runs: it did not start anew shortly before
				old := s.whose("", r.address)
				moved := old != nil && old.ID == id && recentStart(old, m.At)
				if !moved {
					s.fact("member-replaced", m.Node, m.At, []event.Field{{Key: "member", Value: id}, {Key: "old", Value: r.address},
						{Key: "new", Value: m.Capture("address")}}, m, r.m)
				} else {
					s.fact("address-changed", m.Node, m.At, []event.Field{{Key: "member", Value: id}, {Key: "old", Value: r.address},
						{Key: "new", Value: m.Capture("address")}}, m, r.m)
				}
			}
		}
		for _, v := range sv {
			known[v.id] = v.address
		}
	}
	// a peer connects under another address than the configuration has
	known = map[string]string{}
	told := map[string]bool{}
	for _, m := range s.Matches {
		for _, v := range servers(m.Capture("servers")) {
			known[v.id] = v.address
		}
		id, addr := m.Capture("peer"), m.Capture("address")
		if m.Effect == "peer-connected" && addr != "" && strings.Contains(addr, ":") && known[id] != "" && known[id] != addr && !told[id+addr] {
			told[id+addr] = true
			n := s.whose(id, "")
			if n == nil || recentStart(n, m.At) {
				s.fact("address-changed", m.Node, m.At, []event.Field{{Key: "member", Value: id}, {Key: "old", Value: known[id]},
					{Key: "new", Value: addr}}, m)
			}
		}
	}
}

// seat gives the id under which a configuration has a node's own address, "" for none.
func (s *Story) seat(n *Node) string {
	own := ownAddresses(n)
	for _, m := range s.members {
		for _, sv := range m.servers {
			if has(own, sv.address) {
				return sv.id
			}
		}
	}
	return ""
}

func recentStart(n *Node, at time.Time) bool {
	for _, r := range n.Runs[min(1, len(n.Runs)):] {
		if r.From.Before(at) && at.Sub(r.From) < 2*time.Minute {
			return true
		}
	}
	return false
}

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

// conflicts makes the fact history-conflict: two nodes applied different commands under one raft index.
func (s *Story) conflicts() {
	type first struct {
		a apply
		n *Node
		s *stream
	}
	if len(s.Nodes) < 2 {
		return
	}
	seen := map[uint64]first{}
	told := map[string]bool{}
	for _, n := range s.Nodes {
		for _, st := range n.streams {
			for _, a := range st.applied {
				o, ok := seen[a.index]
				if !ok {
					seen[a.index] = first{a, n, st}
					continue
				}
				if o.n == n || o.a.kind == a.kind || a.kind == "" || told[o.n.Name+"\x00"+n.Name] || s.strangers(o.n, n) {
					continue
				}
				told[o.n.Name+"\x00"+n.Name] = true
				line := func(n *Node, st *stream, a apply) *event.Match {
					return &event.Match{Signature: "applied-entry", Node: n.Name, Source: st.key.source, Stream: st.key.name, Line: a.line, Time: a.at,
						At: a.at.Add(-n.Offset), Last: a.at, LastAt: a.at.Add(-n.Offset), Count: 1, Text: "index " + itoa(int(a.index)) + ": " + a.kind}
				}
				s.fact("history-conflict", n.Name, later(a.at.Add(-n.Offset), o.a.at.Add(-o.n.Offset)),
					[]event.Field{{Key: "index", Value: itoa(int(a.index))}, {Key: "other", Value: o.n.Name}}, line(n, st, a), line(o.n, o.s, o.a))
			}
		}
	}
}

// strangers says whether two nodes are known to belong to clusters of their own: each founded one or is in some
// configuration, and no configuration has both.
func (s *Story) strangers(a, b *Node) bool {
	seenA, seenB := a.ClusterID != "", b.ClusterID != ""
	for _, m := range s.members {
		var hasA, hasB bool
		for _, sv := range m.servers {
			hasA = hasA || sv.id == a.ID || m.node == a.Name
			hasB = hasB || sv.id == b.ID || m.node == b.Name
		}
		if hasA && hasB {
			return false
		}
		seenA, seenB = seenA || hasA, seenB || hasB
	}
	return seenA && seenB
}

// disagreements makes the fact apply-disagreement: an entry failed on one node and was applied without an error on
// another whose log shows it.
func (s *Story) disagreements() {
	type failure struct {
		node *Node
		m    *event.Match
	}
	failed := map[uint64][]failure{}
	for _, m := range s.Matches {
		if i := number(m.Capture("index")); m.Effect == "apply-failed" && i > 0 {
			failed[i] = append(failed[i], failure{s.node(m.Node), m})
		}
	}
	told := map[string]bool{}
	for _, n := range s.Nodes {
		for _, st := range n.streams {
			for _, a := range st.applied {
				fs := failed[a.index]
				if len(fs) == 0 || told[n.Name] {
					continue
				}
				if n.failedAt(a.index) {
					continue
				}
				told[n.Name] = true
				s.fact("apply-disagreement", fs[0].node.Name, later(fs[0].m.At, a.at.Add(-n.Offset)), []event.Field{{Key: "index", Value: itoa(int(a.index))},
					{Key: "other", Value: n.Name}, {Key: "error", Value: fs[0].m.Capture("error")}}, fs[0].m)
			}
		}
	}
}

func (n *Node) failedAt(index uint64) bool {
	for _, st := range n.streams {
		if st.failed[index] {
			return true
		}
	}
	return false
}

// versions makes the fact versions-differ: nodes ran different releases at one time. It is over if both end on one release; unknown if a hole may hide that.
func (s *Story) versions() {
	told := map[string]bool{}
	for i, a := range s.Nodes {
		for _, b := range s.Nodes[i+1:] {
			for _, x := range a.Runs {
				for _, y := range b.Runs {
					if x.Version == "" || y.Version == "" || x.Version == y.Version || told[a.Name+b.Name] ||
						x.To.Before(y.From) || y.To.Before(x.From) {
						continue
					}
					told[a.Name+b.Name] = true
					over := "no"
					switch {
					case lastVersion(a) == lastVersion(b):
						over = "yes"
					case s.mayHaveRestarted(a) || s.mayHaveRestarted(b):
						over = "unknown"
					}
					s.fact("versions-differ", b.Name, later(x.From, y.From), []event.Field{{Key: "version", Value: y.Version},
						{Key: "other", Value: a.Name}, {Key: "other-version", Value: x.Version}, {Key: "over", Value: over}}, y.Start, x.Start)
				}
			}
		}
	}
}

// mayHaveRestarted says whether a node's log has a hole after the last start that it shows.
func (s *Story) mayHaveRestarted(n *Node) bool {
	last := lastRun(n)
	for _, g := range s.gaps {
		if g.node == n && g.kind == gapHole && last != nil && g.to.After(last.From) {
			return true
		}
	}
	return false
}

// lastVersion gives the release that a node ran last, "" if it never said.
func lastVersion(n *Node) string {
	v := ""
	for _, r := range n.Runs {
		if r.Version != "" {
			v = r.Version
		}
	}
	return v
}

// clocks makes the fact clock-skew: a clock that is off by more than two seconds, but not by a whole quarter of an
// hour, which is a time zone.
func (s *Story) clocks() {
	for _, n := range s.Nodes {
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
	for _, m := range n.matches {
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
