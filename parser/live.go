package parser

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"zlog/diagnosis"
	"zlog/event"
)

// Live reads the plain text of a source that grows: it is given the bytes as they come, in whatever pieces, and hands
// on the record of each line as soon as the line has ended. What it emits, and its account, are what Source.Read gives
// for the same bytes; only records that may go on over more lines differ, if Settle was called in their midst.
//
// A Live is used by one goroutine, on which emit runs.
type Live struct {
	acc     *account
	lines   lineReader
	rest    []byte // of a line that has not ended, at most the limit and one byte
	over    int    // bytes of that line beyond the limit
	void    int    // and of the hole at its start that rest lacks
	started bool
}

// NewLive gives a Live that stands at the start of a source.
func NewLive(name string, opt Options, emit func(*event.Event)) *Live {
	opt = opt.orDefaults(Limits{})
	a := newAccount(name, opt, emit)
	return &Live{acc: a, lines: lineReader{limit: opt.Limits.Line, filter: opt.Filter, alarms: opt.Alarms, told: opt.Told, acc: a}}
}

// Resume lets the source go on where it stood when src was its Account.
func (l *Live) Resume(src diagnosis.Source) {
	l.started = src.Bytes > 0
	l.acc.source = src
	l.acc.source.Gaps = slices.Clone(src.Gaps)
	switch src.Format {
	case "":
	case formatPfxlogJSON:
		l.acc.plain = src.Events
	case formatSlogJSON:
		l.acc.slog = src.Events // so that what comes counts as such, too
	default:
		l.acc.formats[src.Format] = src.Events
	}
	for k, name := range wrapperNames {
		if name != "" && name == src.Wrapper {
			l.acc.wraps[k] = src.Events
			break
		}
	}
	if !src.Last.IsZero() {
		first, last := stampOf(src.First.Time), stampOf(src.Last.Time)
		l.acc.gaps.first, l.acc.gaps.begin, l.acc.gaps.last, l.acc.gaps.records = first, first, last, int64(src.Events)
		l.acc.root.time.last = last
	}
}

// Write takes the next bytes. Its error says that the source is no plain text; nothing of it is read then.
func (l *Live) Write(p []byte) (int, error) {
	n := len(p)
	if !l.started && n > 0 {
		if magicOf(p) != magicPlain {
			return 0, fmt.Errorf("%s: compressed or an archive, which cannot be followed", l.acc.source.Name)
		}
		if binaryData(p[:min(n, headBytes)]) {
			return 0, fmt.Errorf("%s: not a log: binary data", l.acc.source.Name)
		}
		l.started = true
	}
	l.acc.source.Bytes += int64(n)
	if len(l.rest) > 0 {
		i := bytes.IndexByte(p, '\n')
		if i < 0 {
			l.keep(p)
			return n, nil
		}
		l.keep(p[:i])
		p = p[i+1:]
		l.whole(false)
	}
	if i := bytes.LastIndexByte(p, '\n'); i >= 0 {
		for block := p[:i+1]; len(block) > 0; {
			end := len(block)
			if end > blockSize { // the filter is given blocks that fit the cache
				if j := bytes.LastIndexByte(block[:blockSize], '\n'); j >= 0 {
					end = j + 1
				} else {
					end = bytes.IndexByte(block, '\n') + 1
				}
			}
			l.lines.read(block[:end], 0, false)
			block = block[end:]
		}
		p = p[i+1:]
	}
	l.keep(p)
	return n, nil
}

// keep adds to the line that has not ended: up to the limit and a byte, so that block sees that it is too long. A hole
// at its start takes no room if the line is that long.
func (l *Live) keep(p []byte) {
	for len(p) > 0 {
		if room := l.lines.limit + 1 - len(l.rest); room >= len(p) {
			l.rest = append(l.rest, p...)
			return
		} else if l.over == 0 {
			l.rest, p = append(l.rest, p[:room]...), p[room:]
		}
		if l.rest[0] != 0 {
			l.over += len(p)
			return
		}
		had := len(l.rest)
		l.rest = l.rest[:max(1, copy(l.rest, withoutHole(l.rest)))] // a line has begun, of a NUL at least
		l.void += had - len(l.rest)
		l.lines.hole = true
	}
}

// whole hands on the line that was kept.
func (l *Live) whole(last bool) {
	if l.over > 0 {
		l.lines.read(l.rest[:l.lines.limit], l.over+len(l.rest)-l.lines.limit, last)
	} else {
		l.lines.read(l.rest, 0, last)
	}
	l.rest, l.over, l.void = l.rest[:0], 0, 0
	if cap(l.rest) > blockSize {
		l.rest = nil
	}
}

// Settle says that nothing more came for a while: records that might go on over more lines are handed on as they are.
// Dumps, which a dying process writes in many small pieces, only if dumps is set. Lines that come later are still
// counted as their continuation.
func (l *Live) Settle(dumps bool) {
	for _, st := range l.acc.inOrder() {
		if st.held && !st.told && (dumps || st.kind != kindDump) {
			st.told = true
			l.acc.hand(st)
		}
	}
}

// Holds says whether a dump waits for Settle.
func (l *Live) Holds() bool {
	for _, st := range l.acc.streams {
		if st.held && !st.told {
			return true
		}
	}
	return false
}

// Rename gives the source another name for what comes.
func (l *Live) Rename(name string) { l.acc.source.Name = name }

// Account gives the account of the lines so far; one that has not ended is not among them.
func (l *Live) Account() diagnosis.Source {
	src := l.acc.source
	src.Gaps = append([]diagnosis.Gap{}, src.Gaps...)
	src.Format, src.Wrapper = l.acc.dominant()
	l.acc.gaps.into(&src)
	return src
}

// Last gives the time of the latest record, the zero time if none had one.
func (l *Live) Last() time.Time { return l.acc.gaps.last.time() }

// Pending gives how many bytes of the source belong to a line that has not ended.
func (l *Live) Pending() int64 { return int64(len(l.rest) + l.over + l.void) }

// End says that no more will come, and gives the account.
func (l *Live) End() diagnosis.Source {
	if len(l.rest) > 0 {
		l.whole(true)
	}
	return l.acc.end()
}
