package cmd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"zlog/diagnosis"
	"zlog/parser"
	"zlog/report"
	"zlog/store"
)

// mostAround is how many lines of evidence are shown with what stands around them, of one node; each takes three questions.
const mostAround = 100

// widened gives sources from a store with what stands around the evidence that they show.
func (e *env) widened(ctx context.Context, a *analysis, in *input, sources []*parser.Source, bad []diagnosis.Source) ([]*parser.Source, error) {
	o, err := a.run(ctx, sources, bad)
	if err != nil {
		return nil, err
	}
	if more, err := e.around(ctx, a.fetched, in, o.result, in.around); err != nil {
		fmt.Fprintf(e.err, "zlog: what stands around the evidence was not fetched: %s\n", report.Safe(err.Error()))
	} else if more {
		return a.fetched.sources, nil
	}
	return sources, nil
}

// around fetches what stands around the evidence, n lines before and after each, and puts it between what was fetched. More lines
// change no diagnosis, but every line's number. It says whether there is anything new.
func (e *env) around(ctx context.Context, f *fetched, in *input, r *diagnosis.Result, n int) (bool, error) {
	if f == nil || f.run.Want == nil || n <= 0 {
		return false, nil
	}
	at := map[string][]int64{}
	seen := map[string]bool{}
	for _, d := range r.Diagnoses {
		for _, ev := range d.Evidence {
			p := f.parts[ev.Source]
			key := fmt.Sprint(ev.Source, ":", ev.Line)
			if p == nil || ev.Line < 1 || ev.Line > len(p.times) || seen[key] || len(at[ev.Source]) >= mostAround {
				continue
			}
			seen[key] = true
			at[ev.Source] = append(at[ev.Source], p.times[ev.Line-1])
		}
	}
	for i, s := range f.sources {
		if len(at[s.Name]) == 0 {
			continue
		}
		windows, err := f.run.Around(ctx, s.Name, at[s.Name], n)
		if err != nil {
			return false, err
		}
		p, err := e.widen(f.parts[s.Name], windows)
		if err != nil {
			return false, err
		}
		f.parts[s.Name] = p
		f.sources[i] = parser.Fetched(p.name, p.spool, p.size, in.limits)
	}
	return len(at) > 0, nil
}

// widen gives a part with windows in the place of what it had of them.
func (e *env) widen(old *part, windows []store.Window) (*part, error) {
	spool, err := newSpool()
	if err != nil {
		return nil, err
	}
	e.spools = append(e.spools, spool)
	p := &part{name: old.name, spool: spool, buf: bufio.NewWriterSize(spool, 64<<10), since: map[int]time.Duration{}, node: old.node}
	put := func(w store.Window) error {
		since := w.Since
		for _, l := range w.Lines {
			if err := p.add(l, since, true); err != nil {
				return err
			}
			since = -1
		}
		return nil
	}
	lines := bufio.NewReaderSize(io.NewSectionReader(old.spool, 0, old.size), 64<<10)
	for i, at := range old.times {
		text, err := lines.ReadString('\n')
		if err != nil {
			return nil, fmt.Errorf("spool: %w", err)
		}
		for len(windows) > 0 && at >= windows[0].To {
			if err := put(windows[0]); err != nil {
				return nil, err
			}
			windows = windows[1:]
		}
		if len(windows) > 0 && at >= windows[0].From {
			continue
		}
		since, ok := old.since[i+1]
		if !ok {
			since = -1
		}
		if err := p.add(store.Line{Node: old.name, Time: at, Text: strings.TrimSuffix(text, "\n")}, since, true); err != nil {
			return nil, err
		}
	}
	for _, w := range windows {
		err = errors.Join(err, put(w))
	}
	return p, errors.Join(err, p.buf.Flush())
}
