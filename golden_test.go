package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"zlog/cmd"
	"zlog/diagnosis"
)

// expectation is a case's expect.json: what a right answer says, may say, and must show.
type expectation struct {
	Healthy   bool     `json:"healthy"`   // nothing above info may be said
	Root      []string `json:"root"`      // the first diagnosis is one of these
	All       []string `json:"all"`       // all of these are said; Root[0] if empty
	Allowed   []string `json:"allowed"`   // these may be said besides
	Transient []string `json:"transient"` // these too, as transient or as no more than a warning
	Cite      []struct {
		Log  string `json:"log"`
		Text string `json:"text"`
	} `json:"cite"` // lines that the evidence of the root includes
}

// TestCases runs zlog over every case of testdata/logs.
func TestCases(t *testing.T) { judgeCases(t, filepath.Join("testdata", "logs"), 12) }

// TestCorpus runs zlog over the whole corpus of labelled logs, which is too big to be kept here.
func TestCorpus(t *testing.T) {
	corpus := filepath.Join("..", "shared", "corpus")
	if _, err := os.Stat(corpus); err != nil {
		t.Skipf("THE CORPUS WAS NOT TESTED: %v; put the labelled logs there to have them judged", err)
	}
	judgeCases(t, corpus, 60)
}

// judgeCases holds the answer on every case in a folder against what it expects.
func judgeCases(t *testing.T, folder string, atLeast int) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir()) // the rules of whoever runs the test stay out
	found, err := filepath.Glob(filepath.Join(folder, "*", "expect.json"))
	if err != nil || len(found) < atLeast {
		t.Fatalf("%s: %d cases, want at least %d (%v)", folder, len(found), atLeast, err)
	}
	for _, f := range found {
		dir := filepath.Dir(f)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			var want expectation
			if err := json.Unmarshal(data, &want); err != nil {
				t.Fatal(err)
			}
			r, code := diagnosed(t, dir)
			want.judge(t, r)
			if loud := slices.ContainsFunc(r.Diagnoses, func(d diagnosis.Diagnosis) bool { return !quiet(d) }); loud != (code == 1) {
				t.Errorf("exit status %d with a loud diagnosis: %v", code, loud)
			}
		})
	}
}

// diagnosed gives zlog's report on the logs of a case, and the exit status.
func diagnosed(t *testing.T, dir string) (*diagnosis.Result, int) {
	t.Helper()
	logs, err := filepath.Glob(filepath.Join(dir, "*.log"))
	if err != nil || len(logs) == 0 {
		t.Fatalf("no logs in %s (%v)", dir, err)
	}
	var out, errs bytes.Buffer
	code := cmd.Main(append([]string{"diagnose", "-o", "json"}, logs...), strings.NewReader(""), &out, &errs, defaultRules)
	r := &diagnosis.Result{}
	if err := json.Unmarshal(out.Bytes(), r); code > 1 || err != nil || errs.Len() > 0 {
		t.Fatalf("exit status %d, %v, and said: %s", code, err, errs.String())
	}
	return r, code
}

// quiet says whether a diagnosis is no alarm.
func quiet(d diagnosis.Diagnosis) bool { return d.Severity.Rank() < diagnosis.Warning.Rank() }

// judge compares a report with the expectation.
func (want *expectation) judge(t *testing.T, r *diagnosis.Result) {
	var ids []string
	for _, d := range r.Diagnoses {
		ids = append(ids, d.ID)
	}
	need := want.All
	if len(need) == 0 && len(want.Root) > 0 {
		need = want.Root[:1]
	}
	for _, d := range r.Diagnoses {
		known := slices.Contains(want.Root, d.ID) || slices.Contains(need, d.ID) || slices.Contains(want.Allowed, d.ID)
		transient := slices.Contains(want.Transient, d.ID) && (d.Role == diagnosis.Transient || !want.Healthy)
		if !quiet(d) && (want.Healthy || d.Role != diagnosis.Transient) && !known && !transient {
			t.Errorf("false alarm: %s (%s, %s)", d.ID, d.Role, d.Severity)
		}
	}
	if want.Healthy {
		if loud := slices.ContainsFunc(r.Diagnoses, func(d diagnosis.Diagnosis) bool { return !quiet(d) }); r.Verdict != diagnosis.Healthy && !loud {
			t.Errorf("the verdict is %s, want healthy; said %v", r.Verdict, ids)
		}
		return
	}
	if len(ids) == 0 || !slices.Contains(want.Root, ids[0]) {
		t.Errorf("the first diagnosis is not of %v; said %v", want.Root, ids)
	}
	for _, id := range need {
		if !slices.Contains(ids, id) {
			t.Errorf("%s was not said; said %v", id, ids)
		}
	}
	for _, c := range want.Cite {
		if !want.cites(r, c.Log, c.Text) {
			t.Errorf("the evidence of the root cause does not have %q of %s", c.Text, c.Log)
		}
	}
}

// cites says whether the evidence of a root cause has a line with a text.
func (want *expectation) cites(r *diagnosis.Result, log, text string) bool {
	for _, d := range r.Diagnoses {
		for _, e := range d.Evidence {
			if slices.Contains(want.Root, d.ID) && path.Base(filepath.ToSlash(e.Source)) == log && strings.Contains(e.Text, text) {
				return true
			}
		}
	}
	return false
}
