package rules

import (
	"slices"
	"testing"

	"zlog/event"
)

// TestLateTestsAreTriedAsTheyAre: passing over tests by the keys of an event finds what trying each finds.
func TestLateTestsAreTriedAsTheyAre(t *testing.T) {
	var tests []FieldTest
	for _, field := range []string{"error", "msg", "file", "a.b", "a", "text", "b.a"} {
		tests = append(tests,
			FieldTest{Field: field, text: "broken"}, FieldTest{Field: field, text: "be"}, FieldTest{Field: field, op: opIs, text: "be broken"},
			FieldTest{Field: field, op: opExists, text: "true"}, FieldTest{Field: field, op: opExists, text: "false"},
			FieldTest{Field: field, op: opNot, not: &FieldTest{Field: field, text: "broken"}}, FieldTest{Field: field, op: opIn, texts: []string{"", "broken"}})
	}
	values := []string{"", "to be broken", "broken", "be", "be broken", `{"b":"broken"}`, `{"a":"broken"}`, "brokeb"}
	keys := []string{"error", "a", "a.b", "b.a", "b", "", "other"}
	n := 0
	for size := 1; size <= len(tests); size++ { // of some together, and of all
		some, m := []lateTest(nil), Matcher{}
		for i := range size {
			f := tests[(i*11+size)%len(tests)]
			f.prepare()
			some = append(some, lateTest{i, &f})
		}
		m.set = &Set{late: lateFields(some)}
		for i := range 400 {
			e := event.Event{Msg: values[i%len(values)], File: values[i/3%len(values)]}
			for j := range i % 4 {
				e.Fields = append(e.Fields, event.Field{Key: keys[(i/4+j)%len(keys)], Value: values[(i/5+j*j)%len(values)]})
			}
			var want []int
			for _, l := range some {
				if l.test.holds(&e) {
					want = append(want, l.way)
				}
			}
			m.candidates = nil
			if m.tryLate(&e); !slices.Equal(m.candidates, want) {
				t.Fatalf("%d tests, %+v: %v, want %v", size, e, m.candidates, want)
			}
			n += len(want)
		}
	}
	if n < 1000 {
		t.Errorf("only %d held", n)
	}
}
