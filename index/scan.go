package index

import (
	"bytes"
	"context"
	"io"
	"sort"

	"zlog/event"
)

// Scan walks all records in the order of the files and hands those that keep and match accept to found, in batches,
// together with the bytes walked and the bytes in all. keep sees what Head gives and may be nil; match sees every raw
// line of a record, which is valid only during the call, and accepts the record with one of them; nil accepts all
// without reading anything.
//
// It reads at the speed of the disk cache and holds one block; the index may grow meanwhile.
func (x *Index) Scan(ctx context.Context, keep func(*event.Event) bool, match func(line []byte) bool,
	found func(ids []uint32, done, total int64)) error {
	x.mu.RLock()
	files := append([]*File{}, x.files...)
	var total, done int64
	for _, f := range files {
		total += f.end - f.marks[0]
	}
	x.mu.RUnlock()
	for _, f := range files {
		s := scan{x: x, f: f, keep: keep, match: match, done: done, total: total, found: found}
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
	match       func([]byte) bool
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
	if s.match == nil {
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
		s.lines(buf[:end])
		have = copy(buf, buf[end:have])
		s.found(s.batch, s.done+at-s.start, s.total)
		s.batch = nil
	}
	return nil
}

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
