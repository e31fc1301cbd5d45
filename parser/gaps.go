package parser

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"zlog/diagnosis"
	"zlog/event"
)

// What makes a gap.
const (
	gapCount   = 100
	gapSilence = 5 * time.Minute // and 20 times the average interval
	gapBack    = time.Hour
)

// gaps follows a source's time and remembers its silences and its jumps back.
type gaps struct {
	first, last stamp // the earliest and the latest
	begin       stamp // of the first record: what comes before it later on is a jump, not a long log
	records     int64
	silences    []span
	backs       []span
}

type span struct{ from, to stamp }

// record takes a record's time and that of the record before it in its stream.
func (g *gaps) record(at, before stamp) {
	g.records++
	if g.records == 1 || at.clock >= event.ClockLocal && g.last.clock < event.ClockLocal {
		g.first, g.last, g.begin = at, at, at
		return
	}
	if at.clock < event.ClockLocal && g.last.clock >= event.ClockLocal {
		return
	}
	if at.clock == g.last.clock && at.since(g.last) >= gapSilence {
		g.silences = keepLongest(g.silences, span{g.last, at})
	}
	if before.clock == at.clock && at.clock >= event.ClockLocal && before.since(at) > gapBack && len(g.backs) < gapCount {
		g.backs = append(g.backs, span{before, at})
	}
	if at.before(g.first) {
		g.first = at
	}
	if g.last.before(at) {
		g.last = at
	}
}

// seen takes the time of a record that is not read itself.
func (g *gaps) seen(at stamp) {
	if at.clock == g.last.clock && g.last.before(at) {
		g.last = at
	}
}

// keepLongest adds s to at most gapCount spans.
func keepLongest(all []span, s span) []span {
	if len(all) < gapCount {
		return append(all, s)
	}
	least := 0
	for i := range all {
		if all[i].to.since(all[i].from) < all[least].to.since(all[least].from) {
			least = i
		}
	}
	if s.to.since(s.from) > all[least].to.since(all[least].from) {
		all[least] = s
	}
	return all
}

// into writes the source's first and last time and its gaps.
func (g *gaps) into(s *diagnosis.Source) {
	s.First.Time, s.Last.Time = g.first.time(), g.last.time()
	average := g.last.since(g.begin) / time.Duration(max(1, g.records-1))
	for _, x := range g.silences {
		if d := x.to.since(x.from); d/20 >= average {
			s.Gaps = append(s.Gaps, x.gap(fmt.Sprintf("no line for %s", d.Round(time.Second))))
		}
	}
	for _, x := range g.backs {
		s.Gaps = append(s.Gaps, x.gap(fmt.Sprintf("clock goes back by %s", x.from.since(x.to).Round(time.Second))))
	}
	slices.SortStableFunc(s.Gaps, func(a, b diagnosis.Gap) int {
		return cmp.Or(a.From.Compare(b.From.Time), a.To.Compare(b.To.Time), cmp.Compare(a.Reason, b.Reason))
	})
	s.Gaps = s.Gaps[:min(len(s.Gaps), gapCount)]
}

func (x span) gap(reason string) diagnosis.Gap {
	return diagnosis.Gap{From: diagnosis.Time{Time: x.from.time()}, To: diagnosis.Time{Time: x.to.time()}, Reason: reason}
}
