package rules

import (
	"fmt"
	"strings"

	"zlog/event"
)

// Reader turns raw log text into events, as real input is read: formats recognised, wrappers taken off, filtered.
type Reader func(text string, emit func(*event.Event))

// Proof is the outcome of one sample.
type Proof struct {
	Signature string `json:"signature"`
	At        string `json:"at"`     // where the signature stands, as file:line:col
	Must      string `json:"must"`   // "match" or "not match"
	Sample    string `json:"sample"` // the line
	Wrong     string `json:"wrong"`  // what is wrong, "" if the sample holds
}

// Prove runs every sample of the signatures in files (nil for all) through a reader and the matcher. every is a reader
// without a filter, to say why a line is passed over; nil for none.
func (s *Set) Prove(read, every Reader, files map[string]bool) []Proof {
	var out []Proof
	for _, sig := range s.Signatures {
		if files != nil && !sig.in(files) {
			continue
		}
		for _, text := range sig.Lines.Get().Match {
			out = append(out, Proof{sig.ID, sig.pos.String(), "match", text, s.wrong(sig, text, read, every, true)})
		}
		for _, text := range sig.Lines.Get().Other {
			out = append(out, Proof{sig.ID, sig.pos.String(), "not match", text, s.wrong(sig, text, read, every, false)})
		}
	}
	return out
}

// in says whether one of the files gives or changes the signature.
func (sig *Signature) in(files map[string]bool) bool {
	for _, f := range sig.files {
		if files[f] {
			return true
		}
	}
	return false
}

func (s *Set) wrong(sig *Signature, text string, read, every Reader, must bool) string {
	var events, hits int
	near, lost := "", ""
	read(text, func(e *event.Event) {
		events++
		hit := false
		for _, m := range s.Match(e) {
			hit = hit || m.Signature == sig.ID
		}
		switch {
		case hit:
			hits++
			lost = sig.lost(e)
		case must && near == "":
			near = sig.near(e).why()
		}
	})
	switch {
	case must && lost != "":
		return fmt.Sprintf("it matches, but has no %q, by which the line is looked for; correct the hint", lost)
	case must && hits > 0 || !must && hits == 0 && events > 0:
		return ""
	case events == 0 && must && every != nil:
		return s.wrong(sig, text, every, nil, true)
	case events == 0 && must:
		return "no record was read from it: it is in no log format, or holds no text of a test"
	case events == 0:
		return "" // the prefilter passes over it: it holds no text of any signature
	case must:
		return near
	}
	return "it matches"
}

// Nearness says how near an event comes to a signature.
type Nearness struct {
	Alternative int      // number of the nearest alternative, from 0
	Held        []string // conditions of it that hold
	Failed      []string // conditions of it that do not, with what is there instead
	Unless      string   // the exception that holds, "" for none
	Score       float64  // 1 for a match; of near ones the share of the conditions' texts that is there
}

// why gives one sentence.
func (n Nearness) why() string {
	if n.Unless != "" {
		return "it is excepted: " + n.Unless
	}
	return fmt.Sprintf("test %d fails: %s", n.Alternative+1, strings.Join(n.Failed, "; "))
}

// near finds the alternative that the event comes nearest to.
func (sig *Signature) near(e *event.Event) Nearness {
	var best Nearness
	for i := range sig.When {
		t := &sig.When[i]
		n := Nearness{Alternative: i}
		sum := 0.0
		for j := range t.Fields {
			f := &t.Fields[j]
			if f.holds(e) {
				n.Held = append(n.Held, f.String())
				sum++
				continue
			}
			v, has := e.Field(f.Field)
			n.Failed = append(n.Failed, f.String()+", but "+found(f.Field, v, has))
			sum += f.likeness(v)
		}
		if n.Score = sum / float64(len(t.Fields)); i == 0 || n.Score > best.Score {
			best = n
		}
	}
	for i := range sig.Unless {
		if len(best.Failed) == 0 && sig.Unless[i].holds(e) {
			best.Unless = sig.Unless[i].String()
		}
	}
	return best
}

// found tells what a field holds, in a few words.
func found(field, v string, has bool) string {
	if !has {
		return "the line has no " + field
	}
	if len(v) > 120 {
		v = strings.ToValidUTF8(v[:120], "") + "…"
	}
	return fmt.Sprintf("it is %q", v)
}

// likeness gives the share of the words of a text that stand in a value, less than 1.
func (f *FieldTest) likeness(v string) float64 {
	text := f.text
	if f.op == opRegex || f.op == opNot || f.op == opExists || f.op == opGreater || f.op == opLess || v == "" {
		return 0
	}
	if f.op == opIn {
		text = strings.Join(f.texts, " ")
	}
	words := strings.Fields(strings.ToLower(text))
	v = strings.ToLower(v)
	n := 0
	for _, w := range words {
		if strings.Contains(v, w) {
			n++
		}
	}
	if len(words) == 0 {
		return 0
	}
	return 0.95 * float64(n) / float64(len(words))
}
