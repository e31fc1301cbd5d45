package parser

import (
	"maps"
	"strings"
	"testing"
	"time"

	"zlog/event"
)

const testFormat = "2006-01-02T15:04:05.999999999Z"

// formatCases hold one real line (or record of many lines) of each format, and what it says.
var formatCases = []struct {
	name, text, format string
	level              event.Level
	msg, fn, file      string
	time               string
	clock              event.Clock
	fields             map[string]string
}{
	{
		name:   "pfxlog JSON",
		text:   `{"error":"log not found","file":"github.com/hashicorp/raft@v1.7.1/raft.go","func":"github.com/hashicorp/raft.(*Raft).appendEntries","last-index":5,"level":"warning","msg":"failed to get previous log","previous-index":10,"time":"2026-11-22T19:19:36.376Z"}`,
		format: formatPfxlogJSON, level: event.LevelWarning, msg: "failed to get previous log",
		fn: "github.com/hashicorp/raft.(*Raft).appendEntries", file: "github.com/hashicorp/raft@v1.7.1/raft.go",
		time: "2026-11-22T19:19:36.376Z", clock: event.ClockLocal,
		fields: map[string]string{"error": "log not found", "last-index": "5", "previous-index": "10"},
	},
	{
		name:   "pfxlog JSON with keys after the time, a nil error, an object and an escape",
		text:   `{"_context":"ch{ctrl.mesh}-\u003eu{classic}","error":null,"fields.time":"12.3s","level":"info","msg":"m","peer":{"ID":"ctrl2"},"time":"2026-11-22T19:19:36.376Z","time2":{"a":1},"version":"v0.0.0","version":"second"}`,
		format: formatPfxlogJSON, level: event.LevelInfo, msg: "m", time: "2026-11-22T19:19:36.376Z", clock: event.ClockLocal,
		fields: map[string]string{"_context": "ch{ctrl.mesh}->u{classic}", "fields.time": "12.3s", "peer": `{"ID":"ctrl2"}`, "time2": `{"a":1}`, "version": "v0.0.0"},
	},
	{
		name:   "slog JSON with a source object and a zone",
		text:   `{"time":"2026-11-22T20:19:36.376123456+01:00","level":"WARN","source":{"function":"a.B","file":"b.go","line":7},"msg":"m","channel":"raft"}`,
		format: formatSlogJSON, level: event.LevelWarning, msg: "m", fn: "a.B", file: "b.go:7",
		time: "2026-11-22T19:19:36.376123456Z", clock: event.ClockZoned, fields: map[string]string{"channel": "raft"},
	},
	{
		name:   "slog JSON with sorted keys and no caller",
		text:   `{"channel":"raft","level":"warning","msg":"message drop summary","time":"2026-11-22T19:19:36.376Z"}`,
		format: formatSlogJSON, level: event.LevelWarning, msg: "message drop summary",
		time: "2026-11-22T19:19:36.376Z", clock: event.ClockLocal, fields: map[string]string{"channel": "raft"},
	},
	{
		name:   "logrus text",
		text:   `time="2026-11-22T19:54:49+01:00" level=info msg="say \"hi\"\n" file=github.com/hashicorp/raft@v1.7.1/raft.go follower="Node at tls:127.0.1.1:6262 [Follower]" func="github.com/hashicorp/raft.(*Raft).runFollower" leader-address= backoff time=10ms`,
		format: formatLogrus, level: event.LevelInfo, msg: "say \"hi\"\n", fn: "github.com/hashicorp/raft.(*Raft).runFollower",
		file: "github.com/hashicorp/raft@v1.7.1/raft.go", time: "2026-11-22T18:54:49Z", clock: event.ClockZoned,
		fields: map[string]string{"follower": "Node at tls:127.0.1.1:6262 [Follower]", "leader-address": "", "backoff time": "10ms"},
	},
	{
		name:   "slog text, with quoted keys and one that clashes",
		text:   `time=2026-11-22T19:54:49.203Z level=warn msg="failed to contact" file=github.com/hashicorp/raft@v1.7.3/raft.go func=github.com/hashicorp/raft.(*Raft).checkLeaderLease server-id=ctrl3 time=500.408954ms "backoff time"=10ms leader-id=""`,
		format: formatSlogText, level: event.LevelWarning, msg: "failed to contact", fn: "github.com/hashicorp/raft.(*Raft).checkLeaderLease",
		file: "github.com/hashicorp/raft@v1.7.3/raft.go", time: "2026-11-22T19:54:49.203Z", clock: event.ClockZoned,
		fields: map[string]string{"server-id": "ctrl3", "fields.time": "500.408954ms", "backoff time": "10ms", "leader-id": ""},
	},
	{
		name: "slog text with an error and its stack",
		text: `time=2026-11-22T19:54:49.203Z level=warn msg="peer dial attempt failed, will retry with backoff" address=tls:10.99.2.3:6262 ` +
			`error="dial tcp 10.99.2.3:6262: i/o timeout\nerror dialing peer tls:10.99.2.3:6262\ngithub.com/openziti/ziti/v2/controller/raft/mesh.(*impl).DialPeer\n\tgithub.com/openziti/ziti/v2/controller/raft/mesh/mesh.go:656\nruntime.goexit\n\truntime/asm_amd64.s:1771" retryDelay=1s`,
		format: formatSlogText, level: event.LevelWarning, msg: "peer dial attempt failed, will retry with backoff", time: "2026-11-22T19:54:49.203Z", clock: event.ClockZoned,
		fields: map[string]string{"address": "tls:10.99.2.3:6262", "error": "error dialing peer tls:10.99.2.3:6262: dial tcp 10.99.2.3:6262: i/o timeout", "retryDelay": "1s"},
	},
	{
		name:   "slog JSON with a key that clashes",
		text:   `{"time":"2026-11-22T19:19:36.376123456Z","level":"warn","msg":"failed to contact","server-id":"ctrl3","time":500408954,"level":7,"msg":"second"}`,
		format: formatSlogJSON, level: event.LevelWarning, msg: "failed to contact",
		time: "2026-11-22T19:19:36.376123456Z", clock: event.ClockZoned,
		fields: map[string]string{"server-id": "ctrl3", "fields.time": "500408954", "fields.level": "7", "fields.msg": "second"},
	},
	{
		name:   "pfxlog text by the day's seconds",
		text:   `[71611.250]    INFO github.com/hashicorp/raft.(*Raft).runFollower: {leader-address=[] servers=[[[]]] follower=[Node at tls:127.0.3.1:6262 [Follower]]} entering follower state`,
		format: formatPfxlog, level: event.LevelInfo, msg: "entering follower state", fn: "github.com/hashicorp/raft.(*Raft).runFollower",
		time: "1970-01-01T19:53:31.25Z", clock: event.ClockDay,
		fields: map[string]string{"leader-address": "", "servers": "[[]]", "follower": "Node at tls:127.0.3.1:6262 [Follower]"},
	},
	{
		name:   "pfxlog text by the process's seconds, with channels, context and many lines",
		text:   "[   0.012] WARNING transport/v2/tls.(*sharedListener).runAccept |a, b| [tls:127.0.3.1:1280]: {error=[accept ] tcp: closed]} network = {\n  \"CycleSeconds\": 60,\n}",
		format: formatPfxlog, level: event.LevelWarning, msg: "network = {\n  \"CycleSeconds\": 60,\n}", fn: "transport/v2/tls.(*sharedListener).runAccept",
		time: "1970-01-01T00:00:00.012Z", clock: event.ClockStart,
		fields: map[string]string{"_channels": "a, b", "_context": "tls:127.0.3.1:1280", "error": "accept ] tcp: closed"},
	},
	{
		name:   "pfxlog text with date and colours",
		text:   "\x1b[0;34m[2024-07-01 17:58:45.816]\x1b[39m \x1b[0;31m  ERROR\x1b[39m \x1b[0;36mziti/x.Y\x1b[39m: \x1b[0;96m{a=[1]} \x1b[39mtext",
		format: formatPfxlog, level: event.LevelError, msg: "text", fn: "ziti/x.Y",
		time: "2024-07-01T17:58:45.816Z", clock: event.ClockLocal, fields: map[string]string{"a": "1"},
	},
	{
		name:   "hclog text with a key that clashes",
		text:   `2026-11-22T19:22:42.208Z [WARN]  failed to contact: server-id=ctrl3 time=500.408954ms`,
		format: formatHclog, level: event.LevelWarning, msg: "failed to contact", time: "2026-11-22T19:22:42.208Z", clock: event.ClockZoned,
		fields: map[string]string{"server-id": "ctrl3", "fields.time": "500.408954ms"},
	},
	{
		name:   "hclog text",
		text:   `2026-11-22T14:22:42.208-0500 [ERROR] raft: failed to appendEntries to: peer="{Voter ctrl2 tls:127.0.0.1:1}" backoff time=10ms error="dial tcp: connection refused"`,
		format: formatHclog, level: event.LevelError, msg: "failed to appendEntries to", time: "2026-11-22T19:22:42.208Z", clock: event.ClockZoned,
		fields: map[string]string{"@module": "raft", "peer": "{Voter ctrl2 tls:127.0.0.1:1}", "backoff time": "10ms", "error": "dial tcp: connection refused"},
	},
	{
		name:   "hclog text without a module",
		text:   `2026-11-22T19:22:42.208Z [INFO]  election won: term=2 tally=1`,
		format: formatHclog, level: event.LevelInfo, msg: "election won", time: "2026-11-22T19:22:42.208Z", clock: event.ClockZoned,
		fields: map[string]string{"term": "2", "tally": "1"},
	},
	{
		name:   "hclog JSON",
		text:   `{"@level":"warn","@message":"m","@module":"raft","@timestamp":"2026-11-22T19:22:42.208486Z","term":3}`,
		format: formatHclog, level: event.LevelWarning, msg: "m", time: "2026-11-22T19:22:42.208486Z", clock: event.ClockZoned,
		fields: map[string]string{"@module": "raft", "term": "3"},
	},
	{
		name:   "OpenZiti event",
		text:   `{"namespace":"cluster","event_src_id":"ctrl1","timestamp":"2026-11-22T19:22:42.208486814Z","eventType":"state.has_leader","leaderId":"ctrl1"}`,
		format: formatEvents, level: event.LevelInfo, msg: "cluster state.has_leader", time: "2026-11-22T19:22:42.208486814Z", clock: event.ClockZoned,
		fields: map[string]string{"namespace": "cluster", "event_src_id": "ctrl1", "timestamp": "2026-11-22T19:22:42.208486814Z", "eventType": "state.has_leader", "leaderId": "ctrl1"},
	},
	{
		name:   "Go's standard logger with slog",
		text:   `2026/11/22 19:47:19 ERROR auth request oidc_error.parent="auth request is missing redirect_uri" oidc_error.type=server_error`,
		format: formatGolog, level: event.LevelError, msg: "auth request", time: "2026-11-22T19:47:19Z", clock: event.ClockLocal,
		fields: map[string]string{"oidc_error.parent": "auth request is missing redirect_uri", "oidc_error.type": "server_error"},
	},
	{
		name: "panic",
		text: "panic: listen tcp 127.0.3.1:6262: bind: address already in use\n\ngoroutine 1 [running]:\n" +
			"github.com/openziti/ziti/controller.(*Controller).Run(0x15f006b64000)\n\tgithub.com/openziti/ziti/controller/controller.go:380 +0xf58\n" +
			"main.main()\n\tgithub.com/openziti/ziti/ziti/main.go:53 +0xf\n\ngoroutine 2 [select]:\nother.fn()\n\tx.go:1\nexit status 2",
		level: event.LevelPanic, msg: "panic: listen tcp 127.0.3.1:6262: bind: address already in use",
		fields: map[string]string{"frames": "github.com/openziti/ziti/controller.(*Controller).Run\nmain.main"},
	},
}

func TestEachFormatSaysWhatItSays(t *testing.T) {
	for _, c := range formatCases {
		t.Run(c.name, func(t *testing.T) {
			for _, end := range []string{"", "\n", "\r\n"} {
				events, acc := readText(t, strings.ReplaceAll(c.text, "\n", "\r\n")+end, Options{})
				if len(events) != 1 || acc.Unparsed != 0 || acc.Events != 1 {
					t.Fatalf("%d events, account %+v", len(events), acc)
				}
				e := events[0]
				lines := strings.Count(c.text, "\n") + 1
				msg := strings.ReplaceAll(e.Msg, "\r", "")
				if e.Level != c.level || msg != c.msg || e.Func != c.fn || e.File != c.file || e.Line != 1 || e.Lines != lines || e.Torn {
					t.Errorf("got %+v", e)
				}
				if got := e.Time.Format(testFormat); c.time != "" && got != c.time || e.Clock != c.clock {
					t.Errorf("time %s %d, want %s %d", got, e.Clock, c.time, c.clock)
				}
				got := fieldsOf(e)
				delete(got, "stack")
				if !maps.Equal(got, c.fields) {
					t.Errorf("fields %q, want %q", got, c.fields)
				}
				if acc.Format != c.format || acc.Wrapper != "" {
					t.Errorf("format %q wrapper %q", acc.Format, acc.Wrapper)
				}
			}
		})
	}
}

func TestLinesThatAreNotRecords(t *testing.T) {
	rec := `{"level":"info","msg":"m","time":"2026-11-22T19:19:36.376Z"}`
	for name, c := range map[string]struct {
		text                             string
		events, more, blank, bad, torned int
	}{
		"an object with none of the keys":      {rec + "\n{\"a\":1}\n" + rec, 2, 0, 0, 1, 0},
		"text after JSON is not understood":    {rec + "\nStarted ziti\n" + rec, 2, 0, 0, 1, 0},
		"text after a text record continues":   {"[71611.250]    INFO a.b: m\n}\n\n}\n" + rec, 2, 2, 1, 0, 0},
		"a blank line in a dump belongs to it": {"panic: x\n\ngoroutine 1 [running]:\nmain.main()\n" + rec, 2, 3, 0, 0, 0},
		"two crashes in a row are two":         {"panic: x\n\ngoroutine 1 [running]:\nmain.main()\npanic: y\n" + rec, 3, 3, 0, 0, 0},
		"broken JSON in the middle":            {rec + "\n{\"level\":\"info\",\"ms\n" + rec, 2, 0, 0, 1, 0},
		"a torn first and last line":           {rec[20:] + "\n" + rec + "\n" + rec[:30], 3, 0, 0, 0, 2},
		"only blank lines":                     {"\n\r\n \n", 0, 0, 3, 0, 0},
		"nothing":                              {"", 0, 0, 0, 0, 0},
		"a byte order mark":                    {"\xef\xbb\xbf" + rec + "\n", 1, 0, 0, 0, 0},
		"a hole at the start":                  {strings.Repeat("\x00", 9000) + rec + "\n", 1, 0, 0, 0, 0},
		"NUL inside":                           {rec + "\n" + `{"level":"info","msg":"` + "\x00\xff" + `","time":"2026-11-22T19:19:36.376Z"}` + "\n" + rec, 3, 0, 0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			events, acc := readText(t, c.text, Options{})
			torned := 0
			for _, e := range events {
				if e.Torn {
					torned++
				}
			}
			if acc.Events != c.events || acc.Continuation != c.more || acc.Blank != c.blank || acc.Unparsed != c.bad || torned != c.torned || len(events) != c.events {
				t.Errorf("%d events, %d torn, account %+v", len(events), torned, acc)
			}
		})
	}
}

func TestLongLinesKeepTheirHead(t *testing.T) {
	long := `{"level":"error","msg":"m","x":"` + strings.Repeat("x", 700_000) + `","time":"2026-11-22T19:19:36.376Z"}`
	rec := `{"level":"info","msg":"m","time":"2026-11-22T19:19:36.376Z"}`
	for _, limit := range []int{100, 300_000, 1 << 20} {
		events, acc := readText(t, rec+"\n"+long+"\n"+rec+"\n"+long, Options{Limits: Limits{Line: limit}})
		cut := max(0, len(long)-limit)
		if len(events) != 4 || acc.CutBytes != int64(2*cut) || events[1].Cut != cut || events[1].Level != event.LevelError || len(events[1].Text) != len(long)-cut {
			t.Errorf("limit %d: %d events, cut %d, account %+v", limit, len(events), events[1].Cut, acc)
		}
	}
}

func TestALineAfterAHoleIsWhole(t *testing.T) {
	rec := `{"level":"info","msg":"m","time":"2026-11-22T19:19:36.376Z"}`
	for _, hole := range []int{1, 99, 100, 101, 300_000, 3 << 20} {
		for _, limit := range []int{len(rec) - 1, len(rec), 100, 1 << 20} {
			before := strings.Repeat(rec+"\n", 200) // a hole in the head makes a file binary
			text := before + strings.Repeat("\x00", hole) + rec + "\n" + strings.Repeat("\x00", hole)
			events, acc := readText(t, text, Options{Limits: Limits{Line: limit}})
			cut := max(0, len(rec)-limit)
			if len(events) != 201 || acc.Lines != 202 || acc.Blank != 1 || acc.CutBytes != int64(201*cut) || events[200].Text != rec[:len(rec)-cut] {
				t.Errorf("hole of %d, limit %d: %d events, account %+v", hole, limit, len(events), acc)
			}
			n := 0
			l := NewLive("a.log", Options{Limits: Limits{Line: limit}}, func(*event.Event) { n++ })
			for p := text; p != ""; p = p[min(len(p), 77):] {
				if _, err := l.Write([]byte(p[:min(len(p), 77)])); err != nil {
					t.Fatal(err)
				}
			}
			if src := l.End(); n != 201 || src.Lines != 202 || src.Blank != 1 || src.CutBytes != int64(201*cut) {
				t.Errorf("live, hole of %d, limit %d: %d events, account %+v", hole, limit, n, src)
			}
		}
	}
}

func TestTimeGoesOn(t *testing.T) {
	lines := func(s ...string) string { return strings.Join(s, "\n") }
	for name, c := range map[string]struct{ text, last string }{
		"past midnight":               {lines("[86399.900]    INFO a.b: m", "[   0.100]    INFO a.b: m"), "1970-01-02T00:00:00.1Z"},
		"a new process":               {lines("[   0.900]    INFO a.b: m", "[ 812.400]    INFO a.b: m", "[   0.003]    INFO a.b: m", "[   1.003]    INFO a.b: m"), "1970-01-01T00:13:33.4Z"},
		"a date from a record before": {lines("[2024-07-01 23:58:45.816]    INFO a.b: m", "[86399.000]    INFO a.b: m", "[   1.000]    INFO a.b: m"), "2024-07-02T00:00:01Z"},
		"a panic has the time before": {lines(`{"level":"info","msg":"m","time":"2026-11-22T19:19:36.376Z"}`, "panic: x"), "2026-11-22T19:19:36.376Z"},
	} {
		t.Run(name, func(t *testing.T) {
			events, _ := readText(t, c.text, Options{})
			if got := events[len(events)-1].Time.Format(testFormat); got != c.last {
				t.Errorf("got %s, want %s", got, c.last)
			}
		})
	}
}

func TestSilencesPassTheFilterAndGapsAreNamed(t *testing.T) {
	var b strings.Builder
	at := time.Date(2026, 11, 22, 19, 0, 0, 0, time.UTC)
	for i := range 100 {
		switch i {
		case 50:
			at = at.Add(12*time.Minute + 3*time.Second)
		case 80:
			at = at.Add(-2 * time.Hour)
		}
		at = at.Add(time.Second)
		b.WriteString(`{"level":"info","msg":"m","time":"` + at.Format("2006-01-02T15:04:05.000Z") + "\"}\n")
	}
	events, acc := readText(t, b.String(), Options{Filter: func(_ string, _ []byte, marks []event.Mark) []event.Mark { return marks }})
	if len(events) != 1 || events[0].Silence != 12*time.Minute+4*time.Second || events[0].Line != 51 {
		t.Errorf("events %+v", events)
	}
	if len(acc.Gaps) != 2 || acc.Gaps[0].Reason != "no line for 12m4s" || acc.Gaps[1].Reason != "clock goes back by 1h59m59s" {
		t.Errorf("gaps %+v", acc.Gaps)
	}
}

// TestSecondsOfAnotherProcessMakeNoSilence: a line whose seconds stand for a time long ago, between two that have a date, is no
// silence until the second of these; a silence beside it is one still.
func TestSecondsOfAnotherProcessMakeNoSilence(t *testing.T) {
	dated := func(at string) string { return `{"level":"info","msg":"m","time":"2026-11-22T` + at + `Z"}` + "\n" }
	const seconds = "[1307.650]    INFO ziti/controller/network.(*Network).Run: {routerId=[abc]} started\n"
	for name, c := range map[string]struct {
		text string
		want time.Duration
	}{
		"a line of seconds between":           {dated("10:46:31.431") + seconds + dated("10:46:31.451"), 0},
		"two of them":                         {dated("10:46:31.431") + seconds + seconds + dated("10:46:31.451"), 0},
		"and a silence":                       {dated("10:46:31.431") + seconds + dated("10:46:41.431"), 10 * time.Second},
		"a clock that goes back and is quiet": {dated("10:46:31.431") + dated("09:46:31.451") + dated("09:46:41.451"), 10 * time.Second},
		"seconds that go on from the date":    {dated("00:21:40.000") + seconds + dated("00:21:57.650"), 10 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			events, _ := readText(t, c.text, Options{})
			if got := events[len(events)-1].Silence; got != c.want {
				t.Errorf("a silence of %s, want %s", got, c.want)
			}
		})
	}
	// The line before the seconds is passed over, and counts all the same.
	text := dated("10:46:31.000") + dated("10:46:31.999") + seconds + dated("10:46:34.500")
	if events, _ := readText(t, text, Options{Filter: func(_ string, _ []byte, marks []event.Mark) []event.Mark { return marks }}); len(events) != 0 {
		t.Errorf("a silence of 2.5 s is none: %+v", events)
	}
}
