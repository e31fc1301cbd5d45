package parser

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"
)

// FuzzRecord: every record, in whatever format, is counted, keeps its text and has a message that can be printed.
func FuzzRecord(f *testing.F) {
	for _, c := range formatCases {
		f.Add(c.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		events, acc := readAll(t, strings.NewReader(text), Options{})
		for _, a := range acc {
			balanced(t, a)
			if n := strings.Count(text, "\n"); a.Error == "" && a.Bytes == int64(len(text)) && a.Lines != n && a.Lines != n+1 {
				t.Errorf("%d lines, %d counted", n, a.Lines)
			}
		}
		for _, e := range events {
			if !utf8.ValidString(e.Msg) || e.Line < 1 || e.Lines < 1 {
				t.Errorf("%+v", e)
			}
		}
	})
}

// FuzzStamp: the fast reader of times agrees with the time package, which also takes hours of one digit.
func FuzzStamp(f *testing.F) {
	for _, s := range []string{"2026-11-22T19:22:42.208486814Z", "2024-02-29T23:59:59+05:30", "0000-03-01T00:00:00Z", "9999-12-31T23:59:59.999-23:59"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want, err := time.Parse(time.RFC3339Nano, s)
		var c secondCache
		got, n, _, z := c.readStamp([]byte(s))
		if err == nil && s[13] == ':' && (n != len(s) || z == zoneNone || !got.time().Equal(want)) {
			t.Errorf("%s: %v, want %v (%d bytes)", s, got.time(), want, n)
		}
	})
}

// FuzzUnwrap: taking a line apart never fails, and what comes out is no longer than what went in.
func FuzzUnwrap(f *testing.F) {
	for _, w := range wrappings {
		for line := range strings.SplitSeq(strings.TrimSpace(w.wrap(oneRecord[:len(oneRecord)-1])), "\n") {
			f.Add([]byte(line))
		}
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		if len(line) == 0 || bytes.IndexByte(line, '\n') >= 0 {
			return
		}
		before := bytes.Clone(line)
		var c secondCache
		for k := wrapDocker; k <= wrapStamp; k++ {
			u := unwrapper{sticky: k}
			var w wrapped
			if u.unwrap(line, &c, &w) != wrapNone && len(w.payload) > 3*len(line) {
				t.Errorf("%d bytes from %d", len(w.payload), len(line))
			}
		}
		if !bytes.Equal(line, before) {
			t.Error("the line was written to")
		}
	})
}

// FuzzRead holds the promises of the whole reader: each line is counted once; the account does not depend on the
// filter or on how the bytes arrive; what the filter lets through is a part of everything, unchanged.
func FuzzRead(f *testing.F) {
	for _, w := range wrappings {
		var text strings.Builder
		for _, c := range formatCases {
			text.WriteString(wrapAll(w, c.text))
		}
		f.Add([]byte(text.String()), []byte("warn"), 1000)
	}
	var text strings.Builder // a second's lines, with a step back, another second, and keys behind the time
	for i, stamp := range []string{"42.391", "42.391", "42.400", "42.399", "42.400", "45.100", "45.101", "40.000", "40.001", "45.102", "45.103"} {
		key := []string{"", `,"type":"x"`, `,"type":"\"time\":\"y"`, `,"time":"2026-11-22T19:23:00.000Z"`}[i%4]
		text.WriteString(`{"level":"info","msg":"m","time":"2026-11-22T19:22:` + stamp + `Z"` + key + "}\n")
	}
	f.Add([]byte(text.String()), []byte("45.1"), 1000)
	f.Add([]byte("__CURSOR=\nMESSAGE\n\n\x00\x00\x00\x00\x00\x00\x00panic: x\n\n\n"), []byte("p"), 8)
	f.Fuzz(func(t *testing.T, text, word []byte, limit int) {
		if len(text) > 1<<16 || magicOf(text) != magicPlain {
			return
		}
		opt := Options{Limits: Limits{Line: 1 + max(0, limit)%4096}, Silence: 2 * time.Second}
		all, full := readAll(t, bytes.NewReader(text), opt)
		for _, a := range full {
			balanced(t, a)
			if a.Error == "" && a.Bytes != int64(len(text)) && wide(text) == nil { // UTF-16 counts as the UTF-8 it is read as
				t.Errorf("%d bytes of %d", a.Bytes, len(text))
			}
		}
		single, acc := readAll(t, iotest.OneByteReader(bytes.NewReader(text)), opt)
		if !reflect.DeepEqual(single, all) || !reflect.DeepEqual(acc, full) {
			t.Errorf("byte by byte:\n%+v\n%+v\nwhole:\n%+v\n%+v", acc, single, full, all)
		}
		if len(word) == 0 {
			return
		}
		opt.Filter = literals([]string{string(word)})
		some, acc := readAll(t, bytes.NewReader(text), opt)
		if !reflect.DeepEqual(acc, full) {
			t.Errorf("filtered:\n%+v\nall:\n%+v", acc, full)
		}
		i := 0
		for _, e := range some {
			for i < len(all) && !reflect.DeepEqual(all[i], e) {
				if bytes.Contains([]byte(all[i].Text), word) && all[i].Cut == 0 && !bytes.ContainsAny(word, "\n\r\\\"") && strings.Contains(string(text), all[i].Text) {
					t.Errorf("%q was left out: %+v", word, all[i])
				}
				i++
			}
			if i == len(all) {
				t.Fatalf("%+v is not among all", e)
			}
			i++
		}
	})
}
