package tui

import (
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"zlog/event"
)

// keyTests has a test for each action; TestEveryKeyHasATest fails when a bound key has none. before brings the
// screen to where the key acts, then each key of the action is pressed on a screen of its own.
var keyTests = map[string]struct {
	before []string
	want   func(s *screen) bool
}{
	"evidence":          {nil, view2(viewEvidence)},
	"open-log":          {[]string{"2"}, func(s *screen) bool { return s.m.view == viewLog && s.m.log.cur == 9 }},
	"record":            {[]string{"3"}, func(s *screen) bool { return s.m.log.whole && strings.Contains(s.text(), "Means") }},
	"close-record":      {[]string{"3", "enter"}, func(s *screen) bool { return !s.m.log.whole && !strings.Contains(s.text(), "Means") }},
	"copy-command":      {nil, func(s *screen) bool { return s.file() == "ziti agent cluster list\n" }},
	"copy-line":         {[]string{"2"}, func(s *screen) bool { return s.file() == "no quorum\n" }},
	"next-command":      {nil, func(s *screen) bool { return s.m.find.command().text == "ziti agent stats" }},
	"previous-command":  {nil, func(s *screen) bool { return s.m.find.command().text == "ziti rebuild" }},
	"fold":              {nil, func(s *screen) bool { return strings.Contains(s.text(), "Writes failed") }},
	"copy-finding":      {nil, func(s *screen) bool { return strings.HasPrefix(s.file(), "## Quorum is lost") }},
	"report":            {nil, func(s *screen) bool { return s.file() == "text" && strings.Contains(joined(s), "zlog-report.txt") }},
	"save":              {[]string{"3"}, func(s *screen) bool { return strings.Count(s.file(), "\n") == 60 }},
	"zoom":              {nil, func(s *screen) bool { return s.m.zoom && !strings.Contains(s.text(), "two of three") }},
	"palette":           {nil, func(s *screen) bool { return s.m.prompt != nil && s.m.prompt.kind == promptPalette }},
	"help":              {nil, func(s *screen) bool { return strings.Contains(s.text(), "Keys in Findings") }},
	"next-view":         {nil, view2(viewEvidence)},
	"previous-view":     {nil, view2(viewSources)},
	"view-Findings":     {[]string{"3"}, view2(viewFindings)},
	"view-Evidence":     {nil, view2(viewEvidence)},
	"view-Log":          {nil, view2(viewLog)},
	"view-Timeline":     {nil, view2(viewTimeline)},
	"view-Nodes":        {nil, view2(viewNodes)},
	"view-Unrecognised": {nil, view2(viewUnknown)},
	"view-Sources":      {nil, view2(viewSources)},
	"back":              {[]string{"3", "4"}, view2(viewLog)},
	"quit":              {nil, func(s *screen) bool { return s.quit }},
	"quit-now":          {[]string{"3", ":"}, func(s *screen) bool { return s.quit }},
	"suspend":           {nil, func(s *screen) bool { return has(s.sent, "tea.SuspendMsg") }},
	"redraw":            {nil, func(s *screen) bool { return has(s.sent, "tea.clearScreenMsg") }},
	"search":            {[]string{"3"}, func(s *screen) bool { return s.m.prompt != nil && s.m.prompt.kind == promptSearch }},
	"next-hit":          {[]string{"3", "g", "/", "quorum", "enter"}, cursor(19)},
	"previous-hit":      {[]string{"3", "g", "/", "quorum", "enter"}, cursor(59)},
	"filter":            {[]string{"3"}, func(s *screen) bool { return s.m.prompt != nil && s.m.prompt.kind == promptFilter }},
	"next-error":        {[]string{"3", "g"}, cursor(9)},
	"previous-error":    {[]string{"3", "G"}, cursor(49)},
	"next-warning":      {[]string{"3", "g"}, cursor(6)},
	"previous-warning":  {[]string{"3", "G"}, cursor(55)},
	"next-evidence":     {[]string{"3", "g"}, cursor(9)},
	"previous-evidence": {[]string{"3", "G"}, cursor(39)},
	"mark":              {[]string{"3"}, func(s *screen) bool { return s.m.log.marks[9] }},
	"next-mark":         {[]string{"3", "m", "G", "m"}, cursor(9)},
	"follow":            {[]string{"LIVE", "3", "g"}, func(s *screen) bool { return s.m.log.follow && s.m.log.cur == 59 }},
	"zoom-in":           {[]string{"4"}, func(s *screen) bool { return s.m.lanes.zoom == 1 }},
	"zoom-out":          {[]string{"4", ">", ">"}, func(s *screen) bool { return s.m.lanes.zoom == 1 }},
	"down":              {[]string{"3", "g"}, cursor(1)},
	"up":                {[]string{"3", "G"}, cursor(58)},
	"half-down":         {[]string{"3", "g"}, cursor(10)},
	"half-up":           {[]string{"3", "G"}, cursor(49)},
	"page-down":         {[]string{"3", "g"}, cursor(21)},
	"page-up":           {[]string{"3", "G"}, cursor(38)},
	"first":             {[]string{"3"}, cursor(0)},
	"last":              {[]string{"3"}, cursor(59)},
	"left":              {[]string{"3", "l", "l"}, func(s *screen) bool { return s.m.log.left == 8 }},
	"right":             {[]string{"3"}, func(s *screen) bool { return s.m.log.left == 8 }},
	"to-list":           {[]string{"l"}, func(s *screen) bool { return !s.m.find.inText }},
	"to-detail":         {nil, func(s *screen) bool { return s.m.find.inText }},
	"earlier":           {[]string{"4"}, func(s *screen) bool { return s.m.at.Before(start.Add(9*time.Second)) && s.m.view == viewTimeline }},
	"later":             {[]string{"4"}, func(s *screen) bool { return s.m.at.After(start.Add(9*time.Second)) && s.m.view == viewTimeline }},
	"far-left":          {[]string{"3", "l", "l"}, func(s *screen) bool { return s.m.log.left == 0 }},
	"far-right":         {[]string{"3"}, func(s *screen) bool { return s.m.log.left > 40 }},
}

func view2(v viewID) func(*screen) bool { return func(s *screen) bool { return s.m.view == v } }
func cursor(row int) func(*screen) bool { return func(s *screen) bool { return s.m.log.cur == row } }
func joined(s *screen) string           { return strings.ReplaceAll(s.text(), "\n", "") }

func has(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func TestEveryKeyHasATest(t *testing.T) {
	for _, a := range actions() {
		test, ok := keyTests[a.name]
		if !ok {
			t.Errorf("%s (%s) has no test", a.name, a.key.Help().Key)
			continue
		}
		if a.key.Help().Desc == "" || a.key.Help().Key == "" {
			t.Errorf("%s has no help", a.name)
		}
		if a.when != nil && a.where == "" {
			t.Errorf("%s does not say where it works", a.name)
		}
		for _, k := range a.key.Keys() {
			t.Run(a.name+" "+k, func(t *testing.T) {
				s := newScreen(t, 80, 24)
				_ = s.text() // pages know their height once they are drawn
				for _, b := range test.before {
					if b == "LIVE" {
						u := s.m.now
						u.Live = true
						s.send(updateMsg{u, true})
						continue
					}
					if len(b) > 1 && keyTypes[b] == 0 {
						for _, r := range b {
							s.press(string(r))
						}
					} else {
						s.press(b)
					}
					_ = s.text()
				}
				s.press(k)
				if !test.want(s) {
					t.Errorf("view %s, row %d, note %q, files %v\n%s", viewNames[s.m.view], s.m.log.cur, s.m.note, s.files(), s.text())
				}
			})
		}
	}
}

func TestKeysThatComeAtOnceAreKeysOneAfterTheOther(t *testing.T) {
	s := newScreen(t, 80, 24)
	s.press("3")
	_ = s.text()
	s.press("g")
	s.press("jjjj")
	if s.m.log.cur != 4 {
		t.Errorf("row %d after jjjj", s.m.log.cur)
	}
}

func TestEscAndQGoOneLevelBack(t *testing.T) {
	for _, k := range []string{"esc", "q"} {
		s := newScreen(t, 80, 24)
		s.press("enter", "enter", "enter")
		_ = s.text()
		if s.m.view != viewLog || !s.m.log.whole {
			t.Fatalf("three Enters lead to %s", viewNames[s.m.view])
		}
		for i, want := range []viewID{viewLog, viewEvidence, viewFindings} {
			s.press(k)
			if s.m.view != want || s.quit {
				t.Errorf("%s %d times leads to %s (quit %t), want %s", k, i+1, viewNames[s.m.view], s.quit, viewNames[want])
			}
		}
	}
}

func TestTooSmallIsSaidAndKeysAreIgnored(t *testing.T) {
	s := newScreen(t, 80, 24)
	for _, size := range [][2]int{{1, 1}, {3, 1}, {29, 24}, {80, 7}, {0, 0}} {
		s.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		_ = s.text()
		s.press("3", "q", "y")
		if s.m.view != viewFindings || s.quit || len(s.files()) > 0 {
			t.Errorf("%v: a key did something", size)
		}
	}
	s.send(tea.WindowSizeMsg{Width: 29, Height: 24})
	if !strings.Contains(s.text(), "Too small: 29x24") {
		t.Errorf("says %q", s.text())
	}
	s.press("ctrl+c")
	if !s.quit {
		t.Error("Ctrl-C does not quit")
	}
}

// TestNoKeyPanicsAtAnySize presses every key in every view at odd sizes, with a result and without one.
func TestNoKeyPanicsAtAnySize(t *testing.T) {
	for _, size := range [][2]int{{30, 8}, {31, 9}, {40, 10}, {59, 12}, {80, 24}, {109, 8}, {110, 8}, {300, 90}} {
		for v := range viewNames {
			s := newScreen(t, size[0], size[1])
			empty := &screen{t: t, m: New(Options{Dir: t.TempDir()})}
			empty.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
			for _, s := range []*screen{s, empty} {
				for _, a := range actions() {
					for _, k := range a.key.Keys() {
						if k == "r" || k == "s" || k == "y" || k == "Y" {
							continue
						}
						s.press(string(rune('1' + v)))
						s.press(k)
						for i, line := range strings.Split(s.text(), "\n") {
							if width(line) > size[0] || i >= size[1] {
								t.Fatalf("%v, view %s, key %s: line %d is %d wide", size, viewNames[v], k, i, width(line))
							}
						}
						s.press("esc", "esc")
					}
				}
			}
		}
	}
}

func TestMouse(t *testing.T) {
	s := newScreen(t, 80, 24)
	_ = s.text()
	click := func(x, y int) {
		s.send(tea.MouseMsg{X: x, Y: y, Action: tea.MouseActionPress, Button: tea.MouseButtonLeft})
	}
	click(5, 3) // the second finding
	if d := s.m.find.diagnosis(); d == nil || d.ID != "slow-disk" {
		t.Errorf("a click selects %v", d)
	}
	click(strings.Index(strings.Split(s.text(), "\n")[1], "Log"), 1)
	if s.m.view != viewLog {
		t.Errorf("a click on a tab shows %s", viewNames[s.m.view])
	}
	s.press("g")
	s.send(tea.MouseMsg{Button: tea.MouseButtonWheelDown})
	if s.m.log.cur != 3 {
		t.Errorf("the wheel leads to row %d", s.m.log.cur)
	}
}

func TestLogLinesCannotDriveTheTerminal(t *testing.T) {
	s := newScreen(t, 80, 24)
	s.press("3", "g", "e", "enter")
	view := s.m.View()
	if strings.ContainsAny(view, "\x1b\u202e") {
		t.Errorf("a line's control characters reach the terminal: %q", view)
	}
	if !strings.Contains(view, "␛[2J<U+202E>gnp") {
		t.Errorf("they are not shown:\n%s", view)
	}
}

func TestFollowIsLeftByScrollingAndComesBack(t *testing.T) {
	s := newScreen(t, 80, 24)
	u := s.m.now
	u.Live = true
	s.send(updateMsg{u, true})
	s.press("3", "G")
	if !strings.Contains(s.text(), "FOLLOW") {
		t.Fatal("the end does not follow")
	}
	s.press("k")
	log := s.m.opt.Log.(*memory)
	for range 5 {
		e := log.events[0]
		e.Line, e.Level = len(log.events)+1, event.LevelInfo
		log.events = append(log.events, e)
	}
	s.send(updateMsg{u, true})
	if !strings.Contains(s.text(), "paused, 5 new (F)") || s.m.log.cur != 58 {
		t.Errorf("row %d\n%s", s.m.log.cur, s.text())
	}
	s.press("F")
	if !strings.Contains(s.text(), "FOLLOW") || s.m.log.cur != 64 {
		t.Errorf("F leads to row %d", s.m.log.cur)
	}
}
