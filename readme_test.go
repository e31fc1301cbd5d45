package main

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"zlog/cmd"
)

// counts are what every new rule changes; the page need not keep up with that.
var counts = regexp.MustCompile(`\d+ signatures, \d+ diagnoses`)

// TestTheReadmeShowsWhatIsPrinted runs the command that the README begins with and compares.
func TestTheReadmeShowsWhatIsPrinted(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir()) // nobody's own rules
	for _, name := range []string{"NO_COLOR", "CLICOLOR_FORCE", "CLICOLOR"} {
		t.Setenv(name, "")
	}
	page := readText(t, "README.md")
	shown := regexp.MustCompile("(?s)```console\n\\$ go run \\. ([^\n]+)\n```\n(.*?```text\n)(.*?)```\n").FindStringSubmatchIndex(page)
	if shown == nil {
		t.Fatal("the README shows no command with its output")
	}
	var out, errs bytes.Buffer
	code := cmd.Main(strings.Fields(page[shown[2]:shown[3]]), strings.NewReader(""), &out, &errs, defaultRules)
	if code != 1 || errs.Len() > 0 {
		t.Errorf("exit %d: %s", code, &errs)
	}
	got, want := out.String(), page[shown[6]:shown[7]]
	if counts.ReplaceAllString(got, "N") == counts.ReplaceAllString(want, "N") {
		return
	}
	if *updateScripts {
		if err := os.WriteFile("README.md", []byte(page[:shown[6]]+got+page[shown[7]:]), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("go test . -update rewrites the README; now printed:\n%s", got)
}

// TestTheCIRunsTheReadmesCheck: what the README says to run is what the CI runs.
func TestTheCIRunsTheReadmesCheck(t *testing.T) {
	if !strings.Contains(readText(t, "README.md"), "$ ./check.sh\n") || !strings.Contains(readText(t, ".ci/run"), "\nexec ./check.sh ") {
		t.Error("the README and .ci/run do not run the same")
	}
}
