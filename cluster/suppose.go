package cluster

import (
	"slices"
	"time"

	"zlog/event"
)

// Most logs of a cluster that has run for long do not say who wrote them: rotation took the line of the start away, and on each host the
// file has the same name. What tells is whom a log speaks of, for a controller never speaks of itself as a peer.
//
//	host1/ziti.log    lost ctrl2, lost ctrl3          so it is ctrl1's
//	host2/ziti.log    connected to ctrl1, to ctrl3    so it is ctrl2's
//	host3/ziti.log    started as ctrl3

// ofPeers are the effects of lines whose peer is another controller.
var ofPeers = map[string]bool{"peer-connected": true, "peer-disconnected": true, "contact-missed": true, "unreachable": true,
	"replicating": true, "append-rejected": true}

// ofLeaders are those that only a leader writes.
var ofLeaders = map[string]bool{"became-leader": true, "members-changed": true, "replicating": true, "contact-missed": true}

// heard are the controllers that a node's log names.
type heard struct {
	peers   map[string]bool // those that are not its writer
	members map[string]bool // those in lists of members
	led     bool            // its writer did what leaders do
	leads   []*event.Match  // when it began to lead
	follows []*event.Match  // whom
	met     []*event.Match  // of its connections: that they begin, that they end
}

// supposeIDs gives a node whose log does not say who wrote it an id that is spoken of, that no log's writer has, and that its own log
// does not have for a peer: the one that others follow as soon as it leads; else the only one there is, if another log that it is in
// touch with vouches for it, or if it leads and lists it. What two may be neither is.
func supposeIDs(ns []*Node) {
	if len(ns) > mostWriters || !slices.ContainsFunc(ns, func(n *Node) bool { return n.ID == "" }) {
		return
	}
	all, taken := map[string]bool{}, map[string]bool{}
	by := make([]heard, len(ns))
	for i, n := range ns {
		if n.ID != "" {
			all[n.ID], taken[n.ID] = true, true
		}
		by[i] = n.hears()
		for _, ids := range []map[string]bool{by[i].peers, by[i].members} {
			for id := range ids {
				all[id] = true
			}
		}
	}
	supposed, claims := make([]string, len(ns)), map[string]int{}
	for i, n := range ns {
		if n.ID != "" || all[fileName(n)] || all[n.streams[0].key.name] { // its file or its wrapper calls it so; see believeNames
			continue
		}
		var free []string
		for id := range all {
			if !taken[id] && !by[i].peers[id] {
				free = append(free, id)
			}
		}
		id := followedAtOnce(by, i)
		switch {
		case id != "" && slices.Contains(free, id):
		case len(free) == 1 && (by[i].lists(free[0]) || len(all) >= len(ns) && vouched(ns, by, i, free[0])): // of more logs than ids, one's writer is spoken of by none
			id = free[0]
		default:
			continue
		}
		supposed[i] = id
		claims[id]++
	}
	for i, id := range supposed {
		if claims[id] == 1 {
			ns[i].ID = id
		}
	}
}

// lists says whether a log of a node that leads others has an id in its list of members, and all others there for peers.
func (h *heard) lists(id string) bool {
	for x := range h.members {
		if x != id && !h.peers[x] {
			return false
		}
	}
	return h.led && h.members[id] && len(h.peers) > 0
}

// followedAtOnce gives the one that the others' logs follow when the i-th leads, "" if there is none or not one alone.
func followedAtOnce(by []heard, i int) string {
	id := ""
	for _, lead := range by[i].leads {
		for k := range by {
			for _, m := range by[k].follows {
				if d := m.Time.Sub(lead.Time); k == i || d < -atOnce/2 || d > 2*atOnce {
					continue
				}
				if id != "" && m.Capture("leader") != id {
					return ""
				}
				id = m.Capture("leader")
			}
		}
	}
	return id
}

// vouched says whether another log tells of its connection with id all that the i-th tells of its own with the writer of that log, at
// the same moments, and no more.
func vouched(ns []*Node, by []heard, i int, id string) bool {
	n := ns[i]
	for k, o := range ns {
		if k == i || !by[k].peers[id] {
			continue
		}
		theirs := by[k].ends(id, n)
		for _, m := range by[i].met {
			p := m.Capture("peer")
			if o.ID != "" && p != o.ID || len(theirs) == 0 {
				continue
			}
			if own := by[i].ends(p, o); len(own) > 1 && answered(own, theirs) && answered(theirs, own) {
				return true
			}
		}
	}
	return false
}

// answered says whether each end has one of the same kind among the others at the same moment.
func answered(ends, others []*event.Match) bool {
	for _, a := range ends {
		if !slices.ContainsFunc(others, func(b *event.Match) bool {
			return a.Effect == b.Effect && a.Time.Sub(b.Time).Abs() <= atOnce
		}) {
			return false
		}
	}
	return true
}

// ends gives what a log tells of its connection with a peer while another log was written.
func (h *heard) ends(peer string, o *Node) []*event.Match {
	var out []*event.Match
	for _, m := range h.met {
		for _, st := range o.streams {
			if m.Capture("peer") == peer && m.Time.After(st.first.Add(-atOnce)) && m.Time.Before(st.last.Add(atOnce)) {
				out = append(out, m)
				break
			}
		}
	}
	return out
}

// atOnce is how far apart the two ends of a connection write of it, with clocks as good as most.
const atOnce = time.Second

// mostWriters is of how many nodes it is asked who they are; clusters have a handful.
const mostWriters = 40

// mostMet is how many ends of connections, elections and leaders are looked at, of each log.
const mostMet = 60

func (n *Node) hears() heard {
	h := heard{peers: map[string]bool{}, members: map[string]bool{}}
	lists := map[string]bool{}
	for _, st := range n.streams {
		for _, m := range st.matches {
			h.led = h.led || ofLeaders[m.Effect]
			switch {
			case ofPeers[m.Effect]:
				h.peer(m, "peer")
				if (m.Effect == "peer-connected" || m.Effect == "peer-disconnected") && len(h.met) < mostMet {
					h.met = append(h.met, m)
				}
			case m.Effect == "became-follower":
				if h.peer(m, "leader") && len(h.follows) < mostMet {
					h.follows = append(h.follows, m)
				}
			case m.Effect == "became-leader" && len(h.leads) < mostMet:
				h.leads = append(h.leads, m)
			}
			if list := m.Capture("servers"); list != "" && !lists[list] {
				lists[list] = true
				for _, sv := range servers(list) {
					h.members[sv.id] = true
				}
			}
		}
	}
	return h
}

// peer notes another controller that a line names, if it does.
func (h *heard) peer(m *event.Match, capture string) bool {
	id := m.Capture(capture)
	if id != "" {
		h.peers[id] = true
	}
	return id != ""
}
