package diagnosis

import (
	"strings"
	"testing"
)

func sampleResult() *Result {
	return &Result{
		Diagnoses: []Diagnosis{{ID: "quorum-loss", Role: RootCause, Nodes: []string{"ctrl1"}, Explains: []string{"killed", "noise"}},
			{ID: "killed", Role: Consequence, ExplainedBy: "quorum-loss", Nodes: []string{"ctrl2"}}, {ID: "noise", Role: Consequence, ExplainedBy: "quorum-loss"}},
		Signatures:   []Signature{{ID: "peer-lost"}, {ID: "disk-full"}},
		Unrecognised: []Unknown{{Level: "error", Template: "probe from <addr> refused [x]"}, {Level: "error", Template: "other"}},
	}
}

func ids(r *Result) string {
	var out []string
	for _, d := range r.Diagnoses {
		out = append(out, d.ID)
	}
	for _, s := range r.Signatures {
		out = append(out, s.ID)
	}
	for _, u := range r.Unrecognised {
		out = append(out, u.Template)
	}
	return strings.Join(out, ",")
}

func TestIgnoreHidesWhatItsPatternsNameAndCountsIt(t *testing.T) {
	a := &Accepted{}
	if err := a.Ignore(".zlogignore", "# known\n\nquorum-* # since May\npeer-lost\nunrecognised:probe from <addr> * [x]\r\n"); err != nil {
		t.Fatal(err)
	}
	r := sampleResult()
	a.Hide(r)
	if got := ids(r); got != "killed,noise,disk-full,other" {
		t.Errorf("left: %s", got)
	}
	if h := r.Hidden; h.Diagnoses != 1 || h.Signatures != 1 || h.Unrecognised != 1 || strings.Join(h.Files, " ") != ".zlogignore" {
		t.Errorf("%+v", h)
	}
	if d := r.Diagnoses[0]; d.ExplainedBy != "" || d.Role != RootCause {
		t.Errorf("a consequence of what is hidden stands for itself: %+v", d)
	}
}

func TestHidingAConsequenceLeavesNoTraceOfItAtItsCause(t *testing.T) {
	a := &Accepted{}
	if err := a.Ignore("x", "noise"); err != nil {
		t.Fatal(err)
	}
	r := sampleResult()
	a.Hide(r)
	if got := strings.Join(r.Diagnoses[0].Explains, " "); got != "killed" {
		t.Errorf("explains %q", got)
	}
}

func TestABaselineHidesTheSameOnTheSameNodesOnly(t *testing.T) {
	a := &Accepted{}
	a.Baseline("base.json", sampleResult())
	r := sampleResult()
	r.Diagnoses[1].Nodes = []string{"ctrl2", "ctrl3"}
	r.Unrecognised = append(r.Unrecognised, Unknown{Level: "warning", Template: "other"})
	a.Hide(r)
	if got := ids(r); got != "killed,peer-lost,disk-full,other" {
		t.Errorf("left: %s", got)
	}
	if h := r.Hidden; h.Diagnoses != 2 || h.Unrecognised != 2 || strings.Join(h.Files, " ") != "base.json" {
		t.Errorf("%+v", h)
	}
}

func TestNothingAcceptedHidesNothing(t *testing.T) {
	r := sampleResult()
	(&Accepted{}).Hide(r)
	if ids(r) != ids(sampleResult()) || r.Hidden.Files == nil {
		t.Errorf("left: %s, files %v", ids(r), r.Hidden.Files)
	}
}

func TestIgnoreTellsEveryLineThatIsWrong(t *testing.T) {
	err := (&Accepted{}).Ignore("f", "two words\nok\n[bad\nunrecognized:x\n")
	want := `f:1: "two words" is no id of a diagnosis or signature; for lines that no rule knows write unrecognised: and their template
f:3: "[bad" is not a pattern
f:4: "unrecognized:x" is no id of a diagnosis or signature; for lines that no rule knows write unrecognised: and their template`
	if err == nil || err.Error() != want {
		t.Error(err)
	}
}

func TestLike(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"a", "a", true}, {"a", "ab", false}, {"a*", "a/b]", true}, {"*b", "a/b", true}, {"a*c*e", "abcde", true}, {"a*e*c", "abcde", false}, {"*", "", true}, {"a*a", "a", false},
	} {
		if got := like(c.pattern, c.text); got != c.want {
			t.Errorf("like(%q, %q) = %v", c.pattern, c.text, got)
		}
	}
}
