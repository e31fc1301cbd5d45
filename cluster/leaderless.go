package cluster

import (
	"cmp"
	"time"

	"zlog/event"
)

// leaderless makes the facts no-leader and quorum-lost: spans in which no node that is seen led, though there were
// voters, and in which so many voters were gone that none could be elected.
func (s *Story) leaderless() {
	for _, n := range s.Nodes {
		for _, c := range s.campaigns(n) {
			others := 0 // leaders elsewhere during the campaign
			for _, r := range s.reigns {
				if o := s.node(r.node); o != nil && s.strangers(o, n) {
					continue // it leads another cluster
				}
				if r.node != n.Name && r.from.Before(c.to) && r.to.After(c.from.Add(time.Second)) {
					others++
				}
			}
			voters, length := s.voters(n.Name, c.from), c.to.Sub(c.from)
			guessed := len(voters) == 0 && length >= listens && c.to.Add(time.Second).After(n.Last)
			if guessed {
				voters = s.asked(c)
			}
			if len(voters) < 2 || guessed && len(voters) < 3 { // of two that speak of each other one may hear a third
				continue
			}
			caps := []event.Field{{Key: "for", Value: spell(length)}, {Key: "voters", Value: itoa(len(voters))}}
			if others > 0 {
				s.fact("shut-out", n.Name, c.from, caps, c.why...)
				continue
			}
			s.fact("no-leader", n.Name, c.from, caps, c.why...)
			if length < 6*time.Second || n.startsTogether(c) {
				continue
			}
			gone, refused, because := s.unreachable(n, voters, c.from.Add(-5*time.Second), c.to)
			need := len(voters)/2 + 1
			if len(voters)-gone < need && (refused > 0 || n.seeksOn(c)) {
				caps = append(caps, event.Field{Key: "gone", Value: itoa(gone)}, event.Field{Key: "need", Value: itoa(need)},
					event.Field{Key: "refused", Value: itoa(refused)})
				name := "quorum-lost"
				if refused == 0 || guessed {
					name = "quorum-unreachable"
				}
				s.fact(name, n.Name, c.from, caps, append(append([]*event.Match{}, c.why...), because...)...)
			}
		}
	}
}

// asked gives the voters by whom nodes speak of in a campaign, where no line tells of the members: those that they cannot reach,
// and themselves. Of one that answers there may be no line, so that there may be more.
func (s *Story) asked(c campaign) []server {
	found, idOf := map[string]server{}, map[string]string{}
	for _, m := range s.between(c.from, c.to) {
		if id, at := m.Capture("peer"), m.Capture("address"); m.Effect == "unreachable" && id != "" && at != "" {
			idOf[at] = id
		}
	}
	for _, m := range s.between(c.from, c.to) {
		if m.Effect != "unreachable" {
			continue
		}
		id, at := m.Capture("peer"), m.Capture("address")
		id = cmp.Or(id, idOf[at], at)
		found[id] = server{id: id, address: cmp.Or(found[id].address, at), voter: true}
		if n := s.node(m.Node); n != nil {
			self := cmp.Or(n.ID, n.Name)
			found[self] = server{id: self, address: cmp.Or(found[self].address, n.Address), voter: true}
		}
	}
	var out []server
	for _, id := range keys(found) {
		out = append(out, found[id])
	}
	return out
}

// seeksOn says whether a node that is without a leader goes on seeking one, as it does every few seconds: a voter that is content
// hears a leader, of which releases up to 1.3 write no line.
func (n *Node) seeksOn(c campaign) bool {
	if n.Last.Sub(c.from) < 15*time.Second {
		return true // it had no time to
	}
	for _, m := range n.telling {
		if (seeking[m.Effect] || cut[m.Effect]) && !m.At.After(c.to) && m.LastAt.After(c.from.Add(3*time.Second)) {
			return true
		}
	}
	return false
}

// campaign is a span in which a node sought a leader in vain.
type campaign struct {
	from, to time.Time
	calm     time.Time // since when a candidate seeks no more: it follows, and no line says whom
	why      []*event.Match
}

// end closes the campaign at a time, or when it became calm.
func (c *campaign) end(t time.Time) campaign {
	if c.calm.Before(c.to) {
		c.to = t
	} else {
		c.to = c.calm
	}
	return *c
}

func (s *Story) campaigns(n *Node) []campaign {
	var out []campaign
	var c *campaign
	started, seeks := false, ""
	raftless := n.raftless() // no line tells that there is a leader again
	for _, m := range n.telling {
		switch m.Effect {
		case "stepped-down", "lost-leader", "became-candidate", "leaderless":
			if c == nil {
				c = &campaign{from: m.At}
				if d, err := time.ParseDuration(m.Capture("elapsed")); err == nil && m.Effect == "leaderless" {
					c.from = later(n.First, m.At.Add(-d))
				}
				started = false
			}
			if m.Effect != "leaderless" {
				seeks = m.Effect
			}
			if m.Effect != "lost-leader" {
				started = true
			}
			if len(c.why) < 12 || m.Effect == "stepped-down" || m.Effect == "leaderless" {
				c.why = append(c.why, m)
			}
			c.to = later(c.to, m.LastAt)
		case "write-failed":
			if c != nil {
				c.why, c.to = append(c.why, m), later(c.to, m.LastAt)
			}
		case "became-leader", "became-follower", "leads", "started", "stopping", "panicked", "aborted":
			if m.Effect == "became-follower" && m.Capture("leader") == "" {
				if c != nil && seeks == "became-candidate" {
					c.calm = m.At // it will seek again if that was not a leader's doing
				}
				continue
			}
			if c != nil && started {
				if raftless {
					out = append(out, *c)
				} else {
					out = append(out, c.end(m.At))
				}
			}
			c = nil
		}
	}
	if c != nil && started {
		if !raftless {
			c.to = later(c.to, n.Last)
		}
		out = append(out, c.end(c.to))
	}
	return out
}

// listens is within what time a process that runs listens for its peers, or never does where they look for it.
const listens = 20 * time.Second

// unreachable counts the voters that a node could not reach in a span, and those of them whose port was closed.
func (s *Story) unreachable(n *Node, voters []server, from, to time.Time) (gone, refused int, because []*event.Match) {
	for _, v := range voters {
		if v.id == n.ID {
			continue
		}
		var first, shut *event.Match
		var still time.Time // its port was closed
		met := false
		for _, m := range n.telling {
			if m.At.Before(from) || m.At.After(to) {
				continue
			}
			same := m.Capture("peer") == v.id || m.Capture("address") == v.address
			if !same {
				continue
			}
			switch m.Effect {
			case "unreachable", "contact-missed":
				if first == nil {
					first = m
				}
				if m.Capture("why") == "refused" {
					still = later(still, m.LastAt)
					if shut == nil {
						shut = m
					}
				}
			case "peer-connected": // again, and not shortly before it was gone
				met = first != nil && to.Sub(m.At) > 10*time.Second
			}
		}
		if first == nil || met {
			continue
		}
		if o := s.whose(v.id, v.address); shut != nil && o != nil && o != n && still.Sub(shut.At) < listens && o.up(shut.At.Add(-time.Second), shut.At.Add(time.Second)) {
			continue // its own log shows that it runs: it does not listen yet
		}
		gone++
		because = append(because, first)
		if shut != nil {
			refused++
			if shut != first {
				because = append(because, shut)
			}
		}
	}
	return gone, refused, because
}
