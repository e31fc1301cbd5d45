package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"zlog/diagnosis"
	"zlog/follow"
)

// safetyNet is how long a test waits for what must happen; nothing is asserted about how long it takes.
const safetyNet = 30 * time.Second

// said collects what a run writes, and lets a test wait for it.
type said struct {
	mu   sync.Mutex
	text bytes.Buffer
	news chan struct{}
}

func newSaid() *said { return &said{news: make(chan struct{}, 1)} }

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text.Write(p)
	select {
	case s.news <- struct{}{}:
	default:
	}
	return len(p), nil
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// wait returns when a text has been written.
func (s *said) wait(t testing.TB, text string) {
	t.Helper()
	net := time.After(safetyNet)
	for !strings.Contains(s.String(), text) {
		select {
		case <-s.news:
		case <-net:
			t.Fatalf("%q was never said, but:\n%s", text, s)
		}
	}
}

// following is a run of diagnose --follow beside the test.
type following struct {
	out, err *said
	cancel   context.CancelFunc
	done     chan int
}

func startFollow(t testing.TB, in io.Reader, args ...string) *following {
	t.Helper()
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	ctx, cancel := context.WithCancel(context.Background())
	f := &following{out: newSaid(), err: newSaid(), cancel: cancel, done: make(chan int, 1)}
	go func() {
		f.done <- newEnv(in, f.out, f.err, os.DirFS("..")).run(ctx, append([]string{"diagnose", "--follow", "--no-ignore"}, args...))
	}()
	t.Cleanup(func() { f.end(t) })
	return f
}

// end ends the run as Ctrl-C does, and gives the exit code that it would have without the signal.
func (f *following) end(t testing.TB) int {
	t.Helper()
	f.cancel()
	return f.ended(t)
}

func (f *following) ended(t testing.TB) int {
	t.Helper()
	select {
	case code := <-f.done:
		f.done <- code
		return code
	case <-time.After(safetyNet):
		t.Fatalf("the run does not end; it said:\n%s%s", f.out, f.err)
		return 0
	}
}

// events gives the findings that were written as JSON, and the closing report.
func (f *following) events(t testing.TB) (events []follow.Event, report *diagnosis.Result) {
	t.Helper()
	for line := range strings.Lines(f.out.String()) {
		var e struct {
			follow.Event
			Report *diagnosis.Result `json:"report"`
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if e.Report != nil {
			report = e.Report
		} else {
			events = append(events, e.Event)
		}
	}
	return events, report
}

func short(events []follow.Event) string {
	var out []string
	for _, e := range events {
		out = append(out, e.Event+" "+e.Diagnosis.ID)
	}
	return strings.Join(out, ", ")
}

// lines gives a log of a bundled case.
func lines(t testing.TB, name, file string) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "testdata", "logs", name, file))
	if err != nil {
		t.Fatal(err)
	}
	return slices.Collect(strings.Lines(string(data)))
}

// appendTo writes to the end of a file, which it makes if it is not there.
func appendTo(t testing.TB, name string, text ...string) {
	t.Helper()
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(strings.Join(text, "")); err != nil {
		t.Fatal(err)
	}
}

// lost is the place in ctrl1's log of the case quorum-loss after which the loss of the quorum is certain, back the one
// after which a leader has led for a while again.
func quorumLoss(t testing.TB) (log []string, lost, back int) {
	log = lines(t, "quorum-loss", "ctrl1.log")
	for i, l := range log {
		switch {
		case lost == 0 && strings.Contains(l, `"time":"2026-11-22T19:35:0`):
			lost = i
		case back == 0 && strings.Contains(l, `"time":"2026-11-22T19:35:4`):
			back = i + 1
		}
	}
	if lost == 0 || back == 0 {
		t.Fatal("the case has changed")
	}
	return log, lost, back
}

func TestAnIncidentOpensOnceAndIsResolvedWhenTheStoryShowsIt(t *testing.T) {
	log, lost, back := quorumLoss(t)
	dir := t.TempDir()
	for _, n := range []string{"ctrl2.log", "ctrl3.log"} {
		all := lines(t, "quorum-loss", n)
		appendTo(t, filepath.Join(dir, n), all[:len(all)/2]...)
	}
	name := filepath.Join(dir, "ctrl1.log")
	appendTo(t, name, log[:lost]...)
	f := startFollow(t, nil, "-o", "json", dir)
	f.out.wait(t, `{"event":"open","diagnosis":{"id":"quorum-loss"`)
	if s := f.out.String(); strings.Contains(s, "resolved") {
		t.Errorf("resolved though no leader was elected:\n%s", s)
	}
	appendTo(t, name, log[lost:back]...)
	f.out.wait(t, `{"event":"resolved"`)
	appendTo(t, name, log[back:]...)
	if code := f.end(t); code != exitFound {
		t.Errorf("exit code %d, want %d; said %s", code, exitFound, f.err)
	}
	events, report := f.events(t)
	if got := short(events); strings.Count(got, "open quorum-loss") != 1 || strings.Count(got, "resolved quorum-loss") != 1 {
		t.Error(got)
	}
	if report == nil || len(report.Diagnoses) == 0 || report.Diagnoses[0].ID != "quorum-loss" {
		t.Errorf("the closing report is %+v", report)
	}
}

func TestAPipeIsFollowedToItsEnd(t *testing.T) {
	log, lost, _ := quorumLoss(t)
	in, w := io.Pipe()
	f := startFollow(t, in)
	for _, l := range log[:lost] {
		if _, err := io.WriteString(w, l); err != nil {
			t.Fatal(err)
		}
	}
	f.out.wait(t, "OPEN     critical  Quorum is lost · ctrl1 · ")
	w.Close()
	f.ended(t)
	if !strings.Contains(f.out.String(), "problem: Quorum is lost") {
		t.Errorf("no closing report:\n%s", f.out)
	}
}

// TestFollowingGivesTheReportThatReadingGives: files read at once, followed, and piped in pieces are one.
func TestFollowingGivesTheReportThatReadingGives(t *testing.T) {
	for _, name := range []string{"quorum-loss", "two-bootstrapped-join", "healthy-text", "disk-full", "config-malformed"} {
		t.Run(name, func(t *testing.T) {
			files := logs(t, name)
			dir := t.TempDir()
			want := asJSON(t, analyseFiles(t, files).result, filepath.Join("..", "testdata", "logs", name))
			for _, file := range files {
				all := lines(t, name, filepath.Base(file))
				appendTo(t, filepath.Join(dir, filepath.Base(file)), all[:len(all)/2]...)
			}
			whole := startFollow(t, nil, "-o", "json", dir)
			for _, file := range files {
				all := lines(t, name, filepath.Base(file))
				appendTo(t, filepath.Join(dir, filepath.Base(file)), all[len(all)/2:]...)
			}
			whole.end(t) // what was written before is read
			_, report := whole.events(t)
			if got := asJSON(t, report, dir); got != want {
				t.Errorf("followed:\n%s\nread:\n%s", got, want)
			}
		})
	}
}

// TestTheOrderOfNodesIsThatOfTheCommandLine: not that in which their lines happened to come.
func TestTheOrderOfNodesIsThatOfTheCommandLine(t *testing.T) {
	dir := t.TempDir()
	var args []string
	for _, n := range []string{"ctrl3.log", "ctrl1.log", "ctrl2.log"} {
		args = append(args, filepath.Join(dir, n))
	}
	appendTo(t, args[1], lines(t, "quorum-loss", "ctrl1.log")...)
	f := startFollow(t, nil, append([]string{"-o", "json"}, args...)...)
	f.err.wait(t, "ctrl2.log")
	appendTo(t, args[2], lines(t, "quorum-loss", "ctrl2.log")...)
	appendTo(t, args[0], lines(t, "quorum-loss", "ctrl3.log")...)
	f.end(t)
	_, report := f.events(t)
	if got, want := asJSON(t, report, dir), asJSON(t, analyseFiles(t, args).result, dir); got != want {
		t.Errorf("followed:\n%s\nread:\n%s", got, want)
	}
}

// asJSON gives a report without the folder in which the logs lie.
func asJSON(t *testing.T, r *diagnosis.Result, dir string) string {
	t.Helper()
	if r == nil {
		t.Fatal("no report")
	}
	data, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(data), dir, "DIR")
}

// BenchmarkFollow measures the time from the write of a telling line to its finding, in a cluster of three whose story
// holds an incident already.
func BenchmarkFollow(b *testing.B) {
	log, lost, _ := quorumLoss(b)
	var took []time.Duration
	for range b.N {
		dir := b.TempDir()
		for _, n := range []string{"ctrl2.log", "ctrl3.log"} {
			all := lines(b, "quorum-loss", n)
			appendTo(b, filepath.Join(dir, n), all[:len(all)/2]...)
		}
		name := filepath.Join(dir, "ctrl1.log")
		appendTo(b, name, log[:lost]...)
		f := startFollow(b, nil, dir)
		f.out.wait(b, "Quorum is lost")
		began := time.Now()
		appendTo(b, name, full)
		f.out.wait(b, "is full")
		took = append(took, time.Since(began))
		f.end(b)
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms/median")
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "ms/p95")
}

// full is a line that makes a diagnosis by itself.
const full = `{"level":"error","msg":"x","error":"write /x: no space left on device","func":"x","time":"2026-11-22T19:35:10.401Z"}` + "\n"
