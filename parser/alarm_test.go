package parser

import (
	"bytes"
	"strings"
	"testing"

	"zlog/event"
)

// FuzzAlarmingTellsAlarms: no line is passed over whose record, read as a line of its own, has the level warning or above; and of lines
// that name no level behind a mark, those are alarms that hold one of the literals.
func FuzzAlarmingTellsAlarms(f *testing.F) {
	for _, s := range []string{
		`{"level":"warning","msg":"m","time":"2026-11-22T19:22:42.391Z"}`, `time="2026-11-22T19:54:49Z" level=error msg="m"`, `time=2026-11-22T19:54:49.203Z level=warn msg=m`,
		`time=level=info level=error msg="m"`, `[2026-11-22 19:22:42.391]   ERROR f: m`, `[   0.001] WARNING f: m`, "[   0.001] \x1b[33mWARNING\x1b[0m f: m", `[a] [b]   ERROR m`,
		`2026-11-22T19:22:42.208Z [WARN]  raft: m`, `2026/11/22 19:47:19 WARN m`, `2026/11/22 19:47:19 ERROR+2 m`, "panic: m", `[signal SIGSEGV: m]`, `[1.5]    INFO f: an ERROR inside`, "[",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if strings.ContainsAny(line, "\n\x00") || len(line) > 2000 {
			return
		}
		got := alarming([]byte(line))
		events, _ := readAll(t, strings.NewReader(line), Options{})
		for i := range events {
			if e := &events[i]; !got && e.Level >= event.LevelWarning && !e.Torn && !isDump([]byte(line)) { // dumps pass every filter
				t.Errorf("%q has the level %s and is passed over", line, e.Level)
			}
		}
		if strings.HasPrefix(line, "[") || strings.HasPrefix(line, "time=") {
			return
		}
		want := false
		for _, mark := range levelMarks {
			if strings.Contains(line, mark.text) {
				return
			}
		}
		for _, a := range alarmLiterals {
			want = want || bytes.Contains([]byte(line), a.text)
		}
		if got != want {
			t.Errorf("%q: %v, want %v", line, got, want)
		}
	})
}
