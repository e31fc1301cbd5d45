package cluster

import (
	"time"

	"zlog/event"
)

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
				if o.n == n || o.a.kind == a.kind || a.kind == 0 || told[o.n.Name+"\x00"+n.Name] || s.strangers(o.n, n) || !s.hadToDo(o.n, n) {
					continue
				}
				told[o.n.Name+"\x00"+n.Name] = true
				here, there := first{a, n, st}, o // told of who applied its entry last, when it did
				if o.a.at().Add(-o.n.Offset).After(a.at().Add(-n.Offset)) {
					here, there = there, here
				}
				line := func(n *Node, st *stream, a apply) *event.Match {
					return &event.Match{Signature: "applied-entry", Node: n.Name, Source: st.key.source, Stream: st.key.name, Line: a.line, Time: a.at(),
						At: a.at().Add(-n.Offset), Last: a.at(), LastAt: a.at().Add(-n.Offset), Count: 1, Text: "index " + itoa(int(a.index)) + ": " + s.kinds[a.kind]}
				}
				s.fact("history-conflict", here.n.Name, here.a.at().Add(-here.n.Offset),
					[]event.Field{{Key: "index", Value: itoa(int(a.index))}, {Key: "other", Value: there.n.Name}}, line(here.n, here.s, here.a), line(there.n, there.s, there.a))
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

// hadToDo says whether two nodes are known to have had to do with each other: one of them is in the other's configuration or
// follows it, or they were connected, or have one cluster id. Else they may be of two clusters, whose entries never were the same.
func (s *Story) hadToDo(a, b *Node) bool {
	if a.ClusterID != "" && a.ClusterID == b.ClusterID {
		return true
	}
	names := func(n, o *Node) bool {
		for _, m := range n.matches {
			for _, k := range []string{"peer", "member", "leader"} {
				if v := m.Capture(k); v != "" && v == o.ID {
					return true
				}
			}
			if v := m.Capture("address"); v != "" && v == o.Address {
				return true
			}
			for _, sv := range servers(m.Capture("servers")) {
				if sv.id == o.ID || sv.address != "" && sv.address == o.Address {
					return true
				}
			}
		}
		return false
	}
	return names(a, b) || names(b, a)
}

// outcome is how much longer a log must go on, or come to the next entry, before that an entry failed is not believed to stand
// in the lines that are missing: entries are applied one after the other, in milliseconds.
const outcome = time.Second

// disagreements makes the fact apply-disagreement: an entry failed on one node and was applied without an error on
// another whose log shows it and goes on: the line that tells an entry is there before it is known how that ends.
func (s *Story) disagreements() {
	type failure struct {
		node *Node
		m    *event.Match
	}
	failed := map[uint64][]failure{}
	for _, m := range s.telling {
		if i := number(m.Capture("index")); m.Effect == "apply-failed" && i > 0 {
			failed[i] = append(failed[i], failure{s.node(m.Node), m})
		}
	}
	told := map[string]bool{}
	for _, n := range s.Nodes {
		for _, st := range n.streams {
			for k, a := range st.applied {
				fs := failed[a.index]
				if len(fs) == 0 || told[n.Name] {
					continue
				}
				if k == len(st.applied)-1 && n.Last.Sub(a.at().Add(-n.Offset)) < outcome {
					continue
				}
				if n.failedAt(a.index) || s.holed(n, n.First, n.Last) {
					continue // or the line that says so is missing, as others are
				}
				told[n.Name] = true
				s.fact("apply-disagreement", fs[0].node.Name, later(fs[0].m.At, a.at().Add(-n.Offset)), []event.Field{{Key: "index", Value: itoa(int(a.index))},
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
