package cmd

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"zlog/cluster"
	"zlog/diagnosis"
	"zlog/follow"
	"zlog/parser"
	"zlog/report"
)

// stateSchema names the version of a state file; one of another version is refused.
const stateSchema = "zlog.state/v1"

// mostState bounds a state file: it is written by zlog, some megabytes at the most.
const mostState = 256 << 20

// savedState is where a run stood: how far each file was read, the story so far, and what has been said of it.
type savedState struct {
	Schema  string         `json:"schema"`
	Sources []*savedSource `json:"sources"`
	Story   cluster.Saved  `json:"story"`
	Ledger  *follow.Ledger `json:"ledger"`
}

// savedSource is one file. It is known again by its inode and its first bytes, wherever its name has gone.
type savedSource struct {
	Path    string           `json:"path"`
	Device  uint64           `json:"device"`
	Inode   uint64           `json:"inode"`
	Head    string           `json:"head"` // SHA-256 of the first HeadLen bytes
	HeadLen int              `json:"head_len"`
	At      int64            `json:"at"` // up to the end of the last whole line
	Pipe    bool             `json:"pipe"`
	Done    bool             `json:"done"` // nothing more comes from it
	Account diagnosis.Source `json:"account"`
}

// restore reads a state file; one that is not there yet is empty. A store has the lines still, so that only what was said is taken.
func (l *live) restore(name string) error {
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && (!info.Mode().IsRegular() || info.Size() > mostState) { // a pipe is not opened, for that may take for ever
		return fmt.Errorf("--state %s: not a state file of zlog", name)
	}
	f, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("--state: %w", err)
	}
	defer f.Close()
	var st savedState
	if err := json.NewDecoder(io.LimitReader(f, mostState)).Decode(&st); err != nil {
		return fmt.Errorf("--state %s: not a state file of zlog: %w", name, err)
	}
	if st.Schema != stateSchema {
		return fmt.Errorf("--state %s: schema %q, want %q; remove the file to begin anew", name, st.Schema, stateSchema)
	}
	if st.Ledger != nil && st.Ledger.Incidents != nil {
		l.ledger = st.Ledger
		l.ledger.Clean()
	}
	if l.stored { // the lines are read again
		return nil
	}
	l.b.Restore(st.Story)
	for _, s := range st.Sources {
		switch {
		case s == nil:
		case s.At < 0 || s.HeadLen < 0 || s.HeadLen > follow.HeadSize:
			return fmt.Errorf("--state %s: not a state file of zlog: %s", name, s.Path)
		case s.Done:
			l.others = append(l.others, s.Account)
		default:
			l.resumed = append(l.resumed, s)
		}
	}
	return nil
}

// wasRead says whether the run before read a file to its end.
func (l *live) wasRead(name string) bool {
	return slices.ContainsFunc(l.others, func(s diagnosis.Source) bool { return s.Name == name })
}

// resume finds the source in the state, if it is there, and gives where to go on.
func (l *live) resume(s *liveSource) int64 {
	best := -1
	for i, r := range l.resumed {
		if r.Pipe != s.file.Pipe || !s.file.Pipe && !r.is(s.file) || s.file.Pipe && r.Path != s.name {
			continue
		}
		if best < 0 || r.Path == absolute(s.name) {
			best = i
		}
	}
	if best < 0 && !s.file.Pipe {
		best = slices.IndexFunc(l.resumed, func(r *savedSource) bool { return r.wasCopiedTo(s.file) })
	}
	if best < 0 {
		l.catchRotated(s)
		l.vacate(s.name)
		return 0
	}
	r := l.resumed[best]
	l.resumed = slices.Delete(l.resumed, best, best+1)
	l.vacate(s.name)
	if r.Account.Name != s.name {
		l.b.Rename(r.Account.Name, s.name)
		r.Account.Name = s.name
	}
	s.live.Resume(r.Account)
	return r.At
}

// is says whether a file is the one that was saved.
func (r *savedSource) is(f *follow.File) bool {
	info := f.Info()
	dev, ino := follow.Inode(info)
	if info.Size() < r.At || r.HeadLen == 0 || ino != r.Inode || dev != r.Device || ino == 0 && r.Path != absolute(f.Name) {
		return false
	}
	return hashOf(f.Peek(r.HeadLen)) == r.Head
}

// wasCopiedTo says whether a file is the copy that was made of the one that was saved before that was truncated.
func (r *savedSource) wasCopiedTo(f *follow.File) bool {
	if r.Pipe || r.HeadLen == 0 || f.Info().Size() < r.At || filepath.Dir(r.Path) != filepath.Dir(absolute(f.Name)) || hashOf(f.Peek(r.HeadLen)) != r.Head {
		return false
	}
	name, rest := r.find()
	if rest != nil {
		rest.Close()
	}
	return name == absolute(f.Name)
}

// catchRotated gives a log that was rotated away while nobody followed it the name that it has now. Its rest is read when
// that file is met, or by caughtUp.
func (l *live) catchRotated(s *liveSource) {
	for _, r := range l.resumed {
		if r.Pipe || r.Account.Name != s.name {
			continue
		}
		to := older(s.name)
		if name, rest := r.find(); rest != nil {
			rest.Close()
			to = filepath.Join(filepath.Dir(s.name), filepath.Base(name))
		}
		l.vacate(to)
		if l.b.Rename(r.Account.Name, to) {
			r.Account.Name = to
		}
		return
	}
}

// find looks for the file in its folder, under whatever name, and opens it where it was left. If it is not there, a copy of it
// that was made before it was truncated will do.
func (r *savedSource) find() (string, *os.File) {
	if r.HeadLen == 0 {
		return "", nil
	}
	dir := filepath.Dir(r.Path)
	entries, _ := os.ReadDir(dir)
	copied := ""
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() || info.Size() < r.At {
			continue
		}
		name := filepath.Join(dir, e.Name())
		f := r.open(name)
		if f == nil {
			continue
		}
		if dev, ino := follow.Inode(info); ino != 0 && ino == r.Inode && dev == r.Device {
			return name, f
		}
		f.Close()
		if copied == "" && name != r.Path {
			copied = name
		}
	}
	if copied == "" {
		return "", nil
	}
	return copied, r.open(copied)
}

// open opens a file where the saved one was left, if it begins as that did.
func (r *savedSource) open(name string) *os.File {
	f, err := os.Open(name)
	if err != nil {
		return nil
	}
	head := make([]byte, r.HeadLen)
	if _, err := f.ReadAt(head, 0); err == nil && hashOf(head) == r.Head {
		if _, err := f.Seek(r.At, io.SeekStart); err == nil {
			return f
		}
	}
	f.Close()
	return nil
}

// caughtUp reads the rest of files that are not followed any more, and gives up on those that are not there: what was
// read of them stays.
func (l *live) caughtUp() {
	for _, r := range l.resumed {
		old := parser.NewLive(r.Account.Name, l.opt, l.take)
		old.Resume(r.Account)
		if _, rest := r.find(); rest != nil && !r.Pipe {
			_, _ = io.Copy(old, rest)
			rest.Close()
		}
		l.others = append(l.others, old.End())
	}
	l.resumed = nil
}

// save writes the state, aside and then in place, for its owner alone.
func (l *live) save() {
	st := savedState{Schema: stateSchema, Ledger: l.ledger, Sources: []*savedSource{}}
	if l.stored {
		st.Story.Streams = []cluster.SavedStream{}
	} else {
		st.Story, st.Sources = l.b.Save(), l.places()
	}
	l.saved = time.Now()
	data, err := json.Marshal(st)
	if err == nil {
		err = writePrivate(l.flags.state, bytes.NewReader(data))
	}
	said := ""
	if err != nil {
		said = err.Error()
	}
	if said != "" && said != l.unsaved { // once, and not every few seconds while a disk is full
		fmt.Fprintf(l.e.err, "zlog: --state: %s\n", report.Safe(said))
	}
	l.unsaved = said
}

// places gives where each source stands.
func (l *live) places() []*savedSource {
	out := []*savedSource{}
	for _, s := range l.sources {
		out = append(out, s.saved())
	}
	out = append(out, l.resumed...)
	for _, o := range l.others {
		out = append(out, &savedSource{Done: true, Account: o})
	}
	return out
}

// saved gives where a source stands: at the end of its last whole line.
func (s *liveSource) saved() *savedSource {
	r := &savedSource{Path: absolute(s.name), Pipe: s.file.Pipe, Account: s.live.Account()}
	rest := s.live.Pending()
	r.Account.Bytes -= rest
	r.At = s.file.At() - rest
	if s.file.Pipe {
		r.Path = s.name
		return r
	}
	r.Device, r.Inode = follow.Inode(s.file.Info())
	r.Head, r.HeadLen = hashOf(s.file.Head()), len(s.file.Head())
	return r
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func absolute(name string) string {
	if abs, err := filepath.Abs(name); err == nil {
		return abs
	}
	return name
}
