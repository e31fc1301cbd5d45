package cluster

import (
	"cmp"
	"slices"
	"time"
)

// align estimates each node's clock against the others from events that two nodes wrote at the same moment: the two
// ends of a mesh connection, a vote asked for and refused, and raft entries applied under the same index. The common
// clock is the one on which most nodes agree, else the one of the node with the most pairs.
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
			lend(ns)
			return
		}
		done[root] = true
		queue, met := []int{root}, []*Node{ns[root]}
		for len(queue) > 0 {
			at := queue[0]
			queue = queue[1:]
			slices.SortStableFunc(links[at], func(a, b link) int { return cmp.Compare(b.votes, a.votes) })
			for _, l := range links[at] {
				if !done[l.to] {
					done[l.to] = true
					ns[l.to].Offset = ns[at].Offset + l.delta
					queue, met = append(queue, l.to), append(met, ns[l.to])
				}
			}
		}
		outvote(met)
		for _, n := range ns {
			if n.Offset > -time.Second && n.Offset < time.Second {
				n.Offset = 0
			}
		}
	}
}

// outvote makes the clock on which most of the nodes agree the common one, so that the odd one out is the one that is off.
func outvote(ns []*Node) {
	agree := func(n *Node) (count int) {
		for _, o := range ns {
			if (o.Offset - n.Offset).Abs() <= time.Second {
				count++
			}
		}
		return count
	}
	best := ns[0]
	for _, n := range ns[1:] {
		if agree(n) > agree(best) {
			best = n
		}
	}
	for base, i := best.Offset, 0; i < len(ns); i++ {
		ns[i].Offset -= base
	}
}

// lend gives a node that no pair tells of the offset of the node with its id: two processes of one id mostly run on one
// host, and have one clock.
func lend(ns []*Node) {
	for _, n := range ns {
		for _, o := range ns {
			if n.Pairs == 0 && o.Pairs > 0 && n.ID != "" && n.ID == o.ID {
				n.Offset = o.Offset
				break
			}
		}
	}
}

// leastPairs is how many pairs must agree before a clock is moved.
const leastPairs = 3

// pair is one event that both nodes wrote: when by a's clock, and how much later by b's.
type pair struct {
	at   time.Time
	diff time.Duration
}

// offset estimates b's clock less a's, and gives how many pairs agree on it within a second; 0 votes if too few do.
func offset(a, b *Node) (time.Duration, int) {
	var pairs, met []pair
	for _, kind := range []string{"peer-connected", "peer-disconnected"} {
		for _, t := range meetings(a, b, kind) {
			for _, u := range meetings(b, a, kind) {
				met = append(met, pair{t, u.Sub(t)})
			}
		}
	}
	pairs = append(append(pairs, met...), ballots(a, b)...)
	pairs = append(pairs, applies(a, b)...)
	if len(pairs) == 0 {
		return 0, 0
	}
	slices.SortFunc(pairs, func(a, b pair) int { return cmp.Compare(a.diff, b.diff) })
	best, zero := 0, 0
	var delta time.Duration
	w := window{map[int64]int{}, map[int64]int{}}
	for i, j := 0, 0; i < len(pairs); i++ {
		for ; j < len(pairs) && pairs[j].diff-pairs[i].diff <= time.Second; j++ {
			w.add(pairs[j], 1)
		}
		v := w.votes()
		if v > best {
			best, delta = v, pairs[i+(j-i)/2].diff
		}
		if pairs[i].diff >= -time.Second && pairs[j-1].diff <= time.Second {
			zero = max(zero, v)
		}
		w.add(pairs[i], -1)
	}
	if zero*2 >= best || around(met, 0) > around(met, delta) { // no clock is moved unless the pairs insist
		return 0, zero
	}
	if best < leastPairs || around(met, delta) == 0 && caughtUp(pairs, delta) {
		return 0, 0
	}
	return delta, best
}

// burst is how long a member that is new, or was away, takes at most to catch up with what the others wrote before.
const burst = 5 * time.Second

// caughtUp says whether the pairs within a second of an offset lie so close together on either clock that they may be
// entries written in a row and caught up with in a row, which differ by a constant whatever the clocks are.
//
//	a  e3 e4 e5 e6
//	b  · · · · · · · · · joined  e3 e4 e5 e6 e7
func caughtUp(pairs []pair, offset time.Duration) bool {
	var first, last time.Time
	for _, p := range pairs {
		if (p.diff - offset).Abs() <= time.Second {
			if first.IsZero() || p.at.Before(first) {
				first = p.at
			}
			last = later(last, p.at)
		}
	}
	return last.Sub(first) < burst
}

// around counts the ends of connections that pair within a second of an offset. A node may have caught up with entries long
// after the other wrote them; a connection has its two ends at once.
func around(met []pair, offset time.Duration) int {
	count := 0
	for _, p := range met {
		if (p.diff - offset).Abs() <= time.Second {
			count++
		}
	}
	return count
}

// window counts pairs by the quarter of a second on either clock.
type window struct{ a, b map[int64]int }

// quarter is the length of a moment: entries written one by one are further apart, those caught up with are not.
const quarter = 250

// add takes n pairs like p in, or out if n is negative.
func (w window) add(p pair, n int) {
	count(w.a, p.at.UnixMilli()/quarter, n)
	count(w.b, p.at.Add(p.diff).UnixMilli()/quarter, n)
}

func count(m map[int64]int, moment int64, n int) {
	if m[moment] += n; m[moment] == 0 {
		delete(m, moment)
	}
}

// votes counts the pairs of different moments on either clock: a node that catches up applies many entries at once,
// which is one moment, not many.
func (w window) votes() int { return min(len(w.a), len(w.b)) }

// applies pairs the raft entries that both nodes applied under one index. A few hundred, spread over the log, do.
func applies(a, b *Node) []pair {
	few := func(st *stream, yield func(apply)) {
		for i := 0; i < len(st.applied); i += 1 + len(st.applied)/400 {
			yield(st.applied[i])
		}
	}
	most := 0
	for _, st := range b.streams {
		most += min(len(st.applied), 400)
	}
	theirs := make(map[uint64]*apply, most)
	for _, st := range b.streams {
		few(st, func(e apply) { theirs[e.index] = nil })
	}
	for _, st := range a.streams {
		for i := range st.applied {
			if _, asked := theirs[st.applied[i].index]; asked {
				theirs[st.applied[i].index] = &st.applied[i]
			}
		}
	}
	var out []pair
	for _, st := range b.streams {
		few(st, func(e apply) {
			if o := theirs[e.index]; o != nil && o.kind == e.kind {
				out = append(out, pair{o.at(), e.at().Sub(o.at())})
			}
		})
	}
	return out
}

// ballotFit is how far apart a node asks for a vote and another refuses it, at most, with the drift of their clocks.
const ballotFit = 200 * time.Millisecond

// ballots pairs the votes that one node asks for with the other's refusals. A node asks again and again, every second or
// two, so that one asking lies near another's refusal whatever the clocks are: they count only where they fit closely, and
// nowhere else half as well.
func ballots(a, b *Node) []pair {
	var all []pair
	for _, way := range [][2]string{{"became-candidate", "vote-refused"}, {"vote-refused", "became-candidate"}} {
		for _, t := range votes(a, b, way[0]) {
			for _, u := range votes(b, a, way[1]) {
				all = append(all, pair{t, u.Sub(t)})
			}
		}
	}
	slices.SortFunc(all, func(a, b pair) int { return cmp.Compare(a.diff, b.diff) })
	fit := func(not pair) (best []pair) {
		for i, j := 0, 0; i < len(all); i++ {
			for ; j < len(all) && all[j].diff-all[i].diff <= ballotFit; j++ {
			}
			if near := all[i].diff < not.diff+2*ballotFit && all[i].diff > not.diff-2*ballotFit; j-i > len(best) && (not.at.IsZero() || !near) {
				best = all[i:j]
			}
		}
		return best
	}
	best := fit(pair{})
	if len(best) == 0 || 2*len(fit(best[len(best)/2])) > len(best) {
		return nil
	}
	return best
}

// votes are the times at which a asks for votes, or refuses b its vote.
func votes(a, b *Node, effect string) []time.Time {
	var out []time.Time
	for _, st := range a.streams {
		for _, m := range st.matches {
			if m.Effect == effect && len(out) < 60 && (effect != "vote-refused" || b.ID != "" && calls(a, m.Capture("address")) == b.ID) {
				out = append(out, m.Time)
			}
		}
	}
	return out
}

// calls gives the id under which a node knows an address, by the lines of its mesh connections.
func calls(n *Node, address string) string {
	for _, st := range n.streams {
		for _, m := range st.matches {
			if m.Effect == "peer-connected" && address != "" && m.Capture("address") == address {
				return m.Capture("peer")
			}
		}
	}
	return ""
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
