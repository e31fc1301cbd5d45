package rules

import (
	"fmt"
	"sort"
	"strings"
	"time"

	"zlog/event"
)

// Explanation says of one diagnosis, way by way, what was found and what was not.
type Explanation struct {
	Diagnosis *Diagnosis
	Ways      []Way
}

// Way is one variant of a diagnosis, as the case meets it.
type Way struct {
	Variant *Variant
	Number  int
	Holds   bool
	Steps   []StepReport
}

// StepReport is one step of a way.
type StepReport struct {
	Step   *Step
	State  State
	By     []*event.Match // what met the step, or for a "no" step what stands against it
	Why    string         // for a step that fails without matches
	Misses []Miss         // of a step that fails, the nearest first
}

// State is how a step went.
type State string

// The states of a step.
const (
	Met        State = "met"
	Missing    State = "failed"
	Unreached  State = "not reached" // a step before it fails
	Unassessed State = "not assessable"
)

// Miss is a match that could have met a step, and the conditions that it does not meet.
type Miss struct {
	Match *event.Match
	Why   []string
}

// Bounds of what Explain looks at and tells.
const (
	mostMisses   = 3
	mostDeepest  = 40
	mostExplored = 4000 // candidates per partial solution
)

// Explain tells why a diagnosis holds in a case, or what is missing. It is nil for an unknown id.
func (s *Set) Explain(c *Case, id string) *Explanation {
	dg := s.diagByID[id]
	if dg == nil {
		return nil
	}
	out := &Explanation{Diagnosis: dg}
	sv := newSolver(c, s.searches())
	sv.explain = true
	for i := range dg.When {
		out.Ways = append(out.Ways, sv.way(&dg.When[i], i+1))
	}
	return out
}

func (s *solver) way(v *Variant, number int) Way {
	s.deepest, s.reach = nil, -1
	sols, _ := s.solve(v)
	gaveUp := len(sols) == 0 && s.spent()
	s.refill()
	w := Way{Variant: v, Number: number, Holds: len(sols) > 0}
	var a *solution
	if w.Holds {
		a = sols[0]
		a.marks = append(a.marks[:len(v.Steps):len(v.Steps)], len(a.evidence))
	} else {
		a = s.nearest(&v.Steps[s.reach])
	}
	for i := range v.Steps {
		st := &v.Steps[i]
		r := StepReport{Step: st, State: Met}
		switch {
		case w.Holds || i < s.reach:
			r.By = few(a.evidence[a.marks[i]:a.marks[i+1]])
		case i == s.reach && gaveUp:
			r.State, r.Why = Unassessed, givenUp
		case i == s.reach:
			s.failure(&r, a)
		default:
			r.State = Unreached
		}
		w.Steps = append(w.Steps, r)
	}
	return w
}

// reached notes how far the search came; called on every step.
func (s *solver) reached(i int, a *solution) {
	a.marks = append(a.marks[:i], len(a.evidence))
	if i > s.reach {
		s.reach, s.deepest = i, nil
	}
	if i == s.reach && len(s.deepest) < mostDeepest {
		s.deepest = append(s.deepest, a.clone())
	}
}

// nearest gives, of the partial solutions that came farthest, the one with the least that is wrong at the next step.
func (s *solver) nearest(st *Step) *solution {
	best, least := s.deepest[0], -1
	for _, a := range s.deepest {
		if ms := s.misses(st, a); len(ms) > 0 && (least < 0 || len(ms[0].Why) < least) {
			best, least = a, len(ms[0].Why)
		}
	}
	return best
}

// failure says why a step fails.
func (s *solver) failure(r *StepReport, a *solution) {
	st := r.Step
	r.State = Missing
	switch {
	case len(st.No) > 0:
		if r.By = few(s.candidates(st, st.No, a)); len(r.By) > 0 {
			r.Why = "it must not be there, but it is"
			return
		}
		from, to := s.window(st, a)
		r.State = Unassessed
		if s.c.Missing != nil {
			r.Why = s.c.Missing(a.node(st.On), from, to)
		}
	case st.Times > 1 || st.Nodes > 1:
		fit := s.candidates(st, st.See, a)
		r.By = few(fit)
		count, nodes := 0, map[string]bool{}
		for _, m := range fit {
			count += m.Count
			nodes[m.Node] = true
		}
		if len(fit) > 0 {
			r.Why = fmt.Sprintf("seen %d times on %d nodes, which is not enough", count, len(nodes))
			if st.In.Duration > 0 {
				r.Why += " in " + span(st.In)
			}
			return
		}
		fallthrough
	default:
		if r.Misses = s.misses(st, a); len(r.Misses) == 0 {
			r.Why = "no line matched " + strings.Join(st.See, " or ")
			if allFacts(st.See) {
				r.Why = "the story has no " + strings.Join(st.See, " or ")
			}
		}
	}
	if len(r.Misses) > mostMisses {
		r.Misses = r.Misses[:mostMisses]
	}
}

func allFacts(ids []string) bool {
	for _, id := range ids {
		if !strings.HasPrefix(id, "fact:") {
			return false
		}
	}
	return true
}

// misses gives the matches of the right signatures with the conditions that they fail; the fewest first, then those
// that are nearest in time.
func (s *solver) misses(st *Step, a *solution) []Miss {
	type far struct {
		Miss
		off time.Duration
	}
	var all []far
	from, to := s.window(st, a)
	for _, id := range st.See {
		for i, m := range s.byID[id] {
			if i >= mostExplored {
				break
			}
			why := s.reasons(st, m, a)
			var off time.Duration
			switch {
			case !from.IsZero() && m.LastAt.Before(from):
				off = from.Sub(m.LastAt)
				why = append(why, spell(off)+" too early")
			case !to.IsZero() && m.At.After(to):
				off = m.At.Sub(to)
				why = append(why, spell(off)+" too late")
			}
			if len(why) > 0 {
				all = append(all, far{Miss{m, why}, off})
			}
		}
	}
	sort.SliceStable(all, func(i, j int) bool {
		if len(all[i].Why) != len(all[j].Why) {
			return len(all[i].Why) < len(all[j].Why)
		}
		return all[i].off < all[j].off
	})
	out := make([]Miss, 0, mostMisses)
	for i := range all {
		if len(out) == mostMisses {
			break
		}
		out = append(out, all[i].Miss)
	}
	return out
}

// reasons is the telling twin of fits: every condition other than time that a match does not meet.
func (s *solver) reasons(st *Step, m *event.Match, a *solution) []string {
	var why []string
	if n, bound := a.nodes.get(st.On); st.On != "" && bound && n != m.Node {
		why = append(why, fmt.Sprintf("on %s, but %s is %s", m.Node, st.On, n))
	}
	for _, v := range st.NotOn {
		if n, bound := a.nodes.get(v); bound && n == m.Node {
			why = append(why, fmt.Sprintf("on %s, which is %s", n, v))
		}
	}
	for _, t := range st.Bind {
		v, bound := a.vars.get(t.Of)
		switch got := m.Capture(t.Name); {
		case got == "":
			why = append(why, "it has no "+t.Name)
		case bound && got != v:
			why = append(why, fmt.Sprintf("%s is %s, but $%s is %s", t.Name, got, t.Of, v))
		}
	}
	for _, t := range st.Where {
		name, want, got := t.Name, t.Of, m.Capture(t.Name)
		if s.compare(got, want, m, a) {
			continue
		}
		text := asks(want)
		for _, ref := range references(want) {
			text += fmt.Sprintf(" (%s is %q)", ref, s.value(ref, m, a))
		}
		if got == "" {
			why = append(why, fmt.Sprintf("it has no %s; want: %s %s", name, name, text))
		} else {
			why = append(why, fmt.Sprintf("%s is %s; want: %s %s", name, got, name, text))
		}
	}
	return why
}

// spell rounds a span for reading.
func spell(d time.Duration) string {
	if d > time.Second {
		return span(Span{d.Round(100 * time.Millisecond)})
	}
	return d.Round(time.Millisecond).String()
}
