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

	"zlog/cmd"
	"zlog/diagnosis"
)

// transcoded are the cases that are written in other shapes: the first three in every format times every wrapper, the
// others in the wrappers with JSON and logrus's text only, which keeps the test below 20 s on two cores. The other
// cases in testdata/logs only take part in the test of the prefilter.
var transcoded = []string{"two-bootstrapped-join", "quorum-loss", "healthy-join", "cluster-id-mismatch", "certificate-expired",
	"config-malformed"}

const wholeProduct = 3

// shape is a case in other clothes: files to be given by name, or standard input.
type shape struct {
	name    string
	files   []file // a file named "-" is standard input
	unnamed bool   // nothing names a node that does not name itself
	twin    bool   // is read without the prefilter too
}

// The same logs give the same diagnoses whatever formatter wrote them, whatever a collector put around them, and
// whatever they are packed in.
func TestSameDiagnosesInEveryShape(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	for i, name := range transcoded {
		dir := filepath.Join("testdata", "logs", name)
		logs := loadCase(t, dir)
		want := diagnose(t, shape{files: asFiles(logs, formats[0], nil)})
		t.Run(name, func(t *testing.T) {
			for _, s := range shapes(t, logs, i < wholeProduct) {
				t.Run(s.name, func(t *testing.T) {
					t.Parallel()
					got := diagnose(t, s)
					accountHolds(t, got, want)
					want := want
					if s.unnamed {
						want = anonymous(want)
					}
					if g, w := essence(got), essence(want); g != w {
						t.Errorf("got\n%swant\n%s", g, w)
					}
				})
			}
		})
	}
}

// shapes gives a case in every format, wrapper and container, and if product is set, in every format in every wrapper.
func shapes(t *testing.T, logs []nodeLog, product bool) []shape {
	json, text := formats[0], formatNamed("logrus text")
	var all []shape
	for _, f := range formats[1:] {
		all = append(all, shape{name: f.name, files: asFiles(logs, f, nil), twin: true})
	}
	all = append(all, shape{name: "raft lines in a file of their own", files: withRaftFile(logs, json)},
		shape{name: "raft lines in a file of their own, logrus text", files: withRaftFile(logs, text)})
	for _, w := range wrappers {
		for _, f := range formats {
			if !f.wrapped || !product && f.name != json.name && f.name != text.name {
				continue
			}
			s := shape{name: w.name + ", " + f.name, files: asFiles(logs, f, &w), twin: strings.HasSuffix(f.name, " in colour")}
			if w.names {
				s.name, s.files = w.name+" of all nodes, "+f.name, []file{{"-", merged(logs, f, w)}}
			}
			all = append(all, s)
		}
	}
	plain := asFiles(logs, json, nil)
	change := func(name string, f func(file) file) {
		s := shape{name: name}
		for _, x := range plain {
			s.files = append(s.files, f(x))
		}
		all = append(all, s)
	}
	change("CRLF", func(f file) file { return file{f.name, strings.ReplaceAll(f.text, "\n", "\r\n")} })
	change("BOM", func(f file) file { return file{f.name, "\xef\xbb\xbf" + f.text} })
	change("BOM and CRLF", func(f file) file { return file{f.name, "\xef\xbb\xbf" + strings.ReplaceAll(f.text, "\n", "\r\n")} })
	change("no final line feed", func(f file) file { return file{f.name, strings.TrimSuffix(f.text, "\n")} })
	change("gz", func(f file) file { return file{f.name + ".gz", gzipped(t, f.text)} })
	change("zst", func(f file) file { return file{f.name + ".zst", zstded(t, f.text)} })
	var crlf []file
	for _, f := range asFiles(logs, text, nil) {
		crlf = append(crlf, file{f.name, strings.ReplaceAll(f.text, "\n", "\r\n")})
	}
	var cat strings.Builder
	for _, f := range plain {
		cat.WriteString(f.text)
	}
	return append(all,
		shape{name: "CRLF, logrus text", files: crlf},
		shape{name: "cat of all nodes in a pipe", files: []file{{"-", cat.String()}}, unnamed: true},
		shape{name: "cat of all nodes in a pipe, gz", files: []file{{"-", gzipped(t, cat.String())}}, unnamed: true},
		shape{name: "tar.gz", files: []file{{"bundle.tar.gz", gzipped(t, tarred(t, plain))}}},
		shape{name: "tar.gz in a pipe", files: []file{{"-", gzipped(t, tarred(t, plain))}}},
		shape{name: "tar.zst", files: []file{{"bundle.tar.zst", zstded(t, tarred(t, plain))}}},
		shape{name: "zip", files: []file{{"bundle.zip", zipped(t, plain)}}},
		shape{name: "rotated", files: rotated(t, plain)},
		shape{name: "tar.gz of rotated", files: []file{{"bundle.tgz", gzipped(t, tarred(t, rotated(t, plain)))}}})
}

// asFiles writes each node's log in a format, and puts each physical line in a wrapper if there is one.
func asFiles(logs []nodeLog, f format, w *wrapper) []file {
	var out []file
	for _, n := range logs {
		var b strings.Builder
		for i := range n.entries {
			for _, line := range physical(f, &n.entries[i]) {
				if w == nil {
					b.WriteString(line + "\n")
				} else {
					b.WriteString(w.wrap(n.name, n.entries[i].at, line))
				}
			}
		}
		out = append(out, file{n.name + ".log", b.String()})
	}
	return out
}

func physical(f format, e *entry) []string { return strings.Split(f.text(e), "\n") }

// merged writes all nodes' lines into one stream, in the order of time as a collector would.
func merged(logs []nodeLog, f format, w wrapper) string {
	type line struct {
		at   time.Time
		text string
	}
	var lines []line
	for _, n := range logs {
		var latest time.Time
		for i := range n.entries {
			if at := n.entries[i].at; at.After(latest) { // a collector does not sort what one process wrote
				latest = at
			}
			for _, p := range physical(f, &n.entries[i]) {
				lines = append(lines, line{latest, w.wrap(n.name, n.entries[i].at, p)})
			}
		}
	}
	slices.SortStableFunc(lines, func(a, b line) int { return a.at.Compare(b.at) })
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(l.text)
	}
	return b.String()
}

// withRaftFile takes the lines of raft out of the log, into the file that raft.logFile names.
func withRaftFile(logs []nodeLog, f format) []file {
	var out []file
	for _, n := range logs {
		var log, raft strings.Builder
		for i := range n.entries {
			if e := &n.entries[i]; e.raft {
				raft.WriteString(raftFile(e) + "\n")
			} else {
				log.WriteString(f.text(e) + "\n")
			}
		}
		out = append(out, file{n.name + ".log", log.String()})
		if raft.Len() > 0 {
			out = append(out, file{n.name + ".raft.log", raft.String()})
		}
	}
	return out
}

// rotated cuts each log in three, between records: ctrl1.log.2.gz, ctrl1.log.1 and ctrl1.log.
func rotated(t *testing.T, files []file) []file {
	t.Helper()
	var out []file
	for _, f := range files {
		young, old := cut(f.text, 2, 3)
		old, oldest := cut(old, 1, 2)
		out = append(out, file{f.name, young})
		if old != "" {
			out = append(out, file{f.name + ".1", old})
		}
		if oldest != "" {
			out = append(out, file{f.name + ".2.gz", gzipped(t, oldest)})
		}
	}
	return out
}

// cut parts a log before the first object that starts behind the given fraction of it.
func cut(text string, num, of int) (young, old string) {
	at := len(text) * num / of
	i := strings.Index(text[at:], "\n{")
	if i < 0 {
		return text, ""
	}
	return text[at+i+1:], text[:at+i+1]
}

// diagnose runs zlog on a shape and gives the report.
func diagnose(t *testing.T, s shape) *diagnosis.Result {
	t.Helper()
	var in bytes.Buffer
	dir := t.TempDir()
	args := []string{"diagnose", "-o", "json"}
	for _, f := range s.files {
		if f.name == "-" {
			in.WriteString(f.text)
			args = append(args, "-")
			continue
		}
		path := filepath.Join(dir, f.name)
		if err := os.WriteFile(path, []byte(f.text), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	text := report(t, in.Bytes(), args)
	if s.twin {
		if slow := report(t, in.Bytes(), append(args, "--no-prefilter")); !bytes.Equal(text, slow) {
			t.Errorf("with the prefilter\n%s\nwithout\n%s", text, slow)
		}
	}
	var r diagnosis.Result
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	return &r
}

// report gives the JSON that a run prints.
func report(t *testing.T, in []byte, args []string) []byte {
	t.Helper()
	var out, errs bytes.Buffer
	if code := cmd.Main(args, bytes.NewReader(in), &out, &errs, defaultRules); code > 1 || errs.Len() > 0 {
		t.Fatalf("zlog %s: exit %d: %s", strings.Join(args, " "), code, &errs)
	}
	return out.Bytes()
}

// essence is what has to be the same in every shape, one diagnosis a line.
func essence(r *diagnosis.Result) string {
	lines := []string{}
	for _, d := range r.Diagnoses {
		nodes := slices.Clone(d.Nodes)
		slices.Sort(nodes)
		lines = append(lines, fmt.Sprintf("  %s %s %s %v\n", d.ID, d.Role, d.Severity, nodes))
	}
	slices.Sort(lines)
	return fmt.Sprintf("  %s\n%s", r.Verdict, strings.Join(lines, ""))
}

// anonymous gives a report as it must be if no file name names the nodes.
func anonymous(r *diagnosis.Result) *diagnosis.Result {
	out := *r
	out.Diagnoses = slices.Clone(r.Diagnoses)
	for _, n := range r.Nodes {
		if n.ID != "" {
			continue
		}
		for i, d := range out.Diagnoses {
			if at := slices.Index(d.Nodes, n.Name); at >= 0 {
				out.Diagnoses[i].Nodes = slices.Replace(slices.Clone(d.Nodes), at, at+1, "this node")
			}
		}
	}
	return &out
}

// accountHolds checks that every line is counted once, and that nothing is left that was understood before.
func accountHolds(t *testing.T, got, want *diagnosis.Result) {
	t.Helper()
	before := 0
	for _, s := range want.Sources {
		before += s.Unparsed
	}
	unparsed := 0
	for _, s := range got.Sources {
		unparsed += s.Unparsed
		if s.Lines != s.Events+s.Continuation+s.Blank+s.Unparsed {
			t.Errorf("%s: %d lines, but %d events, %d continuations, %d blank, %d not understood", filepath.Base(s.Name), s.Lines, s.Events, s.Continuation, s.Blank, s.Unparsed)
		}
	}
	if unparsed > before {
		t.Errorf("%d lines not understood, want %d", unparsed, before)
	}
}

// The prefilter may only save time.
func TestPrefilterChangesNothing(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	cases, err := filepath.Glob(filepath.Join("testdata", "logs", "*"))
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases (%v)", err)
	}
	for _, dir := range cases {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			args := []string{"diagnose", "-o", "json", dir}
			fast := report(t, nil, args)
			slow := report(t, nil, append(args, "--no-prefilter"))
			if !bytes.Equal(fast, slow) {
				t.Errorf("with the prefilter\n%s\nwithout\n%s", fast, slow)
			}
		})
	}
}
