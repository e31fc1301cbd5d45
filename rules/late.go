package rules

import (
	"slices"

	"zlog/event"
	"zlog/sieve"
)

// lateTest is a field test without which a way does not hold.
type lateTest struct {
	way  int
	test *FieldTest
}

// first gives the first test of an alternative that is not about the level.
func (t *Test) first() *FieldTest {
	i := slices.IndexFunc(t.Fields, func(f FieldTest) bool { return f.levels == 0 })
	return &t.Fields[max(i, 0)]
}

// lateField are the tests of one field. Late are those of the signatures that only warnings match and that the prefilter does not
// look for, because their texts are short. They are tried on each record of level warning and above, so most are passed over by the
// keys of its fields.
type lateField struct {
	of     *slot
	keys   uint64       // that the field may be found under; 0 if its tests may hold without
	texts  []lateTest   // that a text is in it
	sieve  *sieve.Sieve // of these texts
	others []lateTest
}

// lateFields puts the tests of each field together.
func lateFields(tests []lateTest) []lateField {
	var all []lateField
	byField := map[string]int{}
	for _, l := range tests {
		i, known := byField[l.test.Field]
		if !known {
			i = len(all)
			byField[l.test.Field] = i
			all = append(all, lateField{of: &l.test.of, keys: l.test.of.keys})
		}
		f := &all[i]
		if l.test.op == opContains {
			f.texts = append(f.texts, l)
		} else {
			f.others = append(f.others, l)
		}
		if l.test.op == opNot || l.test.op == opExists && l.test.text == "false" {
			f.keys = 0
		}
	}
	for i := range all {
		f := &all[i]
		var texts []string
		for _, l := range f.texts {
			texts = append(texts, l.test.text)
		}
		f.sieve = sieve.New(texts)
	}
	return all
}

// tryLate finds candidates among the late ways.
func (m *Matcher) tryLate(e *event.Event) {
	keys := keysOf(e)
	for i := range m.set.late {
		if f := &m.set.late[i]; f.keys == 0 || f.keys&keys != 0 {
			v, has := f.of.value(e)
			m.tryField(f, e, v, has)
		}
	}
}

// tryField makes candidates of the ways whose test of a field the event meets.
func (m *Matcher) tryField(f *lateField, e *event.Event, v string, has bool) {
	if has && sieve.Lets(f.sieve, v) {
		for _, l := range f.texts {
			if l.test.meets(e, v, has) {
				m.candidate(l.way)
			}
		}
	}
	for _, l := range f.others {
		if l.test.meets(e, v, has) {
			m.candidate(l.way)
		}
	}
}
