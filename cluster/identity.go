package cluster

import (
	"sort"
	"time"

	"zlog/event"
)

// nodes groups streams into nodes. A stream in which two processes of different ids start is cut in two there: it is
// several logs put together. Streams of one name but for a rotation suffix are one node's, and so are streams of one
// id that do not overlap in time.
//
// stubs are the streams that end with the start of a process: see joinByID.
func nodes(streams []*stream, stubs map[*stream]bool) []*Node {
	var parts []*stream
	for _, st := range streams {
		parts = append(parts, split(st)...)
	}
	groups := map[string][]*stream{}
	ids := owners(parts)
	named := map[string]string{} // id: the group of the log whose writer calls itself so
	for _, st := range parts {
		if id := ids[st]; id != "" && st.key.name == "" && named[id] == "" {
			named[id] = "\x00" + rotationStem(st.key.source) + "\x00" + id
		}
	}
	var names []string
	for _, st := range parts {
		k := st.key.name
		if k != "" && ids[st] == "" && named[k] != "" { // an event stream: its name is the id of the controller that wrote it
			ids[st], k = k, named[k]
		}
		if k == "" {
			k = "\x00" + rotationStem(st.key.source) + "\x00" + ids[st]
		}
		if groups[k] == nil {
			names = append(names, k)
		}
		groups[k] = append(groups[k], st)
	}
	var out []*Node
	for _, k := range names {
		sts := groups[k]
		sort.SliceStable(sts, func(i, j int) bool { return before(sts[i].first, sts[j].first) })
		n := &Node{streams: sts}
		for _, st := range sts {
			if id := ids[st]; id != "" && n.ID == "" {
				n.ID = id
			}
			n.Sources = append(n.Sources, st.key.source)
		}
		out = append(out, n)
	}
	out = joinByID(out, stubs)
	supposeIDs(out)
	name(out)
	return out
}

// owners gives the id of each stream's writer: what it calls itself; else, of the pieces of a rotated log, the id of the
// piece before it, or of the first that has one; else, of a file that only raft writes (raft.logFile), the member whose
// address raft calls its own.
func owners(parts []*stream) map[*stream]string {
	ids, named := map[*stream]string{}, map[string]bool{}
	stems, members := map[string][]*stream{}, map[string]string{}
	for _, st := range parts {
		ids[st] = ownID(st)
		named[ids[st]] = true
		for _, m := range st.matches {
			for _, sv := range servers(m.Capture("servers")) {
				members[sv.address] = sv.id
			}
		}
		if st.key.name == "" {
			stem := rotationStem(st.key.source)
			stems[stem] = append(stems[stem], st)
		}
	}
	for _, sts := range stems {
		sort.SliceStable(sts, func(i, j int) bool { return before(sts[i].first, sts[j].first) })
		id := ""
		for i := len(sts) - 1; i >= 0; i-- {
			if ids[sts[i]] != "" {
				id = ids[sts[i]]
			}
		}
		for _, st := range sts {
			if ids[st] != "" {
				id = ids[st]
			}
			ids[st] = id
		}
	}
	for _, st := range parts {
		for i := 0; i < len(st.matches) && ids[st] == ""; i++ {
			if id := members[st.matches[i].Capture("self")]; id != "" && named[id] {
				ids[st] = id
			}
		}
	}
	return ids
}

func before(a, b time.Time) bool { return !a.IsZero() && (b.IsZero() || a.Before(b)) }

// split cuts a stream where a process of another id starts. The stream itself stays whole: more may be added to it.
func split(st *stream) []*stream {
	out := []*stream{st}
	id, from, all := "", 0, st.matches
	for i, m := range all {
		if m.Effect != "started" {
			continue
		}
		got := m.Capture("id")
		if got == "" || got == id {
			continue
		}
		if id != "" {
			// the first lines of a process come before the one that names it: they are younger than what follows them
			// in the log before, so cut at the jump back in time, if there is one close by
			cut := i
			for j := i; j > from && i-j < 8; j-- {
				if all[j].Time.Before(all[j-1].Time.Add(-2 * time.Second)) {
					cut = j
					break
				}
			}
			last := out[len(out)-1]
			if last == st {
				part := *st
				last, out[0] = &part, &part
			}
			next := &stream{key: st.key, failed: st.failed}
			next.matches = all[cut:]
			last.matches = all[from:cut]
			line := next.matches[0].Line
			for k, a := range last.applied {
				if a.line >= line {
					next.applied = last.applied[k:]
					last.applied = last.applied[:k]
					break
				}
			}
			last.first, last.last = span(last.matches)
			next.first, next.last = span(next.matches)
			out = append(out, next)
			from = cut
		}
		id = got
	}
	return out
}

func span(ms []*event.Match) (first, last time.Time) {
	for _, m := range ms {
		if m.Time.IsZero() {
			continue
		}
		if first.IsZero() {
			first = m.Time
		}
		last = m.Last
	}
	return first, last
}

// ownID is the id that a stream's writer gives itself.
func ownID(st *stream) string {
	for _, m := range st.matches {
		if m.Effect == "started" || m.Effect == "named" {
			if id := m.Capture("id"); id != "" {
				return id
			}
		}
	}
	return ""
}

// joinByID makes one node of those that give themselves one id and do not overlap in time: one node's log in pieces. A
// log that ends with the very start of a process is no such piece, whatever the clocks say, if the other shows a process
// that got further: that start may wait for what the other holds. It is one if it comes soon after the other broke off.
func joinByID(in []*Node, stubs map[*stream]bool) []*Node {
	var out []*Node
next:
	for _, n := range in {
		for _, o := range out {
			if n.ID != "" && n.ID == o.ID && n.streams[0].key.name == o.streams[0].key.name && !elsewhere(n, o) && (apart(n, o) && !waits(n, o, stubs) && !waits(o, n, stubs) || !started(n) || !started(o)) {
				o.streams = append(o.streams, n.streams...)
				sort.SliceStable(o.streams, func(i, j int) bool { return before(o.streams[i].first, o.streams[j].first) })
				o.Sources = append(o.Sources, n.Sources...)
				continue next
			}
		}
		out = append(out, n)
	}
	return out
}

// elsewhere says whether two logs give their writers different addresses: two machines with one id.
func elsewhere(a, b *Node) bool {
	x, y := ownAddresses(a), ownAddresses(b)
	for _, at := range x {
		if has(y, at) {
			return false
		}
	}
	return len(x) > 0 && len(y) > 0
}

// ownAddresses are those that a node's own lines give it.
func ownAddresses(n *Node) []string {
	var out []string
	for _, st := range n.streams {
		for _, m := range st.matches {
			if at := m.Capture("address"); at != "" && (m.Effect == "started" || m.Effect == "named" || m.Effect == "waiting") && !has(out, at) {
				out = append(out, at)
			}
		}
	}
	return out
}

// soon is within what time a supervisor starts a process again.
const soon = 5 * time.Minute

// waits says whether a's log is a stub, beside a process of b that opened its storage and was not being started again.
func waits(a, b *Node, stubs map[*stream]bool) bool {
	if len(a.streams) != 1 || !stubs[a.streams[0]] {
		return false
	}
	opened, ended := false, false
	var last time.Time
	for _, st := range b.streams {
		last = later(last, st.last)
		for _, m := range st.matches {
			opened = opened || opens(m.Effect)
			ended = m.Effect == "stopping" || m.Effect == "stopped" || ended && m.Effect != "started"
		}
	}
	gap := a.streams[0].first.Sub(last)
	return opened && (ended || gap < 0 || gap > soon)
}

// started: one of the node's streams holds the start of a process. A stream that runs beside it and has none is a
// second log of that process.
func started(n *Node) bool {
	for _, st := range n.streams {
		if ownID(st) != "" {
			return true
		}
	}
	return false
}

func apart(a, b *Node) bool {
	for _, x := range a.streams {
		for _, y := range b.streams {
			if !x.last.Before(y.first) && !y.last.Before(x.first) {
				return false
			}
		}
	}
	return true
}

// identify learns each node's addresses, version and cluster id from its own lines and from what others say of it.
// What is learned at any line holds for earlier lines too.
func (s *Story) identify() {
	s.believeNames()
	for _, n := range s.Nodes {
		for _, m := range n.telling {
			switch m.Effect {
			case "started":
				if v := m.Capture("version"); v != "" {
					n.Version = v
				}
				n.learn(m.Capture("address"))
			case "named", "waiting":
				n.learn(m.Capture("address"))
			case "cluster-id":
				n.ClusterID = m.Capture("cluster")
			}
		}
	}
	for _, m := range s.telling {
		if m.Effect == "peer-connected" && m.Capture("peer") != "" {
			if n := s.whose(m.Capture("peer"), ""); n != nil && n.Name != m.Node {
				n.learn(m.Capture("address"))
			}
		}
		for _, sv := range servers(m.Capture("servers")) {
			if n := s.whose(sv.id, ""); n != nil {
				n.learn(sv.address)
			}
		}
	}
	for _, n := range s.Nodes {
		if len(n.Addresses) > 0 {
			n.Address = n.Addresses[0]
		}
	}
}

func (n *Node) learn(address string) {
	if address == "" {
		return
	}
	for _, a := range n.Addresses {
		if a == address {
			return
		}
	}
	n.Addresses = append(n.Addresses, address)
}
