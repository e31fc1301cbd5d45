package parser

import (
	"bytes"
	"cmp"
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
	told   bool
	stamps secondCache
	again  secondCache // of a run that is taken line by line
	ev     event.Event // parsed ahead
	acc    *account    // takes the lines
	after  func(n int) // called after each read
	give   func()      // takes the block: reads it at once, or sends it on and puts another in its place; see ahead
	buf    []byte
	now    block // is filled from buf
	found  []int // of the line at hand
	hole   bool  // of the line that has begun, NULs were left out: it is longer than the limit
}

// block is a run of whole lines, or the head of one that was cut, and what the filter said about them.
type block struct {
	buf   []byte // what text is a part of
	text  []byte
	cut   int  // bytes of the line that are not in text
	hole  bool // the first line lacks some of the NULs at its start
	final bool // the last of the source
	taken bool // its marks and its first lines are found
	seen  int  // its lines are found up to here
	marks []event.Mark
	lines []extent
	early []parts // of lines that were parsed ahead

	json objectReader // by which they were
}

// extent is a line of a block, or a run of quiet lines.
type extent struct {
	end, next int // where its text ends, and where the next line begins; of a run those of its last line
	more      int // so many lines of the run come before that
	wanted    bool
	plain     bool  // see secondCache.plain
	quiet     bool  // plain, and nothing is to be told of it
	early     bool  // the next of the block's early is of it
	first, at stamp // of the run's first line, and of its last
}

// mostLines is how many lines of a block are found at once, several times as many as ordinary blocks have: a block of line
// feeds alone would take a hundred times its size.
const mostLines = 8 << 10

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
	rest := l.buf[end:have]
	l.pass(l.buf[:end], 0, false)
	if len(l.buf) < len(rest) {
		l.buf = make([]byte, 2*len(rest))
	}
	return copy(l.buf, rest)
}

// long handles a line that does not end within the limit: its head is kept, the rest is counted.
func (l *lineReader) long(ctx context.Context) (have int, err error) {
	switch i := bytes.IndexByte(l.buf, '\n'); {
	case i == len(l.buf)-1: // the line ends where the buffer does
		return l.only(ctx)
	case i >= 0: // the limit is below blockSize
		return l.whole(len(l.buf)), nil
	}
	if l.buf[0] == 0 { // a hole, as a file has that was truncated under its writer: the line is what comes after it
		l.hole = true
		return max(1, copy(l.buf, withoutHole(l.buf))), nil // a line has begun, of a NUL at least
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
			l.pass(l.buf[:l.limit], cut, i < 0)
			if i < 0 {
				return 0, err
			}
			return copy(l.buf, spare[i+1:n]), err
		}
	}
}

// only hands on the one line that fills the buffer, once it is known whether another follows.
func (l *lineReader) only(ctx context.Context) (have int, err error) {
	spare, n := make([]byte, 32<<10), 0
	for n == 0 && err == nil {
		if err = ctx.Err(); err == nil {
			n, err = l.r.Read(spare)
			l.after(n)
		}
	}
	l.pass(l.buf, 0, n == 0)
	return copy(l.buf, spare[:n]), err
}

// withoutHole gives a line without the NULs at its start: a file that was truncated under its writer begins with a hole.
// A hole may have gigabytes, and is compared a piece at a time, ten times as fast as byte by byte.
func withoutHole(line []byte) []byte {
	if len(line) == 0 || line[0] != 0 {
		return line
	}
	for len(line) >= len(nuls) && bytes.Equal(line[:len(nuls)], nuls[:]) {
		line = line[len(nuls):]
	}
	return bytes.TrimLeft(line, "\x00")
}

var nuls [1 << 10]byte

// finish hands on what is left at the end.
func (l *lineReader) finish(have int, err error) error {
	if have > 0 {
		l.pass(l.buf[:have], 0, true)
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// pass hands on a part of buf; afterwards buf may be another.
func (l *lineReader) pass(text []byte, cut int, final bool) {
	l.now.buf = l.buf
	l.set(text, cut, final)
	l.give()
}

// read takes lines that are not in buf.
func (l *lineReader) read(text []byte, cut int, final bool) {
	l.set(text, cut, final)
	l.now.take(l, &l.stamps, false)
	l.hand(&l.now)
}

// set makes the block at hand of some lines.
func (l *lineReader) set(text []byte, cut int, final bool) {
	l.now.text, l.now.cut, l.now.hole, l.now.final = text, cut, l.hole, final
	l.hole = false
	l.now.taken, l.now.seen, l.now.marks, l.now.lines = false, 0, l.now.marks[:0], l.now.lines[:0]
	l.now.forget()
	l.now.json.text = l.now.json.text[:0]
}

// take asks the filter about a block and finds its first lines; with early, it parses objects, too.
func (b *block) take(l *lineReader, stamps *secondCache, early bool) {
	if l.filter != nil {
		b.marks = l.filter(l.acc.source.Name, b.text, b.marks)
		inOrder(b.marks)
	}
	b.split(l, stamps, b.marks, early)
	b.taken = true
}

// split finds a block's next lines and which of them are wanted, by the marks that are left. With early, the objects among these
// are parsed. Quiet lines that follow one another closely become a run: most lines of most logs.
func (b *block) split(l *lineReader, stamps *secondCache, marks []event.Mark, early bool) {
	var run *extent
	pos := b.seen
	for pos < len(b.text) && len(b.lines) < mostLines {
		end, next := len(b.text), len(b.text)
		if i := bytes.IndexByte(b.text[pos:], '\n'); i >= 0 && b.cut == 0 {
			end, next = pos+i, pos+i+1
		}
		wanted := l.filter == nil
		for len(marks) > 0 && marks[0].At < next {
			wanted = wanted || !marks[0].Weak
			marks = marks[1:]
		}
		raw := b.text[pos:end]
		at, plain := stamps.plain(raw[:min(len(raw), l.limit)])
		if !wanted && l.alarms && !(l.told && plain) {
			wanted = alarming(raw)
		}
		quiet := plain && !wanted && next < len(b.text) && len(raw) <= l.limit
		if quiet && run != nil && at.follows(run.at) {
			run.end, run.next, run.at = end, next, at
			run.more++
		} else {
			parsed := early && wanted && plain && len(raw) <= l.limit
			if parsed {
				b.parse(raw, &l.ev)
			}
			b.lines = append(b.lines, extent{end, next, 0, wanted, plain, quiet, parsed, at, at})
			run = nil
			if quiet {
				run = &b.lines[len(b.lines)-1]
			}
		}
		pos = next
	}
	b.seen = pos
}

// inOrder sorts marks by their place. They mostly come nearly sorted.
func inOrder(marks []event.Mark) {
	moves := 0
	for i := 1; i < len(marks); i++ {
		m, j := marks[i], i
		for ; j > 0 && marks[j-1].At > m.At; j-- {
			marks[j] = marks[j-1]
		}
		marks[j] = m
		if moves += i - j; moves > 8*len(marks) {
			slices.SortStableFunc(marks, func(x, y event.Mark) int { return cmp.Compare(x.At, y.At) })
			return
		}
	}
}

// hand gives the lines of a block to the account.
func (l *lineReader) hand(b *block) {
	marks, pos := l.some(b, b.marks, 0)
	for b.seen < len(b.text) {
		b.lines = b.lines[:0]
		b.split(l, &l.again, marks, false)
		marks, pos = l.some(b, marks, pos)
	}
}

// some gives the account the lines that were found, the first of which begins at pos, and the marks and the place behind them.
func (l *lineReader) some(b *block, marks []event.Mark, pos int) ([]event.Mark, int) {
	ahead := b.early
	for i := range b.lines {
		x := &b.lines[i]
		if x.quiet && l.acc.passOver(x.first, x.at, x.more+1) {
			pos = x.next
			continue
		}
		l.acc.ahead = nil
		for ; x.more > 0; x.more-- {
			end := pos + bytes.IndexByte(b.text[pos:], '\n')
			one := extent{end: end, next: end + 1, plain: true}
			one.at, _ = l.again.plain(b.text[pos:end])
			if l.acc.passOver(one.at, x.at, x.more+1) {
				break
			}
			if !l.acc.passOver(one.at, one.at, 1) {
				marks = l.one(b, &one, pos, marks)
			}
			pos = one.next
		}
		if x.more > 0 {
			pos = x.next
			continue
		}
		if x.early {
			l.acc.ahead, ahead = &ahead[0], ahead[1:]
		}
		marks = l.one(b, x, pos, marks)
		pos = x.next
	}
	return marks, pos
}

// one gives a line to the account, and the marks of those behind it back.
func (l *lineReader) one(b *block, x *extent, pos int, marks []event.Mark) []event.Mark {
	l.found = l.found[:0]
	for len(marks) > 0 && marks[0].At < x.next {
		if of := marks[0].Of; of != event.AlarmMark && marks[0].At >= pos {
			l.found = append(l.found, of)
		}
		marks = marks[1:]
	}
	raw, cut := b.text[pos:x.end], b.cut
	if len(raw) > l.limit || b.hole && pos == 0 {
		raw = withoutHole(raw) // of a shorter line the account does it, which knows whether NULs mean something there
	}
	if len(raw) > l.limit {
		raw, cut = raw[:l.limit], len(raw)-l.limit
	}
	l.acc.line(raw, cut, l.found, x, b.final && x.next == len(b.text))
	return marks
}
