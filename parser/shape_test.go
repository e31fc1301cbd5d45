package parser

import "testing"

// TestTheUsualEndIsReadAsTheTailIs changes each byte of a line to each value: where usual reads a time, tail reads the same.
func TestTheUsualEndIsReadAsTheTailIs(t *testing.T) {
	for _, line := range []string{
		`{"level":"info","msg":"x","time":"2026-11-22T19:22:42.391Z"}`,
		`{"time":"2026-11-22T19:22:42.091Z"}`,
		`{"level":"info","time":"2026-11-22T19:22:42.999Z"} `,
	} {
		read := 0
		for i := range line {
			for c := range 256 {
				b := []byte(line)
				b[i] = byte(c)
				var fast, slow secondCache
				seed := []byte(`{"","time":"2026-11-22T19:22:42.000Z"}`)
				if _, ok := fast.tail(seed); !ok {
					t.Fatal("the seed has no time")
				}
				ms := fast.usual(b)
				if ms < 0 {
					continue
				}
				read++
				if want, ok := slow.tail(b); !ok || want.sec != fast.sec || want.nsec != ms*1e6 {
					t.Errorf("%q: %d ms, tail has %v %v", b, ms, want, ok)
				}
			}
		}
		if usual := line[len(line)-1] == '}' && len(line) > jsonTail; usual != (read > 0) {
			t.Errorf("%q: read %d times", line, read)
		}
	}
	var never secondCache
	if ms := never.usual([]byte(`{"msg":"x","time":"2026-11-22T19:22:42.391Z"}`)); ms >= 0 {
		t.Errorf("a second that was never read: %d", ms)
	}
}
