package store

import "time"

// Two shippers, or one that sends a batch again, leave every line of a stretch in the store twice, alike in time and text. A process
// writes such a pair now and then, too, so that pairs alone are left as they are:
//
//	written   a  b b  c  d          lines stand between that are there once
//	shipped   a a  b b  c c  d d    of a long row of lines none is there once
const (
	twiceRow  = 24 // different lines in a row that are all there more than once; of 69 real clusters' logs the longest such row has 11
	twiceFew  = 6  // or so many, if they are all that there is of the node in the chunk
	twiceMost = 9  // shippers beside each other that are told apart
)

// twice is a stretch of a node's lines that the store has more than once, each so many times.
type twice struct {
	span  Span
	times int
}

// moment is the lines of one node and time in a list.
type moment struct {
	from, to int // in the list
	texts    int // different ones
	least    int // how often the rarest of them is there
}

// moments cuts a node's lines, which are in the order of time, by their time.
func moments(ls []Line) []moment {
	var out []moment
	for i := 0; i < len(ls); {
		n := map[string]int{}
		k := i
		for ; k < len(ls) && ls[k].Time == ls[i].Time; k++ {
			n[ls[k].Text]++
		}
		m := moment{from: i, to: k, texts: len(n), least: k - i}
		for _, c := range n {
			m.least = min(m.least, c)
		}
		out = append(out, m)
		i = k
	}
	return out
}

// stretchesTwice finds the stretches of a node's lines that a store has more than once. ls are in the order of time.
func stretchesTwice(ls []Line) []twice {
	all := moments(ls)
	var out []twice
	for i := 0; i < len(all); {
		k, texts, least := i, 0, twiceMost
		for ; k < len(all) && all[k].least > 1; k++ {
			texts, least = texts+all[k].texts, min(least, all[k].least)
		}
		if texts >= twiceRow || texts >= twiceFew && k-i == len(all) {
			out = append(out, twice{Span{time.Unix(0, ls[all[i].from].Time), time.Unix(0, ls[all[k-1].from].Time+1)}, least})
		}
		i = max(k, i+1)
	}
	return out
}

// once leaves out of a node's lines, which are in the order of time, what a store has more than once, and gives how many that were. Of
// a line that was written so often itself, that many stay.
func once(ls []Line, all []twice) ([]Line, int64) {
	if len(all) == 0 {
		return ls, 0
	}
	out := make([]Line, 0, len(ls))
	for _, m := range moments(ls) {
		times := 1
		for _, s := range all {
			if at := time.Unix(0, ls[m.from].Time); !at.Before(s.span.From) && at.Before(s.span.To) {
				times = s.times
			}
		}
		had := map[string]int{}
		for _, l := range ls[m.from:m.to] {
			if had[l.Text]%times == 0 {
				out = append(out, l)
			}
			had[l.Text]++
		}
	}
	return out, int64(len(ls) - len(out))
}

// once takes the lines of a chunk once that the store has twice.
func (r *run) once(ls []Line) []Line {
	per := map[string][]Line{}
	for _, l := range ls {
		per[l.Node] = append(per[l.Node], l)
	}
	changed := false
	for node, own := range per {
		found := stretchesTwice(own)
		if len(found) == 0 {
			continue
		}
		r.twice[node] = append(r.twice[node], found...)
		kept, n := once(own, found)
		per[node] = kept
		changed = true
		if of := r.nodes[node]; of != nil {
			of.Copies += n
		}
	}
	if !changed {
		return ls
	}
	out := make([]Line, 0, len(ls))
	for _, l := range ls { // each node's lines in the places of its first
		if own := per[l.Node]; len(own) > 0 && own[0] == l {
			out = append(out, l)
			per[l.Node] = own[1:]
		}
	}
	return out
}
