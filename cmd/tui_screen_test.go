package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"zlog/parser"
	"zlog/tui"
)

var updateScreens = flag.Bool("update", false, "rewrite the golden screens of testdata/screens")

// terminal is a screen without a terminal: messages in, a drawing out.
type terminal struct {
	t *testing.T
	m tea.Model
}

// send hands a message to the model and carries out what it asks for, to the end.
func (s *terminal) send(msg tea.Msg) {
	var cmd tea.Cmd
	s.m, cmd = s.m.Update(msg)
	s.carryOut(cmd)
}

func (s *terminal) carryOut(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil, tea.QuitMsg:
	case tea.BatchMsg:
		for _, c := range msg {
			s.carryOut(c)
		}
	default:
		s.send(msg)
	}
}

func (s *terminal) size(w, h int) { s.send(tea.WindowSizeMsg{Width: w, Height: h}) }

func (s *terminal) keys(names ...string) {
	special := map[string]tea.KeyType{"enter": tea.KeyEnter, "esc": tea.KeyEsc, "tab": tea.KeyTab, "space": tea.KeySpace, "down": tea.KeyDown}
	for _, n := range names {
		if k, ok := special[n]; ok {
			msg := tea.KeyMsg{Type: k}
			if k == tea.KeySpace {
				msg.Runes = []rune{' '}
			}
			s.send(msg)
			continue
		}
		for _, r := range n {
			s.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}})
		}
	}
}

// load reads logs to the end as the screen would, and gives the screen and the last update.
func load(t *testing.T, follow bool, stdin io.Reader, paths ...string) (*terminal, *loader, tui.Update) {
	t.Helper()
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	var said bytes.Buffer
	e := &env{in: stdin, out: io.Discard, err: &said, pack: os.DirFS("..")}
	in := &input{}
	c := &cobra.Command{}
	in.flags(c)
	ctx, cancel := context.WithCancel(context.Background())
	c.SetContext(ctx)
	l := newLoader(e, c, in, follow, paths)
	l.start(ctx)
	var last tui.Update
	late := time.After(time.Minute)
	for open := true; open; {
		select {
		case u, ok := <-l.updates:
			if open = ok; ok {
				last = u
			}
		case <-late:
			t.Fatal("still reading after a minute")
		}
	}
	t.Cleanup(func() { cancel(); l.close() })
	if l.err != nil {
		t.Fatal(l.err, said.String())
	}
	updates := make(chan tui.Update, 1)
	updates <- last
	close(updates)
	m := tui.New(tui.Options{Updates: updates, Log: l.index, Meanings: l.meanings, RuleLines: l.ruleLines, Report: e.reportAs, Kinds: []string{"text", "json"}, Dir: t.TempDir()})
	s := &terminal{t, m}
	s.carryOut(m.Init())
	return s, l, last
}

func caseLogs(t *testing.T, name string) []string {
	t.Helper()
	logs, err := filepath.Glob(filepath.Join("..", "testdata", "logs", name, "*.log"))
	if err != nil || len(logs) == 0 {
		t.Fatalf("case %s has no logs: %v", name, err)
	}
	return logs
}

// TestScreens draws every view of three cases at four sizes and holds them against testdata/screens.
func TestScreens(t *testing.T) {
	walk := []struct {
		name string
		keys []string
	}{
		{"findings", []string{"1"}},
		{"consequences unfolded", []string{"space"}},
		{"detail scrolled", []string{"l", "j", "j", "esc"}},
		{"evidence", []string{"enter"}},
		{"log at the evidence", []string{"enter"}},
		{"whole record", []string{"enter"}},
		{"log searched", []string{"enter", "/", "raft", "enter", "g"}},
		{"log filtered", []string{"esc", "f", "level>=warn", "enter", "g"}}, // to the top: where it scrolled to while filtering depends on the load
		{"timeline", []string{"esc", "4"}},
		{"nodes", []string{"5"}},
		{"unrecognised", []string{"6"}},
		{"sources", []string{"7"}},
		{"palette", []string{"1", ":", "rep"}},
		{"help", []string{"esc", "?"}},
	}
	for _, name := range []string{"cluster-id-mismatch", "quorum-loss", "healthy-join"} {
		for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 50}, {50, 20}} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				s, _, _ := load(t, false, nil, caseLogs(t, name)...)
				s.size(size[0], size[1])
				var b strings.Builder
				for _, w := range walk {
					s.keys(w.keys...)
					fmt.Fprintf(&b, "== %s ==\n", w.name)
					view := s.m.View()
					for i, line := range strings.Split(view, "\n") {
						if n := ansi.StringWidth(line); n > size[0] {
							t.Errorf("%s: line %d is %d cells wide: %q", w.name, i, n, line)
						}
						b.WriteString(strings.TrimRight(line, " ") + "\n")
					}
					if n := strings.Count(view, "\n") + 1; n > size[1] {
						t.Errorf("%s: %d lines", w.name, n)
					}
				}
				golden(t, filepath.Join("testdata", "screens", fmt.Sprintf("%s-%dx%d.txt", name, size[0], size[1])), b.String())
			})
		}
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *updateScreens {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		a, b := strings.Split(got, "\n"), strings.Split(string(want), "\n")
		for i := range a {
			if i >= len(b) || a[i] != b[i] {
				t.Fatalf("%s:%d differs (go test ./cmd -run Screens -update rewrites):\n got %q\nwant %q", file, i+1, a[i], append(b, "")[min(i, len(b))])
			}
		}
		t.Fatalf("%s is longer than what is drawn", file)
	}
}

// TestScreenAnswersAsDiagnoseDoes: the screen's answer is that of diagnose, from files, a pipe, an archive in a pipe
// and followed files alike.
func TestScreenAnswersAsDiagnoseDoes(t *testing.T) {
	logs := caseLogs(t, "quorum-loss")
	_, l, u := load(t, false, nil, logs...)
	o, err := l.a.run(context.Background(), func() (out []*parser.Source) {
		for _, s := range l.sources {
			out = append(out, s.src)
		}
		return out
	}(), nil)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := json.Marshal(o.result)
	got, _ := json.Marshal(u.Result)
	if !bytes.Equal(got, want) {
		t.Errorf("files: the screen's answer is another than that of diagnose")
	}
	data, err := os.ReadFile(logs[0])
	if err != nil {
		t.Fatal(err)
	}
	_, _, file := load(t, false, nil, logs[0])
	_, _, pipe := load(t, false, bytes.NewReader(data), "-")
	if a, b := len(file.Result.Diagnoses), len(pipe.Result.Diagnoses); a == 0 || a != b {
		t.Errorf("a file gives %d diagnoses, the same in a pipe %d", a, b)
	}
	for i := range pipe.Result.Diagnoses {
		a, b := file.Result.Diagnoses[i], pipe.Result.Diagnoses[i]
		if a.ID != b.ID || a.Summary != b.Summary || len(a.Evidence) != len(b.Evidence) {
			t.Errorf("a file gives %s: %s, the same in a pipe %s: %s", a.ID, a.Summary, b.ID, b.Summary)
		}
	}
}

// TestLogHoldsEveryEvent: the index has as many records as events were counted, and reads each back as it was.
func TestLogHoldsEveryEvent(t *testing.T) {
	for _, name := range []string{"quorum-loss", "healthy-text", "certificate-expired"} {
		t.Run(name, func(t *testing.T) {
			_, l, u := load(t, false, nil, caseLogs(t, name)...)
			events := 0
			for _, s := range u.Result.Sources {
				events += s.Events
			}
			if l.index.Len() != events {
				t.Fatalf("%d records for %d events", l.index.Len(), events)
			}
			for _, d := range u.Result.Diagnoses {
				for _, e := range d.Evidence {
					id, ok := l.index.Find(e.Source, e.Line)
					if !ok {
						t.Errorf("%s:%d is not in the log", e.Source, e.Line)
						continue
					}
					if got := l.index.Events([]uint32{id})[0]; !strings.HasPrefix(got.Text, strings.TrimSuffix(e.Text, "…")) && got.Text != e.Text {
						t.Errorf("%s:%d reads back as %.80q, want %.80q", e.Source, e.Line, got.Text, e.Text)
					}
					if row := l.index.Row(id); l.index.At(row) != id {
						t.Errorf("row %d of %s:%d is another record's", row, e.Source, e.Line)
					}
				}
			}
			for row := 1; row < l.index.Len(); row++ {
				a, b := l.index.Moment(l.index.At(row-1)), l.index.Moment(l.index.At(row))
				if b.Before(a.Add(-5 * time.Second)) {
					t.Errorf("row %d is %s before the row above it", row, a.Sub(b))
				}
			}
		})
	}
}

// TestRemedyIsCopiedInFiveKeys: from the start to the copied command.
func TestRemedyIsCopiedInFiveKeys(t *testing.T) {
	s, _, _ := load(t, false, nil, caseLogs(t, "cluster-id-mismatch")...)
	s.size(80, 24)
	if view := s.m.View(); !strings.Contains(view, "ziti agent controller snapshot-db") {
		t.Errorf("the command is not on the first screen:\n%s", view)
	}
	s.keys("y")
	if view := s.m.View(); !strings.Contains(strings.ReplaceAll(view, "\n", ""), "zlog-copy.txt") {
		t.Errorf("one key does not copy the command:\n%s", view)
	}
}

// TestLoaderLeavesNothingBehind: no goroutine and no spool outlives the screen, in the midst of a pipe too.
func TestLoaderLeavesNothingBehind(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	before := runtime.NumGoroutine()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	data, err := os.ReadFile(caseLogs(t, "quorum-loss")[0])
	if err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = w.Write(data) }()
	e := &env{in: r, out: io.Discard, err: io.Discard, pack: os.DirFS("..")}
	in, c := &input{}, &cobra.Command{}
	in.flags(c)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	c.SetContext(ctx)
	l := newLoader(e, c, in, false, []string{"-"})
	l.start(ctx)
	late := time.After(30 * time.Second)
	for found := false; !found; {
		select {
		case u, ok := <-l.updates:
			if !ok {
				t.Fatal("no answer:", l.err)
			}
			found = u.Result != nil && len(u.Result.Diagnoses) > 0 && u.Live
		case <-late:
			t.Fatal("no answer from an open pipe")
		}
	}
	cancel()
	l.close()
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "zlog-spool-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	for deadline := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(deadline) {
			buf := make([]byte, 1<<16)
			t.Fatalf("%d goroutines before, %d after:\n%s", before, runtime.NumGoroutine(), buf[:runtime.Stack(buf, true)])
		}
	}
}
