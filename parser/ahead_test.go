package parser

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"zlog/event"
)

// TestReadingAheadIsTheSame: with reading on another goroutine, the events, in order, and the account are the same; also
// for lines longer than a block, for one that is cut at the limit, and for a reader that gives little and then fails.
func TestReadingAheadIsTheSame(t *testing.T) {
	var all strings.Builder
	for _, w := range wrappings {
		for _, c := range formatCases {
			all.WriteString(wrapAll(w, c.text+"\n"+strings.TrimSpace(oneRecord)))
		}
	}
	long := func(n int) string {
		return `{"level":"error","msg":"` + strings.Repeat("x", n) + `","time":"2026-11-22T19:22:42.391Z"}` + "\n"
	}
	text := string(generated(4_000)) + long(300<<10) + all.String() + long(1<<20) + long(2<<20) + string(generated(4_000)) + long(blockSize-90) + "half a li"
	readers := map[string]func() io.Reader{
		"at once":   func() io.Reader { return strings.NewReader(text) },
		"in halves": func() io.Reader { return iotest.HalfReader(strings.NewReader(text)) },
		"then a fault": func() io.Reader {
			return io.MultiReader(strings.NewReader(text), iotest.ErrReader(io.ErrUnexpectedEOF))
		},
		"byte by byte": func() io.Reader { return iotest.OneByteReader(strings.NewReader(all.String())) },
	}
	for name, open := range readers {
		for _, filter := range []Filter{nil, literals([]string{"level\":\"warning", "handling"})} {
			read := func(ahead bool) (events []event.Event, acc any) {
				opt := Options{Ahead: ahead, Filter: filter, Alarms: true}
				return readAll(t, open(), opt)
			}
			events, acc := read(false)
			moreEvents, moreAcc := read(true)
			if len(events) < 10 || !reflect.DeepEqual(events, moreEvents) || !reflect.DeepEqual(acc, moreAcc) {
				t.Errorf("%s: %d events ahead, %d without; accounts\n%+v\n%+v", name, len(moreEvents), len(events), moreAcc, acc)
			}
		}
	}
}

// TestReadingAheadEndsWithItsContext: what was read is handed on, and nothing is left running that reads.
func TestReadingAheadEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	s := &Source{Name: "-", stdin: bytes.NewReader(generated(20_000)), limit: DefaultLimits()}
	acc := s.Read(ctx, Options{Ahead: true}, func(*event.Event) {
		if n++; n == 100 {
			cancel()
		}
	})
	if len(acc) != 1 || n < 100 || n != acc[0].Events || acc[0].Events >= 20_000 || !strings.Contains(acc[0].Error, "canceled") {
		t.Errorf("%d events, account %v", n, fmt.Sprint(acc))
	}
}
