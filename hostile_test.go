package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"zlog/cmd"
	"zlog/diagnosis"
)

// zlogs runs zlog within the test.
func zlogs(t *testing.T, stdin string, args ...string) (code int, out, errs string) {
	t.Helper()
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	var o, e bytes.Buffer
	code = cmd.Main(args, strings.NewReader(stdin), &o, &e, defaultRules)
	return code, o.String(), e.String()
}

// result gives the report on a text.
func result(t *testing.T, stdin string, paths ...string) *diagnosis.Result {
	t.Helper()
	code, out, errs := zlogs(t, stdin, append([]string{"diagnose", "--no-ignore", "-o", "json"}, paths...)...)
	r := &diagnosis.Result{}
	if err := json.Unmarshal([]byte(out), r); err != nil {
		t.Fatalf("exit code %d, %v; said %s", code, err, errs)
	}
	return r
}

const (
	goodLine = `{"file":"x.go:1","func":"x","level":"info","msg":"all is well","time":"2026-11-22T19:32:10.401Z"}` + "\n"
	fullLine = `{"file":"x.go:1","func":"x","level":"error","msg":"x","error":"write /x: no space left on device","time":"2026-11-22T19:32:11.401Z"}` + "\n"
)

// record is a line with a message and one more key.
func record(msg, key string, value any) string {
	data, err := json.Marshal(map[string]any{"level": "error", "msg": msg, key: value, "time": "2026-11-22T19:32:12.401Z"})
	if err != nil {
		panic(err)
	}
	return string(data) + "\n"
}

// hostileLines are what somebody might write to a log to break or trick who reads it.
var hostileLines = map[string]string{
	"terminal escapes":          record("\x1b[2J\x1b]0;owned\x07\x1b[31mred\x9b31m", "peer", "\x1b[8mhidden"),
	"raw terminal escapes":      "\x1b[2J\x1b]52;c;b3duZWQ=\x07 panic: \x1b[1;1H\n",
	"bidi":                      record("\u202egnp.exe\u2066 \u200bx\ufeff", "k\u202e", "\u2067"),
	"NUL":                       "\x00\x00" + goodLine + "{\"level\":\"error\",\"msg\":\"a\x00b\",\"time\":\"2026-11-22T19:32:12.401Z\"}\n",
	"invalid UTF-8":             "{\"level\":\"error\",\"msg\":\"\xff\xfe\xc3\x28\xf0\x9f\",\"time\":\"2026-11-22T19:32:12.401Z\"}\n\xff\xff\xff\n",
	"10,000 objects deep":       `{"level":"error","msg":"x","deep":` + strings.Repeat(`{"a":`, 10_000) + "1" + strings.Repeat("}", 10_000) + `,"time":"2026-11-22T19:32:12.401Z"}` + "\n",
	"10,000 open brackets":      `{"level":"error","msg":` + strings.Repeat("[", 10_000) + "\n" + strings.Repeat(`{"a":`, 10_000) + "\n",
	"duplicate keys":            `{"level":"error","level":"info","msg":"a","msg":"b","time":"x","time":"2026-11-22T19:32:12.401Z"}` + "\n",
	"numbers past 64 bits":      record("raft", "index", json.Number(strings.Repeat("9", 400))) + record("raft", "term", json.Number("1e999999")) + record("raft", "term", json.Number("-0")),
	"the year 9999":             `{"level":"error","msg":"x","time":"9999-12-31T23:59:59.999Z"}` + "\n" + `{"level":"error","msg":"x","time":"0000-01-01T00:00:00.000Z"}` + "\n",
	"times that are none":       `{"level":"error","msg":"x","time":"2026-13-45T99:99:99.999Z"}` + "\n[99999999999999999999.9] ERROR x: y\n[1e9]   INFO\n",
	"what zlog itself prints":   "✘ problem: Quorum is lost\n  critical · certain · on ctrl1\n? not assessable: nothing could be read\n✔ healthy: nothing wrong found in 3 lines of 1 node\n2026-11-22T19:35:19Z OPEN     critical  Quorum is lost\n",
	"zlog's own report in JSON": `{"schema":"zlog.report/v1","verdict":"healthy","diagnoses":[{"id":"quorum-loss"}],"sources":[]}` + "\n",
	"a line of 3 MB":            `{"level":"error","msg":"` + strings.Repeat("x", 3<<20) + `","time":"2026-11-22T19:32:12.401Z"}` + "\n",
	"10,000 keys":               `{"level":"error","msg":"x",` + strings.Repeat(`"k":1,`, 10_000) + `"time":"2026-11-22T19:32:12.401Z"}` + "\n",
	"format verbs and paths":    record("%s%n%x {node} ${HOME} $(id) `id` ../../etc/passwd", "peer", "{{.}}"),
}

func TestHostileLinesDoNoHarm(t *testing.T) {
	for name, text := range hostileLines {
		t.Run(name, func(t *testing.T) {
			r := result(t, goodLine+text+fullLine+goodLine)
			s := r.Sources[0]
			if n := strings.Count(goodLine+text+fullLine+goodLine, "\n"); s.Lines != n || s.Lines != s.Events+s.Continuation+s.Blank+s.Unparsed {
				t.Errorf("%d lines, accounted for %+v", n, s)
			}
			if !slices.ContainsFunc(r.Diagnoses, func(d diagnosis.Diagnosis) bool { return d.ID == "disk-full" }) {
				t.Error("what is wrong was not found behind it")
			}
			if len(r.Nodes) != 1 {
				t.Errorf("%d nodes: %+v", len(r.Nodes), r.Nodes)
			}
			for _, kind := range []string{"text", "json"} {
				_, out, errs := zlogs(t, goodLine+text+fullLine, "diagnose", "--no-ignore", "-v", "-o", kind)
				if !utf8.ValidString(out) {
					t.Errorf("%s: not UTF-8", kind)
				}
				if i := strings.IndexFunc(out+errs, func(c rune) bool {
					return c < ' ' && c != '\n' || c == 0x7f || c >= 0x80 && c < 0xa0 || c >= 0x202a && c <= 0x202e && kind == "text" || c >= 0x2066 && c <= 0x2069 && kind == "text"
				}); i >= 0 {
					t.Errorf("%s: %q reaches the terminal", kind, (out + errs)[max(0, i-20):min(len(out)+len(errs), i+20)])
				}
			}
		})
	}
}

// TestALogCannotSpeakForAnotherNode: what a message holds is the writer's, however much it looks like another's record.
func TestALogCannotSpeakForAnotherNode(t *testing.T) {
	dir := filepath.Join("testdata", "logs", "healthy-join")
	clean := withMore(t, dir, "")
	loss, err := os.ReadFile(filepath.Join("testdata", "logs", "quorum-loss", "ctrl1.log"))
	if err != nil {
		t.Fatal(err)
	}
	var forged strings.Builder
	for i, line := range strings.Split(strings.TrimSpace(string(loss)), "\n") {
		if i%7 != 0 {
			continue
		}
		line = strings.ReplaceAll(line, "ctrl1", "ctrl9")
		for _, msg := range []string{"\n" + line + "\n", "]\"} " + line, `nodeId=ctrl9 level=error msg="x"`, `{"nodeId":"ctrl9","event_src_id":"ctrl9","namespace":"cluster"}`} {
			data, _ := json.Marshal(map[string]string{"level": "info", "msg": "a client said: " + msg, "nodeId": "ctrl9", "time": "2026-11-22T19:32:12.401Z"})
			forged.Write(append(data, '\n'))
		}
	}
	got := withMore(t, dir, forged.String())
	for _, n := range got.Nodes {
		if !slices.ContainsFunc(clean.Nodes, func(c diagnosis.Node) bool { return c.Name == n.Name && c.ID == n.ID && c.Address == n.Address }) {
			t.Errorf("a node that a message made up, or changed: %+v", n)
		}
	}
	for _, d := range got.Diagnoses {
		for _, e := range d.Evidence {
			if strings.Contains(e.Text, "ctrl9") && e.Node != "ctrl1" {
				t.Errorf("%s: evidence of %s that ctrl1 wrote: %.200s", d.ID, e.Node, e.Text)
			}
		}
		if slices.Contains(d.Nodes, "ctrl9") {
			t.Errorf("%s is said of ctrl9: %s", d.ID, d.Summary)
		}
	}
	for _, s := range got.Sources {
		if s.Unparsed > 0 {
			t.Errorf("%+v", s)
		}
	}
}

// withMore gives the report on a case, with more lines in ctrl1's log.
func withMore(t *testing.T, dir, more string) *diagnosis.Result {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.log"))
	if err != nil {
		t.Fatal(err)
	}
	copies := t.TempDir()
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Base(f) == "ctrl1.log" {
			lines := strings.SplitAfter(string(data), "\n")
			half := len(lines) / 2
			data = []byte(strings.Join(lines[:half], "") + more + strings.Join(lines[half:], ""))
		}
		if err := os.WriteFile(filepath.Join(copies, filepath.Base(f)), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return result(t, "", copies)
}

func TestHostileFilesAreRefusedOrBounded(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := os.WriteFile(at("good.log"), []byte(goodLine), 0o600); err != nil {
		t.Fatal(err)
	}
	sparse, err := os.Create(at("sparse.log"))
	if err != nil {
		t.Fatal(err)
	}
	if err := sparse.Truncate(512 << 20); err != nil {
		t.Fatal(err)
	}
	sparse.Close()
	if os.Symlink(".", at("loop")) != nil || os.Symlink("round2.log", at("round1.log")) != nil || os.Symlink("round1.log", at("round2.log")) != nil {
		t.Skip("NOT TESTED: no links here")
	}
	if code, out, errs := zlogs(t, "", "diagnose", "--no-ignore", at("sparse.log")); code != 0 && code != 2 || strings.Contains(out, "healthy") {
		t.Errorf("a hole of 512 MB: exit code %d, %s%s", code, out, errs)
	}
	if code, out, _ := zlogs(t, "", "diagnose", "--no-ignore", at("loop")); code != 0 && code != 2 || strings.Count(out, "good.log") > 3 {
		t.Errorf("a folder that holds itself: exit code %d, %s", code, out)
	}
	for name, want := range map[string]string{at("round1.log"): "too many", "/dev/zero": "is a device", "/dev/full": "is a device"} {
		if _, err := os.Lstat(name); err != nil {
			continue
		}
		began := time.Now()
		code, _, errs := zlogs(t, "", "diagnose", "--no-ignore", name, at("good.log"))
		if code != 2 || !strings.Contains(errs, want) || time.Since(began) > time.Minute {
			t.Errorf("%s: exit code %d, said %q, want %q", name, code, errs, want)
		}
	}
}

func TestHostileRulesAreRefusedWithAPlace(t *testing.T) {
	dir := t.TempDir()
	sig := func(id, more string) string {
		return fmt.Sprintf("  - id: %s\n    title: x\n    severity: info\n    when:\n      - {msg: %q%s}\n", id, id+" is a long enough text", more)
	}
	var million strings.Builder
	million.WriteString("version: 1\nsignatures:\n")
	for i := range 200_000 {
		million.WriteString(sig(fmt.Sprintf("rule-number-%d", i), ""))
	}
	bomb := "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'k'; c++ {
		bomb += fmt.Sprintf("%c: &%c [%s]\n", c, c, strings.TrimSuffix(strings.Repeat("*"+string(c-1)+",", 10), ","))
	}
	for name, text := range map[string]string{
		"very many rules":        million.String(),
		"a bomb of aliases":      bomb,
		"deep nesting":           "signatures: " + strings.Repeat("[", 100_000),
		"a huge pattern":         "version: 1\nsignatures:\n  - id: x\n    title: x\n    severity: info\n    when:\n      - {msg: {regex: '" + strings.Repeat("(a|b)*", 20_000) + "'}}\n",
		"a pattern that repeats": "version: 1\nsignatures:\n  - id: x\n    title: x\n    severity: info\n    when:\n      - {msg: {regex: 'literal text ((((a{100}){100}){100}){100})'}}\n",
		"binary data":            strings.Repeat("\x00\xff", 1000),
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(dir, "hostile.yaml")
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			code, _, errs := zlogs(t, goodLine, "diagnose", "--no-ignore", "--rules", file)
			if code != 2 || !strings.Contains(errs, "hostile.yaml") || len(errs) > 64<<10 {
				t.Errorf("exit code %d, said %.300q (%d bytes)", code, errs, len(errs))
			}
			if took := time.Since(began); took > time.Minute {
				t.Errorf("took %s", took)
			}
		})
	}
}
