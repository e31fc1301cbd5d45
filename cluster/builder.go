// Package cluster turns matches into the cluster's story: which node wrote what, when each process ran, who led,
// who could reach whom, and what that adds up to.
//
//	matches ─► Builder.Add ─► Builder.Tell ─► Story: nodes, matches in one order, facts
//
// It knows no text of OpenZiti's: a match says what it means by its effect ("started", "became-leader"), and facts
// are handed back as matches of their own, so that rules combine both alike.
package cluster

import (
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"zlog/diagnosis"
	"zlog/event"
)

// Builder collects the matches of one run. The zero value is not usable; see NewBuilder.
type Builder struct {
	streams map[streamKey]*stream
	order   []*stream
	last    *stream // the one that was added to last
	sources []diagnosis.Source
	growing bool             // the sources grow: an end is only the end so far
	kinds   map[string]int32 // the number of each command's type, as written and without its packages
	names   []string         // the type of each number, without its packages; 0 is none that is known
	applied map[string]int   // entries kept, by source
	mu      sync.Mutex       // of applied
	key     []byte
	keeper  event.Keeper
	kept    int
	seq     int
}

type streamKey struct{ source, name string }

// EffectApplied is the effect of the one kind of line that there is of every write to the model.
const EffectApplied = "applied"

// Enough says whether no more applied entries of a source are kept, so that they need not be looked for. It may be asked
// while Add runs, for reading runs ahead; asked too early, it says no, and Add leaves out what comes.
func (b *Builder) Enough(source string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.applied[source] >= MostApplied
}

// count counts applied entries that are kept of a source, or forgotten.
func (b *Builder) count(source string, n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.applied[source] += n
}

// stream is what one writer wrote into one source, in the order written.
type stream struct {
	key     streamKey
	matches []*event.Match
	applied []apply
	failed  map[uint64]bool  // indexes whose application failed
	runs    map[string]*fold // by signature and captures
	life    int              // how many lines of a start were kept: a run of matches alike ends with the process that wrote it
	counted bool             // the last start was not kept but only counted, so what follows belongs to no process that is known
	first   time.Time
	last    time.Time
}

// apply is one applied raft entry, kept small and without pointers, of which the collector would have to look at every one:
// there is one for every write to the model.
type apply struct {
	index uint64
	line  int
	sec   int64 // its time, as of time.Unix
	nsec  int32
	kind  int32 // the command's type, see Builder.intern
}

// at gives when it was applied by the node's clock, the zero Time if that is not known.
func (a apply) at() time.Time { return time.Unix(a.sec, int64(a.nsec)).UTC() }

// keep adds an applied entry. The list doubles until it is as long as it may become.
func (s *stream) keep(index uint64, line int, at time.Time, kind int32) {
	if n := len(s.applied); n == cap(s.applied) && n < MostApplied {
		s.applied = slices.Grow(s.applied, max(16, min(n, MostApplied-n)))
	}
	s.applied = append(s.applied, apply{index, line, at.Unix(), int32(at.Nanosecond()), kind})
}

// fold counts how many matches alike were kept within the last foldSpan.
type fold struct {
	since time.Time
	kept  int
	life  int
	last  *event.Match
}

const (
	foldSpan = time.Minute
	foldKeep = 12     // matches alike that are kept within foldSpan; more only raise the count of the last
	mostKept = 10_000 // matches in all, after which fewer of each kind are kept
	mostRuns = 4_000  // runs of matches alike that are remembered of a stream
)

// MostApplied is how many applied entries of a source are kept: the first ones.
const MostApplied = 20_000

// NewBuilder gives an empty Builder.
func NewBuilder() *Builder {
	return &Builder{streams: map[streamKey]*stream{}, kinds: map[string]int32{"": 0}, names: []string{""}, applied: map[string]int{}}
}

// Add takes a match; what it keeps of it, it copies. Matches of one source and stream come in the
// order written. Runs of matches alike are folded, so that memory is bounded whatever the log's size.
func (b *Builder) Add(m *event.Match) {
	s := b.stream(m.Source, m.Stream)
	if m.Effect == EffectApplied && b.Enough(m.Source) {
		return // as if the prefilter had left it out
	}
	b.seq++
	m.Seq = b.seq
	if !m.Time.IsZero() {
		if s.first.IsZero() {
			s.first = m.Time
		}
		s.last = m.Time
	}
	if m.Effect == EffectApplied {
		b.count(m.Source, 1)
		s.keep(number(m.Capture("index")), m.Line, m.Time, b.intern(m.Capture("type")))
		if m.Silence == 0 {
			return
		}
	}
	if m.Effect == "apply-failed" && len(s.failed) < MostApplied {
		s.failed[number(m.Capture("index"))] = true
	}
	f := b.fold(s, m, b.kept > mostKept)
	if f.life != s.life && !starts(m.Effect) && !s.counted && b.kept <= mostKept {
		f.since, f.kept = m.Time, 0
	}
	f.life = s.life
	keep, span := foldKeep, foldSpan
	for over := b.kept; over > mostKept && keep > 1; over /= 2 {
		keep /= 2
	}
	if b.kept > 2*mostKept {
		span = math.MaxInt64 // whatever comes now only counts
	}
	if since := m.Time.Sub(f.since).Abs(); since > span {
		f.since, f.kept = m.Time, 0
	}
	if f.last != nil && (f.kept >= keep || s.counted && !starts(m.Effect)) {
		f.last.Count++
		f.last.Last = m.Time
		s.counted = s.counted || starts(m.Effect)
		return
	}
	if starts(m.Effect) {
		s.life++
		s.counted = false
	}
	m = b.keeper.Keep(m)
	f.kept++
	f.last = m
	b.kept++
	s.matches = append(s.matches, m)
}

// fold gives the run of matches alike that a match belongs to: of one signature and, unless too much is kept already,
// with the same captures. The runs that are remembered are bounded; a forgotten one begins anew.
func (b *Builder) fold(s *stream, m *event.Match, coarse bool) *fold {
	key := append(b.key[:0], m.Signature...)
	if !coarse {
		for _, c := range m.Captures {
			if !volatile(c.Key) {
				key = append(append(append(append(key, 0), c.Key...), '='), c.Value...)
			}
		}
	}
	b.key = key
	f := s.runs[string(key)]
	if f == nil {
		if len(s.runs) >= mostRuns {
			clear(s.runs)
		}
		f = &fold{}
		s.runs[string(key)] = f
	}
	return f
}

// starts says whether an effect is that of one of the first lines of a process.
func starts(effect string) bool {
	return effect == "starting" || effect == "started" || effect == "start-failed"
}

// volatile says whether a capture differs on every repeat, so that it does not keep matches from being folded.
func volatile(capture string) bool {
	switch capture {
	case "index", "elapsed", "error", "previous", "next":
		return true
	}
	return false
}

// AddSource takes the account of a source that was read to its end.
func (b *Builder) AddSource(src diagnosis.Source) { b.sources = append(b.sources, src) }

func (b *Builder) stream(source, name string) *stream {
	k := streamKey{source, name}
	if b.last != nil && b.last.key == k {
		return b.last
	}
	s := b.streams[k]
	if s == nil {
		s = &stream{key: k, runs: map[string]*fold{}, failed: map[uint64]bool{}}
		b.streams[k] = s
		b.order = append(b.order, s)
	}
	b.last = s
	return s
}

func number(s string) uint64 {
	var n uint64
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0
		}
		n = n*10 + uint64(s[i]-'0')
	}
	return n
}

// Span gives the times of the first and the last line that were read, as far as sources were added, or of the first and
// last match.
func (b *Builder) Span() (begin, end time.Time) {
	widen := func(first, last time.Time) {
		if begin.IsZero() || !first.IsZero() && first.Before(begin) {
			begin = first
		}
		end = later(end, last)
	}
	for _, s := range b.order {
		widen(s.first, s.last)
	}
	for _, s := range b.sources {
		widen(s.First.Time, s.Last.Time)
	}
	return begin, end
}

// Within drops what is older than from or younger than to, node by node on its own clock; the zero times stand for none.
func (b *Builder) Within(from, to time.Time) {
	out := func(first, last time.Time) bool { return last.Before(from) || !to.IsZero() && first.After(to) }
	for _, s := range b.order {
		kept := s.matches[:0]
		for _, m := range s.matches {
			if m.Time.IsZero() || !out(m.Time, m.Last) {
				kept = append(kept, m)
			}
		}
		s.matches = kept
		applied := s.applied[:0]
		for _, a := range s.applied {
			if at := a.at(); !out(at, at) {
				applied = append(applied, a)
			}
		}
		s.applied = applied
	}
}

// intern gives the number of a command's type, the same for types that differ in their packages only.
func (b *Builder) intern(kind string) int32 {
	if k, ok := b.kinds[kind]; ok || len(b.kinds) > 20_000 {
		return k // beyond that bound, unknown
	}
	bare := unpackaged(kind)
	k, ok := b.kinds[bare]
	if !ok {
		k = int32(len(b.names))
		b.names = append(b.names, bare)
		b.kinds[bare] = k
	}
	b.kinds[strings.Clone(kind)] = k
	return k
}

// unpackaged gives a Go type without the paths and names of the packages that it comes from, "Update[Controller]" for
// "*command.Update[*host/module/v2/model.Controller]": the same command comes from other packages in another release.
func unpackaged(kind string) string {
	var b strings.Builder
	from := 0
	for i := 0; i < len(kind); i++ {
		switch kind[i] {
		case '/', '.', '*':
			from = i + 1
		case '[', ']', ',':
			b.WriteString(kind[from : i+1])
			from = i + 1
		}
	}
	b.WriteString(kind[from:])
	return b.String()
}
