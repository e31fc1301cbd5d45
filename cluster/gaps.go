package cluster

import (
	"cmp"
	"slices"
	"sort"
	"time"

	"zlog/event"
)

// A gap is a span in which lines of a node are missing, or may be.
//
//	late   · · · · · ├──────────────────────┤  its log begins in the midst of a process's life
//	hole   ├──────────┤ · · · ├─────────────┤  the others saw what its log does not have
//	early  ├────────────────────┤ · · · · · ·  its log stops without an end while the others' go on
//	start  ├──────────────────┤s · · · · · ·   its log stops before it shows what came of a start
type gap struct {
	kind     gapKind
	node     *Node
	from, to time.Time    // on the common clock
	lost     int          // raft entries that its log must have and does not; 0 if none tell
	more     int          // holes besides the first that it stands for
	why      string       // what in its own log shows that lines are missing, "" for nothing
	sign     *event.Match // a line of another node's about it that its log does not bear out, nil for none
}

type gapKind string

const (
	gapLate  gapKind = "late"
	gapHole  gapKind = "hole"
	gapEarly gapKind = "early"
	gapStart gapKind = "start"
)

const (
	longSilence = 30 * time.Second // a log that is silent for so long at an end, while others write, may be cut
	leastLost   = 3                // entries that must be missing: one or two may be on their way when a process ends
	leastStrewn = 5                // entries that must be missing one by one
	mostGaps    = 100              // that are looked for of a kind on a node
)

// completeness finds the gaps of all nodes, node by node in time order.
func (s *Story) completeness() {
	begin, end := s.Begin(), s.End()
	for _, n := range s.Nodes {
		if len(n.Runs) == 0 {
			continue
		}
		if n.beginsLate() && n.First.Sub(begin) > longSilence {
			s.gaps = append(s.gaps, gap{kind: gapLate, node: n, from: begin, to: n.First})
		}
		gs := append(s.skips(n), s.unseenRestarts(n)...)
		gs = append(append(append(gs, s.unseenMeetings(n)...), n.unseenTurns()...), s.unseenEnds(n)...)
		s.gaps = append(s.gaps, joined(gs)...)
		last := lastRun(n)
		if last.How != LogEnd {
			continue
		}
		p := s.parting(n, len(n.Runs)-1)
		g := gap{kind: gapEarly, node: n, from: n.Last, to: end, lost: p.missed, sign: p.lost}
		switch {
		case p.missed < leastLost && last.startsOnly(n):
			g.kind, g.lost = gapStart, 0
			s.gaps = append(s.gaps, g)
		case p.cut() || p.unbroken() && p.missed >= leastLost || end.Sub(n.Last) > longSilence:
			s.gaps = append(s.gaps, g)
		}
	}
}

// holed says whether lines of a node are missing within a span.
func (s *Story) holed(n *Node, from, to time.Time) bool {
	for _, g := range s.gaps {
		if g.node == n && g.kind == gapHole && g.from.Before(to) && g.to.After(from) {
			return true
		}
	}
	return false
}

// unseenEnds finds the runs that look killed and were not: the lines between their last one and the next start are missing.
func (s *Story) unseenEnds(n *Node) []gap {
	var out []gap
	looked := 0
	for i := range n.Runs[1:] {
		was, is := n.Runs[i], n.Runs[i+1]
		if was.How != NoTrace || was.Start == nil {
			continue
		}
		if looked++; looked > mostGaps {
			break
		}
		if p := s.parting(n, i); p.cut() || p.unbroken() && is.took(n) {
			was.How = Unseen
			out = append(out, gap{kind: gapHole, node: n, from: was.To, to: is.From, lost: p.missed, sign: p.lost})
		}
	}
	return out
}

// joined makes one gap of holes that touch, in time order.
func joined(gs []gap) []gap {
	slices.SortStableFunc(gs, func(a, b gap) int { return a.from.Compare(b.from) })
	var out []gap
	for _, g := range gs {
		if k := len(out) - 1; k >= 0 && !g.from.After(out[k].to) {
			out[k].to, out[k].lost = later(out[k].to, g.to), max(out[k].lost, g.lost)
			if out[k].sign == nil {
				out[k].sign = g.sign
			}
			if out[k].why == "" {
				out[k].why = g.why
			}
			continue
		}
		out = append(out, g)
	}
	return out
}

// skips finds where a node's log lacks raft entries in the midst of a run: it applied one before and one after, and
// another node those between. Not so if it took over a snapshot in their place.
func (s *Story) skips(n *Node) []gap {
	if len(s.Nodes) < 2 {
		return nil
	}
	own := map[uint64]bool{}
	for _, st := range n.streams {
		for _, a := range st.applied {
			own[a.index] = true
		}
	}
	var out []gap
	for _, o := range s.Nodes {
		if o == n || len(own) == 0 || s.strangers(o, n) {
			continue
		}
		theirs := o.entries()
		for _, st := range n.streams {
			var strewn gap // what is missing here and there, too little each time
			for i := 1; i < len(st.applied); i++ {
				a, b := st.applied[i-1], st.applied[i]
				from, to := a.at().Add(-n.Offset), b.at().Add(-n.Offset)
				if b.index <= a.index+1 || len(out) >= mostGaps {
					continue
				}
				var lost []apply
				for k := sort.Search(len(theirs), func(k int) bool { return theirs[k].index > a.index }); k < len(theirs) && theirs[k].index < b.index; k++ {
					if !own[theirs[k].index] {
						lost = append(lost, theirs[k])
					}
				}
				if len(lost) == 0 || n.runAt(from) != n.runAt(to) || n.has(from, to, "snapshot-received", "blank", "started") {
					continue
				}
				if len(lost) < leastLost {
					if strewn.lost == 0 {
						strewn = gap{kind: gapHole, node: n, from: n.First, to: n.Last}
					}
					strewn.lost += len(lost)
					continue
				}
				g := gap{kind: gapHole, node: n, from: from, to: to, lost: len(lost)}
				g.narrow(lost[0].at().Add(-o.Offset), lost[len(lost)-1].at().Add(-o.Offset))
				out = append(out, g)
			}
			if strewn.lost >= leastStrewn { // a logger that drops lines drops others, too
				out = append(out, strewn)
			}
		}
	}
	return out
}

// narrow takes from a gap what its node's log does have lines of, around what is known to be missing.
func (g *gap) narrow(first, last time.Time) {
	for _, m := range g.node.matches {
		if m.At.After(g.from) && m.At.Before(first) {
			g.from = m.At
		}
		if m.At.After(last) && m.At.Before(g.to) {
			g.to = m.At
		}
	}
}

// unseenRestarts finds where a node's log goes on as if nothing was while another finds its port closed, and open again
// later: the end and the start of a process are missing. Lines between would show that it ran: then the address is wrong.
func (s *Story) unseenRestarts(n *Node) []gap {
	var out []gap
	for _, o := range s.Nodes {
		if o.ID == n.ID || !compared(o, n) {
			continue
		}
		for _, d := range s.outages(o) {
			if d.peer != n || d.refused == 0 || !n.up(d.from.Add(-2*time.Second), d.to.Add(2*time.Second)) || d.shut == nil {
				continue
			}
			before, after := n.around(d.from, d.to)
			if !before.IsZero() && !after.IsZero() {
				out = append(out, gap{kind: gapHole, node: n, from: before, to: after, sign: d.why[0]})
			}
		}
	}
	return out
}

// unseenMeetings finds where another node says that a connection with this one came to be, of which both write, while its
// log is silent.
func (s *Story) unseenMeetings(n *Node) []gap {
	if !n.informs() {
		return nil
	}
	var out []gap
	for _, m := range s.telling {
		if m.Effect != "peer-connected" || m.Node == n.Name || len(out) >= mostGaps || s.whose(m.Capture("peer"), "") != n || !compared(s.node(m.Node), n) || m.Capture("address") != n.Address || s.twin(n) {
			continue
		}
		from, to := m.At.Add(-2*time.Second), m.At.Add(2*time.Second)
		if before, after := n.around(from, to); n.up(from, to) && !before.IsZero() && !after.IsZero() {
			out = append(out, gap{kind: gapHole, node: n, from: before, to: after, sign: m})
		}
	}
	return out
}

// unseenTurns finds where a node leaves a state that its log never has it enter, or has become another release: somewhere
// since the start lines are missing.
func (n *Node) unseenTurns() []gap {
	var turns []*event.Match
	for _, m := range n.telling {
		if m.Effect == "read-only" || m.Effect == "read-write" {
			turns = append(turns, m)
		}
	}
	var out []gap
	for _, r := range n.Runs {
		readOnly := r.Start == nil // what was before its log is not known
		from := r.From
		for _, m := range turns {
			if m.At.Before(r.From) || m.At.After(r.To) {
				continue
			}
			switch {
			case m.Effect == "read-only":
				if v := m.Capture("version"); v != "" && v == r.Version && len(out) < mostGaps {
					out = append(out, gap{kind: gapHole, node: n, from: from, to: m.At, why: "a peer's " + v + " is another release to it, and its last start that is here tells of that very one"})
				}
				readOnly, from = true, m.At
			case m.Effect == "read-write" && !readOnly && len(out) < mostGaps:
				out = append(out, gap{kind: gapHole, node: n, from: from, to: m.At, why: "it is writable again and never says that it went read-only"})
				readOnly, from = false, m.At
			case m.Effect == "read-write":
				readOnly, from = false, m.At
			}
		}
	}
	return out
}

// informs says whether a node's log has lines of level info, at which connections are told of.
func (n *Node) informs() bool {
	for _, m := range n.matches {
		if m.Level == event.LevelInfo {
			return true
		}
	}
	return false
}

// cutShort says whether a node's log ends before its process did, so that it does not tell how that ended.
func (s *Story) cutShort(n *Node) bool {
	for _, g := range s.gaps {
		if g.node == n && (g.kind == gapStart || g.kind == gapEarly && g.lost >= leastLost) {
			return true
		}
	}
	return false
}

// compared says whether it is known how the clocks of two nodes compare, so that the times of one tell of the other.
func compared(a, b *Node) bool {
	return a != b && a.Pairs > 0 && b.Pairs > 0 && a.ahead == 0 && b.ahead == 0
}

// around gives the times of a node's last line before a span and the first after it, zero if it has lines in it.
func (n *Node) around(from, to time.Time) (before, after time.Time) {
	see := func(at time.Time) bool {
		switch {
		case !at.After(from):
			before = later(before, at)
		case at.Before(to):
			return false
		case after.IsZero() || at.Before(after):
			after = at
		}
		return true
	}
	for _, m := range n.matches {
		if !see(m.At) {
			return time.Time{}, time.Time{}
		}
	}
	for _, st := range n.streams {
		for _, a := range st.applied {
			if !see(a.at().Add(-n.Offset)) {
				return time.Time{}, time.Time{}
			}
		}
	}
	return before, after
}

// entries gives what a node applied, each index once, rising.
func (n *Node) entries() []apply {
	if n.risen != nil {
		return n.risen
	}
	all := []apply{}
	for _, st := range n.streams {
		all = append(all, st.applied...)
	}
	byIndex := func(a, b apply) int { return cmp.Compare(a.index, b.index) }
	if !slices.IsSortedFunc(all, byIndex) { // mostly because some are told of twice; what is left is in order
		seen, once := make(map[uint64]bool, len(all)), all[:0]
		for _, a := range all {
			if !seen[a.index] {
				seen[a.index] = true
				once = append(once, a)
			}
		}
		if all = once; !slices.IsSortedFunc(all, byIndex) {
			slices.SortFunc(all, byIndex)
		}
	}
	n.risen = slices.CompactFunc(all, func(a, b apply) bool { return a.index == b.index })
	return n.risen
}

// has says whether a node has a match of some effect within a span.
func (n *Node) has(from, to time.Time, effects ...string) bool {
	for _, m := range n.telling {
		if !m.At.Before(from) && !m.At.After(to) && has(effects, m.Effect) {
			return true
		}
	}
	return false
}
