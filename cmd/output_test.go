package cmd

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"zlog/diagnosis"
	"zlog/report"
)

func TestParseOutputs(t *testing.T) {
	for _, c := range []struct {
		name   string
		values []string
		want   []output
		err    string
	}{
		{"one to standard output", []string{"text"}, []output{{"text", ""}}, ""},
		{"- is standard output", []string{"json=-"}, []output{{"json", ""}}, ""},
		{"one for people, one for machines", []string{"text", "json=r.json"}, []output{{"text", ""}, {"json", "r.json"}}, ""},
		{"a file's name may hold =", []string{"json=a=b"}, []output{{"json", "a=b"}}, ""},
		{"two to standard output", []string{"text", "json=-"}, nil, "both write to standard output"},
		{"two to one file", []string{"text=a", "json=./a"}, nil, "same file"},
		{"an unknown kind", []string{"pdf"}, nil, `unknown kind "pdf"`},
		{"no file", []string{"json="}, nil, "no file after ="},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := parseOutputs(c.values)
			if c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
				t.Fatalf("error %v, want %q", err, c.err)
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "report.json")
	for _, content := range []string{"first", "second, longer"} {
		if err := writeFile(file, []byte(content)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(file); err != nil || string(got) != content {
			t.Errorf("the file has %q (%v), want %q", got, err, content)
		}
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("mode %v (%v), want 0644", info.Mode(), err)
	}
	t.Run("a link's target is replaced, and the link stays", func(t *testing.T) {
		link := filepath.Join(dir, "link")
		if err := os.Symlink(file, link); err != nil {
			t.Skip(err)
		}
		if err := writeFile(link, []byte("third")); err != nil {
			t.Fatal(err)
		}
		if got, _ := os.ReadFile(file); string(got) != "third" {
			t.Errorf("the target has %q", got)
		}
		if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
			t.Errorf("the link is gone: %v %v", info, err)
		}
		os.Remove(link)
	})
	t.Run("a failure names the file and leaves nothing", func(t *testing.T) {
		err := writeFile(filepath.Join(dir, "none", "x"), nil)
		if err == nil || !errors.Is(err, os.ErrNotExist) || strings.Contains(err.Error(), ".zlog-") {
			t.Errorf("error %v", err)
		}
		if err := os.Mkdir(filepath.Join(dir, "folder"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := writeFile(filepath.Join(dir, "folder"), []byte("x")); err == nil {
			t.Error("a folder was overwritten")
		}
		if entries, _ := os.ReadDir(dir); len(entries) != 2 {
			t.Errorf("left behind: %v", entries)
		}
	})
}

// closed is a pipe whose reader is gone.
type closed struct{ err error }

func (c closed) Write([]byte) (int, error) { return 0, &os.PathError{Op: "write", Err: c.err} }

func TestReaderThatHadEnoughIsNoTrouble(t *testing.T) {
	out := output{kind: "text"}
	e := &env{out: closed{syscall.EPIPE}}
	if err := out.write(e, &diagnosis.Result{}, report.TextOptions{}); err != nil {
		t.Errorf("EPIPE: %v", err)
	}
	e.out = closed{syscall.ENOSPC}
	if err := out.write(e, &diagnosis.Result{}, report.TextOptions{}); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("ENOSPC: %v", err)
	}
}

func TestColored(t *testing.T) {
	for _, c := range []struct {
		name, flag, noColor, force, term string
		want                             bool
	}{
		{"no terminal", "auto", "", "", "xterm", false},
		{"forced by the environment", "auto", "", "1", "xterm", true},
		{"CLICOLOR_FORCE=0 forces nothing", "auto", "", "0", "xterm", false},
		{"NO_COLOR beats CLICOLOR_FORCE", "auto", "1", "1", "xterm", false},
		{"the flag beats NO_COLOR", "always", "1", "", "dumb", true},
		{"the flag beats CLICOLOR_FORCE", "never", "", "1", "xterm", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("NO_COLOR", c.noColor)
			t.Setenv("CLICOLOR_FORCE", c.force)
			t.Setenv("TERM", c.term)
			if got := (&env{color: c.flag}).colored(io.Discard); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestMeter(t *testing.T) {
	var b bytes.Buffer
	start := time.Date(2026, 11, 22, 19, 0, 0, 0, time.UTC)
	m := &meter{w: &b, size: 3_000_000_000, wide: 60, start: start}
	m.at(start.Add(900*time.Millisecond), "ctrl1.log", 900_000_000)
	if b.Len() > 0 {
		t.Errorf("it shows within a second: %q", b.String())
	}
	m.done()
	if b.Len() > 0 {
		t.Errorf("it clears what it has not drawn: %q", b.String())
	}
	m.at(start.Add(2*time.Second), "ctrl1.log", 1_000_000_000)
	if want := "\rreading 1.0 GB of 3.0 GB  500.0 MB/s  ctrl1.log\x1b[K"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
	b.Reset()
	m.at(start.Add(2100*time.Millisecond), "ctrl1.log", 1_100_000_000)
	if b.Len() > 0 {
		t.Errorf("it shows again after 100 ms: %q", b.String())
	}
	m.at(start.Add(4*time.Second), "logs/\x1b[2J/a-name-that-is-much-too-long-for-a-line", 900_000_000)
	if want := "\rreading 2.0 GB of 3.0 GB  500.0 MB/s  logs/\\x1b[2J/a-name-…\x1b[K"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
	b.Reset()
	m.done()
	if b.String() != "\r\x1b[K" {
		t.Errorf("done writes %q", b.String())
	}
	if newMeter(&b, nil) != nil {
		t.Error("a meter for what is no terminal")
	}
	(*meter)(nil).done()
}

func TestInterruptedRunSaysSo(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out, errOut bytes.Buffer
	pack := fstest.MapFS{"rules.yaml": {Data: []byte("version: 1\n")}}
	newEnv(strings.NewReader("{}\n"), &out, &errOut, pack).run(ctx, []string{"diagnose"})
	if errOut.String() != "zlog: interrupted\n" || out.Len() > 0 {
		t.Errorf("said %q and %q", errOut.String(), out.String())
	}
}
