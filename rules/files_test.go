package rules

import (
	"fmt"
	"strings"
	"testing"

	"zlog/event"
)

// load loads the base pack and more files, named a.yaml, b.yaml and so on.
func load(t *testing.T, texts ...string) *Set {
	t.Helper()
	files := []File{{Name: "base.yaml", Text: basePack, Builtin: true}}
	for i, text := range texts {
		files = append(files, File{Name: string(rune('a'+i)) + ".yaml", Text: text})
	}
	s, err := Load(files, facts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestALaterFileAddsARule(t *testing.T) {
	s := load(t, `signatures: [{id: site-one, title: One, category: site, severity: info, when: [{msg: some text}]}]`)
	if len(s.Signatures) != 2 || s.Signature("site-one") == nil {
		t.Errorf("%d signatures", len(s.Signatures))
	}
	if got := strings.Join(s.Files, " "); got != "base.yaml a.yaml" {
		t.Errorf("files %q", got)
	}
}

func TestALaterFileOverridesOnlyTheFieldsThatItGives(t *testing.T) {
	s := load(t, `
signatures: [{id: peer-lost, severity: critical}]
diagnoses: [{id: mesh-lost, severity: info}]`)
	sig, dg := s.Signature("peer-lost"), s.Diagnosis("mesh-lost")
	if sig.Severity != "critical" || sig.Title != "Peer lost" || len(sig.When) != 1 || len(sig.Capture) != 1 || sig.Effect == "" {
		t.Errorf("%+v", sig)
	}
	if dg.Severity != "info" || dg.Cause != "The network." || len(dg.When) != 1 {
		t.Errorf("%+v", dg)
	}
	if got := strings.Join(sig.Files(), " ") + " " + sig.Position(); got != "base.yaml a.yaml a.yaml:2:14" {
		t.Errorf("from %q", got)
	}
}

// TestAPatternOfTheLazyPackMayComeAgain: in a file that is not lazy it is checked, though the pack left it for later.
func TestAPatternOfTheLazyPackMayComeAgain(t *testing.T) {
	const rule = `
signatures:
  - id: %s
    title: Lost
    category: site
    severity: info
    when:
      - {msg: some peer is lost}
    capture:
      peer: {field: msg, regex: '%s'}
    samples:
      match: [some peer is lost]
      other: [some peer is found]
`
	own := func(pattern string) error {
		pack := File{Name: "pack.yaml", Text: fmt.Sprintf(rule, "site-one", pattern), Builtin: true, Lazy: true}
		_, err := Load([]File{pack, {Name: "own.yaml", Text: fmt.Sprintf(rule, "site-two", pattern)}}, nil)
		return err
	}
	if err := own(`some (\S+)`); err != nil {
		t.Error(err)
	}
	if err := own(`some (\S+) (\S+)`); err == nil || !strings.Contains(err.Error(), "own.yaml:10:13") || !strings.Contains(err.Error(), "one group") {
		t.Errorf("of two groups: %v", err)
	}
}

func TestTheLastFileWins(t *testing.T) {
	s := load(t, `signatures: [{id: peer-lost, title: A}]`, `signatures: [{id: peer-lost, title: B}]`)
	if got := s.Signature("peer-lost").Title; got != "B" {
		t.Errorf("title %q", got)
	}
}

func TestADisabledSignatureMatchesNothing(t *testing.T) {
	e := &event.Event{Msg: "peer disconnected", Text: "peer disconnected"}
	if n := len(load(t).Match(e)); n != 1 {
		t.Fatalf("%d matches", n)
	}
	for _, text := range []string{"disable: [peer-lost]", "signatures: [{id: peer-lost, enabled: false}]"} {
		s := load(t, text)
		if n := len(s.Match(e)); n != 0 || len(s.Signatures) != 0 || s.Signature("peer-lost") == nil {
			t.Errorf("%s: %d matches", text, n)
		}
	}
	if n := len(load(t, "disable: [peer-lost]", "signatures: [{id: peer-lost, enabled: true}]").Match(e)); n != 1 {
		t.Errorf("switched on again: %d matches", n)
	}
}

func TestADisabledDiagnosisIsNotMade(t *testing.T) {
	if n := len(load(t, "disable: [mesh-lost]").Diagnoses); n != 0 {
		t.Errorf("%d diagnoses", n)
	}
}

// An entry that only adds an effect to a signature of another built-in file needs no samples of its own.
func TestSamplesOfTheBuiltInPackCountAcrossItsFiles(t *testing.T) {
	files := []File{{Name: "base.yaml", Text: basePack, Builtin: true},
		{Name: "rules.yaml", Text: "signatures: [{id: peer-lost, effect: peer-disconnected}]", Builtin: true}}
	if _, err := Load(files, facts); err != nil {
		t.Error(err)
	}
	bare := "signatures: [{id: site-one, title: One, category: site, severity: info, when: [{msg: some text}]}]"
	if _, err := Load(append(files, File{Name: "own.yaml", Text: bare}), facts); err != nil {
		t.Errorf("a file of a user's own: %v", err)
	}
	_, err := Load(append(files, File{Name: "more.yaml", Text: bare, Builtin: true}), facts)
	if err == nil || !strings.Contains(err.Error(), "no sample that matches") || !strings.Contains(err.Error(), "no sample that must not match") {
		t.Errorf("a file of the pack: %v", err)
	}
}
