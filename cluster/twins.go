package cluster

import (
	"strings"
	"time"

	"zlog/event"
)

// twin says whether another node of the same id ran while this one did.
func (s *Story) twin(n *Node) bool {
	for _, o := range s.Nodes {
		if o != n && n.ID != "" && o.ID == n.ID && o.First.Before(n.Last) && n.First.Before(o.Last) {
			return true
		}
	}
	return false
}

// twins makes the facts same-id (two processes of one id at one time) and member-replaced (a member is taken out and
// one of the same id at another address is put in its place).
func (s *Story) twins() {
	for i, a := range s.Nodes {
		for _, b := range s.Nodes[i+1:] {
			x, y := s.seat(a), s.seat(b) // up to 1.3 a process tells of its name, which two members may share
			if a.ID != "" && a.ID == b.ID && a.First.Before(b.Last) && b.First.Before(a.Last) && (x == y && x != "" || a.Address == b.Address) {
				old, young := a, b
				if b.First.Before(a.First) {
					old, young = b, a
				}
				s.fact("same-id", b.Name, young.First, []event.Field{{Key: "id", Value: a.ID}, {Key: "other", Value: a.Name},
					{Key: "old", Value: old.Address}, {Key: "new", Value: young.Address}}, startOf(b), startOf(a))
			}
		}
	}
	type removal struct {
		m       *event.Match
		address string
	}
	gone := map[string]removal{}
	known := map[string]string{}
	for _, m := range s.telling {
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
	for _, m := range s.telling {
		for _, v := range s.configuration(m) {
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
