package index

import (
	"bytes"
	"errors"
	"io"
	"os"
	"sort"

	"zlog/event"
)

// markEvery: the place of every 32nd line is kept, some 8 KB of log.
const markEvery = 32

// File is one file of lines that the index reads back from: a log as it is, or a spool.
type File struct {
	x      *Index
	number int
	source string
	f      *os.File
	owned  bool    // close it
	marks  []int64 // where lines 0, 32, 64 … begin
	lines  int     // line feeds seen
	end    int64   // bytes seen
	count  int     // records
	chunks []uint32
	rising bool // lines of the records rise
	lineOf []uint32
	last   int64 // time of the last record
}

// Open adds a log that is read back from path; its lines are the source's lines. The bytes that the parser is given
// must come from Reader, which notes where lines begin.
func (x *Index) Open(source, path string) (*File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return x.add(&File{source: source, f: f, owned: true, marks: []int64{0}}), nil
}

// Grown adds a log that grows in a file of the caller's, who closes it after the index.
func (x *Index) Grown(source string, f *os.File) *File {
	return x.add(&File{source: source, f: f, marks: []int64{0}})
}

// Spooled adds a source whose records are kept as text in a spool, as those of archives are. The spool is the
// caller's; it is written behind start only through this file until the next is added.
func (x *Index) Spooled(source string, spool *os.File, start int64) *File {
	return x.add(&File{source: source, f: spool, marks: []int64{start}, end: start, lineOf: []uint32{}})
}

func (x *Index) add(f *File) *File {
	x.mu.Lock()
	defer x.mu.Unlock()
	f.x, f.number, f.rising, f.last = x, len(x.files), true, noTime
	x.files = append(x.files, f)
	return f
}

func (f *File) close() error {
	if !f.owned {
		return nil
	}
	return f.f.Close()
}

// End gives the bytes seen so far, which is where a spool goes on.
func (f *File) End() int64 {
	f.x.mu.RLock()
	defer f.x.mu.RUnlock()
	return f.end
}

// Lines gives the line feeds seen so far.
func (f *File) Lines() int {
	f.x.mu.RLock()
	defer f.x.mu.RUnlock()
	return f.lines
}

// Reader gives the file's bytes from where the last Reader stopped up to to, and notes where lines begin.
func (f *File) Reader(to int64) io.Reader { return &noting{f, to} }

type noting struct {
	f  *File
	to int64
}

func (n *noting) Read(p []byte) (int, error) {
	f := n.f
	if left := n.to - f.end; int64(len(p)) > left {
		p = p[:max(left, 0)]
	}
	if len(p) == 0 {
		return 0, io.EOF
	}
	got, err := f.f.ReadAt(p, f.end)
	f.note(p[:got])
	if got > 0 && errors.Is(err, io.EOF) {
		err = nil
	}
	return got, err
}

// note looks for the beginnings of lines in the next bytes.
func (f *File) note(p []byte) {
	f.x.mu.Lock()
	defer f.x.mu.Unlock()
	at := f.end
	f.end += int64(len(p))
	for {
		i := bytes.IndexByte(p, '\n')
		if i < 0 {
			return
		}
		at += int64(i) + 1
		p = p[i+1:]
		if f.lines++; f.lines%markEvery == 0 {
			f.marks = append(f.marks, at)
		}
	}
}

// Keep writes a record's text to the spool and adds it.
func (f *File) Keep(e *event.Event) error {
	text := append(bytes.ReplaceAll([]byte(e.Text), []byte("\r"), nil), '\n')
	if _, err := f.f.WriteAt(text, f.end); err != nil {
		return err
	}
	line, own := f.lines, *e
	f.note(text)
	own.Line, own.Lines = line+1, f.lines-line
	f.x.mu.Lock()
	f.lineOf = append(f.lineOf, uint32(e.Line))
	f.x.mu.Unlock()
	f.Add(&own, 0)
	return nil
}

// Add adds a record; before is how many lines of the file came before the reading that e.Line counts in.
func (f *File) Add(e *event.Event, before int) {
	x := f.x
	x.mu.Lock()
	defer x.mu.Unlock()
	r := record{at: f.last, line: uint32(before + e.Line - 1), writer: x.writer(f.source, e.Stream), level: e.Level,
		lines: uint8(min(max(e.Lines, 1), 255))}
	if !e.Time.IsZero() {
		r.at = e.Time.UnixMilli()
	}
	f.last = r.at
	if f.count%chunkSize == 0 {
		c := &chunk{file: f, first: f.count, latest: noTime}
		f.chunks = append(f.chunks, uint32(len(x.chunks)))
		x.chunks = append(x.chunks, c)
	}
	c := x.chunks[f.chunks[len(f.chunks)-1]]
	if n := len(c.records); n > 0 && c.records[n-1].line > r.line {
		f.rising = false
	}
	if len(c.records) == cap(c.records) {
		grown := make([]record, len(c.records), min(chunkSize, max(64, 4*cap(c.records))))
		copy(grown, c.records)
		c.records = grown
	}
	c.records = append(c.records, r)
	f.count++
	x.count++
}

// Extend gives the last record n more lines: what followed it came with a later reading.
func (f *File) Extend(n int) {
	f.x.mu.Lock()
	defer f.x.mu.Unlock()
	if f.count == 0 {
		return
	}
	_, r := f.x.record(f.id(f.count - 1))
	r.lines = uint8(min(int(r.lines)+n, 255))
}

// find gives the ordinal of the record that holds a line of the file (from 0), -1 for none.
func (f *File) find(line uint32) int {
	at := func(i int) *record { _, r := f.x.record(f.id(i)); return r }
	if !f.rising {
		for i := range f.count {
			if r := at(i); r.line <= line && line < r.line+uint32(r.lines) {
				return i
			}
		}
		return -1
	}
	i := sort.Search(f.count, func(i int) bool { return at(i).line > line }) - 1
	if i < 0 {
		return -1
	}
	if r := at(i); r.lines < 255 && line >= r.line+uint32(r.lines) {
		return -1
	}
	return i
}

// Find gives the record that holds a line of a source, and whether there is one.
func (x *Index) Find(source string, line int) (uint32, bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	for _, f := range x.files {
		if f.source != source {
			continue
		}
		i := -1
		if f.lineOf == nil {
			i = f.find(uint32(line - 1))
		} else if k := sort.Search(len(f.lineOf), func(i int) bool { return f.lineOf[i] > uint32(line) }) - 1; k >= 0 && k < f.count {
			i = k
		}
		if i >= 0 {
			return f.id(i), true
		}
	}
	return 0, false
}
