package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"zlog/diagnosis"
)

// TestALogWithoutItsBeginningIsOfItsWriterOrOfNobody takes the first third from the logs of each case, and with it the lines that say who
// writes, and their names, as rotation and a folder for each host do: whose a log is is told right, or not at all.
func TestALogWithoutItsBeginningIsOfItsWriterOrOfNobody(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	dirs, err := filepath.Glob(filepath.Join("testdata", "logs", "*"))
	if err != nil {
		t.Fatal(err)
	}
	logs, told := 0, 0
	for _, dir := range dirs {
		paths, err := filepath.Glob(filepath.Join(dir, "*.log"))
		if err != nil {
			t.Fatal(err)
		}
		if len(paths) < 2 {
			continue
		}
		whole := idsBySource(t, paths) // they say it themselves
		var cut []string
		for _, p := range paths {
			text, err := os.ReadFile(p)
			if err != nil {
				t.Fatal(err)
			}
			lines := bytes.SplitAfter(text, []byte("\n"))
			name := filepath.Join(t.TempDir(), "ziti.log")
			if err := os.WriteFile(name, bytes.Join(lines[len(lines)*35/100:], nil), 0o600); err != nil {
				t.Fatal(err)
			}
			cut = append(cut, name)
		}
		ids := idsBySource(t, cut)
		for i, p := range paths {
			logs++
			if got, want := ids[cut[i]], whole[p]; got != "" {
				told++
				if got != want {
					t.Errorf("the log of %s in %s is told to be of %s", want, dir, got)
				}
			}
		}
	}
	t.Logf("of %d logs %d are told whose they are", logs, told)
	if told < logs/3 {
		t.Error("these are too few")
	}
}

// idsBySource diagnoses logs and gives the id of the controller that wrote each.
func idsBySource(t *testing.T, paths []string) map[string]string {
	t.Helper()
	var r diagnosis.Result
	if err := json.Unmarshal(report(t, nil, append([]string{"diagnose", "-o", "json"}, paths...)), &r); err != nil {
		t.Fatal(err)
	}
	ids := map[string]string{}
	for _, n := range r.Nodes {
		for _, s := range n.Sources {
			ids[s] = n.ID
		}
	}
	return ids
}
