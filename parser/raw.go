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
	Cut    int    // bytes of a line beyond the limit, which are not in Text
	Ended  bool   // a line feed follows
}

// Raw reads the source to its end and hands every line to take, in order. It returns the accounts that Read does.
// Of a line beyond the limit only the head comes.
func (s *Source) Raw(ctx context.Context, lim Limits, take func(RawLine)) []diagnosis.Source {
	member, number := -1, 0
	var w *walk
	opt := Options{Limits: lim.or(s.limit).or(DefaultLimits()), Silence: defaultSilence}
	tap := func(b *block) {
		if n := len(w.sources); n != member { // an account is made when its input has been read
			member, number = n, 0
		}
		for text := b.text; len(text) > 0; {
			number++
			l := RawLine{Member: member, Number: number, Text: text, Cut: b.cut, Ended: !b.final}
			if b.cut > 0 {
				text = nil
			} else {
				l.Text, text, l.Ended = bytes.Cut(text, []byte("\n"))
			}
			if over := len(l.Text) - opt.Limits.Line; over > 0 {
				l.Text, l.Cut = l.Text[:opt.Limits.Line], l.Cut+over
			}
			take(l)
		}
	}
	w = &walk{ctx: ctx, opt: opt, tap: tap,
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
