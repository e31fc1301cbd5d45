package cmd

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"zlog/diagnosis"
)

// rightAnswer is what a bundled case's expect.json says of a right answer.
type rightAnswer struct {
	Healthy   bool     `json:"healthy"`
	Root      []string `json:"root"`
	All       []string `json:"all"`
	Allowed   []string `json:"allowed"`
	Transient []string `json:"transient"`
}

// loud gives the ids of the diagnoses that call for action now, the first root cause first.
func loud(r *diagnosis.Result) []string {
	var ids []string
	for _, d := range r.Diagnoses {
		if d.Severity.Rank() >= diagnosis.Warning.Rank() && d.Role != diagnosis.Transient {
			ids = append(ids, d.ID)
		}
	}
	return ids
}

// TestALogThatIsCutOrMissingMakesNoOtherFault takes parts out of every log of every bundled case, and whole logs. The answer
// is still right, or it is a limit that is named: never another fault, and never silence.
func TestALogThatIsCutOrMissingMakesNoOtherFault(t *testing.T) {
	cases, err := filepath.Glob(filepath.Join("..", "testdata", "logs", "*", "expect.json"))
	if err != nil || len(cases) < 20 {
		t.Fatalf("%d cases (%v)", len(cases), err)
	}
	for _, c := range cases {
		t.Run(filepath.Base(filepath.Dir(c)), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(c)
			if err != nil {
				t.Fatal(err)
			}
			var want rightAnswer
			if err := json.Unmarshal(data, &want); err != nil {
				t.Fatal(err)
			}
			files := logs(t, filepath.Base(filepath.Dir(c)))
			whole := loud(analyseFiles(t, files).result)
			fine := slices.Concat(want.Root, want.All, want.Allowed, want.Transient, whole)
			for i, f := range files {
				for name, text := range cuts(t, f) {
					use, dir := slices.Clone(files), t.TempDir()
					use[i] = filepath.Join(dir, filepath.Base(f))
					if err := os.WriteFile(use[i], text, 0o600); err != nil {
						t.Fatal(err)
					}
					want.hold(t, fmt.Sprintf("%s without %s", filepath.Base(f), name), fine, whole, analyseFiles(t, use).result)
				}
				if len(files) > 1 {
					want.hold(t, "without "+filepath.Base(f), fine, whole, analyseFiles(t, slices.Delete(slices.Clone(files), i, i+1)).result)
				}
			}
		})
	}
}

// unseen are the cuts of a case of which no log that is left has a trace, and why.
var unseen = map[string]string{
	"database-locked-v2.0.3: without prod3-ctrl-second.log":            "only the log of a second process on one data directory tells of it",
	"never-joined-v2.0.3: without kyiv.log":                            "nobody else knows of a controller that was never added",
	"two-of-one-name-v1.1.15: oslo.log without 5.25s from 40% on":      "the joins, which releases up to 1.3 tell of nowhere else",
	"frozen-follower-text-v2.0.3: oslo.log without 19.75s from 25% on": "a leader's complaint, of which the follower that stood still has no trace in a text log",
	"data-rolled-back: kyiv.log without the last third of its lines":   "the start on older data is the last thing that was written",
	"clock-skew-v2.0.3: north.log without the last third of its lines": "its lines that could be compared with those of the others are gone",
	"router-of-another-network-v1.3.3: without alien1.log":             "only a router tells that it trusts another CA; a controller sees a client that hangs up",
	"standalone-is-added-v1.5.4: zt0.prod.log without 12s from 25% on": "the operator's command, and that it failed, of which no other log tells",
	"removed-member-runs: prod1-ctrl.log without 21.75s from 25% on":   "the removal itself, and nothing else, was written in those seconds of silence",
}

// mistaken are the cuts of a case that still mislead, and what of: releases up to 1.3 tell little of joining, and a start
// tells of the certificate's name where later ones tell of the id.
var mistaken = map[string]string{
	"two-of-one-name-v1.1.15: kyiv.log without 5.25s from 10% on": "duplicate-controller-id",
	"two-of-one-name-v1.1.15: lima.log without 5.25s from 40% on": "not-initialized",
}

// hold compares what is said of logs that are not whole with what is right.
func (want *rightAnswer) hold(t *testing.T, what string, fine, whole []string, r *diagnosis.Result) {
	t.Helper()
	said, key := loud(r), filepath.Base(t.Name())+": "+what
	wrong := slices.DeleteFunc(slices.Clone(said), func(id string) bool { return slices.Contains(fine, id) })
	if got := strings.Join(wrong, ", "); got != mistaken[key] {
		t.Errorf("%s: %q, which is not so; known is %q", what, got, mistaken[key])
	}
	silent := len(said) == 0 && len(whole) > 0 && len(r.NotAssessable) == 0 && r.Verdict != diagnosis.NotAssessable
	switch _, known := unseen[key]; {
	case silent && !known:
		t.Errorf("%s: nothing is said, not even what is missing", what)
	case known && !silent:
		t.Errorf("%s: something is said now; it is no longer unseen", what)
	}
	for _, u := range r.NotAssessable {
		if strings.HasPrefix(u.ID, "log-") && (u.Need == "" || u.Reason == "") {
			t.Errorf("%s: %+v does not say what is missing", what, u)
		}
	}
}

// cuts gives a log less a part: its last third, by lines and by time, and ten minutes, or a quarter if it is shorter, at
// five places.
func cuts(t *testing.T, file string) map[string][]byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(data), "\n")
	at := make([]time.Time, len(lines)) // a line without a time has that of the one before
	var first, last time.Time
	for i, l := range lines {
		if m := anyStamp.FindString(l); m != "" {
			when, err := time.Parse("2006-01-02T15:04:05", m)
			if err != nil {
				t.Fatal(err)
			}
			last = when
			if first.IsZero() {
				first = when
			}
		}
		at[i] = last
	}
	out := map[string][]byte{"the last third of its lines": []byte(strings.Join(lines[:len(lines)*2/3], ""))}
	span := last.Sub(first)
	if span < 4*time.Second {
		return out
	}
	keep := func(out func(time.Time) bool) []byte {
		var b strings.Builder
		for i, l := range lines {
			if !out(at[i]) {
				b.WriteString(l)
			}
		}
		return []byte(b.String())
	}
	out["the last third of its time"] = keep(func(at time.Time) bool { return !at.Before(first.Add(span * 2 / 3)) })
	hole := min(10*time.Minute, span/4)
	for _, p := range []int{10, 25, 40, 55, 70} {
		from := first.Add(span * time.Duration(p) / 100)
		out[fmt.Sprintf("%s from %d%% on", hole, p)] = keep(func(at time.Time) bool { return !at.Before(from) && at.Before(from.Add(hole)) })
	}
	return out
}

// anyStamp finds the first time in a line, to the second.
var anyStamp = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d`)
