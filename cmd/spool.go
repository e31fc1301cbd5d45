package cmd

import (
	"bufio"
	"crypto/sha256"
	"hash"
	"io"
	"os"
)

// spool is a temporary file that is written from its start to its end and read anywhere; flush comes between.
type spool struct {
	*os.File
	buf  *bufio.Writer
	size int64
	err  error // the first of writing
}

// spool makes a spool that is gone when the command has ended.
func (e *env) spool() (*spool, error) {
	f, err := newSpool()
	if err != nil {
		return nil, err
	}
	e.spools = append(e.spools, f)
	return &spool{File: f, buf: bufio.NewWriterSize(f, 64<<10)}, nil
}

// Write implements io.Writer.
func (s *spool) Write(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.buf.Write(p)
	s.size += int64(n)
	s.err = err
	return n, err
}

// flush brings into the file what was written, and gives the first error there was.
func (s *spool) flush() error {
	if err := s.buf.Flush(); s.err == nil {
		s.err = err
	}
	return s.err
}

// since gives what was written from a place on.
func (s *spool) since(from int64) *io.SectionReader {
	return io.NewSectionReader(s.File, from, s.size-from)
}

// fromStart gives all of a section once more.
func fromStart(r *io.SectionReader) *io.SectionReader { return io.NewSectionReader(r, 0, r.Size()) }

// logCopy is a log's copy within a spool, with its hash.
type logCopy struct {
	in         *spool
	from, size int64
	kept       int // lines
	hash       hash.Hash
}

// begin begins a copy behind those that are there.
func (s *spool) begin() *logCopy { return &logCopy{in: s, from: s.size, hash: sha256.New()} }

func (c *logCopy) write(p []byte) {
	n, _ := c.in.Write(p) // flush tells
	c.hash.Write(p[:n])
	c.size += int64(n)
}
