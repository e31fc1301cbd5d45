// Package event holds zlog's first noun: one record that a controller or router wrote, with its position.
//
// An event knows nothing of files on disk, rules or colours. Parsers make events, rules look at them.
package event

import (
	"strings"
	"time"

	"github.com/tidwall/gjson"
)

// Clock says how far an event's time can be trusted.
type Clock uint8

// The clocks, from worst to best.
const (
	ClockNone  Clock = iota // no time in the record or its wrapper
	ClockStart              // time since the process started (pfxlog on a terminal); Time counts from 1970-01-01
	ClockDay                // time since local midnight (pfxlog's flag form); Time counts from 1970-01-01
	ClockLocal              // a date and a time without a zone, such as the literal Z of pfxlog's JSON
	ClockZoned              // a time with a zone: logrus text, event stream, most wrappers
)

// Event is one parsed record: a log line, or a panic or goroutine dump of many lines.
//
// An Event handed to a callback is valid only during the call, but the strings in it may be kept, unless the reader was
// asked to lend them (see parser.Options).
type Event struct {
	Source string    // the input's display name, e.g. "ctrl1.log" or "bundle.tgz/ctrl1.log"
	Line   int       // physical line in Source, from 1; of a record of many lines the first
	Lines  int       // physical lines it spans, at least 1
	Stream string    // the wrapper's host, container, pod or service, or the event stream's event_src_id; "" for none
	Time   time.Time // event time, the zero Time if there is none; see Clock
	Clock  Clock
	Level  Level
	Msg    string
	Func   string // the writing function as printed, "" if not
	File   string // the writing file as printed, "" if not
	Fields []Field
	Text   string // the record as written, without its wrapper, at most 1 MiB; of a dump its head
	// Silence is the time since the record before it in the same source and stream, if that is long enough to tell
	// of (see parser.Options); else 0.
	Silence time.Duration
	Torn    bool // the record is cut: invalid at the first or last line of its source
	// Marks are the numbers that a prefilter gave what it found in the record's raw line, in no order. Without Marked
	// nothing is known of what the filter found, or there was none.
	Marks  []int
	Marked bool
	Cut    int // bytes beyond the limit that were counted but not kept
}

// Mark is what a prefilter found in a block of raw lines.
type Mark struct {
	At   int  // offset of any byte of it
	Of   int  // a number of the filter's own, for Event.Marks
	Weak bool // it means something only in a record that is looked at for another reason
}

// AlarmMark is the Of of a mark that says only that the record may be of level warning or above.
const AlarmMark = -1

// Field is one data key of an event. Strings are unquoted; numbers, objects and arrays keep their JSON text.
type Field struct{ Key, Value string }

// Field gives the value of a data key and whether the event has it. The names msg, level, func, file and text
// stand for the event's own parts. A key may itself hold dots ("fields.time"); if no such key exists, the part
// after the first dot names a member of a JSON object or array ("peer.ID", "peers.0.id").
func (e *Event) Field(name string) (string, bool) {
	switch name {
	case "msg":
		return e.Msg, true
	case "level":
		return e.Level.String(), true
	case "func":
		return e.Func, e.Func != ""
	case "file":
		return e.File, e.File != ""
	case "text":
		return e.Text, true
	}
	for i := range e.Fields {
		if e.Fields[i].Key == name {
			return e.Fields[i].Value, true
		}
	}
	head, rest, dotted := strings.Cut(name, ".")
	if !dotted {
		return "", false
	}
	for i := range e.Fields {
		if e.Fields[i].Key == head && (strings.HasPrefix(e.Fields[i].Value, "{") || strings.HasPrefix(e.Fields[i].Value, "[")) {
			if r := gjson.Get(e.Fields[i].Value, rest); r.Exists() {
				return r.String(), true
			}
		}
	}
	return "", false
}
