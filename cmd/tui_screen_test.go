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
	"regexp"
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
	return newTerminal(t, l, last, tui.Options{}), l, last
}

// newTerminal is a screen of what was loaded.
func newTerminal(t *testing.T, l *loader, last tui.Update, opt tui.Options) *terminal {
	t.Helper()
	updates := make(chan tui.Update, 1)
	updates <- last
	close(updates)
	opt.Updates, opt.Log, opt.Meanings, opt.RuleLines, opt.Report = updates, l.index, l.meanings, l.ruleLines, l.e.reportAs
	opt.Kinds = []string{"text", "json"}
	if opt.Dir == "" {
		opt.Dir = t.TempDir()
	}
	m := tui.New(opt)
	s := &terminal{t, m}
	s.carryOut(m.Init())
	return s
}

func caseLogs(t *testing.T, name string) []string {
	t.Helper()
	logs, err := filepath.Glob(filepath.Join("..", "testdata", "logs", name, "*.log"))
	if err != nil || len(logs) == 0 {
		t.Fatalf("case %s has no logs: %v", name, err)
	}
	return logs
}

// TestScreens draws every view of three cases at four sizes, in ASCII, and at a size that is too small, and holds them
// against testdata/screens. Each screen is drawn when all is read, so it does not depend on the machine's load.
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
		_, l, last := load(t, false, nil, caseLogs(t, name)...)
		for _, profile := range []struct {
			w, h  int
			ascii bool
		}{{80, 24, false}, {120, 40, false}, {200, 50, false}, {50, 20, false}, {80, 24, true}, {1, 1, false}} {
			size := [2]int{profile.w, profile.h}
			title := fmt.Sprintf("%s-%dx%d", name, size[0], size[1]) + map[bool]string{true: "-ascii"}[profile.ascii]
			t.Run(title, func(t *testing.T) {
				s := newTerminal(t, l, last, tui.Options{ASCII: profile.ascii})
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
						if profile.ascii && strings.ContainsFunc(line, func(r rune) bool { return r > 0x7e }) {
							t.Errorf("%s: line %d is not ASCII: %q", w.name, i, line)
						}
						b.WriteString(strings.TrimRight(line, " ") + "\n")
					}
					if n := strings.Count(view, "\n") + 1; n > size[1] {
						t.Errorf("%s: %d lines", w.name, n)
					}
				}
				golden(t, filepath.Join("testdata", "screens", title+".txt"), b.String())
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

// TestRemedyIsCopiedInFiveKeys is the walk that the README describes: from the start to the copied command that takes
// the second node out, on the founding case. The file stands in for the clipboard, which a test does not have.
func TestRemedyIsCopiedInFiveKeys(t *testing.T) {
	_, l, last := load(t, false, nil, caseLogs(t, "two-bootstrapped-join")...)
	for _, walk := range []struct {
		keys []string
		want string
	}{
		{[]string{"y"}, "ziti agent controller snapshot-db <path>\n"}, // the first step, which loses nothing
		{[]string{"c", "y"}, "ziti agent cluster remove ctrl2\n"},
		{[]string{"enter", "enter", "1", "c", "y"}, "ziti agent cluster remove ctrl2\n"}, // over the proof
	} {
		dir := t.TempDir()
		s := newTerminal(t, l, last, tui.Options{Dir: dir})
		s.size(80, 24)
		if view := s.m.View(); !strings.Contains(view, "Two bootstrapped clusters were joined") || !strings.Contains(view, "ziti agent cluster remove ctrl2") {
			t.Errorf("cause and command are not on the first screen:\n%s", view)
		}
		s.keys(walk.keys...)
		got, err := os.ReadFile(filepath.Join(dir, "zlog-copy.txt"))
		if err != nil || string(got) != walk.want {
			t.Errorf("%v copies %q (%v), want %q:\n%s", walk.keys, got, err, walk.want, s.m.View())
		}
	}
}

// TestANodeThatWasFoundDeadIsDownInItsLane: its log only stops, but its peers find the port closed.
func TestANodeThatWasFoundDeadIsDownInItsLane(t *testing.T) {
	dir := t.TempDir()
	for _, name := range caseLogs(t, "quorum-loss") {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var kept []byte // what was written before the dead came back
		for line := range bytes.Lines(data) {
			if m := regexp.MustCompile(`"time":"([^"]+)"`).FindSubmatch(line); m == nil || string(m[1]) < "2026-11-22T19:35:10" {
				kept = append(kept, line...)
			}
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(name)), kept, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, _, last := load(t, false, nil, dir)
	states := map[string]string{}
	for _, l := range last.Result.Timeline.Lanes {
		states[l.Node] = l.Spans[len(l.Spans)-1].State
	}
	if states["ctrl2"] != "down" || states["ctrl3"] != "down" || states["ctrl1"] == "down" {
		t.Errorf("the lanes end with %v, want ctrl2 and ctrl3 down", states)
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
