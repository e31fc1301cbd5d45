package parser

import (
	"bytes"
	"time"

	"zlog/event"
)

// Bounds of what is kept between lines. A stream is one host, container or pod; sources with more than 256 of them
// make do with the 256 that wrote last.
const (
	streamCount   = 256
	heldBytes     = 64 << 10 // of a record of many lines, beyond its first
	pendingBytes  = 16 << 20 // of all streams together
	overtakeLines = 10_000   // a record is held back for at most so many lines of other streams
	dumpBytes     = 16 << 10 // of a dump
	mostMarks     = 256      // of a record; with more, it is searched anew
)

// stream is what is remembered of one stream between lines.
type stream struct {
	name string
	used int // line that used it last
	time timeline

	held    bool // a record that the next lines may go on with
	told    bool // it has been handed on already; further lines only count
	kind    kind
	ident   []byte
	text    []byte
	line    int
	lines   int
	cut     int
	wanted  bool
	marks   []int // what the filter found in its lines
	marked  bool  // and that is all that it would find
	stacks  bool  // the dump's goroutines have begun
	room    int   // bytes that continuation lines may still add
	at      stamp
	silence time.Duration

	piece     bool // a line that came in pieces and is not complete
	pieces    []byte
	pieceMeta meta
	pieceID   []byte
	pieceAt   stamp
}

// hold keeps a record until it is known to be complete.
func (st *stream) hold(k kind, text, ident []byte, m *meta) {
	st.held, st.told, st.kind = true, false, k
	st.text = append(st.text[:0], text...)
	st.ident = append(st.ident[:0], ident...)
	st.line, st.lines, st.cut, st.wanted = m.line, m.lines, m.cut, m.wanted
	st.marks, st.marked = append(st.marks[:0], m.marks...), m.marked
	st.stacks, st.room = false, heldBytes
	if k == kindDump {
		st.stacks, st.room = isGoroutine(text), max(0, dumpBytes-len(text))
	}
}

// goOn adds a line to the held record.
func (st *stream) goOn(text []byte, m *meta) {
	st.lines += m.lines
	st.wanted = st.wanted || m.wanted
	st.marked = st.marked && m.marked && len(st.marks) < mostMarks
	if st.marked {
		st.marks = append(st.marks, m.marks...)
	}
	st.stacks = st.stacks || st.kind == kindDump && isGoroutine(text)
	if n := min(len(text), max(0, st.room-1)); n < len(text) || st.room == 0 {
		st.cut += len(text) - n
		st.room = min(st.room, 1)
		text = text[:n]
		if n == 0 {
			return
		}
	}
	st.cut += m.cut
	st.room -= len(text) + 1
	st.text = append(append(st.text, '\n'), text...)
}

// continues tells whether what the shape calls k goes on with the held record.
func (st *stream) continues(k kind, p, ident []byte) bool {
	if !st.held || !bytes.Equal(ident, st.ident) {
		return false
	}
	switch k {
	case kindUnknown:
		return true
	case kindBlank:
		return st.kind == kindDump
	case kindDump:
		return st.kind == kindDump && !newDump(p, st.stacks)
	}
	return false
}

// size is what the stream keeps in memory.
func (st *stream) size() int { return cap(st.text) + cap(st.pieces) }

// event fills ev from the held record, whose text it lends or copies.
func (st *stream) event(ev *event.Event, source string, lend bool) {
	*ev = event.Event{
		Source: source, Line: st.line, Lines: st.lines, Stream: st.name, Time: st.at.time(), Clock: st.at.clock,
		Fields: ev.Fields[:0], Cut: st.cut, Silence: st.silence, Marks: st.marks, Marked: st.marked,
	}
	if lend {
		ev.Text = lent(st.text)
	} else {
		ev.Text = string(st.text)
	}
	parse(ev, st.kind)
}
