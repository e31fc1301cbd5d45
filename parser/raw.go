package parser

import (
	"bytes"
	"context"
	"os"

	"zlog/diagnosis"
	"zlog/event"
)

// RawLine is one physical line as it is stored, below all archives and compressions, with its wrapper.
type RawLine struct {
	Member int    // which of the accounts that Raw returns the line belongs to
	Number int    // from 1
	Text   []byte // without the line feed; valid only during the call
	Ended  bool   // a line feed follows
}

// Raw reads the source to its end and hands every line to take, in order. It returns the accounts that Read does.
// Of a line beyond the limit only the head comes.
func (s *Source) Raw(ctx context.Context, lim Limits, take func(RawLine)) []diagnosis.Source {
	member, number := -1, 0
	var w *walk
	tap := func(_ string, block []byte, marks []event.Mark) []event.Mark {
		if n := len(w.sources); n != member { // an account is made when its input has been read
			member, number = n, 0
		}
		for len(block) > 0 {
			line, rest, ended := bytes.Cut(block, []byte("\n"))
			number++
			take(RawLine{Member: member, Number: number, Text: line, Ended: ended})
			block = rest
		}
		return marks
	}
	w = &walk{ctx: ctx, opt: Options{Limits: lim.or(s.limit).or(DefaultLimits()), Filter: tap, Silence: defaultSilence},
		emit: func(*event.Event) {}, root: s.Name}
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
	return w.sources
}
