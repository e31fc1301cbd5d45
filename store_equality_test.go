package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"zlog/cmd"
)

// TestAStoreGivesTheReportThatFilesGive loads every case of the corpus into a real log store, with shared/engines/load.py, and
// holds the report from there against the report from the files: diagnoses, evidence, nodes and verdict. Line numbers are
// left out, since a store has none, and so are the blank lines in dumps, which the loader leaves out.
func TestAStoreGivesTheReportThatFilesGive(t *testing.T) {
	stores := 0
	for _, s := range []struct{ kind, env string }{{"victorialogs", "ZLOG_TEST_VICTORIALOGS_URL"}, {"loki", "ZLOG_TEST_LOKI_URL"}} {
		if base := os.Getenv(s.env); base != "" {
			stores++
			t.Run(s.kind, func(t *testing.T) { equalToFiles(t, s.kind, strings.TrimSuffix(base, "/")) })
		} else {
			t.Logf("%s WAS NOT TESTED: set %s to the URL of one on loopback, such as http://127.0.0.1:9428", s.kind, s.env)
		}
	}
	if stores == 0 {
		t.Skip("NO LOG STORE WAS TESTED: set ZLOG_TEST_VICTORIALOGS_URL or ZLOG_TEST_LOKI_URL")
	}
}

func equalToFiles(t *testing.T, kind, base string) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	loader := filepath.Join("..", "shared", "engines", "load.py")
	found, err := filepath.Glob(filepath.Join("..", "shared", "corpus", "*", "expect.json"))
	if _, stat := os.Stat(loader); stat != nil || err != nil || len(found) < 60 {
		t.Skipf("NOT TESTED: the corpus or its loader is missing (%d cases, %v)", len(found), stat)
	}
	equal, single := 0, map[string]any{}
	for _, f := range found {
		dir := filepath.Dir(f)
		name := filepath.Base(dir)
		t.Run(name, func(t *testing.T) {
			logs, err := filepath.Glob(filepath.Join(dir, "*.log"))
			if err != nil || len(logs) == 0 {
				t.Fatalf("no logs (%v)", err)
			}
			want := reportOf(t, append([]string{"diagnose", "-o", "json"}, logs...)...)
			args := []string{"diagnose", "-o", "json", "--from", kind + "+" + base, "--query", `{case="` + name + `"}`, "--since", sinceOf(t, logs), "--until", "2026-12-01"}
			var got map[string]any
			for loaded := false; ; {
				var n int
				if got, n = stored(args); n >= linesIn(t, logs) {
					break
				}
				if !loaded {
					if out, err := exec.Command("python3", loader, kind, base, dir, "case="+name).CombinedOutput(); err != nil {
						t.Fatalf("load.py: %v\n%s", err, out)
					}
					loaded = true
					if kind == "loki" { // lines of days ago are found when they are in its files
						post(t, base+"/flush", "text/plain", nil)
					}
				}
				if t.Context().Err() != nil {
					t.Fatal("the lines did not appear in the store")
				}
				time.Sleep(200 * time.Millisecond) // until the store shows what it took; go test -timeout ends it
			}
			whole := reportOf(t, append(args, "--no-prefilter")...)
			if a, b := parts(t, whole, comparable), parts(t, got, comparable); a != b {
				t.Errorf("the slice is not told as the whole log:\n%s", difference(a, b))
			}
			root, _ := got["diagnoses"].([]any)
			row := map[string]any{"verdict": got["verdict"], "root_cause": ""}
			if len(root) > 0 && root[0].(map[string]any)["role"] == "root-cause" {
				row["root_cause"] = root[0].(map[string]any)["id"]
			}
			single[name] = row
			a, b := parts(t, want, comparable), parts(t, got, comparable)
			if a == b {
				equal++
				return
			}
			// VictoriaLogs does not keep the order of lines of one time that were not sent in order. What files and store may then
			// differ in is which of them is shown.
			write := timed
			if countsMove[name] {
				write = dated
			}
			if x, y := parts(t, want, write), parts(t, got, write); x != y || kind != "victorialogs" {
				t.Errorf("files and store differ:\n%s", difference(a, b))
			} else {
				t.Logf("equal but for the order of lines of one millisecond")
			}
		})
	}
	t.Logf("%s: %d of %d cases equal to the last byte", kind, equal, len(found))
	if len(single) < len(found) {
		return // some were left out with -run
	}
	rows := map[string]any{}
	for _, shard := range []string{"1/2", "2/2"} {
		fleet := reportOf(t, "fleet", "-o", "json", "--cluster-label", "case", "--shard", shard, "--fail-on", "never", "--from", kind+"+"+base, "--since", "2023-11-01", "--until", "2026-12-31")
		for _, c := range fleet["clusters"].([]any) {
			c := c.(map[string]any)
			name := c["cluster"].(string)
			if rows[name] != nil {
				t.Errorf("%s is the work of two shards", name)
			}
			rows[name] = map[string]any{"verdict": c["verdict"], "root_cause": c["root_cause"]}
		}
	}
	for name, want := range single {
		if fmt.Sprint(rows[name]) != fmt.Sprint(want) {
			t.Errorf("%s: fleet says %v, diagnose alone %v", name, rows[name], want)
		}
	}
}

// sinceOf gives a time before the first line of a case: the loader gives lines without a time, before the first that has one, a
// time in 2023.
func sinceOf(t *testing.T, logs []string) string {
	t.Helper()
	for _, l := range logs {
		data, err := os.ReadFile(l)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(data, []byte(`{"`)) {
			return "2023-11-01"
		}
	}
	return "2026-11-15"
}

// reportOf gives the JSON report of a command.
func reportOf(t *testing.T, args ...string) map[string]any {
	t.Helper()
	var out, errs bytes.Buffer
	code := cmd.Main(args, strings.NewReader(""), &out, &errs, defaultRules)
	var r map[string]any
	if err := json.Unmarshal(out.Bytes(), &r); code > 1 || err != nil {
		t.Fatalf("exit status %d, %v, and said: %s", code, err, errs.String())
	}
	return r
}

// stored gives the report of a command, and how many lines the store says that it has: 0 if it cannot say.
func stored(args []string) (map[string]any, int) {
	var out, errs bytes.Buffer
	cmd.Main(args, strings.NewReader(""), &out, &errs, defaultRules)
	var r map[string]any
	if json.Unmarshal(out.Bytes(), &r) != nil {
		return nil, 0
	}
	n := 0
	sources, _ := r["sources"].([]any)
	for _, s := range sources {
		if s, ok := s.(map[string]any); ok && s["error"] == nil {
			lines, _ := s["stored"].(float64)
			n += int(lines)
		}
	}
	return r, n
}

// linesIn counts the lines that the loader loads; a store may leave out what is the same in time and text.
func linesIn(t *testing.T, logs []string) int {
	t.Helper()
	n := 0
	for _, l := range logs {
		data, err := os.ReadFile(l)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, line := range strings.Split(string(data), "\n") {
			if line != "" && !seen[line] {
				seen[line] = true
				n++
			}
		}
	}
	return n
}

var (
	blankLines = regexp.MustCompile(`(\\n)+`)
	logEnding  = regexp.MustCompile(`(ctrl\d+|router\d*|[a-z]+\d*)\.log`)
	lineNumber = regexp.MustCompile(`("line": )\d+|(\b[a-z]+\d+:)\d+\b`)
)

// parts writes what is compared of a report.
func parts(t *testing.T, r map[string]any, write func(*testing.T, any) string) string {
	t.Helper()
	var b strings.Builder
	for _, part := range []string{"verdict", "nodes", "diagnoses", "not_assessable"} {
		b.WriteString(write(t, r[part]) + "\n")
	}
	return b.String()
}

// countsMove are the cases in which the twelfth of many lines alike shares its millisecond with the one before, so that what is counted
// after it goes to the one or the other.
var countsMove = map[string]bool{"routers-v1.1.15-unknown-fingerprint": true}

// timed is comparable without what is said of each line of evidence, but for when it was, on which node, and how often.
func timed(t *testing.T, part any) string {
	t.Helper()
	return moments(t, part, "time", "node", "count", "last")
}

// dated is timed without how often.
func dated(t *testing.T, part any) string {
	t.Helper()
	return moments(t, part, "time", "node")
}

func moments(t *testing.T, part any, keys ...string) string {
	t.Helper()
	ds, ok := part.([]any)
	if !ok {
		return comparable(t, part)
	}
	var out []any
	for _, d := range ds {
		m, ok := d.(map[string]any)
		if !ok || m["evidence"] == nil {
			out = append(out, d)
			continue
		}
		c := map[string]any{}
		for k, v := range m {
			c[k] = v
		}
		var when []string
		for _, e := range m["evidence"].([]any) {
			e := e.(map[string]any)
			what := ""
			for _, k := range keys {
				what += fmt.Sprint(e[k], " ")
			}
			when = append(when, what)
		}
		slices.Sort(when)
		c["evidence"] = when
		out = append(out, c)
	}
	return comparable(t, out)
}

// comparable writes a part of a report without what files and stores name differently.
func comparable(t *testing.T, part any) string {
	t.Helper()
	data, err := json.MarshalIndent(part, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	s := regexp.MustCompile(`"\.\./shared/corpus/[^"/]*/`).ReplaceAllString(string(data), `"`)
	s = regexp.MustCompile(`\.\./shared/corpus/[^"/]*/`).ReplaceAllString(s, ``)
	s = blankLines.ReplaceAllString(s, `\n`)
	s = logEnding.ReplaceAllString(s, "$1")
	return lineNumber.ReplaceAllString(s, "${1}${2}N")
}

// difference shows the first lines that differ.
func difference(a, b string) string {
	as, bs := strings.Split(a, "\n"), strings.Split(b, "\n")
	var out []string
	for i := range max(len(as), len(bs)) {
		var x, y string
		if i < len(as) {
			x = as[i]
		}
		if i < len(bs) {
			y = bs[i]
		}
		if x != y && len(out) < 12 {
			out = append(out, "files: "+x, "store: "+y)
		}
	}
	return strings.Join(out, "\n")
}
