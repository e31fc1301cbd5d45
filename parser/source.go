package parser

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"unicode/utf8"

	"zlog/diagnosis"
	"zlog/event"
)

// Source is one input: a file, standard input, or an archive with many members. It is opened when it is read, and
// a Source of a file may be read more than once.
type Source struct {
	// Name is the display name: the path as the user gave it, joined with the path inside a folder; "-" for
	// standard input. The members of an archive are accounted for under "bundle.tgz/ctrl1.log".
	Name string

	stdin io.Reader   // set for "-"
	spool io.ReaderAt // set for lines that were fetched
	size  int64
	limit Limits
}

// Fetched gives a source of plain lines that were fetched from elsewhere and lie in a spool of some size. It may be read
// more than once; whatever the lines look like, they are no archive.
func Fetched(name string, spool io.ReaderAt, size int64, lim Limits) *Source {
	return &Source{Name: name, spool: spool, size: size, limit: lim}
}

// Spool gives where the lines of a source lie that were fetched, nil for any other source.
func (s *Source) Spool() io.ReaderAt { return s.spool }

// Size gives the bytes of the raw input, 0 if that is not known. Progress counts up to it.
func (s *Source) Size() int64 { return s.size }

// Plain says whether the source is a file of plain text, not compressed and no archive. What cannot be read is not.
func (s *Source) Plain() bool {
	if s.stdin != nil || s.spool != nil {
		return false
	}
	f, err := os.Open(s.Name)
	if err != nil {
		return false
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	head := make([]byte, headBytes)
	n, _ := f.ReadAt(head, 0)
	return magicOf(head[:n]) == magicPlain
}

// Read reads the source to its end, handing each wanted record to emit in the order written (records of different
// streams may overtake each other by some thousand lines if one goes on over many lines), and returns the account:
// one entry for a file, one for each member of an archive. What cannot be opened or decoded, or only partly, has
// Error set; what was read before still counts. When ctx is done, so is Read.
//
// emit runs on the caller's goroutine.
func (s *Source) Read(ctx context.Context, opt Options, emit func(*event.Event)) []diagnosis.Source {
	opt = opt.orDefaults(s.limit)
	w := &walk{ctx: ctx, opt: opt, emit: emit, root: s.Name}
	if s.spool != nil {
		w.plain(s)
		return w.sources
	}
	in := s.stdin
	if in == nil {
		f, err := os.Open(s.Name)
		if err != nil {
			w.fail(s.Name, err)
			return w.sources
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			w.file = f
		}
		in = f
	}
	w.raw.r = in
	w.layer(s.Name, &w.raw, 0)
	if len(w.sources) == 1 && w.file != nil && w.sources[0].Error == "" && w.sources[0].Bytes == w.raw.n && w.raw.n < s.size {
		w.sources[0].Error = fmt.Sprintf("read %s: it shrank from %d to %d bytes while it was read; lines are missing", s.Name, s.size, w.raw.n)
	}
	return w.sources
}

// plain reads the lines of a spool.
func (w *walk) plain(s *Source) {
	w.raw.r = io.NewSectionReader(s.spool, 0, s.size)
	w.lines(s.Name, &w.raw, nil)
}

// walk is one reading of a source: it goes through the layers down to the lines.
type walk struct {
	ctx     context.Context
	opt     Options
	emit    func(*event.Event)
	root    string
	file    *os.File // the raw input if it can be read at any place, for zip
	raw     counter
	leaf    int64        // bytes that came out at the bottom
	stopped bool         // a limit of the whole container is reached
	tap     func(*block) // is given the lines as they are stored, and no record is parsed; see Raw
	sources []diagnosis.Source
}

// counter counts what goes through it.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// fail accounts for an input of which nothing could be read.
func (w *walk) fail(name string, err error) {
	w.sources = append(w.sources, diagnosis.Source{Name: name, Gaps: []diagnosis.Gap{}, Error: err.Error()})
}

// lines reads plain text.
func (w *walk) lines(name string, r io.Reader, head []byte) {
	if order := wide(head); order != nil {
		r = &narrow{r: r, order: order}
	} else if binaryData(head) {
		w.fail(name, fmt.Errorf("%s: not a log: binary data", name))
		return
	}
	one := oneJSON(head) // which is gone after reading
	a := newAccount(name, w.opt, w.emit)
	l := &lineReader{r: &bottom{w: w, r: r, a: a}, limit: w.opt.Limits.Line, filter: w.opt.Filter, alarms: w.opt.Alarms, told: w.opt.Told, acc: a}
	if w.tap != nil {
		l.filter = func(_ string, _ []byte, marks []event.Mark) []event.Mark {
			w.tap(&l.now)
			return marks
		}
	}
	l.after = func(int) {
		if w.opt.Progress != nil {
			w.opt.Progress(w.raw.n)
		}
	}
	err := l.all(w.ctx, w.opt.Ahead)
	src := a.end()
	if err != nil {
		src.Error = fmt.Sprintf("read %s: %v", name, err)
		var most tooLong
		if errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &most) {
			reason := io.ErrUnexpectedEOF.Error()
			if most > 0 {
				reason = "not read beyond --max-log"
			}
			src.Gaps = append(src.Gaps, diagnosis.Gap{From: src.Last, Reason: reason})
		}
	}
	if src.Error == "" && src.Events == 0 && src.Lines > 0 && (a.unwrap.several || one) {
		src.Error = name + ": JSON that is not one document a line; make it so, such as with: jq -c '.[]' (of a search's answer: jq -c '.hits.hits[]')"
	}
	w.sources = append(w.sources, src)
}

// oneJSON says whether an input begins as a list of objects, or as an object over several lines.
func oneJSON(head []byte) bool {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	if len(head) < 2 {
		return false
	}
	rest := bytes.TrimLeft(head[1:], " \t\r")
	return head[0] == '[' && bytes.HasPrefix(bytes.TrimLeft(rest, " \t\r\n"), []byte("{")) || head[0] == '{' && bytes.HasPrefix(rest, []byte("\n"))
}

// bottom is the reader under the lines: it holds the limits of the whole container.
type bottom struct {
	w *walk
	r io.Reader
	a *account
}

func (b *bottom) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	w := b.w
	if most := w.opt.Limits.Log; most > 0 && b.a.source.Bytes+int64(n) > most {
		n, err = int(most-b.a.source.Bytes), tooLong(most)
	}
	b.a.source.Bytes += int64(n)
	if w.leaf += int64(n); w.leaf > freeBytes && w.leaf != w.raw.n { // no layer that inflates: equal
		lim := w.opt.Limits
		lim.Ratio *= 10 // one member may be a bomb, and layers multiply
		if e := bomb(w.root, w.leaf, w.raw.n, lim); e != nil {
			w.stopped = true
			return n, e
		}
	}
	return n, err
}

// tooLong is the error of a log that has more than so many bytes.
type tooLong int64

func (n tooLong) Error() string {
	return fmt.Sprintf("more than %d bytes; what follows was not read; raise --max-log", int64(n))
}

// binaryData looks at the first bytes of an input: more than 30 % that no text has. A hole at the start, as a file
// has that was truncated under its writer, does not count, and neither do the few lengths in a journal export.
func binaryData(head []byte) bool {
	head = bytes.TrimLeft(head, "\x00")
	bad := 0
	for i := 0; i < len(head); {
		r, n := utf8.DecodeRune(head[i:])
		switch {
		case r == utf8.RuneError && n == 1 && len(head)-i >= utf8.UTFMax,
			r < ' ' && r != '\t' && r != '\n' && r != '\r' && r != 0x1b:
			bad++
		}
		i += n
	}
	return bad*10 > len(head)*3
}
