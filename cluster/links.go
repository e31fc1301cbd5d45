package cluster

import (
	"maps"
	"slices"
	"strings"
	"time"

	"zlog/event"
)

// outage is a span in which one node could not reach another.
type outage struct {
	node     *Node
	peer     *Node // nil if its log is not here
	id, addr string
	from, to time.Time
	timeouts int
	refused  int
	missed   int
	why      []*event.Match
	shut     *event.Match // what ended it, nil if the logs end before
}

// links makes the fact link-down, one for each outage of five seconds or more between two members, with what the
// rest of the story says of it: whether the peer ran, and whether others could reach either end.
func (s *Story) links() {
	var all []*outage
	for _, n := range s.Nodes {
		all = append(all, s.outages(n)...)
	}
	for _, o := range all {
		if o.to.Sub(o.from) < 5*time.Second {
			continue
		}
		peer := "unseen" // its log is not here
		if o.peer != nil {
			peer = "down"
			if o.peer.up(o.from, o.to) {
				peer = "up"
			}
		}
		scope := "one" // this one link, or is a side cut off from the other?
		voters := s.voters(o.node.Name, o.from)
		if len(voters) < 3 || !detour(all, o, voters) {
			scope = "all"
		}
		addr := o.addr
		for _, v := range voters {
			if addr == "" && v.id == o.id {
				addr = v.address
			}
		}
		why := "other"
		switch {
		case o.refused > 0:
			why = "refused"
		case o.timeouts > 0:
			why = "timeout"
		}
		s.fact("link-down", o.node.Name, o.from, []event.Field{{Key: "peer", Value: o.id}, {Key: "address", Value: addr},
			{Key: "for", Value: spell(o.to.Sub(o.from))}, {Key: "why", Value: why}, {Key: "peer-state", Value: peer}, {Key: "scope", Value: scope}}, o.why...)
	}
}

// elsewhere makes the fact address-left: a member's port was closed for good where others had connected to it before, and its own
// log shows that it ran all the while. It listens elsewhere: it started with another address.
func (s *Story) elsewhere(n *Node) {
	type closed struct {
		from, to time.Time
		why      []*event.Match
	}
	met, shut := map[string]bool{}, map[string]*closed{}
	for _, m := range n.telling {
		at := m.Capture("address")
		switch {
		case at == "":
		case m.Effect == "peer-connected":
			met[at] = true
			delete(shut, at)
		case m.Effect == "unreachable" && m.Capture("why") != "refused":
			delete(shut, at)
		case m.Effect == "unreachable" && met[at]:
			c := shut[at]
			if c == nil {
				c = &closed{from: m.At}
				shut[at] = c
			}
			c.to = later(c.to, m.LastAt)
			c.why = append(c.why[:min(len(c.why), 3)], m)
		}
	}
	for _, at := range keys(shut) {
		c, o := shut[at], s.whose("", at)
		if o != nil && o != n && o.ID != n.ID && c.to.Sub(c.from) >= listens && o.up(c.from.Add(-time.Second), c.to) {
			s.fact("address-left", n.Name, c.from, []event.Field{{Key: "member", Value: o.ID}, {Key: "old", Value: at}, {Key: "for", Value: spell(c.to.Sub(c.from))}}, c.why...)
		}
	}
}

// detour says whether the two ends of an outage could reach each other by way of other voters at its time: then it is one
// link that is lost, and else the cluster is split into sides, of one node or more.
func detour(all []*outage, o *outage, voters []server) bool {
	reached, queue := map[string]bool{o.node.ID: true}, []string{o.node.ID}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, v := range voters {
			if reached[v.id] || at == o.node.ID && v.id == o.id || overlaps(all, at, v.id, o) {
				continue
			}
			reached[v.id] = true
			queue = append(queue, v.id)
		}
	}
	return reached[o.id]
}

// overlaps says whether there is an outage between two nodes, in either direction, at the time of o.
func overlaps(all []*outage, a, b string, o *outage) bool {
	for _, x := range all {
		if (x.node.ID == a && x.id == b || x.node.ID == b && x.id == a) && x.from.Before(o.to) && x.to.After(o.from) {
			return true
		}
	}
	return false
}

// outages gives when a node could not reach which peer, by its own log. They are looked for once, when all nodes are known.
func (s *Story) outages(n *Node) []*outage {
	if n.outages == nil {
		n.outages = s.findOutages(n)
	}
	return n.outages
}

func (s *Story) findOutages(n *Node) []*outage {
	open := map[string]*outage{}
	out := []*outage{}
	idOf := map[string]string{}
	for _, m := range s.members {
		for _, sv := range m.servers {
			idOf[sv.address] = sv.id
		}
	}
	shut := func(id string, at time.Time, by *event.Match) {
		if o := open[id]; o != nil {
			o.to, o.shut = at, by
			out = append(out, o)
			delete(open, id)
		}
	}
	for _, m := range n.telling {
		id := m.Capture("peer")
		if id == "" || strings.Contains(id, ":") {
			if v := idOf[m.Capture("address")]; v != "" {
				id = v
			} else if o := s.whose("", m.Capture("address")); o != nil && o != n && o.ID != "" {
				id = o.ID
			}
		}
		switch m.Effect {
		case "contact-missed", "unreachable":
			if id == "" || id == n.ID { // itself, at the address that it had before
				continue
			}
			o := open[id]
			if o == nil {
				o = &outage{node: n, id: id, addr: m.Capture("address"), from: m.At, peer: s.whose(id, m.Capture("address"))}
				open[id] = o
			}
			o.to = m.LastAt
			if len(o.why) < 8 {
				o.why = append(o.why, m)
			}
			switch m.Capture("why") {
			case "timeout":
				o.timeouts += m.Count
			case "refused":
				o.refused += m.Count
			default:
				o.missed += m.Count
			}
		case "peer-connected", "replicating":
			shut(id, m.At, m)
		case "became-follower":
			if l := m.Capture("leader"); l != "" {
				shut(l, m.At, m)
			}
		case "started", "stopping", "panicked", "aborted":
			for _, k := range keys(open) {
				open[k].to = minTime(open[k].to, m.At)
				shut(k, open[k].to, nil)
			}
		}
	}
	for _, k := range keys(open) {
		shut(k, open[k].to, nil)
	}
	return out
}

func minTime(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// keys gives a map's keys in order.
func keys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
