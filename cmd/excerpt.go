package cmd

import (
	"context"
	"sort"
	"time"

	"zlog/diagnosis"
	"zlog/event"
	"zlog/parser"
)

// ticketContext is how many lines a ticket has before and after each line of evidence, and at its time in the other
// nodes' logs.
const ticketContext = 20

// pulse is the longest stretch of time that an excerpt leaves out at once. It is shorter than what the parser takes for
// a silence, so that an excerpt has the same silences as its log.
const pulse = 2 * time.Second

// keepSet says which lines of each source a ticket keeps.
type keepSet map[string]map[int]bool

func (k keepSet) add(source string, from, to int) {
	m := k[source]
	if m == nil {
		m = map[int]bool{}
		k[source] = m
	}
	for l := max(from, 1); l <= to; l++ {
		m[l] = true
	}
}

// choose reads the sources once more and chooses what a ticket keeps: what the story and the diagnoses rest on, what
// stands around the evidence on its node and, at the same time, on the others, the ends of each log, and enough of the
// rest that silences stay what they were.
func chooseLines(ctx context.Context, rep *replay, o *outcome, plain *diagnosis.Result) keepSet {
	keep := keepSet{}
	for _, m := range o.story.Matches {
		keep.add(m.Source, m.Line, m.Line)
	}
	for _, f := range o.story.Facts {
		for _, m := range f.Because {
			keep.add(m.Source, m.Line, m.Line)
		}
	}
	var times []time.Time // of the evidence, on the common clock
	offset := map[string]time.Duration{}
	for _, n := range plain.Nodes {
		for _, s := range n.Sources {
			offset[s] = time.Duration(n.ClockOffsetMS) * time.Millisecond
		}
	}
	for _, d := range plain.Diagnoses {
		for _, e := range d.Evidence {
			keep.add(e.Source, e.Line-ticketContext, e.Line+ticketContext)
			if !e.Time.IsZero() {
				times = append(times, e.Time.Add(-offset[e.Source]))
			}
		}
	}
	for _, u := range plain.Unrecognised {
		keep.add(u.Source, u.Line, u.Line)
	}
	sort.Slice(times, func(i, j int) bool { return times[i].Before(times[j]) })
	sources, _ := rep.sources()
	for _, src := range sources {
		walkers := map[string]*walker{}
		got := src.Read(ctx, parser.Options{Limits: rep.lim}, func(e *event.Event) {
			w := walkers[e.Source]
			if w == nil {
				w = &walker{keep: keep, times: times, offset: offset[e.Source], streams: map[string]*pace{}}
				walkers[e.Source] = w
			}
			w.event(e)
		})
		for _, s := range got {
			keep.add(s.Name, 1, 5)
			keep.add(s.Name, s.Lines-4, s.Lines)
		}
	}
	return keep
}

// walker chooses lines of one source as its records go by.
type walker struct {
	keep    keepSet
	times   []time.Time
	offset  time.Duration
	next    int // of times
	streams map[string]*pace
}

// pace is the last record of a stream, and the last that was kept.
type pace struct {
	line, lines int
	at          time.Time
	kept        time.Time
}

func (w *walker) event(e *event.Event) {
	end := e.Line + max(e.Lines, 1) - 1
	if w.keep[e.Source][e.Line] {
		w.keep.add(e.Source, e.Line, end)
	}
	if e.Time.IsZero() {
		return
	}
	common := e.Time.Add(-w.offset)
	for w.next < len(w.times) && !common.Before(w.times[w.next]) {
		w.next++
		w.keep.add(e.Source, e.Line-ticketContext, end+ticketContext)
	}
	p := w.streams[e.Stream]
	if p == nil {
		p = &pace{}
		w.streams[e.Stream] = p
		w.keep.add(e.Source, e.Line, end)
		p.kept = e.Time
	}
	if p.line > 0 && (e.Time.Sub(p.kept) >= pulse || e.Silence > 0) {
		w.keep.add(e.Source, p.line, p.line+p.lines-1)
		w.keep.add(e.Source, e.Line, end)
		p.kept = e.Time
	} else if w.keep[e.Source][e.Line] {
		p.kept = e.Time
	}
	p.line, p.lines, p.at = e.Line, max(e.Lines, 1), e.Time
}
