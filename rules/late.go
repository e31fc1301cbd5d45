package rules

import (
	"slices"

	"zlog/event"
)

// lateTest is a field test without which a signature's alternative does not hold.
type lateTest struct {
	signature int
	test      *FieldTest
}

// first gives the first test of an alternative that is not about the level.
func (t *Test) first() *FieldTest {
	i := slices.IndexFunc(t.Fields, func(f FieldTest) bool { return f.levels == 0 })
	return &t.Fields[max(i, 0)]
}

// lateTests are those of the signatures that only warnings match and that the prefilter does not look for, because their texts
// are short. They are tried on each record of level warning and above, so most are passed over by the keys of its fields.
type lateTests struct {
	fields []lateField
	keys   uint64 // of data that some test needs, see keyBit
}

// lateField are the tests of one field.
type lateField struct {
	keys   uint64     // that the field may be found under; 0 if its tests may hold without
	texts  []lateTest // that a text is in it
	sieve  *sieve     // of these texts
	others []lateTest
}

// newLateTests puts the tests of each field together.
func newLateTests(tests []lateTest) *lateTests {
	all := &lateTests{}
	byField := map[string]int{}
	for _, l := range tests {
		i, known := byField[l.test.Field]
		if !known {
			i = len(all.fields)
			byField[l.test.Field] = i
			all.fields = append(all.fields, lateField{keys: l.test.keys()})
		}
		f := &all.fields[i]
		if l.test.op == opContains {
			f.texts = append(f.texts, l)
		} else {
			f.others = append(f.others, l)
		}
		if l.test.op == opNot || l.test.op == opExists && l.test.text == "false" {
			f.keys = 0
		}
	}
	for i := range all.fields {
		f := &all.fields[i]
		var texts []string
		for _, l := range f.texts {
			texts = append(texts, l.test.text)
		}
		f.sieve = newSieve(texts)
		all.keys |= f.keys
	}
	return all
}

// keys gives the keys that a field of an event's data may be found under, 0 for the other parts of an event.
func (f *FieldTest) keys() uint64 {
	switch f.kind {
	case isKey:
		return 1 << keyBit(f.Field)
	case isDotted:
		return 1<<keyBit(f.Field) | 1<<keyBit(f.head)
	}
	return 0
}

// keyBit gives a number below 64 for a key, mostly another for another.
func keyBit(key string) uint {
	if key == "" {
		return 0
	}
	return (uint(len(key)) + 5*uint(key[0])) % 64
}

// tryLate finds candidates among the late signatures.
func (m *Matcher) tryLate(e *event.Event) {
	late := m.set.late
	for i := range late.fields {
		if f := &late.fields[i]; f.keys == 0 {
			m.tryField(f, e)
		}
	}
	for i := range e.Fields {
		key := uint64(1) << keyBit(e.Fields[i].Key)
		if late.keys&key == 0 {
			continue
		}
		for j := range late.fields {
			if f := &late.fields[j]; f.keys&key != 0 {
				m.tryField(f, e)
			}
		}
	}
}

// tryField makes candidates of the signatures whose test of a field the event meets.
func (m *Matcher) tryField(f *lateField, e *event.Event) {
	if len(f.texts) > 0 {
		if v, has := f.texts[0].test.value(e); has && f.sieve.lets(v) {
			for _, l := range f.texts {
				if l.test.meets(e, v, has) {
					m.candidate(l.signature)
				}
			}
		}
	}
	for _, l := range f.others {
		if l.test.holds(e) {
			m.candidate(l.signature)
		}
	}
}
