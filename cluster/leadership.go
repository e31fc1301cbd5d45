package cluster

import (
	"slices"
	"strconv"
	"time"

	"zlog/event"
)

// membership is a raft configuration as some node's log shows it, from a time on.
type membership struct {
	at      time.Time
	node    string
	servers []server
	match   *event.Match
}

// membership takes every configuration that raft logs; if its lines are in no log, the lists that the controllers keep of it
// (from 2.0 on).
func (s *Story) membership() {
	for _, kept := range []string{"servers", "list"} {
		for _, m := range s.telling {
			if sv := servers(m.Capture(kept)); len(sv) > 0 {
				s.members = append(s.members, membership{m.At, m.Node, sv, m})
			}
		}
		if len(s.members) > 0 {
			s.kept = kept == "list"
			return
		}
	}
}

// configuration gives the members that a match tells of.
func (s *Story) configuration(m *event.Match) []server {
	if s.kept {
		return servers(m.Capture("list"))
	}
	return servers(m.Capture("servers"))
}

// voters gives the ids of the voters that a node knew of at a time: from its own log, else from any log. What only
// later lines show serves earlier times.
func (s *Story) voters(node string, at time.Time) []server {
	var own, any, later []server
	for _, m := range s.members {
		switch {
		case m.at.After(at.Add(time.Second)):
			if later == nil {
				later = m.servers
			}
		case m.node == node:
			own = m.servers
		default:
			any = m.servers
		}
	}
	out := own
	if len(any) > len(out) {
		out = any
	}
	if out == nil {
		out = later
	}
	var v []server
	for _, sv := range out {
		if sv.voter {
			v = append(v, sv)
		}
	}
	return v
}

// reign is a span in which a node led.
type reign struct {
	node     string
	term     string
	from, to time.Time
	start    *event.Match
	end      *event.Match // nil if it ended with the log
	how      string       // stepped-down, stopped, gone, newer, log-end
	moved    bool         // leadership was handed over on purpose
}

// leadership finds who led when.
func (s *Story) leadership() {
	open := map[string]*reign{}
	terms := map[string]string{}
	follows := map[string]*event.Match{} // since when a node follows somebody
	sought := map[string]bool{}          // nodes that stand for election because they lost their leader
	raftless := map[string]bool{}        // nodes of whose rise only a line above raft tells
	for _, n := range s.Nodes {
		raftless[n.Name] = n.raftless()
	}
	closeAt := func(r *reign, m *event.Match, how string) {
		r.to, r.end, r.how = m.At, m, how
		delete(open, r.node)
	}
	for _, m := range s.telling {
		r := open[m.Node]
		switch m.Effect {
		case "election-won", "became-candidate":
			if t := m.Capture("term"); t != "" {
				terms[m.Node] = t
			}
			if m.Effect == "became-candidate" && r != nil {
				closeAt(r, m, "stepped-down")
			}
		case "lost-leader":
			sought[m.Node] = true
			s.implied(m, follows)
		case "became-leader":
			if r != nil {
				closeAt(r, m, "gone")
			}
			n := &reign{node: m.Node, term: terms[m.Node], from: m.At, start: m}
			// A node that stands for election without having missed its leader was told to by that leader: hashicorp/raft
			// sends TimeoutNow to hand leadership over (raft.go of 1.7, leadershipTransfer).
			n.moved = !sought[m.Node]
			sought[m.Node] = false
			open[m.Node] = n
			s.reigns = append(s.reigns, n)
		case "leads":
			if !raftless[m.Node] {
				continue
			}
			for _, name := range keys(open) { // no line tells that they lead no more
				if o := open[name]; name != m.Node && raftless[name] && !s.strangers(s.node(name), s.node(m.Node)) {
					closeAt(o, m, "newer")
				}
			}
			if r == nil {
				open[m.Node] = &reign{node: m.Node, from: m.At, start: m}
				s.reigns = append(s.reigns, open[m.Node])
			}
		case "became-follower", "stepped-down":
			if m.Capture("leader") != "" {
				sought[m.Node] = false
			}
			if m.Effect == "became-follower" {
				follows[m.Node] = m
			}
			if r != nil {
				closeAt(r, m, "stepped-down")
			}
		case "stopping", "stopped":
			if r != nil {
				closeAt(r, m, "stopped")
			}
		case "started", "panicked", "aborted":
			if r != nil {
				closeAt(r, m, "gone")
				if run := s.node(m.Node).runAt(r.from); run != nil && run.To.Before(r.to) {
					r.to = run.To // a killed leader led until its last line, not until it was started again
				}
			}
		}
	}
	for _, name := range keys(open) {
		r := open[name]
		r.how = "log-end"
		if n := s.node(r.node); n != nil {
			r.to = n.Last
		}
	}
}

// implied adds the reign of a node whose log is not here, from a follower that lost it: it led from when the follower
// began to follow.
func (s *Story) implied(lost *event.Match, follows map[string]*event.Match) {
	id, since := lost.Capture("leader"), follows[lost.Node]
	if id == "" || since == nil || s.whose(id, "") != nil {
		return
	}
	for _, r := range s.reigns { // one reign, however many followers tell of it
		open := r.how == "" // its own log tells of it
		if r.node != id || r.from.After(lost.At) || !open && since.At.After(r.to) {
			continue
		}
		if r.how != "unseen" {
			return
		}
		if since.At.Before(r.from) {
			r.from, r.start = since.At, since
		}
		if lost.At.After(r.to) {
			r.to, r.end = lost.At, lost
		}
		return
	}
	s.reigns = append(s.reigns, &reign{node: id, from: since.At, to: lost.At, start: since, end: lost, how: "unseen"})
}

// ledBy gives the reign of a node at a time, nil for none.
func (s *Story) ledBy(node string, at time.Time) *reign {
	for _, r := range s.reigns {
		if r.node == node && !r.from.After(at) && r.to.After(at) {
			return r
		}
	}
	return nil
}

// closed says whether a member's port refused connections about a time, or its connections ended before anybody missed it:
// then its process ended.
func (s *Story) closed(id string, at time.Time) bool {
	lost := at
	for _, m := range s.between(at.Add(-unheard), at.Add(unheard)) {
		switch {
		case m.Effect == "lost-leader" && m.Capture("leader") == id && m.At.Before(lost):
			lost = m.At
		case m.Effect == "unreachable" && m.Capture("why") == "refused" && (m.Capture("peer") == id || s.idAt(m.Capture("address")) == id):
			return true
		}
	}
	for _, m := range s.between(lost.Add(-unheard), lost.Add(-time.Second)) {
		if m.Effect == "peer-disconnected" && m.Capture("peer") == id && m.At.Before(lost.Add(-time.Second)) && lost.Sub(m.At) < unheard {
			return true
		}
	}
	return false
}

// idAt gives the id that a configuration has at an address, "" for none.
func (s *Story) idAt(address string) string {
	for _, m := range s.members {
		for _, sv := range m.servers {
			if address != "" && sv.address == address {
				return sv.id
			}
		}
	}
	return ""
}

// changes makes the facts about leadership: leader, leader-changed, failover, transfer-done, flapping.
func (s *Story) changes() {
	slices.SortStableFunc(s.reigns, func(a, b *reign) int { return a.from.Compare(b.from) })
	var unwanted []*event.Match
	for i, r := range s.reigns {
		before := s.reignBefore(i)
		caps := []event.Field{{Key: "term", Value: r.term}, {Key: "leader", Value: r.node}}
		s.fact("leader", r.node, r.from, caps, r.start)
		if before == nil {
			continue
		}
		caps = append(caps, event.Field{Key: "from", Value: before.node}, event.Field{Key: "how", Value: before.how})
		f := s.fact("leader-changed", r.node, r.from, caps, r.start, before.end)
		var run *Run
		if n := s.node(before.node); n != nil {
			run = n.runAt(before.to)
		}
		restarted := run != nil && run.How != LogEnd && run.To.Before(r.from.Add(time.Second)) && run.How == Clean
		switch {
		case r.moved:
			s.fact("leader-moved", r.node, r.from, caps, r.start, before.end)
		case restarted || before.how == "stopped":
			s.fact("leader-handed-over", r.node, r.from, caps, r.start, before.end)
		case r.node == before.node && len(s.voters(r.node, r.from)) < 2:
			// the only voter elects itself again
		default:
			if r.node != before.node {
				s.fact("failover", r.node, r.from, caps, r.start, before.end)
			}
			if s.node(before.node) == nil && s.closed(before.node, r.from) {
				continue // its process ended, and whether that was on purpose only its own log tells
			}
			unwanted = append(unwanted, f)
			if k := len(unwanted) - 1; k >= 2 && unwanted[k].At.Sub(unwanted[k-2].At) <= 10*time.Minute {
				gap := unwanted[k].At.Sub(unwanted[k-2].At) / 2
				ev := []*event.Match{r.start, before.end}
				for _, u := range unwanted[max(0, k-6):k] {
					ev = append(ev, u.Because...)
				}
				s.fact("flapping", r.node, r.from, []event.Field{{Key: "times", Value: itoa(k + 1)}, {Key: "every", Value: spell(gap)}}, ev...)
			}
		}
	}
}

// reignBefore gives the reign before one in the same cluster, nil for the first.
func (s *Story) reignBefore(i int) *reign {
	n := s.node(s.reigns[i].node)
	for i--; i >= 0; i-- {
		if o := s.node(s.reigns[i].node); n == nil || o == nil || o == n || !s.strangers(o, n) {
			return s.reigns[i]
		}
	}
	return nil
}

func itoa(n int) string { return strconv.Itoa(n) }

// spell writes a duration for people: whole seconds from ten seconds on, a tenth below.
func spell(d time.Duration) string {
	if d < 0 {
		d = 0
	}
	if d < 10*time.Second {
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}
