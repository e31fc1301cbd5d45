package cluster

import (
	"sort"
	"time"
)

// align estimates each node's clock against the others from events that two nodes wrote at the same moment: the two
// ends of a mesh connection, and raft entries applied under the same index. The common clock is the one of the node
// with the most pairs.
func align(ns []*Node) {
	if len(ns) < 2 {
		return
	}
	type link struct {
		to    int
		delta time.Duration // clock of to less clock of from
		votes int
	}
	links := make([][]link, len(ns))
	for i := range ns {
		for j := i + 1; j < len(ns); j++ {
			if d, votes := offset(ns[i], ns[j]); votes > 0 {
				links[i] = append(links[i], link{j, d, votes})
				links[j] = append(links[j], link{i, -d, votes})
				ns[i].Pairs += votes
				ns[j].Pairs += votes
			}
		}
	}
	root := 0
	done := make([]bool, len(ns))
	for {
		root = -1
		for i := range ns {
			if !done[i] && (root < 0 || ns[i].Pairs > ns[root].Pairs) {
				root = i
			}
		}
		if root < 0 {
			return
		}
		done[root] = true
		queue := []int{root}
		for len(queue) > 0 {
			at := queue[0]
			queue = queue[1:]
			sort.SliceStable(links[at], func(a, b int) bool { return links[at][a].votes > links[at][b].votes })
			for _, l := range links[at] {
				if !done[l.to] {
					done[l.to] = true
					ns[l.to].Offset = ns[at].Offset + l.delta
					queue = append(queue, l.to)
				}
			}
		}
		for _, n := range ns {
			if n.Offset > -time.Second && n.Offset < time.Second {
				n.Offset = 0
			}
		}
	}
}

// leastPairs is how many pairs must agree before a clock is moved.
const leastPairs = 3

// offset estimates b's clock less a's, and gives how many pairs agree on it within a second; 0 votes if too few do.
func offset(a, b *Node) (time.Duration, int) {
	var diffs []time.Duration
	kinds := []string{"peer-connected", "peer-disconnected"}
	for _, kind := range kinds {
		x, y := meetings(a, b, kind), meetings(b, a, kind)
		for _, t := range x {
			for _, u := range y {
				diffs = append(diffs, u.Sub(t))
			}
		}
	}
	byIndex := map[uint64]apply{}
	for _, st := range a.streams {
		for i, e := range st.applied {
			if i < 3000 {
				byIndex[e.index] = e
			}
		}
	}
	shared := 0
	for _, st := range b.streams {
		for _, e := range st.applied {
			if o, ok := byIndex[e.index]; ok && o.kind == e.kind && shared < 400 {
				diffs = append(diffs, e.at.Sub(o.at))
				shared++
			}
		}
	}
	if len(diffs) == 0 {
		return 0, 0
	}
	sort.Slice(diffs, func(i, j int) bool { return diffs[i] < diffs[j] })
	best, zero := 0, 0
	var at int
	for i, j := 0, 0; i < len(diffs); i++ {
		for j < len(diffs) && diffs[j]-diffs[i] <= time.Second {
			j++
		}
		if j-i > best {
			best, at = j-i, i
		}
		if diffs[i] >= -time.Second/2 && diffs[i] <= time.Second/2 {
			zero++
		}
	}
	if zero*2 >= best { // no clock is moved unless the pairs insist
		return 0, zero
	}
	if best < leastPairs {
		return 0, 0
	}
	return diffs[at+best/2], best
}

// meetings are the times at which a says that something happened to its connection with b.
func meetings(a, b *Node, effect string) []time.Time {
	var out []time.Time
	for _, st := range a.streams {
		for _, m := range st.matches {
			if m.Effect == effect && b.ID != "" && m.Capture("peer") == b.ID && len(out) < 60 {
				out = append(out, m.Time)
			}
		}
	}
	return out
}
