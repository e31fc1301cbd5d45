package cmd

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zlog/cluster"
	"zlog/parser"
	"zlog/report"
	"zlog/rules"
)

// FuzzDiagnose: whatever a log holds, a file and a pipe, with the prefilter and without, read at once and followed, give
// one report; and none of it can steer a terminal.
func FuzzDiagnose(f *testing.F) {
	for _, name := range []string{"quorum-loss", "two-bootstrapped-join", "healthy-text", "config-malformed", "never-initialized", "disk-full"} {
		all := lines(f, name, "ctrl1.log")
		f.Add([]byte(strings.Join(all[:min(len(all), 40)], "")))
		f.Add([]byte(strings.Join(all[len(all)*2/3:min(len(all), len(all)*2/3+40)], "")))
	}
	f.Add([]byte(full + taken + "\x1b[2J\x00\xff\xfe" + strings.Repeat("[", 10_000)))
	pack, err := builtin(os.DirFS(".."))
	if err != nil {
		f.Fatal(err)
	}
	set, err := rules.Load(pack, cluster.Facts)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<16 {
			return
		}
		a := &analysis{set: set, limits: parser.DefaultLimits()}
		name := filepath.Join(t.TempDir(), "this node.log")
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
		file := diagnosedAs(t, a, []string{name}, nil)
		want := reportOf(t, file, name)
		piped := diagnosedAs(t, a, []string{"-"}, text)
		if got := reportOf(t, piped, name); got != want {
			t.Errorf("piped:\n%s\nread:\n%s", got, want)
		}
		a.slow = true
		if got := reportOf(t, diagnosedAs(t, a, []string{name}, nil), name); got != want {
			t.Errorf("without the prefilter:\n%s\nwith it:\n%s", got, want)
		}
		var out bytes.Buffer
		if err := report.Text(&out, file.result, report.TextOptions{Verbose: true}); err != nil {
			t.Fatal(err)
		}
		for i := range file.result.Diagnoses {
			_ = report.Event(&out, "update", "why", &file.result.Diagnoses[i], false)
		}
		if s := out.String(); report.Safe(strings.ReplaceAll(s, "\n", "")) != strings.ReplaceAll(s, "\n", "") {
			t.Errorf("a report that is not safe to print:\n%q", s)
		}
	})
}

func diagnosedAs(t *testing.T, a *analysis, paths []string, stdin []byte) *outcome {
	sources, errs := parser.Expand(paths, bytes.NewReader(stdin), a.limits)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	o, err := a.run(context.Background(), sources, nil)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// reportOf gives a report in JSON, in which the file is called - like standard input.
func reportOf(t *testing.T, o *outcome, name string) string {
	var out bytes.Buffer
	if err := report.JSON(&out, o.result); err != nil {
		t.Fatal(err)
	}
	s := strings.ReplaceAll(strings.ReplaceAll(out.String(), name, "-"), "standard input", "-") // as which what was piped in is called in sentences
	for _, src := range o.result.Sources {
		if src.Lines != src.Events+src.Continuation+src.Blank+src.Unparsed {
			t.Errorf("lines that are not accounted for: %+v", src)
		}
		if src.Node == "" && len(o.result.Nodes) == 1 {
			t.Errorf("no node: %+v", src)
		}
	}
	return s
}
