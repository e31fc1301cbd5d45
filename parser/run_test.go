package parser

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"zlog/event"
)

// restless gives a log with lines that follow closely, silences, jumps back, and among its quiet lines all that ends a run.
func restless(seed uint64, lines int) string {
	r := rand.New(rand.NewPCG(seed, 1))
	steps := []int{0, 1, 10, 10, 100, 100, 900, 1100, 1900, 2100, 3100, 400_000, -1, -2500, -4_000_000}
	levels := []string{"debug", "info", "info", "info", "warning"}
	at := 0
	var b strings.Builder
	for i := range lines {
		if at += steps[r.IntN(4)]; r.IntN(20) == 0 {
			at = max(0, at+steps[r.IntN(len(steps))])
		}
		stamp := fmt.Sprintf("2026-11-22T%02d:%02d:%02d.%03dZ", at/3_600_000%24, at/60_000%60, at/1000%60, at%1000)
		switch r.IntN(60) {
		case 0:
			fmt.Fprintf(&b, "[%d.%03d]    INFO some/part.go: pfxlog's text %d\n", at/1000, at%1000, i)
		case 1:
			if b.WriteString("\n"); r.IntN(30) == 0 { // more lines than are found at once, which end among others
				b.WriteString(strings.Repeat("\n", mostLines-r.IntN(500)))
			}
		case 2:
			fmt.Fprintf(&b, `{"level":"info","msg":"weak words %d","peer":{"time":"2020-01-01T00:00:00.000Z"},"time":"%s","token":"Z","zone":"Z"}`+"\n", i, stamp)
		case 3:
			fmt.Fprintf(&b, `{"level":"info","msg":"without a time %d"}`+"\n", i)
		case 4:
			fmt.Fprintf(&b, "{\"level\":\"info\",\"msg\":\"%s\",\"time\":\"%s\"}\r\n", strings.Repeat("long ", r.IntN(300)), stamp)
		default:
			fmt.Fprintf(&b, `{"channel":"raft","level":"%s","msg":"line %d of handling %d","time":"%s"}`+"\n", levels[r.IntN(len(levels))], i, r.IntN(9), stamp)
		}
	}
	return b.String()
}

// TestRunsAreTheSame: quiet lines are passed over together; read a byte at a time each line is a block by itself, and none is.
func TestRunsAreTheSame(t *testing.T) {
	weak := func(source string, block []byte, marks []event.Mark) []event.Mark {
		marks = literals([]string{`level":"warning`, "handling 3", "weak words"})(source, block, marks)
		for i := range marks {
			marks[i].Weak = marks[i].Of == 2
		}
		return marks
	}
	for seed := range uint64(8) {
		text := restless(seed, 4000)
		base := Options{Filter: weak, Alarms: true, Told: true, Limits: Limits{Line: 1000}}
		events, acc := readAll(t, iotest.OneByteReader(strings.NewReader(text)), base)
		if len(events) < 500 || len(events) > 3900 || acc[0].Unparsed+acc[0].Blank == 0 || len(acc[0].Gaps) == 0 {
			t.Fatalf("%d events: %+v", len(events), acc[0])
		}
		for _, mode := range []struct{ lend, ahead bool }{{}, {lend: true}, {ahead: true}, {lend: true, ahead: true}} {
			opt := base
			opt.Lend, opt.Ahead = mode.lend, mode.ahead
			for name, in := range map[string]io.Reader{"at once": strings.NewReader(text), "in halves": iotest.HalfReader(strings.NewReader(text))} {
				got, account := readAll(t, in, opt)
				if !reflect.DeepEqual(events, got) || !reflect.DeepEqual(acc, account) {
					t.Errorf("seed %d, %s, %+v: %d events, want %d; accounts\n%+v\n%+v", seed, name, mode, len(got), len(events), account, acc)
				}
			}
		}
	}
}

// TestBlocksOfShortLinesTakeLittle: what is kept of a line takes a hundred times as much as one that is empty.
func TestBlocksOfShortLinesTakeLittle(t *testing.T) {
	b := block{text: bytes.Repeat([]byte("\n"), 5*mostLines+7)}
	l := lineReader{limit: 1000, acc: newAccount("x", Options{}.orDefaults(Limits{}), func(*event.Event) {})}
	b.take(&l, &l.stamps, false)
	l.hand(&b)
	if len(b.lines) > mostLines || l.acc.source.Blank != len(b.text) {
		t.Errorf("%d lines at once, and %d of %d in all", len(b.lines), l.acc.source.Blank, len(b.text))
	}
}

// TestObjectsAheadKeepLittle: objects of very many fields, each the last of some others, so that each has a place of its own.
func TestObjectsAheadKeepLittle(t *testing.T) {
	const time = `"time":"2026-11-22T19:22:42.391Z"}` + "\n"
	var l lineReader
	l.limit, l.acc = 1<<20, newAccount("x", Options{Lend: true}.orDefaults(Limits{}), func(*event.Event) {})
	large := "{" + strings.Repeat(`"a":1,"b":2,"":3,"c":4,`, 1000) + time
	for i := range 64 {
		large = strings.Replace(large, `"a"`, fmt.Sprintf(`"a%d"`, i), 1) // beyond 64 others, equal keys are kept
	}
	for n := range 100 {
		l.set([]byte(strings.Repeat(`{"msg":"small",`+time, n)+large), 0, false)
		if l.now.take(&l, &l.stamps, true); len(l.now.early) != n+1 || len(l.now.early[n].fields) < 3000 {
			t.Fatalf("%d objects, want %d; of %d fields", len(l.now.early), n+1, len(l.now.early[n].fields))
		}
	}
	l.set(nil, 0, false)
	room := 0
	for _, p := range l.now.early[:cap(l.now.early)] {
		room += cap(p.fields)
	}
	if room > 100*keptFields {
		t.Errorf("room for %d fields is kept", room)
	}
}
