package cluster

import (
	"fmt"
	"sort"
	"time"

	"zlog/diagnosis"
	"zlog/event"
)

// Of a clock that is set ahead its own log shows no more than a silence. What tells the two apart is the raft entries that
// another node applied, too: after a silence they come as soon as before, or all at once; after a jump they come late for good.
// Of one that is set back they come early for good, which lines of another log among the node's own do not.
//
//	ctrl1   5    6    7         8    9    10
//	ctrl2   5    6    7    ┊         ┊         8    9    10
const (
	aheadEach = 4               // entries on either side of the jump
	aheadFrom = 2 * time.Second // that those before spread over, on either clock: what is caught up with after a join comes at once
	aheadLong = 5 * time.Second // and those after, so that it is for good
	aheadFit  = time.Second     // how well they agree
	aheadLook = 800             // entries of a stream that are looked at
)

// setAhead names the nodes whose times jump ahead in the midst of a process's life.
func (s *Story) setAhead() []diagnosis.Unassessed {
	var out []diagnosis.Unassessed
	for _, n := range s.Nodes {
		if n.ahead > 0 {
			out = append(out, diagnosis.Unassessed{ID: limitAhead, Need: "how the clock of " + n.Name + "'s host was set at that time (timedatectl, the log of its NTP service)",
				Reason: fmt.Sprintf("the times in the log of %s jump ahead by %s at line %d against those of the others, for good, and no process starts there: its clock was set ahead, or the others' fell behind; order and distance in time are not known around it",
					n.Name, spell(n.ahead), n.jumped)})
		}
	}
	return out
}

// jumps finds them.
func (s *Story) jumps() {
	if len(s.Nodes) < 2 {
		return // with no other to compare with, the entries need not be put in order
	}
	theirs := map[*Node][]apply{}
	for _, n := range s.Nodes {
		if all := n.entries(); len(all) >= 2*aheadEach {
			theirs[n] = all
		}
	}
	if len(theirs) < 2 {
		return
	}
	for _, n := range s.Nodes {
		n.ahead, n.jumped, n.leapt = s.jump(n, theirs)
	}
}

// jump gives by how much a node's times jump ahead of those of the others, or back if it is below 0, at which line, and the last
// match before; 0 if they do not, or if one of the others says otherwise.
func (s *Story) jump(n *Node, theirs map[*Node][]apply) (by time.Duration, line int, before *event.Match) {
	for _, st := range n.streams {
		var all []shared
		for _, o := range s.Nodes {
			if o != n && o.ID != n.ID && !s.strangers(o, n) {
				all = append(all, st.with(theirs[o]))
			}
		}
		for _, sh := range all {
			by, line = sh.jump(st)
			for _, other := range all {
				if by != 0 && other.steady(line) {
					by = 0
				}
			}
			if by != 0 {
				return by, line, st.before(line)
			}
		}
	}
	return 0, 0, nil
}

// before gives the last match of a stream before a line, nil for none.
func (st *stream) before(line int) (last *event.Match) {
	for _, m := range st.matches {
		if m.Line < line {
			last = m
		}
	}
	return last
}

// shared are the entries that a stream and another node applied: when, and how much later than there.
type shared struct {
	pairs []pair
	lines []int
}

func (st *stream) with(theirs []apply) shared {
	step := 1 + len(st.applied)/aheadLook
	most := (len(st.applied) + step - 1) / step
	if len(theirs) == 0 || most == 0 {
		return shared{}
	}
	sh := shared{make([]pair, 0, most), make([]int, 0, most)}
	for i := 0; i < len(st.applied); i += step {
		e := st.applied[i]
		k := sort.Search(len(theirs), func(k int) bool { return theirs[k].index >= e.index })
		if k < len(theirs) && theirs[k].index == e.index && theirs[k].kind == e.kind && !e.at().IsZero() && !theirs[k].at().IsZero() {
			sh.pairs, sh.lines = append(sh.pairs, pair{e.at(), e.at().Sub(theirs[k].at())}), append(sh.lines, e.line)
		}
	}
	return sh
}

// jump gives the first jump, ahead or back.
func (sh shared) jump(st *stream) (time.Duration, int) {
	ps := sh.pairs
	for i := 1; i < len(ps); i++ {
		by := ps[i].diff - ps[i-1].diff
		if by.Abs() < leastBack || !agree(ps, i-1, -1, aheadFrom) || !agree(ps, i, 1, aheadLong) || summer(ps[i-1].at, ps[i].at, by) {
			continue
		}
		if by > 0 && st.silent(ps[i-1].at, ps[i].at, by-aheadFit) || by < 0 && st.goesBack(sh.lines[i-1], sh.lines[i]) != nil {
			return by, sh.lines[i]
		}
	}
	return 0, 0
}

// summer says whether a jump may be one to summer time or from it, of a host whose log has local time: by an hour, on the hour.
func summer(before, after time.Time, by time.Duration) bool {
	return (by.Abs()-time.Hour).Abs() <= 2*aheadFit && !after.Add(-by).Truncate(time.Hour).Equal(before.Truncate(time.Hour))
}

// steady says whether the entries around a line tell of no jump there.
func (sh shared) steady(line int) bool {
	i := sort.SearchInts(sh.lines, line)
	if i == 0 || i == len(sh.pairs) {
		return false
	}
	by := sh.pairs[i].diff - sh.pairs[i-1].diff
	return by.Abs() < leastBack && agree(sh.pairs, i-1, -1, aheadFrom) && agree(sh.pairs, i, 1, aheadLong)
}

// agree says whether the pairs from one on, forward or back, tell of the same difference between the clocks for so long.
func agree(ps []pair, from, step int, spread time.Duration) bool {
	far := 0
	for i := from; i >= 0 && i < len(ps) && (ps[i].diff-ps[from].diff).Abs() <= aheadFit; i += step {
		far++
		if long := ps[i].at.Sub(ps[from].at).Abs(); far >= aheadEach && long >= spread+aheadFit {
			return true
		}
	}
	return false
}

// silent says whether a stream says nothing for so long within a span of its clock, and no process starts in it.
func (st *stream) silent(from, to time.Time, long time.Duration) bool {
	last, found := from, false
	for _, m := range st.matches {
		if !m.Time.After(from) || !m.Time.Before(to) {
			continue
		}
		if starts(m.Effect) {
			return false
		}
		found, last = found || m.Time.Sub(last) >= long, m.Time
	}
	return found || to.Sub(last) >= long
}
