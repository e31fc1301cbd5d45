package rules

import (
	"regexp"
	"strings"

	"zlog/event"
)

// Mutant is a signature with one byte of one text of a test changed. A sample that then fails kills it; one that lives
// shows a text that no sample proves.
type Mutant struct {
	Signature string
	At        string // where the signature stands
	Test      int    // number of the alternative, from 1
	Text      string // the text as it is
	Changed   string // and as it was changed
	Killed    bool
}

// Mutate changes each byte of each text of the tests of every signature, and drops each inner one, and says of each
// change whether a sample notices. read should pass every record, since a changed text changes the prefilter as well.
func (s *Set) Mutate(read Reader) []Mutant {
	var out []Mutant
	for _, sig := range s.Signatures {
		var match, other [][]event.Event
		for _, text := range sig.Lines.Get().Match {
			match = append(match, collect(read, text))
		}
		for _, text := range sig.Lines.Get().Other {
			other = append(other, collect(read, text))
		}
		for i := range sig.When {
			t := &sig.When[i]
			mutate := func(text string, changes []string, put func(string)) {
				for _, c := range changes {
					put(c)
					out = append(out, Mutant{sig.ID, sig.pos.String(), i + 1, text, c, !sig.proved(match, other)})
				}
				put(text)
			}
			if t.hint != "" {
				mutate(t.hint, t.hintChanges(), func(c string) { t.hint = c })
			}
			for j := range t.Fields {
				if t.Fields[j].Field != "level" { // a wrong one does not load
					t.Fields[j].eachText(mutate)
				}
			}
		}
	}
	return out
}

// eachText calls mutate for every text of a condition.
func (f *FieldTest) eachText(mutate func(text string, changes []string, put func(string))) {
	switch f.op {
	case opNot:
		f.not.eachText(mutate)
	case opIn:
		for i := range f.texts {
			mutate(f.texts[i], changes(f.texts[i]), func(c string) { f.texts[i] = c })
		}
	case opRegex:
		re := f.re
		mutate(f.text, regexChanges(f.text), func(c string) { f.text = c; f.re, _ = newExpr(c) })
		f.re = re
	case opContains, opIs, opPrefix, opSuffix:
		mutate(f.text, changes(f.text), func(c string) { f.text = c })
	}
}

// hintChanges gives the changes of a hint that the prefilter would look for; a longer text of the test is looked for
// instead of a shortened hint.
func (t *Test) hintChanges() []string {
	var out []string
	hint := t.hint
	for _, c := range changes(hint) {
		if t.hint = c; t.literal() == c {
			out = append(out, c)
		}
	}
	t.hint = hint
	return out
}

// changes gives a text with each byte changed, and with each inner byte left out.
func changes(text string) []string {
	var out []string
	for i := range len(text) {
		other := "~"
		if text[i] == '~' {
			other = "^"
		}
		out = append(out, text[:i]+other+text[i+1:])
		if less := text[:i] + text[i+1:]; i > 0 && i < len(text)-1 && !strings.Contains(text, less) {
			out = append(out, less)
		}
	}
	return out
}

// regexChanges gives a pattern with each letter changed that stands for itself: outside of escapes, classes and counts.
func regexChanges(text string) []string {
	var out []string
	class := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
		case c == '[':
			class = true
		case c == ']':
			class = false
		case !class && (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == ' '):
			if strings.HasSuffix(text[:i], "(?") || i+1 < len(text) && strings.IndexByte("?*", text[i+1]) >= 0 {
				continue // a flag, or a letter that need not be there
			}
			changed := text[:i] + "~" + text[i+1:]
			if _, err := regexp.Compile(changed); err == nil {
				out = append(out, changed)
			}
		}
	}
	return out
}

// proved says whether the signature, as it is now, meets all its samples.
func (sig *Signature) proved(match, other [][]event.Event) bool {
	for _, events := range match {
		if hit, lost := sig.matchesAny(events); !hit || lost {
			return false
		}
	}
	for _, events := range other {
		if hit, _ := sig.matchesAny(events); hit {
			return false
		}
	}
	return true
}

// matchesAny says whether the signature holds for one of the events, and whether the prefilter could lose one.
func (sig *Signature) matchesAny(events []event.Event) (hit, lost bool) {
	for i := range events {
		if sig.holds(&events[i]) {
			hit = true
			lost = lost || sig.lost(&events[i]) != ""
		}
	}
	return hit, lost
}

// lost gives the text by which the prefilter looks for an alternative that holds, if the record does not have it.
func (sig *Signature) lost(e *event.Event) string {
	for i := range sig.When {
		if l := sig.When[i].literal(); sig.When[i].holds(e) && !strings.Contains(e.Text, l) {
			return l
		}
	}
	return ""
}

// collect keeps the events of a text.
func collect(read Reader, text string) []event.Event {
	var out []event.Event
	read(text, func(e *event.Event) {
		c := *e
		c.Fields = append([]event.Field(nil), e.Fields...)
		out = append(out, c)
	})
	return out
}
