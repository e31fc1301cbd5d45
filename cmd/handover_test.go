package cmd

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zlog/diagnosis"
	"zlog/parser"
)

// zlog runs a command line as a user would, and gives what it wrote and its exit code.
func zlog(t testing.TB, stdin string, args ...string) (out, errOut string, code int) {
	t.Helper()
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	var o, e bytes.Buffer
	var in io.Reader = strings.NewReader(stdin)
	code = Main(args, in, &o, &e, os.DirFS(".."))
	return o.String(), e.String(), code
}

// logCases gives the folders with logs that the answers must survive in: the project's, and the shared corpus where
// it is there.
func logCases(t *testing.T) []string {
	t.Helper()
	var out []string
	own, _ := filepath.Glob("../testdata/logs/*")
	shared, _ := filepath.Glob("../../shared/corpus/*")
	if testing.Short() {
		shared = nil
		t.Log("NOT RUN over the shared corpus: -short")
	} else if len(shared) == 0 {
		t.Log("NOT RUN over the shared corpus: it is not beside the project")
	}
	for _, d := range append(own, shared...) {
		if info, err := os.Stat(d); err == nil && info.IsDir() {
			out = append(out, d)
		}
	}
	if len(out) == 0 {
		t.Skip("NOT RUN: no logs")
	}
	return out
}

// answers keeps what answer gave; the folders of cases are asked for by several tests.
var answers = map[string][]string{}

// answer diagnoses a path and gives what a reader would act on, and the evidence by file and line.
func answer(t *testing.T, path string) []string {
	t.Helper()
	if a := answers[path]; a != nil {
		return a
	}
	var lines []string
	out, errOut, _ := zlog(t, "", "diagnose", "-o", "json", path)
	var r diagnosis.Result
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("%s: %v\n%s", path, err, errOut)
	}
	lines = append(lines, string(r.Verdict))
	for _, d := range r.Diagnoses {
		lines = append(lines, fmt.Sprintf("%s %s %s %s %v", d.ID, d.Role, d.Severity, d.Confidence, d.Nodes))
		for _, e := range d.Evidence {
			lines = append(lines, fmt.Sprintf("  %s:%d %s", filepath.Base(e.Source), e.Line, e.Signature))
		}
	}
	answers[path] = lines
	return lines
}

func TestRedactedLogsHaveTheSameDiagnoses(t *testing.T) {
	for _, dir := range logCases(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			copies := filepath.Join(t.TempDir(), "redacted")
			if _, errOut, code := zlog(t, "", "redact", dir, "-o", copies); code != 0 {
				t.Fatalf("exit code %d: %s", code, errOut)
			}
			want := answer(t, dir)
			got := answer(t, copies)
			if strings.Join(want, "\n") != strings.Join(got, "\n") {
				t.Errorf("want\n%s\ngot\n%s", strings.Join(want, "\n"), strings.Join(got, "\n"))
			}
		})
	}
}

func TestBundlesHaveTheSameDiagnoses(t *testing.T) {
	for _, dir := range logCases(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "ticket.tar.gz")
			if _, errOut, code := zlog(t, "", "bundle", dir, "-o", file); code != 0 {
				t.Fatalf("exit code %d: %s", code, errOut)
			}
			short := func(lines []string) string {
				var out []string
				for _, l := range lines {
					if !strings.HasPrefix(l, "  ") {
						out = append(out, l)
					}
				}
				return strings.Join(out, "\n")
			}
			want := answer(t, dir)
			got := answer(t, file)
			if short(want) != short(got) {
				t.Errorf("want\n%s\ngot\n%s", short(want), short(got))
			}
			if out, errOut, code := zlog(t, "", "bundle", "verify", file); code != 0 {
				t.Errorf("verify: exit code %d\n%s%s", code, out, errOut)
			}
			if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("mode %v, %v", info.Mode(), err)
			} else if strings.Contains(dir, "two-bootstrapped") && info.Size() > 300<<10 {
				t.Errorf("%d bytes", info.Size())
			}
		})
	}
}

// secretLog is a log in which values of every class stand in places that reports show: lines of evidence, lines that
// no rule knows, and what is around them.
func secretLog(t *testing.T) (dir string, secrets []string) {
	t.Helper()
	secrets = []string{"Tr0ub4dor-9x", "hunter2-hunter2", "5b0c8a4e-9f0d-4c2e-8f57-0a1b2c3d4e5f", "AKIAIOSFODNN7EXAMPLE", "s3ss10n-9921-xy", "10.42.7.19",
		"2001:db8:85a3::8a2e:370:7334", "ctrl7.prod.acme.internal", "carol.meyer@acme.example", "carolmeyer", "Payroll Laptop 7", "payroll-db-svc", "er-frankfurt-3"}
	data, err := os.ReadFile(filepath.Join("..", "testdata", "logs", "two-bootstrapped-join", "ctrl1.log"))
	if err != nil {
		t.Skipf("NOT RUN: %v", err)
	}
	dir = t.TempDir()
	var b strings.Builder
	for i, line := range strings.SplitAfter(string(data), "\n") {
		b.WriteString(line)
		if i%3 == 0 && strings.HasPrefix(line, "{") {
			s := secrets
			stamp := line[strings.LastIndex(line, `"time":"`)+8:][:24]
			fmt.Fprintf(&b, `{"level":"error","msg":"cannot reach %s from %s: password=%s","error":"user %s (%s) at tls:%s:6262","identityName":"%s","serviceName":"%s","routerName":"%s","username":"%s","time":"%s"}`+"\n",
				s[5], s[6], s[0], s[9], s[8], s[7], s[10], s[11], s[12], s[9], stamp)
			fmt.Fprintf(&b, `{"level":"error","msg":"Authorization: Bearer %s; body {\"password\":\"%s\"} key %s%s","data":"%s","time":"%s"}`+"\n",
				s[2], s[1], s[3], " sid="+url.QueryEscape(`{"cookie":"`+s[4]+`"}`), base64.StdEncoding.EncodeToString([]byte(`{"password":"`+s[1]+`"}`)), stamp)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "ctrl1.log"), []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir, secrets
}

// TestNothingSecretLeaves makes every kind of output and looks for the values in it: as they are, JSON-escaped,
// URL-encoded, base64.
func TestNothingSecretLeaves(t *testing.T) {
	dir, secrets := secretLog(t)
	out, temp := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", temp)
	at := func(name string) string { return filepath.Join(out, name) }
	var said string
	run := func(args ...string) {
		o, e, code := zlog(t, "", args...)
		said += o + e
		if code != 0 {
			t.Errorf("%v: exit code %d\n%s", args, code, e)
		}
	}
	run("report", dir, "-o", at("r.html"), "-o", at("r.md"), "-o", at("r.json"), "-o", at("r.sarif"), "-o", at("r.xml"), "-o", at("r.txt"))
	run("redact", dir, "-o", at("logs"))
	run("bundle", dir, "-o", at("ticket.tar.gz"))
	run("bundle", dir, "-o", at("full.tar.gz"), "--full")
	// what cannot be read or written is told of, without the names in its path
	broken := filepath.Join(dir, secrets[7]+".log.gz")
	if err := os.WriteFile(broken, []byte("\x1f\x8b\x08\x00cut"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"report", dir, "-o", at("b.html"), "-o", at("b.json")}, {"bundle", dir, "-o", at("b.tar.gz")}, {"redact", dir, "-o", at("b")}} {
		o, e, code := zlog(t, "", args...)
		said += o + e
		if code != exitTrouble || !strings.Contains(e, "unexpected EOF") {
			t.Errorf("%v: exit code %d: %s", args, code, e)
		}
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("%d temporary files are left, %v", len(left), err)
	}
	texts := map[string]string{"what was said": said}
	err := filepath.WalkDir(out, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if info, _ := d.Info(); info.Mode().Perm() != 0o600 || strings.HasPrefix(d.Name(), ".") {
			t.Errorf("%s has mode %v", d.Name(), info.Mode())
		}
		data, err := os.ReadFile(path)
		if strings.HasSuffix(path, ".gz") {
			for name, content := range untar(t, data) {
				texts[d.Name()+"/"+name] = content
			}
			return err
		}
		texts[d.Name()] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(texts) < 12 {
		t.Errorf("only %d outputs", len(texts))
	}
	for name, text := range texts {
		low := strings.ToLower(text)
		for _, s := range secrets {
			quoted, _ := json.Marshal(s)
			for how, form := range map[string]string{"as it is": s, "JSON-escaped": strings.Trim(string(quoted), `"`), "URL-encoded": url.QueryEscape(s),
				"path-encoded": url.PathEscape(s)} {
				if strings.Contains(low, strings.ToLower(form)) {
					i := strings.Index(low, strings.ToLower(form))
					t.Errorf("%s: %q is there %s: …%s…", name, s, how, text[max(0, i-60):min(len(text), i+40)])
					break
				}
			}
			for pad := range 3 {
				enc := strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", pad)+s)), "=")
				if skip := []int{0, 2, 3}[pad]; len(enc)-skip-2 > 6 && strings.Contains(text, enc[skip:len(enc)-2]) {
					t.Errorf("%s: %q is there in base64", name, s)
				}
			}
		}
	}
}

// TestTheMapIsForItsOwnerAlone: it is written where it is asked for and nowhere else, for its owner's eyes, and gives
// the values back.
func TestTheMapIsForItsOwnerAlone(t *testing.T) {
	dir, secrets := secretLog(t)
	for _, command := range []string{"report", "bundle", "redact"} {
		out := t.TempDir()
		file, target := filepath.Join(out, "map.json"), filepath.Join(out, "r.html")
		if command != "report" {
			target = filepath.Join(out, "t.tar.gz")
		}
		if _, errOut, code := zlog(t, "", command, dir, "-o", target, "--map", file); code != 0 {
			t.Fatalf("%s: exit code %d: %s", command, code, errOut)
		}
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", command, info, err)
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []string{secrets[0], secrets[5], secrets[7], secrets[10]} {
			if !strings.Contains(string(data), s) {
				t.Errorf("%s: the map does not give %q back", command, s)
			}
		}
		if command == "bundle" {
			data, err := os.ReadFile(target)
			if err != nil {
				t.Fatal(err)
			}
			for name := range untar(t, data) {
				if strings.Contains(name, "map") {
					t.Errorf("%s is in the bundle", name)
				}
			}
		}
		if command == "redact" {
			if _, err := os.Stat(filepath.Join(target, "map.json")); err == nil {
				t.Error("the map is among the logs")
			}
		}
	}
}

func untar(t *testing.T, data []byte) map[string]string {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[h.Name] = string(text)
	}
}

func TestHandedOverFilesAreTheSameTwice(t *testing.T) {
	dir, _ := secretLog(t)
	a, b := t.TempDir(), t.TempDir()
	for _, d := range []string{a, b} {
		zlog(t, "", "report", dir, "-o", filepath.Join(d, "r.html"), "-o", filepath.Join(d, "r.json"), "-o", filepath.Join(d, "r.md"))
		zlog(t, "", "bundle", dir, "-o", filepath.Join(d, "t.tar.gz"), "--map", filepath.Join(d, "map.json"))
	}
	for _, name := range []string{"r.html", "r.json", "r.md", "t.tar.gz", "map.json"} {
		x, err := os.ReadFile(filepath.Join(a, name))
		if err != nil {
			t.Fatal(err)
		}
		y, _ := os.ReadFile(filepath.Join(b, name))
		if !bytes.Equal(x, y) {
			t.Errorf("%s differs", name)
		}
	}
}

// TestStrictRedactionKeepsDiagnoses: in strict mode nodes and files have other names, and all else is the same: the
// diagnoses, and the lines that they cite.
func TestStrictRedactionKeepsDiagnoses(t *testing.T) {
	for _, dir := range logCases(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			copies := filepath.Join(t.TempDir(), "redacted")
			if _, errOut, code := zlog(t, "", "redact", dir, "-o", copies, "--redact", "strict"); code != 0 {
				t.Fatalf("exit code %d: %s", code, errOut)
			}
			ids := func(path string) string {
				var out []string
				for _, l := range answer(t, path) {
					if head, nodes, ok := strings.Cut(l, "["); ok && !strings.HasPrefix(l, "  ") {
						l = fmt.Sprintf("%s on %d", head, len(strings.Fields(nodes)))
					} else if _, cited, ok := strings.Cut(l, ":"); ok {
						l = "  line " + cited
					}
					out = append(out, l)
				}
				return strings.Join(out, "\n")
			}
			if want, got := ids(dir), ids(copies); want != got {
				t.Errorf("want\n%s\ngot\n%s", want, got)
			}
		})
	}
}

// TestCopiesOfLogsThatAreCalledAlikeKeepTheirFolders: so that a copy is of the same node as its log.
func TestCopiesOfLogsThatAreCalledAlikeKeepTheirFolders(t *testing.T) {
	for _, x := range []struct{ logs, want []string }{
		{[]string{"host1/ziti.log", "host2/ziti.log", "host3/ctrl.log"}, []string{"host1/ziti.log", "host2/ziti.log", "ctrl.log"}},
		{[]string{"node-3.log", "node-3.log", "-"}, []string{"node-3.log", "2-node-3.log", "stdin.log"}},
		{[]string{"a/ziti.log.gz", `b\ziti.log`}, []string{"a/ziti.log", "b/ziti.log"}},
		{[]string{"../../etc/passwd", "/etc/passwd", "...", "--"}, []string{"etc/passwd", "2-passwd", "log", "2-log"}},
	} {
		names := newCopyNames([]*parser.Source{{}}, map[string][]string{"": x.logs}, func(name string) string { return name })
		for i, name := range x.logs {
			if got := names.next(name); got != x.want[i] {
				t.Errorf("%s of %q is %s, want %s", name, x.logs, got, x.want[i])
			}
		}
	}
}
