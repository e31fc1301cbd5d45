package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"zlog/diagnosis"
	"zlog/follow"
	"zlog/parser"
	"zlog/report"
)

// inputs is what the command line named: files, folders and patterns that are looked at again and again, and pipes.
type inputs struct {
	l     *live
	named []string // all that the command line named, in order
	paths []string // without pipes
	pipes []follow.Pipe
	read  map[string]bool // archives and compressed files
	said  map[string]bool // paths that are waited for
	begun bool
}

func newInputs(l *live, paths []string) *inputs {
	in := &inputs{l: l, named: paths, read: map[string]bool{}, said: map[string]bool{}}
	for _, p := range paths {
		switch {
		case p == "-":
			in.pipes = append(in.pipes, follow.Pipe{Name: p, Reader: l.e.in})
		case isPipe(p):
			in.pipes = append(in.pipes, follow.Pipe{Name: p})
		default:
			in.paths = append(in.paths, p)
		}
	}
	return in
}

func (in *inputs) onlyPipes() bool { return len(in.paths) == 0 }

func (in *inputs) follower(ctx context.Context) *follow.Follower {
	opt := follow.Options{Pipes: in.pipes}
	if !in.onlyPipes() {
		opt.Names, opt.Folders, opt.Wants = func() []string { return in.names(ctx) }, in.folders, in.wants
	}
	l := in.l
	return follow.New(ctx, opt, follow.Sink{Open: l.opened, Data: l.data, Moved: l.moved, Ended: l.ended, Trouble: l.cannot})
}

// names gives the files that are to be followed now. Archives and compressed files are read when they are met at the
// start; later they are what rotation makes of a log that was followed.
func (in *inputs) names(ctx context.Context) []string {
	var out []string
	for _, p := range in.paths {
		sources, errs := parser.Expand([]string{p}, nil, in.l.a.limits)
		for _, err := range errs {
			in.missing(p, err)
		}
		if len(errs) == 0 {
			delete(in.l.trouble, p)
		}
		for _, s := range sources {
			switch {
			case isPipe(s.Name), in.own(s.Name):
			case s.Plain():
				out = append(out, s.Name)
			case in.read[s.Name]:
			default:
				in.read[s.Name] = true
				if !in.begun && !in.l.wasRead(s.Name) {
					in.l.others = append(in.l.others, s.Read(ctx, in.l.opt, in.l.take)...)
				}
			}
		}
	}
	in.begun = true
	return out
}

// sort puts sources in the order in which they would be read at once: that of the command line, and by name in a folder.
func (in *inputs) sort(srcs []diagnosis.Source) {
	type place struct {
		arg   int
		parts []string
	}
	at := make(map[string]place, len(srcs))
	for i := range srcs {
		name, arg, longest := srcs[i].Name, 0, -1
		for k, p := range in.named {
			begin, _, _ := strings.Cut(p, "*") // of a pattern, and of the names that rotation gives a file
			if p != "-" {
				begin = filepath.Clean(begin)
			}
			if len(begin) > longest && (begin == "." || strings.HasPrefix(filepath.Clean(name), begin)) {
				arg, longest = k, len(begin)
			}
		}
		at[name] = place{arg, strings.Split(name, string(filepath.Separator))}
	}
	slices.SortStableFunc(srcs, func(a, b diagnosis.Source) int {
		x, y := at[a.Name], at[b.Name]
		return cmp.Or(x.arg-y.arg, slices.Compare(x.parts, y.parts))
	})
}

// missing says once that a path is waited for, or cannot be used.
func (in *inputs) missing(p string, err error) {
	if in.l.trouble[p] != err.Error() {
		in.l.trouble[p] = err.Error()
		note := ""
		if _, stat := os.Stat(p); errors.Is(stat, fs.ErrNotExist) {
			note = "; waiting for it"
		}
		fmt.Fprintf(in.l.e.err, "zlog: %s%s\n", report.Safe(err.Error()), note)
	}
}

// own says whether a file is the state, which may lie beside the logs.
func (in *inputs) own(name string) bool {
	return in.l != nil && in.l.flags.state != "" && absolute(name) == absolute(in.l.flags.state)
}

// folders gives the folders in which files may appear.
func (in *inputs) folders() []string {
	var out []string
	for _, p := range in.paths {
		info, err := os.Stat(p)
		if err != nil || !info.IsDir() {
			dir := p
			if i := strings.IndexAny(p, "*?[{"); i >= 0 {
				dir = p[:i] + "x"
			}
			out = append(out, filepath.Dir(dir))
			continue
		}
		_ = filepath.WalkDir(p, func(name string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() {
				out = append(out, name)
			}
			return nil
		})
	}
	return out
}

// wants says whether a file that has appeared may be one of those that the command line names.
func (in *inputs) wants(path string) bool {
	if in.own(path) || strings.HasPrefix(filepath.Base(path), ".") {
		return false
	}
	for _, p := range in.paths {
		clean := filepath.Clean(p)
		rel, err := filepath.Rel(clean, path)
		if path == clean || strings.ContainsAny(p, "*?[{") || err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			return true
		}
	}
	return false
}

// opened begins to read a file or pipe, where the last run stood if the state says so.
func (l *live) opened(f *follow.File) int64 {
	s := &liveSource{file: f, name: f.Name}
	s.live = parser.NewLive(f.Name, l.opt, l.take)
	at := l.resume(s)
	l.sources = append(l.sources, s)
	l.by[f] = s
	delete(l.trouble, f.Name)
	return at
}

func (l *live) data(f *follow.File, p []byte) error {
	l.arrived = time.Now()
	_, err := l.by[f].live.Write(p)
	return err
}

// moved gives a file that was rotated away the name under which its lines are found now.
func (l *live) moved(f *follow.File, to string) {
	s := l.by[f]
	if s == nil || s.name == to {
		return
	}
	l.vacate(to)
	if l.b.Rename(s.name, to) {
		s.name = to
		s.live.Rename(to)
	}
}

// vacate gives whoever has a name another, one that rotation would give it.
func (l *live) vacate(name string) {
	to := older(name)
	give := func(rename func()) {
		l.vacate(to)
		if l.b.Rename(name, to) {
			rename()
		}
	}
	for _, s := range l.sources {
		if s.name == name {
			give(func() { s.name = to; s.live.Rename(to) })
			return
		}
	}
	for i := range l.others {
		if l.others[i].Name == name {
			give(func() { l.others[i].Name = to })
			return
		}
	}
	for _, r := range l.resumed {
		if r.Account.Name == name {
			give(func() { r.Account.Name = to })
			return
		}
	}
}

// older gives the next name of rotation: ctrl.log, ctrl.log.1, ctrl.log.2.
func older(name string) string {
	number := strings.TrimPrefix(filepath.Ext(name), ".")
	if n, err := strconv.Atoi(number); err == nil && len(number) < 5 {
		return strings.TrimSuffix(name, number) + strconv.Itoa(n+1)
	}
	return name + ".1"
}

// ended takes the account of a source from which no more comes.
func (l *live) ended(f *follow.File) {
	s := l.by[f]
	if s == nil {
		return
	}
	delete(l.by, f)
	l.sources = slices.DeleteFunc(l.sources, func(o *liveSource) bool { return o == s })
	l.others = append(l.others, s.live.End())
	if len(l.others) > mostLosses {
		l.others = append([]diagnosis.Source{}, l.others[1:]...)
	}
}

// cannot says what cannot be read.
func (l *live) cannot(name string, err error) {
	l.trouble[name] = err.Error()
	fmt.Fprintf(l.e.err, "zlog: %s\n", report.Safe(err.Error()))
}
