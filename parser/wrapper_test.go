package parser

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"zlog/event"
)

// wrapping gives each wrapper as a function from lines to wrapped lines, and what it is called.
type wrapping struct {
	name, wrapper, stream string
	zoned                 bool // its time has a zone
	text                  bool // the payload's text is in the raw line as it is
	wrap                  func(line string) string
}

const wrapTime = "2026-11-22T20:19:36"

var wrappings = []wrapping{
	{"none", "", "", false, true, func(s string) string { return s + "\n" }},
	{"journald short", "journald-short", "host1", false, true, func(s string) string { return "Nov 22 20:19:36 host1 ziti[123]: " + s + "\n" }},
	{"journald short-iso", "journald-iso", "host1", true, true, func(s string) string { return wrapTime + "+0000 host1 ziti[123]: " + s + "\n" }},
	{"journald short-iso-precise", "journald-iso", "host1", true, true, func(s string) string { return wrapTime + ".376123+00:00 host1 ziti[123]: " + s + "\n" }},
	{"journald short-full", "journald-iso", "host1", true, true, func(s string) string { return "Sun 2026-11-22 20:19:36 UTC host1 ziti[123]: " + s + "\n" }},
	{"journald json", "journald-json", "host1", true, true, func(s string) string {
		return `{"_HOSTNAME":"host1","_PID":"7","MESSAGE":` + quoteJSON(s) + `,"__REALTIME_TIMESTAMP":"1795378776376123","SYSLOG_IDENTIFIER":"ziti"}` + "\n"
	}},
	{"journald json of a container, as numbers", "journald-json", "box1", true, false, func(s string) string {
		numbers := strings.Join(strings.Fields(strings.Trim(fmt.Sprint([]byte(s)), "[]")), ",")
		return `{"MESSAGE":[` + numbers + `],"_HOSTNAME":"host1","CONTAINER_NAME":"box1","__REALTIME_TIMESTAMP":"1795378776376123"}` + "\n"
	}},
	{"journald export", "journald-export", "host1", true, true, func(s string) string {
		return "__CURSOR=s=1\n__REALTIME_TIMESTAMP=1795378776376123\n_HOSTNAME=host1\nMESSAGE=" + s + "\n_PID=7\n\n"
	}},
	{"journald export, binary", "journald-export", "host1", true, true, func(s string) string {
		n := binary.LittleEndian.AppendUint64(nil, uint64(len(s)))
		return "__CURSOR=s=1\n__REALTIME_TIMESTAMP=1795378776376123\n_HOSTNAME=host1\nMESSAGE\n" + string(n) + s + "\n_PID=7\n\n"
	}},
	{"docker json-file", "docker-json", "", true, true, func(s string) string {
		return `{"log":` + quoteJSON(s+"\n") + `,"stream":"stderr","time":"` + wrapTime + `.376123456Z"}` + "\n"
	}},
	{"docker json-file, in pieces", "docker-json", "", true, false, func(s string) string {
		tail := `,"stream":"stderr","time":"` + wrapTime + `.376123456Z"}` + "\n"
		return `{"log":` + quoteJSON(s[:len(s)/2]) + tail + `{"log":` + quoteJSON(s[len(s)/2:]+"\n") + tail
	}},
	{"compose", "compose", "ctrl1-1", false, true, func(s string) string { return "ctrl1-1  | " + s + "\n" }},
	{"compose with colours and time", "compose", "ctrl1", true, true, func(s string) string {
		return "\x1b[36mctrl1  |\x1b[0m " + wrapTime + ".376123456Z " + s + "\n"
	}},
	{"compose on a terminal", "compose", "ctrl1-1", false, true, func(s string) string { return "\x1b[36mctrl1-1  | \x1b[0m" + s + "\n" }},
	{"docker's file in journald json", "journald-json", "host1", true, false, func(s string) string {
		inner := `{"log":` + quoteJSON(s+"\n") + `,"stream":"stderr","time":"` + wrapTime + `.376123456Z"}`
		return `{"_HOSTNAME":"host1","MESSAGE":` + quoteJSON(inner) + `,"__REALTIME_TIMESTAMP":"1795378776376123","SYSLOG_IDENTIFIER":"docker"}` + "\n"
	}},
	{"docker's file in syslog", "syslog-5424", "host1", true, false, func(s string) string {
		return "<14>1 " + wrapTime + ".376123Z host1 docker 7 - - {\"log\":" + quoteJSON(s+"\n") + `,"stream":"stderr","time":"` + wrapTime + `.376123456Z"}` + "\n"
	}},
	{"cri", "cri", "", true, true, func(s string) string { return wrapTime + ".376123456Z stderr F " + s + "\n" }},
	{"cri, in pieces", "cri", "", true, false, func(s string) string {
		return wrapTime + ".376123456Z stderr P " + s[:len(s)/2] + "\n" + wrapTime + ".376123456Z stderr F " + s[len(s)/2:] + "\n"
	}},
	{"kubectl --prefix", "kubectl", "ziti-0", false, true, func(s string) string { return "[pod/ziti-0/ctrl] " + s + "\n" }},
	{"kubectl --prefix --timestamps", "kubectl", "ziti-0", true, true, func(s string) string {
		return "[pod/ziti-0/ctrl] " + wrapTime + ".376123456Z " + s + "\n"
	}},
	{"kubectl --timestamps", "kubectl", "", true, true, func(s string) string { return wrapTime + ".376123456Z " + s + "\n" }},
	{"a store's document", "document", "host1", true, false, func(s string) string {
		return `{"_msg":` + quoteJSON(s) + `,"_time":"` + wrapTime + `.376Z","node":"host1","level":"info"}` + "\n"
	}},
	{"a document in a document", "document", "ziti-0", true, false, func(s string) string {
		return `{"_index":"x","_source":{"host":{"name":"worker"},"message":` + quoteJSON(s+"\n") + `,"kubernetes":{"pod":{"name":"ziti-0"}},"@timestamp":"` + wrapTime + `.376Z"}}` + "\n"
	}},
	{"lists of fields", "document", "host1", true, false, func(s string) string {
		return `{"fields":{"@timestamp":["` + wrapTime + `.376Z"],"message":[` + quoteJSON(s) + `],"host.name":["host1"]},"_id":"1"}` + "\n"
	}},
	{"a record taken apart", "document", "ziti-0", true, false, func(s string) string {
		payload := `"textPayload":` + quoteJSON(s)
		if json.Valid([]byte(s)) {
			payload = `"jsonPayload": ` + s
		}
		return `{"insertId":"1",` + payload + `,"resource":{"labels":{"pod_name":"ziti-0","container_name":"c"}},"severity":"INFO","timestamp":"` + wrapTime + `.376123456Z"}` + "\n"
	}},
	{"docker's line with the pod", "document", "ziti-0", true, false, func(s string) string {
		return `{"log":` + quoteJSON(s+"\n") + `,"kubernetes":{"pod_name":"ziti-0"},"time":"` + wrapTime + `.376Z"}` + "\n"
	}},
	{"stern", "stern", "ziti-0", false, true, func(s string) string { return "ziti-0 ctrl " + s + "\n" }},
	{"stern of all namespaces, with times", "stern", "ziti-0", true, true, func(s string) string {
		return "ziti ziti-0 ctrl " + wrapTime + ".376123456Z " + s + "\n"
	}},
	{"pdsh", "named", "host1", false, true, func(s string) string { return "host1: " + s + "\n" }},
	{"grep -n", "named", "logs/host1.log", false, true, func(s string) string { return "logs/host1.log:17:" + s + "\n" }},
	{"syslog 3164", "syslog-3164", "host1", false, true, func(s string) string { return "<13>Nov 22 20:19:36 host1 ziti[123]: " + s + "\n" }},
	{"syslog 5424", "syslog-5424", "host1", true, true, func(s string) string {
		return "<13>1 " + wrapTime + ".376Z host1 ziti 123 - [a@1 b=\"c]\"] \xef\xbb\xbf" + s + "\n"
	}},
}

// wrapAll wraps each line of a text.
func wrapAll(w wrapping, text string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(text, "\n") {
		b.WriteString(w.wrap(line))
	}
	return b.String()
}

func TestEachFormatInEachWrapperIsTheSameRecord(t *testing.T) {
	for _, w := range wrappings {
		for _, c := range formatCases {
			t.Run(w.name+"/"+c.name, func(t *testing.T) {
				plain, _ := readText(t, c.text+"\n", Options{})
				events, acc := readText(t, wrapAll(w, c.text+strings.Repeat("\n"+c.text, 2)), Options{})
				if len(events) != 3 || acc.Unparsed != 0 || acc.Wrapper != w.wrapper || acc.Format != c.format {
					t.Fatalf("%d events, account %+v", len(events), acc)
				}
				e, p := events[0], plain[0]
				if strings.Contains(c.format, "events") {
					p.Stream = "ctrl1"
				} else if e.Stream != w.stream {
					t.Errorf("stream %q, want %q", e.Stream, w.stream)
				}
				e.Time, e.Clock, e.Lines, e.Stream, e.Source = p.Time, p.Clock, p.Lines, p.Stream, p.Source
				if !reflect.DeepEqual(e, p) {
					t.Errorf("wrapped %+v\nplain   %+v", e, p)
				}
			})
		}
	}
}

func TestAWrapperWithAZoneCorrectsTheTime(t *testing.T) {
	const rec = `{"level":"info","msg":"m","time":"2026-11-22T15:19:36.376Z"}`
	for _, w := range wrappings {
		events, _ := readText(t, wrapAll(w, rec), Options{})
		want, clock := "2026-11-22T15:19:36.376Z", event.ClockLocal
		if w.zoned {
			want, clock = "2026-11-22T20:19:36.376Z", event.ClockZoned
		}
		if got := events[0].Time.Format(testFormat); got != want || events[0].Clock != clock {
			t.Errorf("%s: %s %d, want %s %d", w.name, got, events[0].Clock, want, clock)
		}
	}
}

func TestAPanicHasItsWrappersTime(t *testing.T) {
	for _, w := range wrappings {
		events, _ := readText(t, wrapAll(w, "panic: x\n\ngoroutine 1 [running]:"), Options{})
		if w.zoned && (events[0].Clock != event.ClockZoned || events[0].Time.Format("15:04:05") != "20:19:36") {
			t.Errorf("%s: %v %d", w.name, events[0].Time, events[0].Clock)
		}
	}
}

func TestStreamsInterleave(t *testing.T) {
	text := "a  | [71611.250]    INFO x.y: network = {\nb  | panic: boom\na  |   \"x\": 1\nb  | \nb  | goroutine 1 [running]:\na  | }\nb  | main.main()\n" +
		`a  | {"level":"info","msg":"m","time":"2026-11-22T19:19:36.376Z"}` + "\n"
	events, acc := readText(t, text, Options{})
	if len(events) != 3 || acc.Continuation != 5 || acc.Unparsed != 0 {
		t.Fatalf("account %+v", acc)
	}
	if events[0].Msg != "network = {\n  \"x\": 1\n}" || events[0].Stream != "a" || events[2].Stream != "b" || fieldsOf(events[2])["frames"] != "main.main" {
		t.Errorf("events %+v", events)
	}
}

func TestOtherProcessesDoNotContinueARecord(t *testing.T) {
	text := "Nov 22 19:22:42 h ziti[1]: [71611.250]    INFO x.y: network = {\nNov 22 19:22:42 h systemd[1]: Started ziti\nNov 22 19:22:42 h ziti[1]: }\n"
	events, acc := readText(t, text, Options{})
	if len(events) != 1 || acc.Unparsed != 1 || events[0].Msg != "network = {\n}" || events[0].Lines != 2 {
		t.Errorf("%+v\n%+v", acc, events)
	}
}

func TestAnUnknownPrefixBeforeAnObjectIsTakenOff(t *testing.T) {
	events, acc := readText(t, "x\nNODE3> "+oneRecord+`k="`+oneRecord+"x\n", Options{})
	if len(events) != 1 || events[0].Msg != "m" || acc.Unparsed != 3 {
		t.Errorf("%+v\n%+v", acc, events)
	}
}

func TestManyStreamsAreBounded(t *testing.T) {
	var b strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&b, "box%d  | [71611.250]    INFO x.y: network = {\n", i)
	}
	events, acc := readText(t, b.String(), Options{})
	if len(events) != 3000 || acc.Events != 3000 {
		t.Errorf("%d events, account %+v", len(events), acc)
	}
}

// Transcoding: every format in every wrapper, at every level. The filter must let every alarm through.
func TestAlarmLiteralsFindEveryAlarmInEveryWrapper(t *testing.T) {
	var records []string
	for _, l := range []string{"trace", "debug", "info", "warning", "warn", "error", "fatal", "panic"} {
		upper := strings.ToUpper(l)
		pad := fmt.Sprintf("%7s", strings.Replace(upper, "WARN", "WARNING", map[bool]int{true: 1}[l == "warn"]))
		records = append(records,
			`{"file":"f","level":"`+l+`","msg":"m","time":"2026-11-22T19:19:36.376Z"}`,
			`{"file":"f","level":"`+upper+`","msg":"m","time":"2026-11-22T19:19:36.376Z"}`,
			`{"file": "f", "level": "`+upper+`+1", "msg": "m","time":"2026-11-22T19:19:36.376Z"}`,
			`{"@level":"`+l+`","@message":"m","time":"2026-11-22T19:19:36.376Z"}`,
			`{"time":"2026-11-22T19:19:36.376Z","level":"`+upper+`","msg":"m"}`,
			`{"time":"2026-11-22T19:19:36.376Z","level":"`+upper+`+2","msg":"m"}`,
			`{"@level":"`+l+`","@message":"m","@timestamp":"2026-11-22T19:22:42.208Z"}`,
			`{"level": "`+l+`", "msg": "m", "time": "2026-11-22T19:22:42.208Z"}`,
			`time="2026-11-22T19:54:49Z" level=`+l+` msg=m`,
			`[71611.250] `+pad+` a.b: m`,
			"\x1b[0;34m[71611.250]\x1b[39m \x1b[0;31m"+pad+"\x1b[39m \x1b[0;36ma.b\x1b[39m: m",
			`2026-11-22T19:22:42.208Z [`+upper+`] raft: m`,
			`2026/11/22 19:47:19 `+upper+` m`,
			`2026/11/22 19:47:19 `+upper+`+1 m`,
		)
	}
	records = append(records, "panic: x", "fatal error: y", "goroutine 7 [running]:", "SIGQUIT: quit", "exit status 2")
	for _, w := range wrappings {
		t.Run(w.name, func(t *testing.T) {
			var b strings.Builder
			for _, r := range records {
				b.WriteString(w.wrap(r))
			}
			full, acc := readText(t, b.String(), Options{})
			some, acc2 := readText(t, b.String(), Options{Filter: literals(AlarmLiterals()), Silence: 1 << 60})
			var want, got []event.Event
			for _, e := range full {
				if e.Level >= event.LevelWarning {
					want = append(want, e)
				}
			}
			for _, e := range some {
				if e.Level >= event.LevelWarning {
					got = append(got, e)
				} else if w.text && !e.Torn {
					t.Errorf("passes for nothing: %s", e.Text)
				}
			}
			for i := range want { // silences were switched off only in the second reading
				want[i].Silence = 0
			}
			if len(want) < 40 || !reflect.DeepEqual(want, got) {
				t.Errorf("%d alarms, %d found", len(want), len(got))
				for i := range want {
					if i >= len(got) || want[i].Text != got[i].Text {
						t.Fatalf("missing %s", want[i].Text)
					}
				}
			}
			if !reflect.DeepEqual(acc, acc2) {
				t.Errorf("accounts differ:\n%+v\n%+v", acc, acc2)
			}
			told, acc3 := readText(t, b.String(), Options{Filter: toldAlarms, Alarms: true, Told: true, Silence: 1 << 60})
			got = got[:0]
			for _, e := range told {
				if e.Level >= event.LevelWarning {
					e.Marks, e.Marked = nil, false
					got = append(got, e)
				}
			}
			for i := range want {
				want[i].Marks, want[i].Marked = nil, false
			}
			if !reflect.DeepEqual(want, got) || !reflect.DeepEqual(acc, acc3) {
				t.Errorf("%d alarms, %d found by a filter that tells of them; accounts\n%+v\n%+v", len(want), len(got), acc, acc3)
			}
		})
	}
}

// toldAlarms marks the plain alarms, as a filter with Options.Told does.
func toldAlarms(source string, block []byte, marks []event.Mark) []event.Mark {
	marks = literals(PlainAlarms())(source, block, marks)
	for i := range marks {
		marks[i].Of = event.AlarmMark
	}
	return marks
}
