package parser

import (
	"strings"
	"testing"

	"github.com/tidwall/gjson"
)

// FuzzDecodeReadsWhatGjsonReads holds decode to gjson for every text that is well-formed between quotes, alone and before more.
func FuzzDecodeReadsWhatGjsonReads(f *testing.F) {
	for _, s := range []string{
		"", "plain", `a \"quoted\" text`, `\\`, `\\\\\"`, `1234567\n`, `12345678\t9`, `\u00e9\u003C`, `\ud83d\ude00`, `\ud83d`, `\ud83dx`, `\ud83d\u0041`, `\ud83d\ud83d\ude00`,
		`\ude00\ud83d`, `\b\f\n\r\t\/`, "ä\xff", strings.Repeat(`\"`, 40), strings.Repeat("x", 63) + `\u00e9`, `{\"level\":\"info\",\"msg\":\"a \\\"b\\\" \\u003c\"}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		quoted := `"` + s + `"`
		if !gjson.Valid(quoted) {
			if text, end := decode(nil, s); end > len(s) || end < -1 || len(text) > len(s) && !strings.Contains(s, `\u`) {
				t.Fatalf("%q: %q, %d", s, text, end)
			}
			return
		}
		want := "before" + gjson.Parse(quoted).String()
		for _, behind := range []string{"", `"`, `",\"x`} {
			text, end := decode([]byte("before"), s+behind)
			bytes, same := decode([]byte("before"), []byte(s+behind))
			if string(text) != want || end != len(s) || string(bytes) != want || same != end {
				t.Fatalf("%q before %q: %q to %d, want %q to %d", s, behind, text, end, want, len(s))
			}
		}
	})
}

// TestWhatIsNoEscapeStandsForItself, and a backslash at the end is told.
func TestWhatIsNoEscapeStandsForItself(t *testing.T) {
	for s, want := range map[string]string{`\x41`: "x41", `\u12`: "u12", `\u12g4!`: "u12g4!", `a\u`: "au", `\ud83`: "ud83"} {
		if got, end := decode(nil, s); string(got) != want || end != len(s) {
			t.Errorf("%s: %q to %d, want %q", s, got, end, want)
		}
	}
	if _, end := decode(nil, `a\`); end != -1 {
		t.Errorf("a backslash at the end: %d", end)
	}
}

// FuzzPairsAreWhatGjsonReads: an object that is read in one pass is valid, and has the keys and values that gjson reads in it.
func FuzzPairsAreWhatGjsonReads(f *testing.F) {
	for _, s := range []string{
		`{}`, `{"a":1}`, `{"a":1,}`, `{,"a":1}`, `{"a":"b","a":"c"}`, `{"a":"\"","b":[1,{"c":"]"}],"d":{"e":null},"f":null,"g":true,"h":false}`, `{"a":"b"}}`, `{"a":"b"`, `{"a"}`,
		`{"a":-1}`, `{"a":01}`, `{"a":1e5}`, `{"a":"b",}`, `{"a" :1}`, `{"\u0061":1}`, `{"_msg":"{\"level\":\"info\",\"msg\":\"x\"}","node":"ctrl1"}`, "{\"a\":\"\x01\"}", `{"a":"\x"}`,
		`{"` + strings.Repeat("k", 70) + `":"` + strings.Repeat(`\\\"`, 40) + `","b":` + strings.Repeat("[", 20) + strings.Repeat("]", 20) + `}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var r objectReader
		pairs, ok := r.pairs(s)
		if !ok {
			return
		}
		if !gjson.Valid(s) {
			t.Fatalf("%q is not valid, and is read as %+v", s, pairs)
		}
		i := 0
		gjson.Parse(s).ForEach(func(k, v gjson.Result) bool {
			want := valueOf(v)
			if i >= len(pairs) {
				t.Fatalf("%q: the key %q is not found", s, k.Str)
			}
			got := pairs[i]
			got.text, got.escaped = r.string(&got.value), false
			if got.key != k.Str || got.value != want {
				t.Fatalf("%q: %q %+v, want %q %+v", s, got.key, got.value, k.Str, want)
			}
			i++
			return true
		})
		if i != len(pairs) {
			t.Fatalf("%q: %d keys, want %d", s, len(pairs), i)
		}
	})
}

// FuzzNumbersAreWhatGjsonReads: journald writes a message that cannot be printed as a list of its bytes.
func FuzzNumbersAreWhatGjsonReads(f *testing.F) {
	for _, s := range []string{"[]", "[27,91,51,52,109]", "[0]", "[256,1000]", "[1, 2]", "[ 1]", "[-1,1.5,null,\"x\",[3]]", "[99999999999999999999]", "[1]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, list string) {
		if !gjson.Valid(list) || !gjson.Parse(list).IsArray() || list[0] != '[' || list[len(list)-1] != ']' || len(list) > 1000 {
			return
		}
		want := []byte("before")
		gjson.Parse(list).ForEach(func(_, v gjson.Result) bool {
			want = append(want, byte(v.Int()))
			return true
		})
		if got := appendNumbers([]byte("before"), list); string(got) != string(want) {
			t.Errorf("%s: %v, want %v", list, got, want)
		}
	})
}
