package redact

import (
	"strings"
	"testing"
)

// FuzzLine holds three promises for any bytes: no panic, the same number of lines, and nothing changes the second time.
func FuzzLine(f *testing.F) {
	for _, c := range canaries() {
		for _, p := range places {
			f.Add(p.lines(c), uint8(2))
		}
	}
	for _, l := range lookalikes {
		f.Add(l, uint8(3))
	}
	f.Add(`{"a":{"b":[1,2,{"password":"x\u0000y"}]},"\ud800":"10.0.0.1"`, uint8(1))
	f.Add("-----BEGIN KEY-----\nabc\n\n-----END KEY-----\nx=[[[", uint8(2))
	f.Fuzz(func(t *testing.T, text string, mode uint8) {
		if len(text) > 8<<10 {
			return
		}
		m := Mode(mode % 4)
		lines := strings.Split(text, "\n")
		once := redactLines(t, m, lines)
		for i, l := range once {
			if strings.Contains(l, "\n") {
				t.Fatalf("line %d became several: %q", i, l)
			}
		}
		twice := redactLines(t, m, once)
		for i := range once {
			if once[i] != twice[i] {
				t.Fatalf("%v line %d changes again\n was %q\n is  %q\n now %q", m, i, lines[i], once[i], twice[i])
			}
		}
	})
}
