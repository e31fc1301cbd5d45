package rules

import (
	"strings"

	"zlog/event"
)

// slot is a field of events by its name, found in less time than by event.Event.Field.
type slot struct {
	name, head string // head is what comes before the first dot
	kind       slotKind
	keys       uint64 // the keys that data may be found under, see keyBit; 0 if it is no data
}

// slotKind is what a field is: a data key, or a part of the event that each has.
type slotKind uint8

const (
	isKey slotKind = iota
	isDotted
	isMsg
	isOther
)

var slotKinds = map[string]slotKind{"msg": isMsg, "level": isOther, "func": isOther, "file": isOther, "text": isOther}

// newSlot gives the field of a name.
func newSlot(name string) slot {
	s := slot{name: name, kind: slotKinds[name]}
	if s.kind != isKey {
		return s
	}
	s.keys = 1 << keyBit(name)
	if head, _, dotted := strings.Cut(name, "."); dotted {
		s.kind, s.head = isDotted, head
		s.keys |= 1 << keyBit(head)
	}
	return s
}

// keyBit gives a number below 64 for a key, mostly another for another.
func keyBit(key string) uint {
	if key == "" {
		return 0
	}
	return (uint(len(key)) + 5*uint(key[0])) % 64
}

// keysOf gives the bits of an event's keys.
func keysOf(e *event.Event) uint64 {
	keys := uint64(0)
	for i := range e.Fields {
		keys |= 1 << keyBit(e.Fields[i].Key)
	}
	return keys
}

// in says whether an event with some keys may have the field.
func (s *slot) in(keys uint64) bool { return s.keys == 0 || s.keys&keys != 0 }

// value is the event's Field.
func (s *slot) value(e *event.Event) (string, bool) {
	switch s.kind {
	case isMsg:
		return e.Msg, true
	case isOther:
		return e.Field(s.name)
	case isDotted:
		for i := range e.Fields {
			if key := e.Fields[i].Key; key == s.head || key == s.name {
				return e.Field(s.name)
			}
		}
		return "", false
	}
	for i := range e.Fields {
		if e.Fields[i].Key == s.name {
			return e.Fields[i].Value, true
		}
	}
	return "", false
}
