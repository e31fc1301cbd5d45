package cmd

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"zlog/diagnosis"
)

// plainLine is a line that means nothing; n makes it another one.
func plainLine(n int) string {
	return fmt.Sprintf(`{"level":"info","msg":"tick %d","time":"2026-11-22T19:30:%02d.000Z"}`+"\n", n, n%60)
}

// lineCounts gives the lines of each source of a report, "ctrl.log=3 ctrl.log.1=5".
func lineCounts(r *diagnosis.Result) string {
	var out []string
	for _, s := range r.Sources {
		out = append(out, fmt.Sprintf("%s=%d", filepath.Base(s.Name), s.Lines))
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestRotationLosesNoLineAndReadsNoneTwice(t *testing.T) {
	for name, c := range map[string]struct {
		rotate func(t *testing.T, log string)
		want   string
	}{
		"by rename": {func(t *testing.T, log string) {
			must(t, os.Rename(log, log+".1"))
			appendTo(t, log+".1", plainLine(3)) // its writer has not turned yet
			appendTo(t, log, plainLine(4), full)
		}, "ctrl.log.1=3 ctrl.log=2"},
		"by copy and truncation": {func(t *testing.T, log string) {
			data, err := os.ReadFile(log)
			must(t, err)
			must(t, os.WriteFile(log+".1", data, 0o600))
			must(t, os.Truncate(log, 0))
			appendTo(t, log, full)
		}, "ctrl.log.1=2 ctrl.log=1"},
		"by copy and truncation, and a longer log after it": {func(t *testing.T, log string) {
			data, err := os.ReadFile(log)
			must(t, err)
			must(t, os.WriteFile(log+".1", append(data, plainLine(3)...), 0o600)) // written between the last look and the copy
			must(t, os.WriteFile(log, []byte(plainLine(7)+plainLine(8)+plainLine(9)+full), 0o600))
		}, "ctrl.log.1=3 ctrl.log=4"},
		"by removal": {func(t *testing.T, log string) {
			must(t, os.Remove(log))
			appendTo(t, log, full)
		}, "ctrl.log.1=2 ctrl.log=1"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			log := filepath.Join(dir, "ctrl.log")
			appendTo(t, log, plainLine(1), plainLine(2))
			appendTo(t, filepath.Join(dir, "ready.log"), full)
			f := startFollow(t, nil, "-o", "json", dir)
			f.out.wait(t, "disk-full") // everything has been read once
			c.rotate(t, log)
			f.end(t)
			_, r := f.events(t)
			if got := strings.TrimSuffix(lineCounts(r), " ready.log=1"); got != c.want {
				t.Errorf("%s, want %s; said %s", got, c.want, f.err)
			}
		})
	}
}

func TestRotatedLogsKeepTheNamesThatTheyHave(t *testing.T) {
	dir := t.TempDir()
	log := filepath.Join(dir, "ctrl.log")
	appendTo(t, log, plainLine(1), full)
	f := startFollow(t, nil, "-o", "json", log)
	f.out.wait(t, "disk-full")
	must(t, os.Rename(log, log+".1"))
	appendTo(t, log, plainLine(2), plainLine(3), strings.ReplaceAll(full, "/x:", "/y:"), taken)
	f.out.wait(t, `"port-in-use"`)
	must(t, os.Rename(log+".1", log+".2"))
	must(t, os.Rename(log, log+".1"))
	appendTo(t, log, plainLine(4))
	f.end(t)
	_, r := f.events(t)
	if got, want := lineCounts(r), "ctrl.log.1=4 ctrl.log.2=2 ctrl.log=1"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if len(r.Nodes) != 1 {
		t.Errorf("%d nodes in one rotated log", len(r.Nodes))
	}
}

// taken is what a controller writes whose port is taken.
const taken = `{"error":"listen tcp 0.0.0.0:1280: bind: address already in use","file":"x.go:1","func":"x","level":"fatal","msg":"unable to start","time":"2026-11-22T19:35:12.401Z"}` + "\n"

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestFilesThatAppearLaterAreFollowed(t *testing.T) {
	for what, c := range map[string]struct{ arg, file string }{
		"a named file":           {"named.txt", "named.txt"},
		"a pattern":              {"c*.log", "ctrl9.log"},
		"a folder":               {".", "later.log"},
		"a folder in the folder": {".", "sub/deep.log"},
		"a folder of a pattern":  {"n*/*.log", "nodes/x.log"},
	} {
		t.Run(what, func(t *testing.T) {
			dir, first := t.TempDir(), filepath.Join(t.TempDir(), "first.log")
			appendTo(t, first, taken)
			f := startFollow(t, nil, "-o", "json", filepath.Join(dir, c.arg), first)
			f.out.wait(t, "port-in-use")
			file := filepath.Join(dir, c.file)
			must(t, os.MkdirAll(filepath.Dir(file), 0o700))
			appendTo(t, file, full)
			f.out.wait(t, "disk-full")
		})
	}
}

func TestTheStateResumesWithoutSayingAnythingTwice(t *testing.T) {
	dir := t.TempDir()
	log, state := filepath.Join(dir, "ctrl.log"), filepath.Join(dir, "zlog.state")
	run := func(waitFor string) (string, *diagnosis.Result) {
		f := startFollow(t, nil, "-o", "json", "--state", state, dir)
		if waitFor != "" {
			f.out.wait(t, waitFor)
		}
		f.end(t)
		if f.err.String() != "" {
			t.Errorf("said %s", f.err)
		}
		events, r := f.events(t)
		return short(events), r
	}
	appendTo(t, log, plainLine(1), full, `{"level":"info","ms`)
	if got, _ := run("disk-full"); got != "open disk-full" {
		t.Errorf("first: %s", got)
	}
	if info, err := os.Stat(state); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the state is %v, %v", info.Mode(), err)
	}
	got, r := run("")
	if got != "" || len(r.Diagnoses) != 1 || lineCounts(r) != "ctrl.log=3" {
		t.Errorf("nothing new: %q, %d diagnoses, %s", got, len(r.Diagnoses), lineCounts(r))
	}
	appendTo(t, log, `g":"x","time":"2026-11-22T19:36:10.401Z"}`+"\n")
	must(t, os.Rename(log, log+".1"))
	appendTo(t, log+".1", plainLine(2))
	appendTo(t, log, plainLine(3), full)
	got, r = run("")
	if got != "" || lineCounts(r) != "ctrl.log.1=4 ctrl.log=2" {
		t.Errorf("rotated: %q, %s", got, lineCounts(r))
	}
	if src := r.Sources[0]; src.Unparsed != 0 {
		t.Errorf("the line that was half written is not understood: %+v", src)
	}
}

func TestRotationWhileNobodyFollowsLosesNoLineAndReadsNoneTwice(t *testing.T) {
	copied := func(t *testing.T, log, more string) { // as logrotate's copytruncate does
		data, err := os.ReadFile(log)
		must(t, err)
		must(t, os.WriteFile(log+".1", append(data, more...), 0o600))
		must(t, os.Truncate(log, 0))
	}
	for name, c := range map[string]struct {
		rotate func(t *testing.T, log string)
		want   string // with the folder followed
		alone  string // with the log alone
	}{
		"by copy and truncation": {func(t *testing.T, log string) {
			copied(t, log, plainLine(3))
			appendTo(t, log, plainLine(4))
		}, "ctrl.log.1=4 ctrl.log=1", "ctrl.log.1=4 ctrl.log=1"},
		"by copy and truncation, and a longer log after it": {func(t *testing.T, log string) {
			copied(t, log, "")
			appendTo(t, log, plainLine(4), plainLine(5), plainLine(6), plainLine(7), plainLine(8))
		}, "ctrl.log.1=3 ctrl.log=5", "ctrl.log.1=3 ctrl.log=5"},
		"by truncation without a copy": {func(t *testing.T, log string) {
			must(t, os.Truncate(log, 0))
			appendTo(t, log, plainLine(4))
		}, "ctrl.log.1=3 ctrl.log=1", "ctrl.log.1=3 ctrl.log=1"},
		"by copy, then by rename": {func(t *testing.T, log string) {
			copied(t, log, plainLine(3))
			appendTo(t, log, plainLine(4))
			must(t, os.Rename(log+".1", log+".2"))
			must(t, os.Rename(log, log+".1"))
			appendTo(t, log, plainLine(5))
		}, "ctrl.log.1=1 ctrl.log.2=4 ctrl.log=1", "ctrl.log.2=4 ctrl.log=1"},
		"by rename, then by copy": {func(t *testing.T, log string) {
			must(t, os.Rename(log, log+".2"))
			appendTo(t, log, plainLine(4))
			copied(t, log, "")
			appendTo(t, log, plainLine(5))
		}, "ctrl.log.1=1 ctrl.log.2=3 ctrl.log=1", "ctrl.log.2=3 ctrl.log=1"},
	} {
		for how, want := range map[string]string{"the folder": c.want, "the log": c.alone} {
			t.Run(name+", "+how, func(t *testing.T) {
				dir, state := t.TempDir(), filepath.Join(t.TempDir(), "zlog.state")
				log := filepath.Join(dir, "ctrl.log")
				path := dir
				if how == "the log" {
					path = log
				}
				appendTo(t, log, plainLine(1), full, plainLine(2))
				f := startFollow(t, nil, "-o", "json", "--state", state, path)
				f.out.wait(t, "disk-full")
				f.end(t)
				c.rotate(t, log)
				for again := range 2 { // the second time nothing is new
					f = startFollow(t, nil, "-o", "json", "--state", state, path)
					f.end(t)
					events, r := f.events(t)
					if got := lineCounts(r); got != want || short(events) != "" || len(r.Nodes) != 1 {
						t.Errorf("%s, want %s; %q, %d nodes (time %d)", got, want, short(events), len(r.Nodes), again)
					}
				}
			})
		}
	}
}

func TestAStateOfAnotherKindIsRefused(t *testing.T) {
	state := filepath.Join(t.TempDir(), "x")
	for text, want := range map[string]string{
		"{":              "not a state file",
		`{"schema":"x"}`: "remove the file to begin anew",
		`{"schema":"zlog.state/v1","sources":[{"path":"a","head_len":-1}]}`:                                                      "not a state file",
		`{"schema":"zlog.state/v1","sources":[{"path":"a","head_len":1000000000}]}`:                                              "not a state file",
		`{"schema":"zlog.state/v1","sources":[{"path":"a","at":-1}]}`:                                                            "not a state file",
		`{"schema":"zlog.state/v1","sources":[null],"ledger":{"incidents":{"x":null}},"story":{"streams":[{"matches":[null]}]}}`: "",
	} {
		must(t, os.WriteFile(state, []byte(text), 0o600))
		f := startFollow(t, strings.NewReader(full), "--state", state)
		code := f.ended(t)
		if got := f.err.String(); want != "" && (code != exitTrouble || !strings.Contains(got, want)) || want == "" && got != "" {
			t.Errorf("%s: exit code %d, said %s", text, code, got)
		}
	}
}

func TestAStateThatCannotBeWrittenIsSaidOnce(t *testing.T) {
	f := startFollow(t, strings.NewReader(full), "--state", filepath.Join(t.TempDir(), "none", "x"))
	f.ended(t)
	if got := f.err.String(); strings.Count(got, "--state: write ") != 1 || !strings.Contains(f.out.String(), "is full") {
		t.Errorf("said %q and\n%s", got, f.out)
	}
}

func TestACommandGetsEachFinding(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "a file.json")
	f := startFollow(t, strings.NewReader(full), "--on-finding", "tee '"+out+"'")
	f.ended(t)
	var e struct {
		Event     string
		Diagnosis diagnosis.Diagnosis
	}
	data, err := os.ReadFile(out)
	must(t, err)
	must(t, json.Unmarshal(data, &e))
	if e.Event != "open" || e.Diagnosis.ID != "disk-full" {
		t.Errorf("%s", data)
	}
}

func TestACommandThatFailsOrHangsIsReported(t *testing.T) {
	for _, c := range []struct{ command, timeout, want string }{
		{"false", "1m", "--on-finding: open of disk-full: exit status 1"},
		{"sh -c 'echo no>&2; exit 3'", "1m", "exit status 3: no"},
		{"sleep 1000", "50ms", "took more than 50ms"},
		{"sh -c 'head -c 5000000 /dev/zero >&2; exit 3'", "1m", "exit status 3: "},
	} {
		f := startFollow(t, strings.NewReader(full), "--on-finding", c.command, "--on-finding-timeout", c.timeout)
		f.ended(t)
		if said := f.err.String(); !strings.Contains(said, c.want) || len(said) > 5*hookOutput {
			t.Errorf("%s: said %.5000q, want %q", c.command, said, c.want)
		}
	}
	for command, want := range map[string]string{" ": "no command", "'x": "not closed", `x\`: "backslash", "no-such-command-here": "not found"} {
		f := startFollow(t, strings.NewReader(full), "--on-finding", command)
		if code := f.ended(t); code != exitTrouble || !strings.Contains(f.err.String(), want) {
			t.Errorf("%q: exit code %d, said %q", command, code, f.err)
		}
	}
}

func TestWordsAreSplitWithoutAShell(t *testing.T) {
	for in, want := range map[string][]string{
		"a b":             {"a", "b"},
		`a 'b c' "d e"`:   {"a", "b c", "d e"},
		`a\ b "c\"d" ''`:  {"a b", `c"d`, ""},
		"a $HOME `x` ; y": {"a", "$HOME", "`x`", ";", "y"},
	} {
		if got, err := words(in); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v", in, got, err)
		}
	}
}
