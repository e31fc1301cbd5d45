package redact

import (
	"encoding/json"
	"math/rand/v2"
	"sort"
	"strings"
	"testing"

	"zlog/diagnosis"
)

// TestNoSecretIsCutOpenAtTheSeam: evidence holds the head of a record, wherever that ends, and no head of a secret.
func TestNoSecretIsCutOpenAtTheSeam(t *testing.T) {
	quoted := func(s string) string {
		b, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	type planted struct {
		line string
		find []string
	}
	var all []planted
	for _, c := range canaries() {
		if c.class != Secret {
			continue
		}
		all = append(all, planted{`{"level":"error","msg":` + quoted(c.text) + `,"peerId":"ctrl2"}`, c.find})
		all = append(all, planted{`{"level":"error","msg":"x",` + quoted(c.field) + `:` + quoted(c.value) + `,"peerId":"ctrl2"}`, c.find})
	}
	words, long := "quokka jumps over wombat", strings.Repeat("kangaroo7", 100)
	for _, of := range []string{`["` + words + `","b"]`, `{"a":["` + words + `"],"b":"c"}`, `{"a":{"b":"` + words + `"}}`, `"` + words + `"`, `{"a":["` + long + `"]}`, `{"a":"` + long + ` ` + long + `"}`} {
		find := []string{"quokka", "wombat", "kangaroo7"}
		all = append(all, planted{`{"level":"error","msg":"x","password":` + of + `,"peerId":"ctrl2"}`, find})
		all = append(all, planted{`{"level":"error","msg":` + quoted(`{"password":`+of+`}`) + `,"peerId":"ctrl2"}`, find})
	}
	all = append(all, planted{`{"level":"error","msg":"it said quokka jumps over wombat","password":"quokka jumps over wombat"}`, []string{"quokka", "wombat"}})
	for _, p := range all {
		r, err := New(Standard)
		if err != nil {
			t.Fatal(err)
		}
		r.Source("x").Learn([]byte(p.line))
		for at := range p.line {
			res := &diagnosis.Result{Diagnoses: []diagnosis.Diagnosis{{Evidence: []diagnosis.Evidence{{Text: p.line[:at] + clipped}}}}}
			r.Result(res)
			got := res.Diagnoses[0].Evidence[0].Text
			for _, f := range p.find {
				if head := f[:min(len(f), 5)]; strings.Contains(got, head) {
					t.Fatalf("%s\ncut at %d, %q is there: %s", p.line, at, head, got)
				}
			}
			if !strings.HasSuffix(got, clipped) {
				t.Fatalf("cut at %d, it does not say so: %s", at, got)
			}
		}
	}
}

// TestALineThatIsTooLongLeavesNothing: neither of its head nor of a key that begins in it.
func TestALineThatIsTooLongLeavesNothing(t *testing.T) {
	lines := []string{`{"msg":"before"}`, "", "MHcCAQEEIBkg4LVWM9nuwNSk3yByxZpYRTBnVJk5GkMuMbCRnVeEoAoGCCqGSM49", "AwEHoUQDQgAEsecretsecretPEMbody==",
		"-----END EC PRIVATE KEY----- done", `{"level":"info","msg":"raft entered follower state"}`}
	for _, mode := range []Mode{Secrets, Standard, Strict} {
		r, err := New(mode)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, learn := range []bool{true, false} {
			s := r.Source("x")
			for i, l := range lines {
				var got []byte
				switch {
				case i == 1:
					got = s.TooLong([]byte(`{"password":["hunter2`), 12345)
				case learn:
					s.Learn([]byte(l))
				default:
					got = s.Line([]byte(l))
				}
				if !learn {
					out = append(out, string(got))
				}
			}
		}
		all := strings.Join(out, "\n")
		for _, v := range []string{"hunter2", "MHcCAQ", "AwEHoUQ"} {
			if strings.Contains(all, v) {
				t.Errorf("%v: %q is there:\n%s", mode, v, all)
			}
		}
		if !IsNotice(out[1]) || !strings.Contains(out[1], "12345 bytes") || out[5] != lines[5] || !strings.HasSuffix(out[4], " done") {
			t.Errorf("%v:\n%s", mode, all)
		}
	}
	for _, s := range []string{"", "[zlog: a line of ", "[zlog: a line of hunter2 bytes is left out: too long to be redacted]", Notice(7) + "x"} {
		if IsNotice(s) {
			t.Errorf("%q is no notice", s)
		}
	}
}

// TestALongValueIsKeptShort: the map names it by its head, and it is one value nevertheless.
func TestALongValueIsKeptShort(t *testing.T) {
	b := newBook()
	one, two := strings.Repeat("a", 1<<20), strings.Repeat("a", 1<<20)+"b"
	if b.token(Secret, one) != b.token(Secret, strings.Clone(one)) || b.token(Secret, one) == b.token(Secret, two) {
		t.Error("values are mixed up")
	}
	for _, e := range b.values {
		if len(e.Value) > 300 {
			t.Errorf("%d bytes are kept", len(e.Value))
		}
	}
}

// TestTheIndexFindsWhatLookingAtEachFinds compares the search for known values with trying each of them, the longest first.
func TestTheIndexFindsWhatLookingAtEachFinds(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 1))
	text := func(most int) string {
		b := make([]byte, rnd.IntN(most))
		for i := range b {
			b[i] = "abAB1-. "[rnd.IntN(8)]
		}
		return string(b)
	}
	found := 0
	for range 3000 {
		r, err := New(Standard)
		if err != nil {
			t.Fatal(err)
		}
		var values []string
		for range 1 + rnd.IntN(12) {
			v := "ab" + text(6)
			r.spread(Host, v)
			if v = strings.ToLower(v); len(v) >= shortest {
				values = append(values, v)
			}
		}
		if len(values) == 0 {
			continue
		}
		sort.SliceStable(values, func(i, j int) bool { return len(values[i]) > len(values[j]) })
		s := ""
		for range rnd.IntN(6) {
			s += text(6) + values[rnd.IntN(len(values))]
		}
		want, low := "", strings.ToLower(s)
	next:
		for i := 0; i < len(s); {
			if i == 0 || !wordByte(s[i]) || !wordByte(s[i-1]) {
				for _, v := range values {
					end := i + len(v)
					if strings.HasPrefix(low[i:], v) && (end == len(s) || !wordByte(s[end]) || !wordByte(s[end-1])) {
						want += r.book.token(Host, v)
						i = end
						found++
						continue next
					}
				}
			}
			want += s[i : i+1]
			i++
		}
		if got := r.knownValues(s); got != want {
			t.Fatalf("%q of %q: %q, want %q", s, values, got, want)
		}
	}
	if found < 1000 {
		t.Errorf("only %d were found", found)
	}
}
