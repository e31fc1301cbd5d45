package parser

import (
	"bytes"
	"reflect"
	"slices"
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
// neighbour.
func TestQuotesAreFoundAtEveryPlace(t *testing.T) {
	var r objectReader
	for _, around := range []byte{'a', ' ', '!', '#', '[', ']', 0x7f, 0x80, 0xa2, 0xdc, 0xff} {
		for c := range 256 {
			for at := range 8 {
				for _, next := range []byte{around, '"', '\\', 'n', 0, 0x1f} {
					s := bytes.Repeat([]byte{around}, 12)
					s[0], s[at+1], s[at+2] = '"', byte(c), next
					want, inside, ok, ascii := []quote{0}, true, true, true
					for i := 1; i < len(s) && ok; i++ {
						switch {
						case s[i] == '"':
							want, inside = append(want, quote(i)<<1), !inside
							if !inside && bytes.IndexByte(s[want[len(want)-2].at():i], '\\') >= 0 {
								want[len(want)-1]++
							}
						case s[i] == '\\':
							i++
							ok = inside && i < len(s) && bytes.IndexByte([]byte(`"\/bfnrt`), s[i]) >= 0
						case s[i] < ' ':
							ok = false
						}
						ascii = ascii && s[min(i, len(s)-1)] < 0x80
					}
					ok = ok && !inside
					if got := r.find(string(s)); got != ok || ok && (!slices.Equal(r.quotes, want) || r.ascii != ascii) {
						t.Fatalf("%q: %v %v %v, want %v %v %v", s, got, r.quotes, r.ascii, ok, want, ascii)
					}
				}
			}
		}
	}
}
