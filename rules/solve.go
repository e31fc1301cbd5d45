package rules

import (
	"slices"
	"sort"
	"time"

	"zlog/diagnosis"
	"zlog/event"
)

// Case is what diagnoses are made from: the matches and facts of one story, on one clock and in order, the nodes, and
// how complete the logs are.
type Case struct {
	Matches []*event.Match
	Facts   []*event.Match
	Nodes   []diagnosis.Node
	// Missing says why lines of a node (of any node for "") may be missing in a span, "" if none are.
	Missing func(node string, from, to time.Time) string
}

// The search is bounded: a rule that finds very much has found enough. The most that a way of the built-in pack was seen to
// need is 46,000 tries and 150,000 looks; at the bounds a way takes some tenths of a second.
const (
	mostSolutions = 200
	mostTries     = 200_000   // matches that are taken for a step
	mostLooks     = 4_000_000 // matches that are held against a step's conditions, times the conditions
	mostSearches  = 200       // ways that may search so far; of more of them each has its part
)

// solver looks for ways in which a variant holds.
type solver struct {
	c       *Case
	byID    map[string][]*event.Match
	lasts   map[string][]time.Time // by a signature's folded runs, see lasting
	nodes   map[string]diagnosis.Node
	of      int // how many ways there are, of all diagnoses
	variant *Variant
	found   []*solution
	tries   int      // that are left
	looks   int      // that are left
	missing []string // why absence could not be told

	explain bool        // keep how far the search came, for Explain
	reach   int         // number of the farthest step that was tried
	deepest []*solution // partial solutions that came there
}

func newSolver(c *Case, ways int) *solver {
	s := &solver{c: c, of: ways, byID: grouped(c.Matches, c.Facts), lasts: map[string][]time.Time{}, nodes: map[string]diagnosis.Node{}}
	for _, n := range c.Nodes {
		s.nodes[n.Name] = n
	}
	s.refill()
	return s
}

// another gives a solver of the same case, for another goroutine.
func (s *solver) another() *solver {
	return &solver{c: s.c, of: s.of, byID: s.byID, lasts: map[string][]time.Time{}, nodes: s.nodes}
}

// grouped gives the matches of each signature, in order.
func grouped(lists ...[]*event.Match) map[string][]*event.Match {
	all := slices.Concat(lists...)
	numbers, counts := map[string]int{}, []int(nil)
	of := make([]int, len(all)) // the number of each match's signature
	for i, m := range all {
		n, known := numbers[m.Signature]
		if !known {
			n, counts = len(counts), append(counts, 0)
			numbers[m.Signature] = n
		}
		of[i] = n
		counts[n]++
	}
	groups, room := make([][]*event.Match, len(counts)), make([]*event.Match, len(all))
	for n, count := range counts {
		groups[n], room = room[:0:count], room[count:]
	}
	for i, m := range all {
		groups[of[i]] = append(groups[of[i]], m)
	}
	out := make(map[string][]*event.Match, len(numbers))
	for id, n := range numbers {
		out[id] = groups[n]
	}
	return out
}

// solve gives the ways in which a variant holds, and why it could not be told where that was what failed.
func (s *solver) solve(v *Variant) ([]*solution, []string) {
	s.variant, s.found, s.missing = v, nil, nil
	s.refill()
	s.step(0, &solution{variant: v})
	if len(s.found) == 0 && s.spent() {
		s.missing = append(s.missing, givenUp)
	}
	return s.found, s.missing
}

const givenUp = "the search was given up: too many matches fit its first steps"

// refill gives a search all that it may take.
func (s *solver) refill() {
	s.tries, s.looks = mostTries, mostLooks
	if s.of > mostSearches {
		s.tries, s.looks = max(1, mostTries*mostSearches/s.of), max(1, mostLooks*mostSearches/s.of)
	}
}

// spent says whether the search has come to its bounds.
func (s *solver) spent() bool { return s.tries < 0 || s.looks < 0 }

func (s *solver) step(i int, a *solution) {
	if s.explain {
		s.reached(i, a)
	}
	if len(s.found) >= mostSolutions || s.spent() {
		return
	}
	if i == len(s.variant.Steps) {
		s.found = append(s.found, a.clone())
		return
	}
	st := &s.variant.Steps[i]
	was := a.size()
	try := func(m *event.Match) bool {
		if s.tries--; s.spent() || len(s.found) >= mostSolutions {
			return false
		}
		s.step(i+1, a.extend(st, m))
		a.cut(was)
		return true
	}
	switch {
	case len(st.No) > 0:
		s.absent(i, st, a)
	case len(st.Maybe) > 0:
		ms := s.candidates(st, st.Maybe, a)
		s.step(i+1, a.extend(&Step{As: st.As}, few(ms)...))
		a.cut(was)
	case st.Times > 1 || st.Nodes > 1:
		for _, ms := range s.often(st, a) {
			if s.tries--; s.spent() {
				return
			}
			s.step(i+1, a.extend(st, ms...))
			a.cut(was)
		}
	case len(st.See) == 1:
		s.each(st, st.See, a, try)
	default:
		for _, m := range s.candidates(st, st.See, a) {
			if !try(m) {
				return
			}
		}
	}
}

// few keeps the first three and the last of many.
func few(ms []*event.Match) []*event.Match {
	if len(ms) <= 4 {
		return ms
	}
	return append(append([]*event.Match{}, ms[:3]...), ms[len(ms)-1])
}

// absent goes on if no match meets the step, and the lines that could show one are all there.
func (s *solver) absent(i int, st *Step, a *solution) {
	some := false
	s.each(st, st.No, a, func(*event.Match) bool {
		some = true
		return false
	})
	if some {
		return
	}
	from, to := s.window(st, a)
	if s.c.Missing != nil {
		if why := s.c.Missing(a.node(st.On), from, to); why != "" {
			s.missing = append(s.missing, why)
			return
		}
	}
	s.step(i+1, a)
}

// window gives the span that a step looks at, zero times for no bound.
func (s *solver) window(st *Step, a *solution) (from, to time.Time) {
	if of, has := a.named.get(st.Within.Of); has {
		from, to = of.At.Add(st.Within.From.Duration), of.At.Add(st.Within.To.Duration)
	}
	if m, has := a.named.get(st.After); has && m.At.After(from) {
		from = m.At
	}
	if m, has := a.named.get(st.Before); has && (to.IsZero() || m.At.Before(to)) {
		to = m.At
	}
	return from, to
}

// candidates gives the matches of some signatures that meet a step's conditions, in time order.
func (s *solver) candidates(st *Step, ids []string, a *solution) []*event.Match {
	var out []*event.Match
	s.each(st, ids, a, func(m *event.Match) bool {
		out = append(out, m)
		return true
	})
	if len(ids) > 1 {
		slices.SortStableFunc(out, func(a, b *event.Match) int { return a.At.Compare(b.At) })
	}
	return out
}

// each hands the candidates to yield, those of one signature after those of another, until it gives false.
func (s *solver) each(st *Step, ids []string, a *solution, yield func(*event.Match) bool) {
	from, to := s.window(st, a)
	cost := 1 + len(st.NotOn) + len(st.Bind) + len(st.Where)
	for _, id := range ids {
		list := s.byID[id]
		if !from.IsZero() {
			list = list[s.lasting(id, list, from):]
		}
		for _, m := range list {
			if s.looks -= cost; s.looks < 0 || !to.IsZero() && m.At.After(to) {
				break
			}
			if !from.IsZero() && m.LastAt.Before(from) || !s.fits(st, m, a) {
				continue
			}
			if !yield(m) {
				return
			}
		}
	}
}

// lasting gives the number of the first of a signature's matches that lasts until some time: all before it end earlier.
func (s *solver) lasting(id string, list []*event.Match, until time.Time) int {
	reached, known := s.lasts[id]
	if !known { // until when the first n+1 of them last
		reached = make([]time.Time, len(list))
		last := time.Time{}
		for i, m := range list {
			if m.LastAt.After(last) {
				last = m.LastAt
			}
			reached[i] = last
		}
		s.lasts[id] = reached
	}
	return sort.Search(len(reached), func(i int) bool { return !reached[i].Before(until) })
}

// fits says whether a match meets a step's conditions other than time.
func (s *solver) fits(st *Step, m *event.Match, a *solution) bool {
	if st.On != "" {
		if n, bound := a.nodes.get(st.On); bound && n != m.Node {
			return false
		}
	}
	for _, v := range st.NotOn {
		if n, bound := a.nodes.get(v); bound && n == m.Node {
			return false
		}
	}
	for _, t := range st.Bind {
		v, bound := a.vars.get(t.Of)
		if got := m.Capture(t.Name); got == "" || bound && v != got {
			return false
		}
	}
	for _, t := range st.Where {
		if !s.compare(m.Capture(t.Name), t.Of, m, a) {
			return false
		}
	}
	return true
}

// often gives groups of matches that meet Times, In and Nodes: one group for each node if the step has On, else one.
func (s *solver) often(st *Step, a *solution) [][]*event.Match {
	all := s.candidates(st, st.See, a)
	groups := map[string][]*event.Match{}
	var order []string
	for _, m := range all {
		k := ""
		if st.On != "" {
			k = m.Node
		}
		for _, t := range st.Bind {
			k += "\x00" + m.Capture(t.Name)
		}
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], m)
	}
	var out [][]*event.Match
	for _, k := range order {
		if ms := enough(groups[k], st); ms != nil {
			out = append(out, ms)
		}
	}
	return out
}

// enough gives the first stretch of matches that is often enough, on enough nodes, within the timespan. The matches are in
// time order.
func enough(ms []*event.Match, st *Step) []*event.Match {
	count, nodes, end := 0, map[string]int{}, 0 // of ms[i:end]
	for i, first := range ms {
		for end < len(ms) && (st.In.Duration == 0 || ms[end].At.Sub(first.At) <= st.In.Duration) {
			count += ms[end].Count
			nodes[ms[end].Node]++
			end++
		}
		if count >= st.Times && len(nodes) >= st.Nodes {
			return ms[i:end]
		}
		count -= first.Count
		if nodes[first.Node]--; nodes[first.Node] == 0 {
			delete(nodes, first.Node)
		}
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
