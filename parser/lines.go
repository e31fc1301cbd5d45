package parser

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"

	"zlog/event"
)

// blockSize is how much is read at a time. It fits the second-level cache of any machine that runs a controller.
const blockSize = 256 << 10

// lineReader cuts bytes into lines and hands them to an account, in blocks over which the filter runs first. It owns the
// buffer: a line is valid only during the call.
//
//	buf   [ whole lines … | last line ]      the last line waits until it is known whether another follows
type lineReader struct {
	r      io.Reader
	limit  int
	filter Filter
	alarms bool
	acc    *account    // takes the lines
	after  func(n int) // called after each read
	marks  []event.Mark
	found  []int // of the line at hand
	buf    []byte
}

// run reads to the end. Its error is the reader's, or the context's.
func (l *lineReader) run(ctx context.Context) error {
	l.buf = make([]byte, blockSize)
	have := 0 // bytes in buf
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if have == len(l.buf) && have < l.limit+1 {
			l.buf = append(l.buf, make([]byte, min(have, l.limit+1-have))...)
		} else if have == len(l.buf) {
			rest, err := l.long(ctx)
			have = rest
			if err != nil {
				return l.finish(have, err)
			}
			continue
		}
		n, err := l.r.Read(l.buf[have:])
		l.after(n)
		fresh := l.buf[have : have+n]
		have += n
		if bytes.IndexByte(fresh, '\n') >= 0 {
			have = l.whole(have)
		}
		if err != nil {
			return l.finish(have, err)
		}
	}
}

// whole hands on the lines of buf[:have] except the last and moves the rest to the front.
func (l *lineReader) whole(have int) int {
	end := bytes.LastIndexByte(l.buf[:have], '\n') + 1
	if end == have {
		end = bytes.LastIndexByte(l.buf[:have-1], '\n') + 1
	}
	if end == 0 {
		return have
	}
	l.block(l.buf[:end], false)
	return copy(l.buf, l.buf[end:have])
}

// long handles a line that does not end within the limit: its head is kept, the rest is counted.
func (l *lineReader) long(ctx context.Context) (have int, err error) {
	if i := bytes.IndexByte(l.buf, '\n'); i >= 0 { // the limit is below blockSize
		return l.whole(len(l.buf)), nil
	}
	cut := len(l.buf) - l.limit
	spare := make([]byte, 32<<10)
	for {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		n, err := l.r.Read(spare)
		l.after(n)
		i := bytes.IndexByte(spare[:n], '\n')
		if i < 0 {
			cut += n
		} else {
			cut += i
		}
		if i >= 0 || err != nil {
			l.one(l.buf[:l.limit], cut, i < 0)
			if i < 0 {
				return 0, err
			}
			return copy(l.buf, spare[i+1:n]), err
		}
	}
}

// finish hands on what is left at the end.
func (l *lineReader) finish(have int, err error) error {
	if have > 0 {
		l.block(l.buf[:have], true)
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// one hands on a line that was cut.
func (l *lineReader) one(head []byte, cut int, last bool) {
	l.mark(head)
	_, strong := l.upTo(l.marks, 0, len(head))
	l.acc.line(head, cut, l.found, l.filter == nil || strong || l.alarms && alarming(head), last)
}

// mark asks the filter about a block.
func (l *lineReader) mark(block []byte) {
	if l.filter == nil {
		return
	}
	l.marks = l.filter(l.acc.source.Name, block, l.marks[:0])
	if byPlace := func(a, b event.Mark) int { return a.At - b.At }; !slices.IsSortedFunc(l.marks, byPlace) {
		slices.SortFunc(l.marks, byPlace)
	}
}

// upTo puts the marks of a line that stands from pos to next into found, and gives those of later lines and whether one
// of the line's own is strong.
func (l *lineReader) upTo(marks []event.Mark, pos, next int) (later []event.Mark, strong bool) {
	l.found = l.found[:0]
	for len(marks) > 0 && marks[0].At < next {
		if m := marks[0]; m.At >= pos {
			l.found = append(l.found, m.Of)
			strong = strong || !m.Weak
		}
		marks = marks[1:]
	}
	return marks, strong
}

// block hands on the lines of a block; only the last may lack its line feed.
func (l *lineReader) block(b []byte, final bool) {
	l.mark(b)
	marks := l.marks
	for pos := 0; pos < len(b); {
		end, next := len(b), len(b)
		if i := bytes.IndexByte(b[pos:], '\n'); i >= 0 {
			end, next = pos+i, pos+i+1
		}
		var strong bool
		marks, strong = l.upTo(marks, pos, next)
		raw, cut := b[pos:end], 0
		wanted := l.filter == nil || strong || l.alarms && alarming(raw)
		if len(raw) > l.limit {
			raw, cut = raw[:l.limit], len(raw)-l.limit
		}
		l.acc.line(raw, cut, l.found, wanted, final && next == len(b))
		pos = next
	}
}
