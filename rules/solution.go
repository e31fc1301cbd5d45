package rules

import (
	"slices"

	"zlog/event"
)

// solution is one choice of nodes and matches for which all steps hold.
type solution struct {
	variant  *Variant
	nodes    bindings[string] // node variable: node
	vars     bindings[string]
	named    bindings[*event.Match]
	evidence []*event.Match
	marks    []int // for Explain: how much evidence there was before each step
}

// bindings is what names are bound to, in the order in which they were.
type bindings[V comparable] []binding[V]

type binding[V comparable] struct {
	name string
	to   V
}

// get gives what a name is bound to, and whether it is.
func (b bindings[V]) get(name string) (V, bool) {
	for i := len(b) - 1; i >= 0; i-- {
		if b[i].name == name {
			return b[i].to, true
		}
	}
	var none V
	return none, false
}

// with gives the list with a name bound; the last binding of a name counts.
func (b bindings[V]) with(name string, to V) bindings[V] {
	if old, has := b.get(name); has && old == to {
		return b
	}
	return append(b, binding[V]{name, to})
}

// names gives the names, sorted, each once.
func (b bindings[V]) names() []string {
	all := map[string]bool{}
	for _, x := range b {
		all[x.name] = true
	}
	return sortedKeys(all)
}

// node gives the node that a variable is bound to, "" if to none.
func (a *solution) node(variable string) string {
	n, _ := a.nodes.get(variable)
	return n
}

// extend binds a match, or several, to a step. The search does so with one solution that it takes back with cut, and keeps
// a clone of what it found: most choices fail at the next step.
func (a *solution) extend(st *Step, ms ...*event.Match) *solution {
	if len(ms) > 0 {
		a.evidence = append(a.evidence, ms...)
		m := ms[0]
		if st.On != "" {
			a.nodes = a.nodes.with(st.On, m.Node)
		}
		if st.As != "" {
			a.named = a.named.with(st.As, m)
		}
		for _, t := range st.Bind {
			a.vars = a.vars.with(t.Of, m.Capture(t.Name))
		}
	}
	return a
}

// size is how much is bound, for cut.
type size struct{ nodes, vars, named, evidence int }

func (a *solution) size() size {
	return size{len(a.nodes), len(a.vars), len(a.named), len(a.evidence)}
}

// cut takes back what was bound since.
func (a *solution) cut(to size) {
	a.nodes, a.vars, a.named, a.evidence = a.nodes[:to.nodes], a.vars[:to.vars], a.named[:to.named], a.evidence[:to.evidence]
}

// clone gives a copy that no extend or cut of the other changes.
func (a *solution) clone() *solution {
	return &solution{a.variant, slices.Clone(a.nodes), slices.Clone(a.vars), slices.Clone(a.named), slices.Clone(a.evidence), slices.Clone(a.marks)}
}
