package rules

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"zlog/event"
)

// Match gives every signature that the event matches, in rule order. The matches are the caller's, if the event's
// strings are.
func (s *Set) Match(e *event.Event) []*event.Match {
	m := Matcher{set: s}
	return m.Match(e)
}

// Matcher matches event after event with the same memory. It is for one goroutine.
type Matcher struct {
	set        *Set
	found      []hit
	candidates []int
	matches    []event.Match
	out        []*event.Match
}

// Matcher gives a Matcher.
func (s *Set) Matcher() *Matcher { return &Matcher{set: s} }

// Match gives every signature that the event matches, in rule order. The matches are valid until the next call, and
// their strings are the event's; see event.Keeper.
func (m *Matcher) Match(e *event.Event) []*event.Match {
	n, done := 0, -1
	for _, i := range m.look(e) {
		w := &m.set.ways[i]
		if w.signature == done || !w.test.holds(e) {
			continue
		}
		done = w.signature // whichever other way holds
		sig := m.set.Signatures[done]
		if anyHolds(sig.Unless, e) {
			continue
		}
		if n == len(m.matches) {
			m.matches = append(m.matches, event.Match{})
		}
		sig.match(e, &m.matches[n])
		n++
	}
	m.out = m.out[:0]
	for i := range n {
		m.out = append(m.out, &m.matches[i])
	}
	return m.out
}

// mostTried bounds the short literals whose signatures are tried on each record without looking for the literals first: for a
// few, that is several times as fast.
const mostTried = 40

// way is an alternative of a signature.
type way struct {
	signature int
	test      *Test
}

// look gives the numbers of the ways in which the record may match a signature, rising, each once: those whose literal stands in
// it, by the prefilter's marks if it looked at the record. A short literal would cost the prefilter a second pass over all
// lines, so those that let no record pass are looked for here.
func (m *Matcher) look(e *event.Event) []int {
	m.candidates, m.found = m.candidates[:0], m.found[:0]
	switch {
	case m.set.short != nil:
		m.found = m.set.short.findString(e.Text, m.found)
	case e.Level >= event.LevelWarning:
		m.tryLate(e)
	}
	if m.set.short == nil && likeDump(e.Msg) {
		for _, i := range m.set.lateDumps {
			m.candidate(i)
		}
	}
	if e.Marked {
		for _, i := range e.Marks {
			m.candidate(i)
		}
	} else {
		m.found = m.set.finder().findString(e.Text, m.found)
	}
	for _, h := range m.found {
		m.candidate(h.owner)
	}
	return m.candidates
}

func (m *Matcher) candidate(i int) {
	if at, has := slices.BinarySearch(m.candidates, i); !has {
		m.candidates = slices.Insert(m.candidates, at, i)
	}
}

func (sig *Signature) holds(e *event.Event) bool {
	return anyHolds(sig.When, e) && !anyHolds(sig.Unless, e)
}

func anyHolds(tests []Test, e *event.Event) bool {
	for i := range tests {
		if tests[i].holds(e) {
			return true
		}
	}
	return false
}

// match fills m, part by part: while the collector marks, writing a whole match takes several times as long.
func (sig *Signature) match(e *event.Event, m *event.Match) {
	m.Signature, m.Effect, m.Source, m.Stream = sig.ID, sig.Effect, e.Source, e.Stream
	m.Line, m.Time, m.Last, m.Clock, m.Level, m.Silence = e.Line, e.Time, e.Time, e.Clock, e.Level, e.Silence
	m.Text, m.Count, m.Captures = clip(e.Text), 1, m.Captures[:0]
	m.Node, m.At, m.LastAt, m.Because, m.Seq = "", time.Time{}, time.Time{}, nil, 0
	if len(sig.Capture) == 0 {
		return
	}
	keys := keysOf(e)
	for i := range sig.Capture {
		if v := sig.Capture[i].value(e, keys); v != "" {
			m.Captures = append(m.Captures, event.Field{Key: sig.Capture[i].Name, Value: v})
		}
	}
}

// clip gives a record for evidence: at most 4 KiB of it, cut at a line's end where there is one. A longer one is copied,
// so that the rest is not kept.
func clip(text string) string {
	const most = 4 << 10
	if len(text) <= most {
		return text
	}
	text = strings.Clone(text[:most])
	if nl := strings.LastIndexByte(text, '\n'); nl > most/2 {
		text = text[:nl]
	}
	return strings.ToValidUTF8(text, "") + " …"
}

// loud says whether a test can hold only for records of level warning and above, or for dumps.
func (t *Test) loud() bool {
	begins := false
	for i := range t.Fields {
		f := &t.Fields[i]
		if f.levels != 0 {
			return t.levelled()
		}
		begins = begins || f.Field == "msg" && f.op == opPrefix && dumpHead.MatchString(f.text)
	}
	return begins
}

// levelled says whether it is a test of the level that makes a test loud.
func (t *Test) levelled() bool {
	const loud = 1<<event.LevelWarning | 1<<event.LevelError | 1<<event.LevelFatal | 1<<event.LevelPanic
	for i := range t.Fields {
		if l := t.Fields[i].levels; l != 0 && l&^loud == 0 {
			return true
		}
	}
	return false
}

// dumpHead is how the first line of a dump begins.
var dumpHead = regexp.MustCompile(`^(panic: |fatal error: |unexpected fault address|SIG[A-Z]+: |runtime: out of memory)`)

// likeDump says whether a message may begin as dumpHead has it: a quick look, which says yes more often.
func likeDump(msg string) bool {
	if len(msg) < len("SIG") {
		return false
	}
	switch msg[:3] {
	case "pan", "fat", "une", "SIG", "run":
		return true
	}
	return false
}

// literal gives the longest run of bytes that stands in every raw line that meets the test, whatever the format and
// wrapper: bytes that no encoder escapes. "" if there is none.
func (t *Test) literal() string {
	best := t.hint
	for _, f := range t.Fields {
		if f.op == opContains || f.op == opIs || f.op == opPrefix || f.op == opSuffix {
			if run := plainRun(f.text); len(run) > len(best) && f.Field != "level" {
				best = run
			}
		}
	}
	return best
}

// plainRun gives the longest part of s without bytes that JSON, HTML-safe JSON or Go's %q write differently.
func plainRun(s string) string {
	best, from := "", 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] >= ' ' && s[i] <= '~' && !escapes[s[i]] {
			continue
		}
		if i-from > len(best) {
			best = s[from:i]
		}
		from = i + 1
	}
	return best
}

// escapes are the bytes that one of them writes differently.
var escapes = [256]bool{'"': true, '\\': true, '/': true, '<': true, '>': true, '&': true, '\'': true}
