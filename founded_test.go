package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"zlog/diagnosis"
)

// Who founded a cluster and waits for its administrator is told so only as long as nobody else takes part: a cluster that has
// other members is at work, and its log may have lost the line that says so.
func TestWhoFoundedAClusterThatOthersTakePartInIsNotSaidToWait(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "logs", "never-initialized"))); err != nil {
		t.Fatal(err)
	}
	waits := func() bool {
		r, _ := diagnosed(t, dir)
		return slices.ContainsFunc(r.Diagnoses, func(d diagnosis.Diagnosis) bool { return d.ID == "not-initialized" })
	}
	if !waits() {
		t.Error("alone: it is not said to wait")
	}
	other, err := os.ReadFile(filepath.Join("testdata", "logs", "healthy-join", "ctrl2.log"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "ctrl2.log"), other, 0o600); err != nil {
		t.Fatal(err)
	}
	if waits() {
		t.Error("beside a member that took part: it is said to wait")
	}
}
