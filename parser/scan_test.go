package parser

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"

	"zlog/event"
)

// both parses a text quickly and slowly.
func both(text string) (quick, slow event.Event) {
	quick, slow = event.Event{Text: text}, event.Event{Text: text}
	new(objectReader).parse(&quick)
	parseSlowly(&slow)
	slow.Msg = valid(slow.Msg)
	if len(quick.Fields) == 0 {
		quick.Fields = nil
	}
	if len(slow.Fields) == 0 {
		slow.Fields = nil
	}
	return quick, slow
}

func FuzzOnePassReadsWhatGjsonReads(f *testing.F) {
	for _, s := range []string{
		`{"file":"a.go:1","func":"f","index":12,"level":"info","msg":"a \"quoted\" \u00e9 text","ok":true,"no":null,"time":"2026-11-22T19:22:42.391Z"}`,
		`{"level":7,"msg":true,"msg":"twice","error":null,"n":-1,"big":12345678901234567890,"f":1.50,"z":01}`,
		`{"time":"x","source":{"function":"f","file":"a.go","line":7},"msg":"m","time":"again"}`,
		`{"source":{"function":"f\"\u00e9","file":"a\n.go","line":"7"},"msg":"m"}`, `{"source":{"function":"f","file":"a.go"}}`, `{"source":{"function":null,"file":7,"line":null}}`, `{"source":{"file":"a.go"}}`, `{"source":{"function":"f","function":"g","file":"","line":7}}`, `{"file":"b.go","source":{"function":{"a":1},"file":"a.go","line":[1]}}`,
		`{"time":"x","a":1,"time":"2026-11-22T19:22:42.391Z"}`, `{"a":{"b":1,"time":"2026-11-22T19:22:42.391Z"}}`, `{"a":{"b":1,"time":"2026-11-22T19:22:42.391Z"}`,
		`{"a":"b,"time":"2026-11-22T19:22:42.391Z"}`, `{"a":"b\,"time":"2026-11-22T19:22:42.391Z"}`, `{"a":1,,"time":"2026-11-22T19:22:42.391Z"}`, `{"a":1,"time":"2026-11-22T19:22:4\"391Z"}`,
		`{,"time":"2026-11-22T19:22:42.391Z"}`, `{"a":1,"time":"2026-11-22T19:22:42\u00e9Z"}`, `{"a":"\\","time":"2026-11-22T19:22:42.391Z"}`, `{"a":12,"time":"2026-11-22T19:22:42.391Z"}`,
		`{"a":tru,"time":"2026-11-22T19:22:42.391Z"}`, `{"a":,"time":"2026-11-22T19:22:42.391Z"}`, `{"a","time":"2026-11-22T19:22:42.391Z"}`, `{"a":[1,"time":"2026-11-22T19:22:42.391Z"}`,
		`{"namespace":"cluster","eventType":"peer.connected","timestamp":5}`, `{}`, `{"a":1,}`, `{"a":1}x}`, `{"a" :1}`, `{"":""}`,
		`{"a":"\x"}`, `{"a":"\u12"}`, `{"\u0061":"b"}`, "{\"a\":\"\x01\"}", "{\"a\":\"\xff\"}", `{"a":tru}`, `{"a":"b"`, `{"a":"b}`, `{"a":0}`, `{"msg":-0}`,
		`{"a":"\ud83d\ude00 \ud83d \ud83dx \ud83d\u0041 \b\f\n\r\t\/\\\u00e9\u003E","b":{"c":[1,"}"]},"d":[{},"\"]"]}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if quick, slow := both(text); !reflect.DeepEqual(quick, slow) {
			t.Errorf("one pass %+v\ngjson    %+v", quick, slow)
		}
	})
}

// TestQuotesAreFoundAtEveryPlace: a quote, a backslash and every other byte at each place of eight, beside every kind of
// neighbour, in a short text and in three places of a longer one.
func TestQuotesAreFoundAtEveryPlace(t *testing.T) {
	var r objectReader
	for _, around := range []byte{'a', ' ', '!', '#', '[', ']', 0x7f, 0x80, 0xa2, 0xdc, 0xff} {
		for _, from := range []int{1, 2, 57, 66} {
			s := append(bytes.Repeat([]byte{around}, from+100), '"')
			for c := range 256 {
				for at := range 8 {
					for _, next := range []byte{around, '"', '\\', 'n', 0, 0x1f} {
						s[0], s[from+at], s[from+at+1] = '"', byte(c), next
						want, ascii, ok := slowQuotes(s)
						if got := r.find(string(s)); got != ok || ok && (!slices.Equal(r.quotes, want) || r.ascii != ascii) {
							t.Fatalf("%q: %v %v %v, want %v %v %v", s, got, r.quotes, r.ascii, ok, want, ascii)
						}
						s[from+at], s[from+at+1] = around, around
					}
				}
			}
		}
	}
}

// slowQuotes is find, byte by byte.
func slowQuotes(s []byte) (all []quote, ascii, ok bool) {
	ascii = true
	inside, escapes := false, quote(0)
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			all, inside, escapes = append(all, quote(i)<<1|escapes), !inside, 0
		case s[i] == '\\' && (!inside || i+1 == len(s) || bytes.IndexByte([]byte(`"\/bfnrt`), s[i+1]) < 0), s[i] < ' ':
			return nil, false, false // the test has no \u
		case s[i] == '\\':
			escapes = 1
			i++
		}
		ascii = ascii && s[i] < 0x80
	}
	return all, ascii, !inside
}

// TestManyQuotesTakeLittle: an object of very many strings is left to gjson, and what it took is not kept.
func TestManyQuotesTakeLittle(t *testing.T) {
	text := `{"msg":"many"` + strings.Repeat(`,"":"x"`, mostQuotes) + `}`
	var r objectReader
	got, want := event.Event{Text: text}, event.Event{Text: text}
	r.parse(&got)
	parseSlowly(&want)
	if !reflect.DeepEqual(got, want) || got.Msg != "many" || len(got.Fields) != 1 {
		t.Errorf("%q and %d fields", got.Msg, len(got.Fields))
	}
	if r.find(text); cap(r.quotes) > 4*mostQuotes {
		t.Errorf("room for %d quotes is kept", cap(r.quotes))
	}
}
