package parser

import (
	"bytes"
	"slices"
	"time"
	"unsafe"

	"zlog/event"
)

// plainObject is the fast path: an object of one line that ends in logrus's time, in no wrapper.
func (a *account) plainObject(p []byte, at stamp, m *meta) {
	st := a.root
	if st.held {
		a.flush(st)
	}
	a.source.Events++
	a.countJSON(formatPfxlogJSON, p)
	at, silence := a.clock(st, at, stamp{}, m.line)
	if m.wanted || silence > 0 {
		a.give(st, p, at, silence, m, false, a.ahead)
	}
}

// passOver counts n objects as plainObject does, if nothing is to be told of them: none is wanted, each follows the one
// before it, and the first what was read last. It says whether it did. Most lines of most logs are such.
func (a *account) passOver(first, at stamp, n int) bool {
	last := &a.root.time.last
	if !first.follows(*last) || last.clock != event.ClockLocal || a.gaps.last.clock != last.clock || a.pause < followPause ||
		a.root.held || a.export.active || a.objects() || !a.sure() || a.source.Lines < a.close ||
		a.source.Lines/closeEvery != (a.source.Lines+n)/closeEvery {
		return false
	}
	a.source.Lines += n
	a.source.Events += n
	a.countPlain(n)
	a.root.time.anchored = false
	*last, a.root.time.dated = at, at
	a.gaps.seen(at)
	a.gaps.records += int64(n)
	return true
}

// object counts an object, and parses and emits it if it is wanted.
func (a *account) object(st *stream, p []byte, s shape, wrap stamp, m *meta, torn bool) {
	if st.held {
		a.flush(st)
	}
	if len(s.source) > 0 { // an OpenZiti event names its node
		st = a.stream(s.source)
		if st.held {
			a.flush(st)
		}
	}
	a.source.Events++
	a.countJSON(s.format, p)
	at, silence := a.clock(st, s.at, wrap, m.line)
	if m.wanted || silence > 0 || torn {
		a.give(st, p, at, silence, m, torn, nil)
	}
}

// give parses an object, if that was not done ahead, and emits it. Each part of ev is set by itself: most of them seldom change,
// and while the collector marks, the writing of a whole event costs more than parsing it.
func (a *account) give(st *stream, p []byte, at stamp, silence time.Duration, m *meta, torn bool, ahead *parts) {
	ev := &a.ev
	if ev.Source != a.source.Name {
		ev.Source = a.source.Name
	}
	if ev.Stream != st.name {
		ev.Stream = st.name
	}
	ev.Line, ev.Lines, ev.Cut, ev.Torn, ev.Silence = m.line, m.lines, m.cut, torn, silence
	ev.Time, ev.Clock, ev.Text = at.time(), at.clock, a.text(withoutEnd(p))
	ev.Marks, ev.Marked = m.marks, m.marked
	if ahead != nil {
		ev.Level, ev.Msg, ev.Func, ev.File, ev.Fields = ahead.level, ahead.msg, ahead.fn, ahead.file, ahead.fields
	} else {
		ev.Level, ev.Msg, ev.Func, ev.File, ev.Fields = event.LevelUnknown, "", "", "", a.fields[:0]
		a.json.text = a.json.text[:0]
		a.json.parse(ev)
		a.fields = ev.Fields
	}
	a.emit(ev)
}

// withoutEnd gives a line without the bytes that end it.
func withoutEnd(p []byte) []byte {
	if n := len(p); n > 0 && p[n-1] == '}' {
		return p
	}
	return bytes.TrimRight(p, "\r\n")
}

// parts are what parsing finds in an object.
type parts struct {
	level         event.Level
	msg, fn, file string
	fields        []event.Field
}

// parse parses an object that is lent, into ev, and adds its parts to the block.
func (b *block) parse(raw []byte, ev *event.Event) {
	b.early = slices.Grow(b.early, 1)[:len(b.early)+1]
	p := &b.early[len(b.early)-1]
	*ev = event.Event{Text: lent(withoutEnd(raw)), Fields: p.fields[:0]}
	b.json.lend = true
	b.json.parse(ev)
	*p = parts{ev.Level, ev.Msg, ev.Func, ev.File, ev.Fields}
}

// keptFields is how many fields of an object have room that is kept: each of a block's objects has its own.
const keptFields = 64

// forget leaves the objects that were parsed ahead, and keeps their room for the next.
func (b *block) forget() {
	for i := range b.early {
		if p := &b.early[i]; cap(p.fields) > keptFields {
			p.fields = nil
		}
	}
	b.early = b.early[:0]
}

// text gives the bytes of a record as a string: of their own, or those in the reader's buffer, if they are lent. A storm
// of errors would have most of its lines copied only to be counted.
func (a *account) text(p []byte) string {
	if a.lend {
		return lent(p)
	}
	return string(p)
}

// lent gives bytes of the reader's buffer as a string.
func lent(p []byte) string {
	if len(p) == 0 {
		return ""
	}
	return unsafe.String(&p[0], len(p)) //nolint:gosec // audited: valid until the buffer is filled again, as Options.Lend says
}

// torn looks at the first or last line of a source: JSON that was cut is a record, but not one to rely on. What is
// left of a first line ends like an object, what is left of a last one starts like one.
func (a *account) torn(p []byte, s *shape, m *meta) bool {
	p = bytes.TrimSpace(p)
	switch {
	case s.kind != kindJSON && s.kind != kindUnknown:
		return false
	case len(p) > 1 && p[0] == '{' && (p[1] == '"' || s.kind == kindJSON):
		return !event.IsJSONBytes(p)
	case !m.first || s.kind != kindUnknown || len(p) == 0 || p[len(p)-1] != '}' || !bytes.Contains(p, []byte(`":`)):
		return false
	}
	if at, ok := a.stamps.keyStamp(p, bytes.LastIndex(p, []byte(`"time":"`)), len(`"time":"`)); ok {
		s.at, s.format = at, formatPfxlogJSON
	}
	return true
}

// clock gives a record's time and the silence before it.
func (a *account) clock(st *stream, own, wrap stamp, line int) (stamp, time.Duration) {
	before := st.time.before(own, wrap)
	at := st.time.at(own, wrap)
	if own.clock == event.ClockNone && wrap.clock == event.ClockNone {
		return at, 0
	}
	if a.part != nil && before.clock == at.clock && at.since(before) >= a.pause {
		if d, ok := a.part.Since(line); ok && d < at.since(before) {
			before = at.back(d)
			a.gaps.seen(before)
		}
	}
	a.gaps.record(at, before)
	if d := at.since(before); before.clock == at.clock && d >= a.pause {
		return at, d
	}
	return at, 0
}
