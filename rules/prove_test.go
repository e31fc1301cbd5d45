package rules

import (
	"strings"
	"testing"

	"zlog/diagnosis"
	"zlog/event"
)

// plainLines reads every line as the message of an event; "-" is no record.
func plainLines(text string, emit func(*event.Event)) {
	for line := range strings.SplitSeq(text, "\n") {
		if line != "-" {
			emit(&event.Event{Msg: line, Text: line})
		}
	}
}

func TestProveTellsWhatIsWrongWithASample(t *testing.T) {
	set := load(t, `
signatures:
  - id: one
    title: One
    category: x
    severity: info
    when:
      - {msg: the first text}
      - {msg: {regex: "second .*text"}, hint: second time}
    unless: [{msg: not now}]
    samples:
      match: [the first text, the last text, "-", "the first text, not now", second great text, "one more\nthe first text"]
      other: [some text, the first text again, "-"]
`)
	want := []string{"", `test 1 fails: msg contains "the first text", but it is "the last text"`, "no record was read from it: it is in no log format, or holds no text of a test",
		`it is excepted: msg contains "not now"`, `test 2 fails: msg is like /second .*text/, but it is "second great text"`, "", "", "it matches", ""}
	proofs := set.Prove(plainLines, nil, map[string]bool{"a.yaml": true})
	if len(proofs) != len(want) {
		t.Fatalf("%d proofs", len(proofs))
	}
	for i, p := range proofs {
		if i == 4 { // the prefilter does not find it, whatever the words
			if p.Wrong == "" {
				t.Errorf("%q holds", p.Sample)
			}
			continue
		}
		if p.Wrong != want[i] {
			t.Errorf("%q must %s: %q, want %q", p.Sample, p.Must, p.Wrong, want[i])
		}
	}
}

func TestMutateFindsTextsThatNoSampleNeeds(t *testing.T) {
	set := load(t, `
disable: [peer-lost, mesh-lost]
signatures:
  - {id: proved, title: A, category: x, severity: info, when: [{msg: needed}], samples: {match: [it is needed], other: [it is not]}}
  - {id: unproved, title: B, category: x, severity: info, when: [{msg: needed}, {msg: spare}], samples: {match: [it is needed], other: [it is not]}}
`)
	alive := map[string]int{}
	all := 0
	for _, m := range set.Mutate(plainLines) {
		all++
		if !m.Killed {
			alive[m.Signature+" "+m.Text]++
		}
	}
	if all == 0 || len(alive) != 1 || alive["unproved spare"] == 0 {
		t.Errorf("of %d changes unnoticed: %v", all, alive)
	}
	for _, p := range set.Prove(plainLines, nil, nil) {
		if p.Wrong != "" {
			t.Errorf("the rules are not as they were: %+v", p)
		}
	}
}

func TestATrialComparesDiagnosesSignaturesAndVerdict(t *testing.T) {
	r := &diagnosis.Result{Verdict: diagnosis.Problem, Diagnoses: []diagnosis.Diagnosis{{ID: "a-one"}, {ID: "b-two"}}, Signatures: []diagnosis.Signature{{ID: "s"}}}
	for _, c := range []struct {
		trial Trial
		want  string
	}{
		{Trial{Want: []string{"a-one"}, Matches: []string{"s"}, Verdict: "problem"}, ""},
		{Trial{Want: []string{"c"}}, "want c, which was not diagnosed"},
		{Trial{Want: []string{"a-one"}, Not: []string{"*"}}, "diagnosed b-two, which must not be (not: *)"},
		{Trial{Not: []string{"a-*", "b-*"}}, "diagnosed a-one, which must not be (not: a-*)|diagnosed b-two, which must not be (not: b-*)"},
		{Trial{Matches: []string{"x"}}, "want a match of x, but no line matched it"},
		{Trial{Verdict: "healthy"}, "verdict problem, want healthy"},
	} {
		if got := strings.Join(c.trial.Failures(r), "|"); got != c.want {
			t.Errorf("%+v: %q, want %q", c.trial, got, c.want)
		}
	}
}

func TestCoverageCountsSamplesUsersAndCases(t *testing.T) {
	set := load(t, `tests: [{name: one, logs: [a.log], want: [mesh-lost]}]`)
	c := set.Cover([]Expected{{Name: "case", Want: []string{"mesh-lost"}}, {Name: "calm"}, {Name: "noisy", Allowed: []string{"mesh-lost"}}})
	if s := c.Signatures[0]; s.Match != 1 || s.Other != 1 || strings.Join(s.UsedBy, " ") != "mesh-lost" || s.Effect != "peer-disconnected" {
		t.Errorf("%+v", s)
	}
	if d := c.Diagnoses[0]; strings.Join(d.Cases, ", ") != "a.yaml: one, case" || d.Forbidden != 1 {
		t.Errorf("%+v", d)
	}
}
