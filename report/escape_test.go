package report

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestSafe(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain text stays", "raft: entering leader state [term=2]", "raft: entering leader state [term=2]"},
		{"letters of any script stay", "Zürich, 節点二, café, Ελλάδα, 👍", "Zürich, 節点二, café, Ελλάδα, 👍"},
		{"an escape sequence", "\x1b[31mred\x1b[0m", `\x1b[31mred\x1b[0m`},
		{"a title sequence", "\x1b]0;owned\x07", `\x1b]0;owned\x07`},
		{"a C1 control", "a\u009b2Jb", `a\u009b2Jb`},
		{"line ends and tabs", "a\r\nb\tc", `a\r\nb\tc`},
		{"delete and nul", "\x7f\x00", `\x7f\x00`},
		{"a bidi override", "a\u202eb\u202c\u2066c\u2069", `a\u202eb\u202c\u2066c\u2069`},
		{"zero width", "a\u200bb\u200d\ufeffc\u00ad", `a\u200bb\u200d\ufeffc\u00ad`},
		{"line and paragraph separator", "a\u2028b\u2029", `a\u2028b\u2029`},
		{"tag characters", "a\U000e0041", `a\U000e0041`},
		{"no UTF-8", "a\xff\xc3(", `a\xff\xc3(`},
		{"the replacement character itself stays", "\ufffd", "\ufffd"},
		{"backslashes stay", `C:\x1b`, `C:\x1b`},
		{"nothing", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Safe(c.in); got != c.want {
				t.Errorf("Safe(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func FuzzSafe(f *testing.F) {
	f.Add("\x1b[31m\u202e\xff")
	f.Fuzz(func(t *testing.T, s string) {
		got := Safe(s)
		if !utf8.ValidString(got) || strings.ContainsFunc(got, hidden) {
			t.Errorf("Safe(%q) = %q", s, got)
		}
		if Safe(got) != got {
			t.Errorf("Safe is not idempotent on %q", s)
		}
	})
}

func FuzzMessage(f *testing.F) {
	f.Add(`{"msg":"a","error":"b","n":1}`)
	f.Add(`time="2026-11-22T19:54:49Z" level=info msg="election \"won\"" tally=1 x`)
	f.Add("[71611.203] WARNING ziti/run: starting")
	f.Fuzz(func(t *testing.T, s string) {
		for _, l := range wrap(Safe(Message(s)), 20) {
			if Width(l) > 20 {
				t.Errorf("%q is %d wide", l, Width(l))
			}
		}
	})
}

func TestMessage(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"JSON of logrus", `{"file":"a.go:1","func":"f","level":"info","msg":"election won","tally":1,"term":2,"time":"2026-11-22T19:32:10.970Z"}`, "election won (tally=1, term=2)"},
		{"slog's text", `time=2026-11-22T19:32:10.970Z level=info msg="peer connected" file=a.go:1 func=f peerId=ctrl2`, "peer connected (peerId=ctrl2)"},
		{"message and error", `{"level":"error","msg":"failed to heartbeat to","error":"dial tcp: connection refused","peer":"tls:127.0.2.2:6262"}`, "failed to heartbeat to: dial tcp: connection refused (peer=tls:127.0.2.2:6262)"},
		{"an error that the message has already", `{"msg":"no leader: EOF","error":"EOF"}`, "no leader: EOF"},
		{"logrus text", `time="2026-11-22T19:54:49Z" level=info msg="said \"hi\"" func=a.b file="a.go:1" nodeId=ctrl1`, `said "hi" (nodeId=ctrl1)`},
		{"pfxlog", "[71611.203] WARNING ziti/controller.run: [edge.api] defaulted to 30m0s", "[edge.api] defaulted to 30m0s"},
		{"pfxlog in colour", "\x1b[33m[   1.203] WARNING\x1b[0m ziti/controller.run: defaulted", "defaulted"},
		{"hclog", "2026-11-22T19:32:10.401Z [WARN]  raft: heartbeat timeout reached", "heartbeat timeout reached"},
		{"a panic", "panic: yaml: line 3: bad\n\ngoroutine 1 [running]:", "panic: yaml: line 3: bad"},
		{"torn JSON stays as it is", `{"msg":"a`, `{"msg":"a`},
		{"JSON without a message stays as it is", `{"a":1}`, `{"a":1}`},
		{"a plain line", "something else", "something else"},
		{"nothing", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Message(c.in); got != c.want {
				t.Errorf("Message(%q)\n got %q\nwant %q", c.in, got, c.want)
			}
		})
	}
}
