package cmd

import (
	"bytes"
	"context"
	"path/filepath"
	"slices"
	"strings"

	"zlog/diagnosis"
	"zlog/follow"
	"zlog/parser"
)

// chase copies what files gain into the spools of their feeds, over rotation, and makes a feed of each file that appears
// where the command line looks. It ends with ctx.
func (l *loader) chase(ctx context.Context) {
	defer func() {
		for _, s := range l.feeds() {
			if s.pump != nil && s.pump.followed {
				s.pump.finish()
			}
		}
		l.chasing.Store(false)
	}()
	by := map[*follow.File]*tail{}
	in := &inputs{}
	for _, p := range l.paths {
		if p != "-" && !isPipe(p) {
			in.paths = append(in.paths, p)
		}
	}
	names := func() []string {
		var out []string
		for _, p := range in.paths {
			sources, _ := parser.Expand([]string{p}, nil, l.in.limits)
			for _, s := range sources {
				if !isPipe(s.Name) && !isContainer(s.Name) && (l.feed(s.Name) != nil || !writtenHere(s.Name)) {
					out = append(out, s.Name)
				}
			}
		}
		return out
	}
	f := follow.New(ctx, follow.Options{Names: names, Folders: in.folders, Wants: in.wants}, follow.Sink{
		Open: func(f *follow.File) int64 {
			s, err := l.appeared(f.Name)
			if err != nil {
				l.cannot(f.Name, err)
				return 0
			}
			by[f] = &tail{pump: s.pump}
			return 0
		},
		Data: func(f *follow.File, p []byte) error {
			if t := by[f]; t != nil {
				return t.write(p)
			}
			return nil
		},
		Moved: func(*follow.File, string) {}, // its lines stay in its feed
		Ended: func(f *follow.File) {
			if t := by[f]; t != nil {
				_ = t.flush()
				delete(by, f)
			}
		},
		Trouble: l.cannot,
	})
	defer f.Close()
	for ctx.Err() == nil {
		if !f.Read() {
			f.Wait(ctx, 0)
		}
	}
}

// writtenHere says whether a file is one that the screen itself writes, should it do so in a folder that it follows.
func writtenHere(name string) bool {
	base := filepath.Base(name)
	return strings.HasPrefix(base, "zlog-view") || strings.HasPrefix(base, "zlog-copy") || strings.HasPrefix(base, "zlog-report")
}

// feeds gives the sources there are by now.
func (l *loader) feeds() []*feed {
	l.feedMu.Lock()
	defer l.feedMu.Unlock()
	return slices.Clone(l.sources)
}

func (l *loader) feed(name string) *feed {
	for _, s := range l.feeds() {
		if s.src.Name == name {
			return s
		}
	}
	return nil
}

// appeared gives the feed of a followed file, a new one if it was not there before.
func (l *loader) appeared(name string) (*feed, error) {
	if s := l.feed(name); s != nil {
		return s, nil
	}
	p, err := newPump(name, nil)
	if err != nil {
		return nil, err
	}
	p.followed = true
	src, _ := parser.Expand([]string{"-"}, strings.NewReader(""), l.in.limits)
	src[0].Name = name
	s := &feed{src: src[0], pump: p}
	l.feedMu.Lock()
	defer l.feedMu.Unlock()
	l.sources = append(l.sources, s)
	l.bad = slices.DeleteFunc(l.bad, func(b diagnosis.Source) bool { return b.Name == name })
	return s, nil
}

// cannot notes a file that cannot be followed, for the answer to tell.
func (l *loader) cannot(name string, err error) {
	l.feedMu.Lock()
	defer l.feedMu.Unlock()
	l.bad = append(l.bad, diagnosis.Source{Name: name, Error: err.Error()})
}

// unread gives the sources that could not be read.
func (l *loader) unread() []diagnosis.Source {
	l.feedMu.Lock()
	defer l.feedMu.Unlock()
	return slices.Clone(l.bad)
}

// tail is a file while it is followed. What stands after its last whole line waits, so that the lines of a file that was
// rotated away, which is still written to for a moment, do not mix with those of the file that took its name.
type tail struct {
	pump *pump
	part []byte
}

// mostPart bounds what waits for the end of its line.
const mostPart = 1 << 20

func (t *tail) write(p []byte) error {
	i := bytes.LastIndexByte(p, '\n') + 1
	if i == 0 && len(t.part)+len(p) <= mostPart {
		t.part = append(t.part, p...)
		return nil
	}
	if i == 0 {
		i = len(p)
	}
	if err := t.flush(); err != nil {
		return err
	}
	if _, err := t.pump.Write(p[:i]); err != nil {
		return err
	}
	t.part = append(t.part, p[i:]...)
	return nil
}

func (t *tail) flush() error {
	_, err := t.pump.Write(t.part)
	t.part = t.part[:0]
	return err
}
