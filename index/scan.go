package index

import (
	"bytes"
	"context"
	"io"
	"sort"

	"zlog/event"
)

// Query says which records a scan is to find: those that Keep accepts by what Head gives, and of which one raw line
// holds Need (in lower case, found in any case) and is accepted by Match. What is nil asks for nothing; a line is
// valid only during the call.
type Query = struct {
	Keep  func(*event.Event) bool
	Need  []byte
	Match func(line []byte) bool
}

// Scan walks all records in the order of the files and hands those that q asks for to found, in batches, together
// with the bytes walked and the bytes in all. Without Need and Match nothing is read.
//
// It reads at the speed of the disk cache and holds one block; the index may grow meanwhile.
func (x *Index) Scan(ctx context.Context, q Query, found func(ids []uint32, done, total int64)) error {
	x.mu.RLock()
	files := append([]*File{}, x.files...)
	var total, done int64
	for _, f := range files {
		total += f.end - f.marks[0]
	}
	x.mu.RUnlock()
	for _, f := range files {
		s := scan{x: x, f: f, keep: q.Keep, need: q.Need, match: q.Match, done: done, total: total, found: found}
		if err := s.run(ctx); err != nil {
			return err
		}
		done += s.end - s.start
	}
	found(nil, total, total)
	return nil
}

type scan struct {
	x           *Index
	f           *File
	keep        func(*event.Event) bool
	need        []byte
	match       func([]byte) bool
	low         []byte
	found       func([]uint32, int64, int64)
	done, total int64
	start, end  int64
	ids         []uint32 // of the file, by line
	next        int      // the record after the current one
	line        int
	over        int  // the line after the current record's last
	taken       bool // the current record is in the batch, or not wanted
	batch       []uint32
}

const scanBlock = 256 << 10

func (s *scan) run(ctx context.Context) error {
	s.x.mu.RLock()
	s.start, s.end = s.f.marks[0], s.f.end
	for i := range s.f.count {
		s.ids = append(s.ids, s.f.id(i))
	}
	rising := s.f.rising
	s.x.mu.RUnlock()
	if !rising {
		sort.SliceStable(s.ids, func(a, b int) bool { return s.f.lineAt(s.ids[a]) < s.f.lineAt(s.ids[b]) })
	}
	if s.match == nil && s.need == nil {
		return s.heads(ctx)
	}
	buf := make([]byte, scanBlock)
	have, at := 0, s.start
	s.taken = true
	for at < s.end || have > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		if have == len(buf) {
			buf = append(buf, make([]byte, len(buf))...)
		}
		n, err := s.f.f.ReadAt(buf[have:have+int(min(int64(len(buf)-have), s.end-at))], at)
		if err != nil && err != io.EOF {
			return err
		}
		at += int64(n)
		have += n
		end := bytes.LastIndexByte(buf[:have], '\n') + 1
		if at >= s.end || n == 0 {
			end = have
			at = s.end
		}
		if end == 0 {
			continue
		}
		if s.need != nil {
			s.sought(buf[:end])
		} else {
			s.lines(buf[:end])
		}
		have = copy(buf, buf[end:have])
		s.found(s.batch, s.done+at-s.start, s.total)
		s.batch = nil
	}
	return nil
}

// sought looks only at the lines of a block in which need stands. Counting the line feeds between them is far cheaper
// than looking at each line.
func (s *scan) sought(b []byte) {
	s.low = lower(s.low[:0], b)
	s.x.mu.RLock()
	defer s.x.mu.RUnlock()
	at := 0
	for {
		i := bytes.Index(s.low[at:], s.need)
		if i < 0 {
			break
		}
		begin := at + bytes.LastIndexByte(s.low[at:at+i], '\n') + 1
		s.line += bytes.Count(s.low[at:begin], []byte{'\n'})
		end := len(b)
		if k := bytes.IndexByte(s.low[at+i:], '\n'); k >= 0 {
			end = at + i + k
		}
		if s.match == nil || s.match(b[begin:end]) {
			s.take()
		}
		at = begin
		if end == len(b) {
			break
		}
		s.line++
		at = end + 1
	}
	s.line += bytes.Count(s.low[at:], []byte{'\n'})
}

// take puts the record of the current line into the batch, once.
func (s *scan) take() {
	n := sort.Search(len(s.ids)-s.next, func(i int) bool {
		_, r := s.x.record(s.ids[s.next+i])
		return int(r.line) > s.line
	})
	if n == 0 && (s.next == 0 || s.taken) {
		return
	}
	if n > 0 {
		s.next += n
		s.taken = false
	}
	id := s.ids[s.next-1]
	_, r := s.x.record(id)
	if r.lines < 255 && s.line >= int(r.line)+int(r.lines) {
		return
	}
	s.taken = true
	if s.keep != nil {
		if h := s.x.head(id); !s.keep(&h) {
			return
		}
	}
	s.batch = append(s.batch, id)
}

// lower appends b with ASCII letters in lower case: a table, since a branch for each byte is guessed wrong too often
// (80 MB/s instead of 1 GB/s).
func lower(to, b []byte) []byte {
	n := len(to)
	to = append(to, b...)
	for i, c := range to[n:] {
		to[n+i] = lowerOf[c]
	}
	return to
}

var lowerOf = func() (t [256]byte) {
	for i := range t {
		t[i] = byte(i)
		if 'A' <= i && i <= 'Z' {
			t[i] += 'a' - 'A'
		}
	}
	return t
}()

// lines looks at whole lines. Records and lines rise together, so one walk pairs them.
func (s *scan) lines(b []byte) {
	s.x.mu.RLock()
	defer s.x.mu.RUnlock()
	for len(b) > 0 {
		line := b
		if i := bytes.IndexByte(b, '\n'); i >= 0 {
			line, b = b[:i], b[i+1:]
		} else {
			b = nil
		}
		for s.next < len(s.ids) {
			id := s.ids[s.next]
			_, r := s.x.record(id)
			if int(r.line) > s.line {
				break
			}
			s.next++
			s.taken, s.over = false, int(r.line)+int(r.lines)
			if r.lines == 255 {
				s.over = 1 << 62
			}
			if s.keep != nil {
				h := s.x.head(id)
				s.taken = !s.keep(&h)
			}
		}
		s.line++
		if s.taken || s.line > s.over {
			continue
		}
		if s.match(line) {
			s.taken = true
			s.batch = append(s.batch, s.ids[s.next-1])
		}
	}
}

// heads walks the records without reading their lines.
func (s *scan) heads(ctx context.Context) error {
	for len(s.ids) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(len(s.ids), chunkSize)
		s.x.mu.RLock()
		for _, id := range s.ids[:n] {
			h := s.x.head(id)
			if s.keep == nil || s.keep(&h) {
				s.batch = append(s.batch, id)
			}
		}
		s.x.mu.RUnlock()
		s.ids = s.ids[n:]
		s.found(s.batch, s.done, s.total)
		s.batch = nil
	}
	return nil
}
