package rules

import (
	"slices"
	"sync"

	"zlog/event"
)

// Filter gives the prefilter: it adds every literal of a signature in a block of raw lines to marks, with the way's
// number, by which a Matcher of this set knows it again. A record below level warning whose lines hold none of them matches
// no signature, unless it is a dump. The marks of alternatives that only hold for warnings and above, or for dumps, are
// weak: the parser passes those records by their level. A filter is safe for concurrent use.
//
// The texts of alarms are marked event.AlarmMark. Once enough says so of a source, the marks of signatures with one of the
// effects are weak, too: the story has what it keeps.
func (s *Set) Filter(alarms []string, enough func(source string) bool, effects ...string) func(source string, block []byte, marks []event.Mark) []event.Mark {
	var finder *finder
	var all []event.Mark
	var once sync.Once // they are made when there is something to look at
	scratch := sync.Pool{New: func() any { return new([]hit) }}
	scarce := make([]bool, len(s.ways)) // of a signature with one of the effects
	for i, w := range s.ways {
		scarce[i] = slices.Contains(effects, s.Signatures[w.signature].Effect)
	}
	const parts = scanParts // that the finder looks at in turn: so marks come nearly in the order of the block
	return func(source string, block []byte, marks []event.Mark) []event.Mark {
		once.Do(func() { finder, all = s.alarmFinder(alarms) })
		less := enough != nil && enough(source)
		hits := scratch.Get().(*[]hit)
		defer scratch.Put(hits)
		found := finder.find(block, (*hits)[:0])
		*hits = found
		var at [parts + 1]int // where the marks of each part of the block begin
		for _, h := range found {
			at[h.at*parts/len(block)+1]++
		}
		at[0] = len(marks)
		for i := range parts {
			at[i+1] += at[i]
		}
		marks = slices.Grow(marks, len(found))[:at[parts]]
		for _, h := range found {
			m := all[h.owner]
			m.At = h.at
			m.Weak = m.Weak || less && m.Of != event.AlarmMark && scarce[m.Of]
			part := h.at * parts / len(block)
			marks[at[part]] = m
			at[part]++
		}
		return marks
	}
}

// alarmFinder gives a finder of the signatures' literals and of alarms, and the marks of both.
func (s *Set) alarmFinder(alarms []string) (*finder, []event.Mark) {
	if len(alarms) == 0 {
		return s.finder(), s.marks
	}
	ls, all := slices.Clone(s.literals), slices.Clone(s.marks)
	for _, text := range alarms {
		ls = append(ls, literal{text, len(all)})
		all = append(all, event.Mark{Of: event.AlarmMark})
	}
	return newFinder(ls, s.common()), all
}

// common counts the four-byte blocks of the signatures' samples, which are much like other lines.
func (s *Set) common() *common {
	c := new(common)
	for _, sig := range s.Signatures {
		if text := sig.Lines.text; text != "" { // near enough, and not to be read for that
			add(c, text)
			continue
		}
		samples := sig.Lines.Get()
		for _, line := range slices.Concat(samples.Match, samples.Other) {
			add(c, line)
		}
	}
	return c
}
