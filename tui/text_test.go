package tui

import (
	"context"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"zlog/event"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                     "plain",
		"\x1b[31mred\x1b[0m":        "␛[31mred␛[0m",
		"a\u202eb":                  "a<U+202E>b",
		"zero\u200bwidth\ufeff":     "zero<U+200B>width<U+FEFF>",
		"a\r\nb\x07\x00\x7f":        "a␍ ⏎ b␇␀␡",
		"\u009b2J":                  "<U+009B>2J",
		"bad \xff\xfe":              "bad <FF><FE>",
		"ünï 日本 é":                  "ünï 日本 é",
		"z\u0301\u0302\u0303\u0304": "z\u0301\u0302<U+0303><U+0304>",
		"\U000e0041tag":             "<U+E0041>tag",
		"tab\there":                 "tab    here",
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "\x1b]52;c;aGk=\a", "a\u202eb", "\xff", "日本"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := clean(s)
		if !utf8.ValidString(got) {
			t.Fatalf("%q is not UTF-8", got)
		}
		for _, r := range got {
			if r < 0x20 || r >= 0x7f && r < 0xa0 || hidden(r) {
				t.Fatalf("clean(%q) = %q holds %U", s, got, r)
			}
		}
		if again := clean(got); strings.Count(again, "<U+") > strings.Count(got, "<U+") {
			t.Fatalf("clean is not at rest: %q then %q", got, again)
		}
	})
}

func TestWrapKeepsWordsWhole(t *testing.T) {
	got := wrap("the id is c8297388-d397-4580-bc22-6844e5e36efe, really", 40)
	want := []string{"the id is", "c8297388-d397-4580-bc22-6844e5e36efe,", "really"}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("%q, want %q", got, want)
	}
	for _, l := range wrap(strings.Repeat("x", 100), 30) {
		if width(l) > 30 {
			t.Errorf("%q is too wide", l)
		}
	}
}

func TestFilters(t *testing.T) {
	for _, test := range []struct {
		filter string
		want   int // rows of the sample that are kept
		terms  int
	}{
		{"level>=warn", 14, 1},
		{"level=error", 6, 1},
		{"level!=info", 14, 1},
		{"node=ctrl1", 60, 1},
		{"node=ctrl2", 0, 1},
		{"node!=ctrl2 level>=error", 6, 2},
		{"source:ctrl1*", 60, 1},
		{"since:10s", 11, 1},
		{"since:19:36:30 until:19:36:39", 10, 2},
		{"until:2026-11-22T19:36:04Z", 5, 1},
		{"rule:raft-*", 1, 1},
		{"rule:raft-* level>=error", 1, 2},
		{"ldrshp", 54, 1},
		{`"no quorum"`, 6, 1},
		{"!leadership", 6, 1},
		{"QUORUM", 6, 1},
		{"qrm", 6, 1},
		{"zzz", 0, 1},
	} {
		t.Run(test.filter, func(t *testing.T) {
			s := newScreen(t, 80, 24)
			s.press("3", "f")
			for _, r := range test.filter {
				s.press(string(r))
			}
			s.press("enter")
			if s.m.log.query == nil {
				t.Fatalf("no filter is on: %s", s.text())
			}
			if got := len(s.m.log.filter.ids); got != test.want || s.m.log.query.terms != test.terms {
				t.Errorf("%d rows and %d terms, want %d and %d", got, s.m.log.query.terms, test.want, test.terms)
			}
			if !strings.Contains(s.text(), " of 60, ") {
				t.Errorf("the screen does not say how much is kept:\n%s", s.text())
			}
			s.press("esc")
			if s.m.log.query != nil || s.m.log.count(s.m) != 60 {
				t.Error("Esc does not take the filter off")
			}
		})
	}
	for _, bad := range []string{"level>=loud", "since:yesterday", `"open`, "level<>warn"} {
		if _, err := parseQuery(bad); err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
}

func TestSearchTakesTextAndExpressions(t *testing.T) {
	for text, want := range map[string]bool{"no quorum": true, "NO QUORUM": false, "no (quorum|leader)": true, "quo.um": false, `q[u]orum`: true, "(": false} {
		if got := newNeedle(text).match()([]byte("there is no quorum")); got != want {
			t.Errorf("%q found: %t", text, got)
		}
	}
}

func TestCopyGoesThroughWhatTheTerminalCanDo(t *testing.T) {
	for name, test := range map[string]struct {
		env  map[string]string
		text string
		want string
	}{
		"a terminal":        {map[string]string{"TERM": "xterm-256color"}, "hi", "\x1b]52;c;aGk=\a"},
		"tmux":              {map[string]string{"TERM": "tmux-256color", "TMUX": "/run/tmux"}, "hi", "\x1bPtmux;\x1b\x1b]52;c;aGk=\a\x1b\\\x1b]52;c;aGk=\a"},
		"screen":            {map[string]string{"TERM": "screen"}, "hi", "\x1bP\x1b]52;c;aGk=\a\x1b\\"},
		"a dumb terminal":   {map[string]string{"TERM": "dumb"}, "hi", ""},
		"the Linux console": {map[string]string{"TERM": "linux"}, "hi", ""},
		"too long":          {map[string]string{"TERM": "xterm"}, strings.Repeat("x", 100_000), ""},
	} {
		c := clipboard{env: func(k string) string { return test.env[k] }}
		if seq, _ := c.sequence(test.text); seq != test.want {
			t.Errorf("%s: %q, want %q", name, seq, test.want)
		}
	}
}

func TestPlainReadsItAllOut(t *testing.T) {
	s := newScreen(t, 80, 24)
	updates := make(chan Update, 1)
	updates <- s.m.now
	close(updates)
	opt := s.m.opt
	opt.Updates = updates
	in, out := newPipe(), &strings.Builder{}
	done := make(chan error)
	go func() { done <- Plain(context.Background(), opt, in, out) }()
	in.lines <- "help\nevidence\nopen 1\nerror\nfilter level>=error\nlog\n/quorum\ntimeline\nnodes\nunrecognised\nsources\n2\nnonsense\n1\ncopy\ncopy 1\ncopy 9\nfilter nod=x\nsave\nquit\n"
	select {
	case err := <-done:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("quit does not end it")
	}
	for _, want := range []string{"Finding 1 of 3: Quorum is lost.", "Command: ziti agent cluster list", "Danger: data may be lost", "1: 2026-11-22 19:36:09.000 ctrl1, the leader went. ctrl1.log:10",
		"6 of 60, 1 filter.", "nonsense is no command", "“ziti agent cluster list” is in", "DANGER, data may be lost: “ziti rebuild”",
		"There is no command 9; the finding has 3 commands.", "is node=ctrl2 meant?", "there is nothing to save here", "ctrl1: leader, known, it says so.", "4 times, error: strange <n>"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not said in\n%s", want, out)
		}
	}
	if strings.ContainsAny(out.String(), "\x1b─│▌") {
		t.Errorf("there is drawing in\n%s", out)
	}
}

// pipe is a reader that gives what is sent to it, and then waits.
type pipe struct {
	lines chan string
	left  string
}

func newPipe() *pipe { return &pipe{lines: make(chan string, 1)} }

func (p *pipe) Read(b []byte) (int, error) {
	if p.left == "" {
		p.left = <-p.lines
	}
	n := copy(b, p.left)
	p.left = p.left[n:]
	return n, nil
}

func BenchmarkFuzzyWord(b *testing.B) {
	line := []byte(strings.Repeat(`{"file":"github.com/openziti/ziti/controller/raft/raft.go:737","level":"info","msg":"leader changed"} `, 3))
	q, _ := parseQuery("ldrchg")
	match := q.match()
	b.SetBytes(int64(len(line)))
	for b.Loop() {
		match(line)
	}
}

var _ = event.LevelInfo
