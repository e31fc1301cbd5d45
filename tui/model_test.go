package tui

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"zlog/diagnosis"
	"zlog/event"
)

// memory is a Log of events held in memory, as they stand.
type memory struct{ events []event.Event }

func (l *memory) Version() uint64            { return uint64(len(l.events)) }
func (l *memory) Len() int                   { return len(l.events) }
func (l *memory) At(row int) uint32          { return uint32(max(0, min(row, len(l.events)-1))) }
func (l *memory) Row(id uint32) int          { return int(id) }
func (l *memory) Head(id uint32) event.Event { return l.events[id] }
func (l *memory) Moment(id uint32) time.Time { return l.events[id].Time }
func (l *memory) Arrange(ids []uint32) []uint32 {
	out := slices.Clone(ids)
	slices.Sort(out)
	return slices.Compact(out)
}

func (l *memory) Events(ids []uint32) []event.Event {
	var out []event.Event
	for _, id := range ids {
		out = append(out, l.events[id])
	}
	return out
}

func (l *memory) Find(source string, line int) (uint32, bool) {
	for i, e := range l.events {
		if e.Source == source && e.Line == line {
			return uint32(i), true
		}
	}
	return 0, false
}

func (l *memory) Near(at time.Time) int {
	for i, e := range l.events {
		if !e.Time.Before(at) {
			return i
		}
	}
	return max(0, len(l.events)-1)
}

func (l *memory) Next(row, step int, keep func(*event.Event) bool) int {
	for row += step; row >= 0 && row < len(l.events); row += step {
		if keep(&l.events[row]) {
			return row
		}
	}
	return -1
}

func (l *memory) Scan(_ context.Context, q Scan, found func([]uint32, int64, int64)) error {
	var ids []uint32
	for i := range l.events {
		e := &l.events[i]
		if (q.Keep == nil || q.Keep(e)) && (q.Match == nil || q.Match([]byte(e.Text))) && strings.Contains(strings.ToLower(e.Text), string(q.Need)) {
			ids = append(ids, uint32(i))
		}
	}
	found(ids, 1, 2)
	found(nil, 2, 2)
	return nil
}

var start = time.Date(2026, 11, 22, 19, 36, 0, 0, time.UTC)

func at(s int) diagnosis.Time { return diagnosis.Time{Time: start.Add(time.Duration(s) * time.Second)} }

// sample is a result with everything in it, and the log behind it: 60 lines, an error in every tenth, a warning in
// every seventh.
func sample() (*diagnosis.Result, *memory) {
	log := &memory{}
	for i := range 60 {
		e := event.Event{Source: "logs/ctrl1.log", Line: i + 1, Lines: 1, Time: start.Add(time.Duration(i) * time.Second), Level: event.LevelInfo, Msg: fmt.Sprintf("line %d of leadership", i)}
		switch {
		case i%10 == 9:
			e.Level, e.Msg = event.LevelError, "no quorum \x1b[2J\u202egnp"
		case i%7 == 6:
			e.Level = event.LevelWarning
		}
		e.Fields = []event.Field{{Key: "peer", Value: "ctrl2"}}
		e.Text = fmt.Sprintf(`{"level":%q,"msg":%q,"peer":"ctrl2"}`, e.Level, e.Msg)
		log.events = append(log.events, e)
	}
	evidence := func(lines ...int) (out []diagnosis.Evidence) {
		for _, n := range lines {
			out = append(out, diagnosis.Evidence{Source: "logs/ctrl1.log", Line: n, Time: at(n - 1), Node: "ctrl1", Signature: "raft-lost", Says: "the leader went", Text: "no quorum", Count: 1})
		}
		return out
	}
	return &diagnosis.Result{Verdict: diagnosis.Problem,
		Timeline: diagnosis.Timeline{From: at(0), To: at(59), Lanes: []diagnosis.Lane{{Node: "ctrl1", Spans: []diagnosis.Span{
			{From: at(0), To: at(59), State: "up"}, {From: at(5), To: at(20), State: "leader", Term: "2"}, {From: at(21), To: at(30), State: "seeking"}}}}},
		Sources: []diagnosis.Source{{Name: "logs/ctrl1.log", Node: "ctrl1", Format: "pfxlog-json", Lines: 60, Events: 60, First: at(0), Last: at(59), Gaps: []diagnosis.Gap{{From: at(3), To: at(4), Reason: "rotated"}}}},
		Nodes:   []diagnosis.Node{{Name: "ctrl1", ID: "ctrl1", Starts: 1, LastState: "leader", Sources: []string{"logs/ctrl1.log"}}},
		Diagnoses: []diagnosis.Diagnosis{
			{ID: "quorum-lost", Title: "Quorum is lost", Role: diagnosis.RootCause, Severity: diagnosis.Critical, Confidence: diagnosis.Certain, Nodes: []string{"ctrl1"}, First: at(9), Last: at(29), Count: 3,
				Summary: "two of three are gone", Cause: "they stopped", Explains: []string{"write-failed"}, Evidence: evidence(10, 20, 30),
				Remediation: []diagnosis.Step{{Do: "rebuild", Command: "ziti rebuild", Danger: "data may be lost"}, {Do: "look", Command: "ziti agent cluster list"}},
				Confirm:     []diagnosis.Confirm{{Command: "ziti agent stats", Expect: "no leader"}}, Rivals: []diagnosis.Rival{{Cause: "cut off", Tell: "another leads"}}, References: []string{"https://example.org/quorum"}},
			{ID: "write-failed", Title: "Writes failed", Role: diagnosis.Consequence, Severity: diagnosis.Error, Confidence: diagnosis.Likely, Nodes: []string{"ctrl1"}, First: at(19), Last: at(19), Count: 1, ExplainedBy: "quorum-lost", Evidence: evidence(20)},
			{ID: "slow-disk", Title: "The disk is slow", Role: diagnosis.RootCause, Severity: diagnosis.Warning, Confidence: diagnosis.Possible, Nodes: []string{"ctrl1"}, First: at(40), Last: at(50), Count: 9, Evidence: evidence(40)},
		},
		NotAssessable: []diagnosis.Unassessed{{ID: "skew", Reason: "one log only"}},
		Wanted:        []diagnosis.Wanted{{What: "the log of ctrl2", Why: "it was there"}},
		Unrecognised: []diagnosis.Unknown{{Template: "strange <n>", Level: "error", Count: 4, First: at(9), Last: at(49), Nodes: []string{"ctrl1"}, Source: "logs/ctrl1.log", Line: 10, Text: "strange 4"},
			{Template: "odd thing", Level: "warning", Count: 1, First: at(6), Last: at(6), Nodes: []string{"ctrl1"}, Source: "logs/ctrl1.log", Line: 7, Text: "odd thing"}},
	}, log
}

// screen drives a model without a terminal.
type screen struct {
	t *testing.T
	m *Model
	// quit tells that the model asked to leave; sent what it asked of the terminal by type.
	quit bool
	sent []string
	dir  string
}

func newScreen(t *testing.T, w, h int) *screen {
	r, log := sample()
	s := &screen{t: t, dir: t.TempDir()}
	s.m = New(Options{Log: log, Dir: s.dir, Kinds: []string{"text", "json"},
		Report: func(kind string, w io.Writer, _ *diagnosis.Result) error {
			_, err := io.WriteString(w, kind)
			return err
		},
		RuleLines: func(_ context.Context, _ string, found func(string, int)) error {
			found("logs/ctrl1.log", 10)
			return nil
		},
		Meanings: func(*event.Event) []Meaning { return []Meaning{{"raft-lost", "the leader went"}} }})
	s.send(tea.WindowSizeMsg{Width: w, Height: h})
	s.send(updateMsg{ok: true, u: Update{Result: r, Share: 1, NodeOf: func(string, string) string { return "ctrl1" },
		Story: []diagnosis.Moment{{Time: at(5), Node: "ctrl1", What: "leads", Source: "logs/ctrl1.log", Line: 6, Count: 1}, {Time: at(9), Node: "ctrl1", What: "lost", Source: "logs/ctrl1.log", Line: 10, Count: 2}},
		States: func(time.Time) []diagnosis.State {
			return []diagnosis.State{{Node: "ctrl1", Role: "leader", Sure: "known", Why: "it says so", Source: "logs/ctrl1.log", Line: 6}}
		}}})
	return s
}

func (s *screen) send(msg tea.Msg) {
	_, cmd := s.m.Update(msg)
	s.do(cmd)
}

func (s *screen) do(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.QuitMsg:
		s.quit = true
	case tea.BatchMsg:
		for _, c := range msg {
			s.do(c)
		}
	case noteMsg, jobMsg, updateMsg, rerunMsg:
		s.send(msg)
	default:
		s.sent = append(s.sent, fmt.Sprintf("%T", msg))
	}
}

var keyTypes = map[string]tea.KeyType{"enter": tea.KeyEnter, "esc": tea.KeyEsc, "tab": tea.KeyTab, "shift+tab": tea.KeyShiftTab, "down": tea.KeyDown, "up": tea.KeyUp,
	"left": tea.KeyLeft, "right": tea.KeyRight, "home": tea.KeyHome, "end": tea.KeyEnd, "pgdown": tea.KeyPgDown, "pgup": tea.KeyPgUp, "backspace": tea.KeyBackspace,
	"ctrl+c": tea.KeyCtrlC, "ctrl+d": tea.KeyCtrlD, "ctrl+u": tea.KeyCtrlU, "ctrl+f": tea.KeyCtrlF, "ctrl+b": tea.KeyCtrlB, "ctrl+z": tea.KeyCtrlZ, "ctrl+l": tea.KeyCtrlL}

func (s *screen) press(keys ...string) {
	for _, k := range keys {
		if t, ok := keyTypes[k]; ok {
			s.send(tea.KeyMsg{Type: t})
		} else {
			s.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(k)})
		}
	}
}

func (s *screen) text() string { return ansi.Strip(s.m.View()) }

func (s *screen) files() []string {
	found, _ := filepath.Glob(filepath.Join(s.dir, "*"))
	return found
}

// file gives the content of the only file written.
func (s *screen) file() string {
	f := s.files()
	if len(f) != 1 {
		s.t.Fatalf("files written: %v, want one", f)
	}
	data, err := os.ReadFile(f[0])
	if err != nil {
		s.t.Fatal(err)
	}
	return string(data)
}
