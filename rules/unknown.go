package rules

import (
	"sort"
	"strings"
	"time"

	"zlog/diagnosis"
	"zlog/event"
)

// Unknowns groups warnings and errors that no signature knows by template: what stays the same is kept, ids,
// addresses, numbers, times and quoted values are masked. Memory is bounded by the number of templates.
type Unknowns struct {
	groups map[string]*unknown // by level and template
	key    []byte
	spare  []byte
	lost   int // events beyond the bound on templates
}

type unknown struct {
	diagnosis.Unknown
	level event.Level
	nodes map[place]bool
	last  place // the one added last
}

type place struct{ source, stream string }

const mostTemplates = 500

// NewUnknowns gives an empty collection.
func NewUnknowns() *Unknowns { return &Unknowns{groups: map[string]*unknown{}} }

// Add counts an event that no signature matched. Events below warning are passed over. Nothing of the event is kept.
func (u *Unknowns) Add(e *event.Event) {
	if e.Level < event.LevelWarning {
		return
	}
	u.key, u.spare = template(append(u.key[:0], byte(e.Level)), u.spare, e)
	g := u.groups[string(u.key)]
	if g == nil {
		if len(u.groups) >= mostTemplates {
			u.lost++
			return
		}
		g = &unknown{level: e.Level, nodes: map[place]bool{}}
		g.Template, g.Level, g.Source, g.Line, g.Text = string(u.key[1:]), e.Level.String(), e.Source, e.Line, strings.Clone(clip(e.Text))
		g.First = diagnosis.Time{Time: e.Time}
		u.groups[string(u.key)] = g
	}
	g.Count++
	g.Last = diagnosis.Time{Time: e.Time}
	if at := (place{e.Source, e.Stream}); at != g.last && len(g.nodes) < 32 {
		g.last = place{strings.Clone(at.source), strings.Clone(at.stream)}
		g.nodes[g.last] = true
	}
}

// Within drops the groups that lie wholly before from or after to; a zero to stands for no end.
func (u *Unknowns) Within(from, to time.Time) {
	for k, g := range u.groups {
		if !g.Last.IsZero() && g.Last.Before(from) || !to.IsZero() && g.First.After(to) {
			delete(u.groups, k)
		}
	}
}

// Groups gives the groups, the most severe and most frequent first. nodeOf names the node of a source and stream.
func (u *Unknowns) Groups(nodeOf func(source, stream string) string) []diagnosis.Unknown {
	out := []diagnosis.Unknown{}
	var all []*unknown
	for _, g := range u.groups {
		all = append(all, g)
	}
	sort.Slice(all, func(i, j int) bool {
		a, b := all[i], all[j]
		switch {
		case a.level != b.level:
			return a.level > b.level
		case a.Count != b.Count:
			return a.Count > b.Count
		}
		return a.Template < b.Template
	})
	for _, g := range all {
		names := map[string]bool{}
		for p := range g.nodes {
			names[nodeOf(p.source, p.stream)] = true
		}
		g.Nodes = sortedKeys(names)
		out = append(out, g.Unknown)
	}
	if u.lost > 0 {
		out = append(out, diagnosis.Unknown{Template: "(more templates than are kept)", Level: "warning", Count: u.lost, Nodes: []string{}})
	}
	return out
}
