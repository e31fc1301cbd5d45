package rules

import "zlog/event"

// solution is one choice of nodes and matches for which all steps hold.
type solution struct {
	variant  *Variant
	nodes    bindings[string] // node variable: node
	vars     bindings[string]
	named    bindings[*event.Match]
	evidence []*event.Match
	marks    []int // for Explain: how much evidence there was before each step
}

// bindings is what names are bound to. Solutions that go on from the same one share its list, which only grows.
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
	return append(b[:len(b):len(b)], binding[V]{name, to})
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

// extend gives a copy of a solution with a match bound to a step.
func (a *solution) extend(st *Step, ms ...*event.Match) *solution {
	b := *a
	if len(ms) > 0 {
		b.evidence = append(a.evidence[:len(a.evidence):len(a.evidence)], ms...)
		m := ms[0]
		if st.On != "" {
			b.nodes = b.nodes.with(st.On, m.Node)
		}
		if st.As != "" {
			b.named = b.named.with(st.As, m)
		}
		for capture, v := range st.Bind {
			b.vars = b.vars.with(v, m.Capture(capture))
		}
	}
	return &b
}
