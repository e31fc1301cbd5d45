package tui

import (
	"fmt"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"zlog/diagnosis"
)

// typed types a text key by key.
func (s *screen) typed(text string) {
	for _, r := range text {
		s.press(string(r))
	}
}

func TestFieldFilters(t *testing.T) {
	for _, test := range []struct {
		filter, line string
		want         bool
	}{
		{"peerId=ctrl3", `{"level":"info","msg":"x","peerId":"ctrl3"}`, true},
		{"peerid=CTRL3", `{"level":"info","msg":"x","peerId":"ctrl3"}`, true},
		{"peerId=ctrl3", `time="…" level=info msg="x" peerId=ctrl3`, true},
		{"peerId=ctrl3", `[   0.123]    INFO ziti/controller: {peerId=[ctrl3]} x`, true},
		{"peerId=ctrl3", `{"msg":"{\"peerId\":\"ctrl3\"}"}`, true},
		{"peerId=ctrl3", `{"peerId":"ctrl30"}`, false},
		{"peerId=ctrl3", `{"xpeerId":"ctrl3"}`, false},
		{"peerId=ctrl3", `{"peerId":"ctrl1","to":"ctrl3"}`, false},
		{"peerId=ctrl*", `{"peerId":"ctrl30"}`, true},
		{"peerId!=ctrl3", `{"peerId":"ctrl3"}`, false},
		{"!peerId=ctrl3", `{"peerId":"ctrl3"}`, false},
		{"peerId!=ctrl3", `{"peerId":"ctrl1"}`, true},
		{"term=2", `{"term":2,"votes":3}`, true},
		{"term=2", `{"term":21}`, false},
		{"fields.time=5", `{"fields":{"time":5}}`, true},
		{`error="connection refused"`, `{"error":"connection refused"}`, true},
		{`error="connection refused" term=2`, `{"error":"connection refused","term":2}`, true},
		{`error="connection refused" term=2`, `{"error":"connection refused","term":3}`, false},
		{"address=tls:127.0.1.2:6262", `{"address":"tls:127.0.1.2:6262"}`, true},
		{"peer=*", `{"peer":"x"}`, true},
		{"peer=*", `{"level":"info"}`, false},
	} {
		q, err := parseQuery(test.filter)
		if err != nil || len(q.fields) == 0 {
			t.Errorf("%s: %v, %d fields", test.filter, err, len(q.fields))
			continue
		}
		if got := q.match()([]byte(test.line)); got != test.want {
			t.Errorf("%s of %s: %t", test.filter, test.line, got)
		}
		if need := string(q.need()); test.want && !strings.Contains(strings.ToLower(test.line), need) {
			t.Errorf("%s needs %q, which %s lacks", test.filter, need, test.line)
		}
	}
}

func TestAFilterThatMayBeATypoSaysSo(t *testing.T) {
	for filter, want := range map[string]string{
		"nod=ctrl1":     "is node=ctrl2 meant?",
		"lvl=error":     "is level>=warn meant?",
		"levle:error":   "is level>=warn meant?",
		"soruce:x":      "is source:ctrl1* meant?",
		"node=ctrl9":    "no node is called “ctrl9”; there is ctrl1",
		"source:nosuch": "no source is called “nosuch”",
	} {
		s := newScreen(t, 80, 24)
		s.press("3", "f")
		s.typed(filter)
		if got := s.text(); !strings.Contains(got, want) {
			t.Errorf("%s: %q is not said while it is typed:\n%s", filter, want, got)
		}
		s.press("enter")
		if got := s.text(); !strings.Contains(strings.Join(strings.Fields(got), " "), want) {
			t.Errorf("%s: %q is not said of the filter:\n%s", filter, want, got)
		}
	}
	for _, fine := range []string{"peerId=ctrl2", "term=2", "tls:127.0.0.1", "node=ctrl*", "source:ctrl1*", "error=x", "rate=1"} {
		q, err := parseQuery(fine)
		if err != nil {
			t.Fatal(err)
		}
		if got := q.doubt(newScreen(t, 80, 24).m); got != "" {
			t.Errorf("%s is doubted: %s", fine, got)
		}
	}
}

func TestAHitThatTheRowLeavesOutIsShown(t *testing.T) {
	s := newScreen(t, 80, 24)
	s.press("3", "/")
	s.typed(`"level":"e`)
	s.press("enter")
	if got := s.text(); !strings.Contains(got, `["level":"e]`) {
		t.Errorf("the hit is not in sight:\n%s", got)
	}
}

func TestHitsAreCountedWithinTheFilter(t *testing.T) {
	s := newScreen(t, 80, 24)
	s.press("3", "f")
	s.typed("level>=warn")
	s.press("enter", "/")
	s.typed("leadership")
	s.press("enter")
	if got := s.text(); !strings.Contains(got, "of 8") || strings.Contains(got, "of 54") {
		t.Errorf("8 of 54 hits pass the filter:\n%s", got)
	}
}

// TestTheFooterNamesOnlyWhatActsHere: every key that a footer names does something in that view, and an empty view offers
// neither to open nor to copy a line.
func TestTheFooterNamesOnlyWhatActsHere(t *testing.T) {
	for v := range viewNames {
		for _, w := range []int{50, 80, 120, 200} {
			s := newScreen(t, w, 24)
			empty := &screen{t: t, m: New(Options{Dir: t.TempDir()})}
			empty.send(tea.WindowSizeMsg{Width: w, Height: 24})
			empty.send(updateMsg{ok: true, u: Update{Result: &diagnosis.Result{}, Share: 1}})
			for _, s := range []*screen{s, empty} {
				s.press(string(rune('1' + v)))
				lines := strings.Split(s.text(), "\n")
				foot := lines[len(lines)-1]
				for i := range s.m.acts {
					a := &s.m.acts[i]
					shown := a.foot > 0 && strings.Contains(foot, a.key.Help().Key+" "+a.key.Help().Desc+" ")
					if shown && a.when != nil && !a.when(s.m) {
						t.Errorf("%s at %d: the footer offers %s: %s", viewNames[v], w, a.name, foot)
					}
				}
				if !strings.Contains(foot, "? help") {
					t.Errorf("%s at %d: the footer lacks help: %s", viewNames[v], w, foot)
				}
			}
			if foot := empty.text(); strings.Contains(foot, "copy line") || strings.Contains(foot, "open in log") {
				t.Errorf("%s is empty and offers to open or copy:\n%s", viewNames[v], foot)
			}
		}
	}
}

func TestEmptyViewsSayWhy(t *testing.T) {
	reading := &screen{t: t, m: New(Options{Dir: t.TempDir()})}
	reading.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	failed := &screen{t: t, m: New(Options{Dir: t.TempDir()})}
	failed.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	failed.send(updateMsg{ok: true, u: Update{Share: 1, Result: &diagnosis.Result{Verdict: diagnosis.NotAssessable, Sources: []diagnosis.Source{
		{Name: "a.log", Error: "permission denied"}, {Name: "b.log", Lines: 25, Unparsed: 25}, {Name: "c.log"}}}}})
	healthy := &screen{t: t, m: New(Options{Dir: t.TempDir()})}
	healthy.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	healthy.send(updateMsg{ok: true, u: Update{Share: 1, Result: &diagnosis.Result{Verdict: diagnosis.Healthy, Sources: []diagnosis.Source{{Name: "a.log", Lines: 3, Events: 3}}}}})
	for _, test := range []struct {
		s     *screen
		name  string
		wants [viewCount]string
	}{
		{reading, "reading", [viewCount]string{"Reading.", "There is no finding", "Reading;", "Reading;", "Reading;", "Reading;", "Nothing was read yet"}},
		{failed, "failed", [viewCount]string{"a.log: permission denied", "There is no finding", "none of its 25 lines was understood", "No node", "No node is known", "No line was understood", "permission denied"}},
		{healthy, "healthy", [viewCount]string{"Healthy: all that was given was read", "There is no finding", "No line was understood", "No node", "No node is known", "Every warning and error", "a.log"}},
	} {
		for v, want := range test.wants {
			test.s.press(string(rune('1' + v)))
			if got := strings.Join(strings.Fields(test.s.text()), " "); !strings.Contains(got, want) {
				t.Errorf("%s, %s: %q is not said:\n%s", test.name, viewNames[v], want, test.s.text())
			}
		}
	}
	failed.press("1")
	if got := failed.text(); !strings.Contains(got, "c.log: it is empty") {
		t.Errorf("an empty source is not named:\n%s", got)
	}
}

func TestTabsAreAllThereAtAnyWidth(t *testing.T) {
	for w := leastWidth; w <= 200; w++ {
		s := newScreen(t, w, 12)
		for v := range viewNames {
			s.press(string(rune('1' + v)))
			tabs := strings.Split(s.text(), "\n")[1]
			for i := range viewNames {
				if !strings.Contains(tabs, fmt.Sprint(i+1)) {
					t.Fatalf("at %d the tab %d is missing: %q", w, i+1, tabs)
				}
			}
			if !strings.Contains(tabs, fmt.Sprintf("[%d ", v+1)) || strings.Contains(tabs, "…") {
				t.Fatalf("at %d: %q does not show that %d is open", w, tabs, v+1)
			}
		}
	}
}

func TestPagesAndTheWheelScrollTheDetail(t *testing.T) {
	s := newScreen(t, 80, 16)
	if !strings.Contains(s.text(), "more (PgDn)") {
		t.Fatalf("nothing says that there is more:\n%s", s.text())
	}
	s.press("pgdown")
	if d := s.m.find.diagnosis(); d.ID != "quorum-lost" || s.m.find.text.top == 0 {
		t.Errorf("PgDn selects %s and scrolls to %d", d.ID, s.m.find.text.top)
	}
	s.press("pgup")
	_ = s.text()
	s.send(tea.MouseMsg{X: 5, Y: 11, Button: tea.MouseButtonWheelDown})
	if d := s.m.find.diagnosis(); d.ID != "quorum-lost" || s.m.find.text.top != 3 {
		t.Errorf("the wheel over the detail selects %s and scrolls to %d", d.ID, s.m.find.text.top)
	}
	s.send(tea.MouseMsg{X: 5, Y: 2, Button: tea.MouseButtonWheelDown})
	if d := s.m.find.diagnosis(); d != nil && d.ID == "quorum-lost" {
		t.Error("the wheel over the list does not move it")
	}
}

func TestAClickOnACommandChoosesIt(t *testing.T) {
	s := newScreen(t, 80, 30)
	for y, line := range strings.Split(s.text(), "\n") {
		if strings.Contains(line, "ziti rebuild") {
			s.send(tea.MouseMsg{X: 15, Y: y, Action: tea.MouseActionPress, Button: tea.MouseButtonLeft})
		}
	}
	if got := s.m.find.command().text; got != "ziti rebuild" {
		t.Errorf("%q is chosen", got)
	}
}

func TestNewsAndTheEndOfTheInputAreTold(t *testing.T) {
	s := newScreen(t, 80, 24)
	u := s.m.now
	u.Live = true
	s.send(updateMsg{u, true})
	s.press("3")
	r := *u.Result
	r.Diagnoses = append([]diagnosis.Diagnosis{{ID: "new", Title: "A disk is full", Role: diagnosis.RootCause, Severity: diagnosis.Critical}}, r.Diagnoses...)
	u.Result = &r
	s.send(updateMsg{u, true})
	if got := s.text(); !strings.Contains(got, "new finding: A disk is full (1 shows it)") {
		t.Errorf("the new finding is not told:\n%s", got)
	}
	s.press("j")
	u.Live = false
	s.send(updateMsg{u, true})
	if got := s.text(); !strings.Contains(got, "the input has ended") || strings.Contains(got, "new finding") {
		t.Errorf("the end of the input is not told:\n%s", got)
	}
}

func TestHealthyIsSoFarWhileMoreMayCome(t *testing.T) {
	s := &screen{t: t, m: New(Options{Dir: t.TempDir()})}
	s.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	u := Update{Share: 1, Live: true, Result: &diagnosis.Result{Verdict: diagnosis.Healthy}}
	s.send(updateMsg{u, true})
	if got := s.text(); !strings.Contains(got, "healthy so far") || !strings.Contains(got, "Healthy so far:") {
		t.Errorf("live:\n%s", got)
	}
	u.Live = false
	s.send(updateMsg{u, true})
	if got := s.text(); strings.Contains(got, "so far") {
		t.Errorf("ended:\n%s", got)
	}
}

func TestStandardInputIsNamed(t *testing.T) {
	s := newScreen(t, 100, 24)
	r := *s.m.result
	r.Sources = []diagnosis.Source{{Name: "-", Node: "ctrl1", Lines: 5, Events: 5}}
	u := s.m.now
	u.Result = &r
	s.send(updateMsg{u, true})
	s.press("7")
	if got := s.text(); !strings.Contains(got, "stdin") || s.m.place("-", 7) != "stdin:7" {
		t.Errorf("%s:\n%s", s.m.place("-", 7), got)
	}
}

func TestASCIIScreensHoldNothingElse(t *testing.T) {
	s := newScreen(t, 60, 20)
	s.m.opt.ASCII, s.m.g = true, newSigns(true)
	log := s.m.opt.Log.(*memory)
	log.events[9].Msg = "日本 ünï → … “x” \x1b[2J\u202e " + strings.Repeat("é…", 80)
	for v := range viewNames {
		s.press(string(rune('1' + v)))
		for i, line := range strings.Split(s.text(), "\n") {
			if width(line) > 60 {
				t.Errorf("%s, line %d is %d wide: %q", viewNames[v], i, width(line), line)
			}
			for _, r := range line {
				if r > 0x7e || r < 0x20 {
					t.Fatalf("%s, line %d holds %U: %q", viewNames[v], i, r, line)
				}
			}
		}
	}
}
