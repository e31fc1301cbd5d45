// Package index finds log records again by position, so that a log far larger than memory can be walked, filtered
// and searched: 16 bytes a record are kept, the lines stay on disk and are read back when they are shown.
//
//	parser ─► File.Add ─► records (16 B each, in chunks) ─► Order: one order over all files
//	bytes  ─► File marks: where every 32nd line begins  ─► Events: read back and parsed again
//
// An Index is safe for one writer a file and any number of readers. Records are named by ids that stay the same
// while more are added; rows are places in the order and may move.
package index

import (
	"io"
	"sync"
	"time"

	"zlog/event"
)

// Parse parses the bytes of whole lines into events whose Line counts from 1 in chunk. An Index is given it, because
// it knows no formats.
type Parse func(chunk io.Reader, emit func(*event.Event))

// record is what is kept of one event.
type record struct {
	at     int64  // event time in ms since 1970, that of the record before it if it has none
	line   uint32 // first line in the file that is read back, from 0
	writer uint16
	level  event.Level
	lines  uint8 // lines it spans, 255 for more
}

// chunkBits: records come in chunks of 4096 (64 KB), so that growing never copies them. An id is the chunk's number
// and the place in it.
const (
	chunkBits = 12
	chunkSize = 1 << chunkBits
)

type chunk struct {
	file    *File
	first   int // ordinal in the file of its first record
	records []record
	latest  int64 // the latest moment in all chunks of the file before this one, for the order
}

// writer is who wrote: a stream of a source.
type writer struct {
	source, stream string
	offset         int64 // its clock less the common clock, in ms
}

// Index holds the records of many files.
type Index struct {
	mu      sync.RWMutex
	orders  sync.Mutex // one at a time, else an older one could take a newer one's place
	parse   Parse
	files   []*File
	chunks  []*chunk
	writers []writer
	known   map[writerKey]uint16
	count   int
	order   []uint32 // nil for a single file: its own order
	single  *File
	length  int
	version uint64
	clock   func(source, stream string) time.Duration
	cache   *cache
}

type writerKey struct{ source, stream string }

// New gives an empty index that reads records back with parse.
func New(parse Parse) *Index {
	return &Index{parse: parse, known: map[writerKey]uint16{}, cache: newCache(2048)}
}

// Close closes what the index reads from.
func (x *Index) Close() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	var first error
	for _, f := range x.files {
		if err := f.close(); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// SetClock gives the index each writer's clock offset; the next Order uses it.
func (x *Index) SetClock(offset func(source, stream string) time.Duration) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.clock = offset
	for i := range x.writers {
		x.writers[i].offset = offset(x.writers[i].source, x.writers[i].stream).Milliseconds()
	}
}

func (x *Index) writer(source, stream string) uint16 {
	k := writerKey{source, stream}
	if n, ok := x.known[k]; ok {
		return n
	}
	if len(x.writers) == 1<<16-1 {
		return 0
	}
	w := writer{source: source, stream: stream}
	if x.clock != nil {
		w.offset = x.clock(source, stream).Milliseconds()
	}
	x.writers = append(x.writers, w)
	x.known[k] = uint16(len(x.writers) - 1)
	return x.known[k]
}

// record gives a record by id. The caller holds the lock.
func (x *Index) record(id uint32) (*File, *record) {
	c := x.chunks[id>>chunkBits]
	return c.file, &c.records[id&(chunkSize-1)]
}

// Head gives what is known of a record without reading it back: source, line, lines, stream, time and level.
func (x *Index) Head(id uint32) event.Event {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.head(id)
}

func (x *Index) head(id uint32) event.Event {
	f, r := x.record(id)
	w := x.writers[r.writer]
	e := event.Event{Source: w.source, Stream: w.stream, Line: int(r.line) + 1, Lines: int(r.lines), Level: r.level}
	if f.lineOf != nil {
		e.Line = int(f.lineOf[x.ordinal(id)])
	}
	if r.at != noTime {
		e.Time, e.Clock = time.UnixMilli(r.at).UTC(), event.ClockLocal
	}
	return e
}

// Moment gives a record's time on the common clock, the zero time if it has none.
func (x *Index) Moment(id uint32) time.Time {
	x.mu.RLock()
	defer x.mu.RUnlock()
	_, r := x.record(id)
	if r.at == noTime {
		return time.Time{}
	}
	return time.UnixMilli(r.at - x.writers[r.writer].offset).UTC()
}

func (x *Index) ordinal(id uint32) int { return x.chunks[id>>chunkBits].first + int(id&(chunkSize-1)) }

// id is the inverse of ordinal. The caller holds the lock.
func (f *File) id(ordinal int) uint32 {
	return f.chunks[ordinal>>chunkBits]<<chunkBits | uint32(ordinal&(chunkSize-1))
}

const noTime = -1 << 63
