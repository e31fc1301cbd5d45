package cluster

import (
	"time"

	"zlog/event"
)

// A member that was taken out may go on for removedGrace before anybody minds, and counts as stopped if the others went
// on for endTogether or more without it.
const (
	removedGrace = 30 * time.Second
	endTogether  = 10 * time.Second
)

// removed makes the fact removed-running: a member was taken out and not put in again, and its process went on until
// the logs end.
//
//	leader   ── takes out c ────────────────┤
//	c        ──────────── > 30s ────────────┤
//
// It says so itself only if its raft warned of nothing before, so the fact rests on the length of its log. A node that
// starts blank after it was taken out does as it is told.
func (s *Story) removed() {
	var end time.Time
	for _, n := range s.Nodes {
		end = later(end, n.Last)
	}
	last := map[string]*event.Match{} // the last change of each member
	had := map[string]bool{}          // a removal of who was no member changes nothing
	for _, m := range s.telling {
		if id := m.Capture("member"); m.Effect == "members-changed" && (had[id] || !removes(m)) {
			last[id] = m
		}
		for _, sv := range servers(m.Capture("servers")) {
			had[sv.id] = true
		}
	}
	if s.kept {
		last = s.left()
	}
	for _, n := range s.Nodes {
		m, r := last[n.ID], lastRun(n)
		if m == nil || n.ID == "" || r == nil || !removes(m) && !s.kept || s.twin(n) {
			continue
		}
		if r.From.After(m.At) && r.Blank != nil || r.To.Sub(later(m.At, r.From)) < removedGrace || end.Sub(r.To) > endTogether {
			continue
		}
		s.fact("removed-running", n.Name, m.At, []event.Field{{Key: "id", Value: n.ID}, {Key: "address", Value: n.Address},
			{Key: "for", Value: spell(r.To.Sub(later(m.At, r.From)))}}, m, r.Start)
	}
}

// left gives, of every member that the lists of a node had and have no more, the list from which on it is not in them.
func (s *Story) left() map[string]*event.Match {
	out := map[string]*event.Match{}
	for _, n := range s.Nodes {
		had, gone := map[string]bool{}, map[string]*event.Match{}
		for _, l := range s.members {
			if l.node != n.Name {
				continue
			}
			is := map[string]bool{}
			for _, sv := range l.servers {
				is[sv.id], had[sv.id] = true, true
				delete(gone, sv.id)
			}
			for id := range had {
				if !is[id] && gone[id] == nil {
					gone[id] = l.match
				}
			}
		}
		for id, m := range gone {
			if o := out[id]; id != n.ID && (o == nil || m.At.Before(o.At)) {
				out[id] = m
			}
		}
	}
	return out
}
