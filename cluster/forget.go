package cluster

import (
	"maps"
	"slices"
	"time"

	"zlog/diagnosis"
	"zlog/event"
)

// Kept gives how many matches are kept.
func (b *Builder) Kept() int { return b.kept }

// SetSources replaces the accounts of all sources, for sources that grow; growing says whether they still do. Their order is from then on that of the logs, as if
// they had been read one after the other: which node's line came first is chance.
func (b *Builder) SetSources(srcs []diagnosis.Source, growing bool) {
	b.sources, b.growing = srcs, growing
	rank := make(map[string]int, len(srcs))
	for i := range srcs {
		rank[srcs[i].Name] = i + 1
	}
	slices.SortStableFunc(b.order, func(x, y *stream) int { return rank[x.key.source] - rank[y.key.source] })
}

// Rename gives a source another name: its log was rotated away. It says whether it could: no other source may have
// that name.
func (b *Builder) Rename(from, to string) bool {
	for k := range b.streams {
		if k.source == to {
			return false
		}
	}
	for _, s := range b.order {
		if s.key.source != from {
			continue
		}
		delete(b.streams, s.key)
		b.count(to, b.applied[from])
		b.count(from, -b.applied[from])
		s.key.source = to
		b.streams[s.key] = s
		for _, m := range s.matches {
			m.Source = to
		}
	}
	return true
}

// lasting are the effects whose last match of a stream is never forgotten: they say who a node is and how it stands.
var lasting = map[string]bool{"started": true, "named": true, "cluster-id": true, "blank": true, "founded": true,
	"became-leader": true, "became-follower": true, "became-candidate": true, "stepped-down": true, "election-won": true,
	"members-changed": true, "stopping": true, "stopped": true, "waiting": true, "read-only": true, "read-write": true}

// Forget drops the oldest matches until at most some are kept: other than those that say who a node is and how it
// stands, and those that hold says are still needed. A log that is followed for weeks takes no more than that.
func (b *Builder) Forget(most int, hold func(source string, line int) bool) {
	const mostApplied = 4_000
	needed := map[*event.Match]bool{}
	var all []*event.Match
	for _, s := range b.order {
		last := map[string]bool{}
		for i := len(s.matches) - 1; i >= 0; i-- {
			m := s.matches[i]
			who := m.Effect + m.Capture("peer") + m.Capture("address")
			if (lasting[m.Effect] || m.Effect == "peer-connected" || len(servers(m.Capture("servers"))) > 0) && !last[who] && len(last) < 64 {
				last[who] = true
				needed[m] = true
			}
			if hold(m.Source, m.Line) {
				needed[m] = true
			}
		}
		all = append(all, s.matches...)
		if n := len(s.applied); n > mostApplied {
			s.applied = slices.Clone(s.applied[n-mostApplied:])
			b.count(s.key.source, mostApplied-n)
		}
	}
	slices.SortStableFunc(all, func(x, y *event.Match) int { return x.Last.Compare(y.Last) })
	gone := map[*event.Match]bool{}
	for _, m := range all {
		if len(all)-len(gone) <= most {
			break
		}
		if !needed[m] {
			gone[m] = true
		}
	}
	b.kept = 0
	for _, s := range b.order {
		s.matches = slices.DeleteFunc(s.matches, func(m *event.Match) bool { return gone[m] })
		clear(s.runs)
		b.kept += len(s.matches)
	}
}

// Saved is a Builder in a form that can be written down.
type Saved struct {
	Streams []SavedStream `json:"streams"`
	Seq     int           `json:"seq"`
}

// SavedStream is one writer's part of it.
type SavedStream struct {
	Source  string         `json:"source"`
	Name    string         `json:"name"`
	Matches []*event.Match `json:"matches"`
	Applied []SavedApply   `json:"applied"`
	Failed  []uint64       `json:"failed"` // indexes whose application failed, rising
	First   time.Time      `json:"first"`
	Last    time.Time      `json:"last"`
}

// SavedApply is one applied raft entry.
type SavedApply struct {
	Index uint64    `json:"i"`
	Kind  string    `json:"k"`
	At    time.Time `json:"t"`
	Line  int       `json:"l"`
}

// Save gives what was added, less what was forgotten. Of applied entries only the last few hundred are needed.
func (b *Builder) Save() Saved {
	out := Saved{Seq: b.seq, Streams: []SavedStream{}}
	for _, s := range b.order {
		v := SavedStream{Source: s.key.source, Name: s.key.name, Matches: s.matches, First: s.first, Last: s.last}
		for _, a := range s.applied[max(0, len(s.applied)-400):] {
			v.Applied = append(v.Applied, SavedApply{a.index, b.names[a.kind], a.at(), a.line})
		}
		v.Failed = slices.Sorted(maps.Keys(s.failed))
		out.Streams = append(out.Streams, v)
	}
	return out
}

// Restore adds what was saved to an empty Builder.
func (b *Builder) Restore(v Saved) {
	b.seq = v.Seq
	for _, sv := range v.Streams {
		s := b.stream(sv.Source, sv.Name)
		s.first, s.last = sv.First, sv.Last
		for _, m := range sv.Matches {
			if m != nil {
				s.matches = append(s.matches, m)
			}
		}
		for _, a := range sv.Applied {
			s.keep(a.Index, a.Line, a.At, b.intern(a.Kind))
		}
		b.count(sv.Source, len(sv.Applied))
		for _, i := range sv.Failed {
			s.failed[i] = true
		}
		b.kept += len(s.matches)
	}
}
