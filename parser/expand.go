package parser

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// Expand turns what the operator typed into sources: files, globs (** too), folders, archives, named pipes, and "-"
// for stdin. The order is that of the arguments, sorted by name inside a folder or a glob; a file that is named
// twice comes once. A folder gives the files in it, at any depth, that look like logs; links to folders are not
// followed. There is one error for each path that cannot be used; the others still come.
func Expand(paths []string, stdin io.Reader, lim Limits) ([]*Source, []error) {
	x := &expansion{stdin: stdin, limit: lim.or(DefaultLimits()), seen: map[string]bool{}}
	for _, p := range paths {
		if err := x.path(p); err != nil {
			x.errs = append(x.errs, err)
		}
	}
	return x.sources, x.errs
}

type expansion struct {
	stdin   io.Reader
	limit   Limits
	seen    map[string]bool
	sources []*Source
	errs    []error
}

// path takes one argument. A file whose name has the signs of a glob is taken as the file.
func (x *expansion) path(p string) error {
	if p == "-" {
		if x.stdin == nil {
			return errors.New("-: no standard input")
		}
		x.add(&Source{Name: "-", stdin: x.stdin, limit: x.limit}, "-")
		return nil
	}
	info, err := os.Stat(p)
	switch {
	case err == nil && info.IsDir():
		return x.folder(p)
	case err == nil:
		return x.file(p, info)
	case strings.ContainsAny(p, "*?[{"):
		return x.glob(p)
	}
	var pe *fs.PathError
	if errors.As(err, &pe) {
		pe.Op = "open"
	}
	return err
}

// glob takes what matches: files as they are, folders with what is in them, unless ** already went there.
func (x *expansion) glob(p string) error {
	found, err := doublestar.FilepathGlob(p, doublestar.WithFailOnIOErrors(), doublestar.WithNoFollow())
	if err != nil {
		return fmt.Errorf("%s: %w", p, err)
	}
	slices.Sort(found)
	used := false
	deep := strings.Contains(p, "**")
	for _, f := range found {
		info, err := os.Stat(f)
		switch {
		case err != nil:
			continue
		case info.IsDir() && deep:
			continue
		case info.IsDir():
			err = x.folder(f)
		case deep && !x.likely(f):
			continue
		default:
			err = x.file(f, info)
		}
		used = true
		if err != nil {
			x.errs = append(x.errs, err)
		}
	}
	if !used {
		return fmt.Errorf("%s: no file matches", p)
	}
	return nil
}

// file takes a file that the operator named: whatever its name, as long as it can be opened and is no device.
func (x *expansion) file(p string, info fs.FileInfo) error {
	switch {
	case info.Mode()&fs.ModeNamedPipe != 0:
		x.add(&Source{Name: p, limit: x.limit}, p)
		return nil
	case !info.Mode().IsRegular():
		return fmt.Errorf("open %s: is a device or socket, not a file", p)
	}
	f, err := os.Open(p)
	if err != nil {
		return err
	}
	f.Close()
	x.add(&Source{Name: p, size: info.Size(), limit: x.limit}, p)
	return nil
}

// folder takes the logs below p.
func (x *expansion) folder(p string) error {
	before := len(x.sources) + len(x.errs)
	found := false
	err := filepath.WalkDir(p, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			x.errs = append(x.errs, err)
			return nil
		case name != p && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir() || notALog(d.Name()):
			return nil
		}
		info, err := os.Stat(name) // a link to a file is the file; one to a folder is left alone
		if err != nil {            // a link to nothing, or gone since
			if logName(strings.ToLower(d.Name())) {
				x.errs = append(x.errs, err)
			}
			return nil
		}
		if !info.Mode().IsRegular() || !x.likely(name) {
			return nil
		}
		found = true
		if err := x.file(name, info); err != nil {
			x.errs = append(x.errs, err)
		}
		return nil
	})
	if err == nil && !found && len(x.sources)+len(x.errs) == before {
		err = fmt.Errorf("%s: no logs in this folder", p)
	}
	return err
}

// likely looks at a file's name and first bytes. A file that cannot be opened is likely: its error shall be seen.
func (x *expansion) likely(name string) bool {
	f, err := os.Open(name)
	if err != nil {
		return logName(strings.ToLower(filepath.Base(name)))
	}
	defer f.Close()
	head := make([]byte, headBytes)
	n, _ := io.ReadFull(f, head)
	return looksLikeLog(filepath.Base(name), head[:n])
}

func (x *expansion) add(s *Source, path string) {
	key := path
	if abs, err := filepath.Abs(path); err == nil && s.stdin == nil {
		key = abs
		if target, err := filepath.EvalSymlinks(abs); err == nil {
			key = target
		}
	}
	if !x.seen[key] {
		x.seen[key] = true
		x.sources = append(x.sources, s)
	}
}
