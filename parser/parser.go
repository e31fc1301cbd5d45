// Package parser turns the bytes of OpenZiti logs into events: it opens files, folders, archives and pipes, takes
// off what collectors wrapped around the lines, recognises the formats and accounts for every line.
//
//	path ─► Expand ─► Source ─► layers (gz, zst, tar, zip) ─► blocks of 256 KB ─► line
//	                                                                              │
//	          emit ◄─ parse ◄─ wanted? ◄─ record (held while it may go on) ◄─ shape ◄─ unwrap
//
// Each physical line is exactly one of: the first line of a record, a continuation, blank, or not understood.
// What a line is, is decided by its shape alone, before the filter has a say; so the account is the same with a
// filter and without. A record that the filter leaves out costs a look at its ends and its time.
//
// The package knows formats and wrappers, never what a message means.
package parser

import (
	"time"

	"zlog/event"
)

// Limits bound what one input may cost. Each has a command line flag, which the errors name.
type Limits struct {
	Line    int   // bytes of a line that are kept; the rest is counted (--max-line)
	Entries int   // files in one archive (--max-entries)
	Bytes   int64 // bytes that one container may decompress to (--max-bytes)
	Ratio   int   // decompressed : compressed, looked at beyond the first 64 MiB (--max-ratio)
	Depth   int   // archives in archives and compression layers (--max-depth)
	Log     int64 // bytes of a log, or of a log in an archive, that are read; 0 for all (--max-log)
}

// DefaultLimits gives limits that hardly an honest log meets. JSON logs compress 10 to 100 times, and logs of one line
// repeated some 300 times; the best that gzip can do is 1032.
func DefaultLimits() Limits {
	return Limits{Line: 1 << 20, Entries: 10_000, Bytes: 64 << 30, Ratio: 1000, Depth: 3}
}

// or replaces what is not set by the defaults.
func (l Limits) or(d Limits) Limits {
	if l.Line <= 0 {
		l.Line = d.Line
	}
	if l.Entries <= 0 {
		l.Entries = d.Entries
	}
	if l.Bytes <= 0 {
		l.Bytes = d.Bytes
	}
	if l.Ratio <= 0 {
		l.Ratio = d.Ratio
	}
	if l.Depth <= 0 {
		l.Depth = d.Depth
	}
	if l.Log <= 0 {
		l.Log = d.Log
	}
	return l
}

// Filter says which records deserve parsing: it is given blocks of whole raw lines of a source (as in the file, wrapped
// or not) and adds to marks what it found in them. The block is valid only during the call. If reading runs ahead, two
// goroutines call it at once.
//
// Some records pass whatever the filter says: those after a silence, dumps, torn records, and those whose text is
// not in the raw lines as it is (put together from pieces, or written as numbers).
type Filter func(source string, block []byte, marks []event.Mark) []event.Mark

// Options of one reading. The zero value reads everything with the default limits.
type Options struct {
	Limits   Limits
	Filter   Filter        // nil: parse every record
	Alarms   bool          // records of level warning and above pass the filter, too
	Told     bool          // the filter marks every PlainAlarm with event.AlarmMark, so most lines need not be searched for a level
	Lend     bool          // the strings of an event, too, are valid only during the call
	Ahead    bool          // read on a goroutine of its own, some blocks ahead; the answer is the same
	Silence  time.Duration // 3 s if it is not set; see event.Event.Silence
	Part     func(source string) *Part
	Progress func(bytes int64) // called now and then, where the reading is, with the bytes of the raw input so far; may be nil
}

// Part is what is known of a source of which only some lines are read, because a log store kept the others. nil is a whole
// source.
type Part struct {
	Lines int64 // of the whole source
	Bytes int64 // of them; 0 if that is not known
	// Since gives the time between a line that is read, by its number among these, and the source's line before it, read or
	// not. It may know that only where the line that was read before is more than 2.9 s older.
	Since func(line int) (time.Duration, bool)
}

// defaultSilence is longer than the pauses of a controller that is doing something, and shorter than an election
// with the timeouts that OpenZiti ships.
const defaultSilence = 3 * time.Second

// orDefaults fills in what is not set.
func (o Options) orDefaults(lim Limits) Options {
	o.Limits = o.Limits.or(lim).or(DefaultLimits())
	if o.Silence <= 0 {
		o.Silence = defaultSilence
	}
	return o
}
