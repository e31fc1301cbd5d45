package parser

import (
	"reflect"
	"strings"
	"testing"

	"zlog/event"
)

// both parses a text quickly and slowly.
func both(text string) (quick, slow event.Event) {
	quick, slow = event.Event{Text: text}, event.Event{Text: text}
	parseJSON(&quick)
	parseSlowly(&slow)
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

// TestOrdinaryBytesEndWhereOneIsNot: every byte at each of eight places, beside every kind of neighbour.
func TestOrdinaryBytesEndWhereOneIsNot(t *testing.T) {
	for _, around := range []byte{'a', ' ', '!', '#', '[', ']', 0x7f, 0x80, 0xa2, 0xdc, 0xff} {
		for c := range 256 {
			for at := range 8 {
				for _, after := range []byte{around, '"', '\\', 0, 0x1f} {
					s := []byte(strings.Repeat(string([]byte{around}), 8))
					s[at] = byte(c)
					for i := at + 1; i < 8; i++ {
						s[i] = after
					}
					want := 0
					for want < 8 && s[want] != '"' && s[want] != '\\' && s[want] >= ' ' {
						want++
					}
					if got := ordinary8(string(s)); got != want {
						t.Fatalf("%q: %d, want %d", s, got, want)
					}
				}
			}
		}
	}
}
