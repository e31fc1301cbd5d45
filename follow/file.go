package follow

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// HeadSize is how much of a file's begin is remembered, to know it again.
const HeadSize = 1 << 10

// File is one file, for as long as it is that file: what follows under its name after a rotation is another File.
type File struct {
	Name string
	Pipe bool

	f     *os.File
	info  os.FileInfo // as it was opened
	at    int64
	head  []byte // at most HeadSize bytes of its begin, as far as they were read
	clean string // the name as notifications write it
	real  string // without links
	until time.Time
	dead  bool // Sink.Data wants no more of it
	told  bool // Sink.Open was told of the pipe
}

// past is what is remembered of a file that was rotated away.
type past struct {
	name string // under which it was followed
	file *File
	info os.FileInfo
	at   int64
	head []byte
	copy bool // it was truncated: a copy of it may appear
}

// At gives how much of the file has been read.
func (x *File) At() int64 { return x.at }

// Head gives the file's first bytes, at most HeadSize, as far as they were read.
func (x *File) Head() []byte { return x.head }

// Info gives what the system said of the file when it was opened, nil for a pipe.
func (x *File) Info() os.FileInfo { return x.info }

// Peek reads the file's first bytes, whether they have been handed on or not.
func (x *File) Peek(n int) []byte {
	if x.f == nil {
		return nil
	}
	b := make([]byte, n)
	got, _ := x.f.ReadAt(b, 0)
	return b[:got]
}

func (x *File) close() {
	if x.f != nil {
		x.f.Close()
		x.f = nil
	}
}

// openFile opens a regular file.
func openFile(name string) (*File, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("open " + name + ": is no regular file any more")
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	if info, err = f.Stat(); err != nil || !info.Mode().IsRegular() {
		f.Close()
		return nil, errors.Join(err, errors.New("open "+name+": is no regular file any more"))
	}
	x := &File{Name: name, f: f, info: info, clean: filepath.Clean(name)}
	if x.real, err = filepath.EvalSymlinks(name); err != nil {
		x.real = x.clean
	}
	return x, nil
}

// start begins to follow a name. A file that is empty, or that is a file which was read under another name, waits.
func (f *Follower) start(name string, fresh bool) {
	if len(f.files) >= mostFiles {
		f.say(name, errors.New(name+": not followed: too many files"))
		return
	}
	x, err := openFile(name)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			f.say(name, err)
		}
		return
	}
	if fresh && f.known(x) {
		x.close()
		f.waiting[filepath.Clean(name)] = true
		return
	}
	delete(f.trouble, name)
	f.files[name] = x
	f.watch.folder(filepath.Dir(x.real))
	x.at = max(0, min(f.sink.Open(x), x.info.Size()))
	if x.at > 0 {
		x.head = x.Peek(int(min(x.at, HeadSize)))
	}
	f.dirty[name] = true
}

// known says whether a file that has appeared is one that is or was followed under another name: renamed, linked, or a
// copy made before a truncation. A file that does not hold enough yet to tell is told later. Under a name that was
// followed before, the next log stands, though it may begin as another node's does.
func (f *Follower) known(x *File) bool {
	head := x.Peek(HeadSize)
	if len(head) == 0 {
		return true // nothing to read; it is looked at again when it grows
	}
	again := slices.ContainsFunc(f.old, func(o past) bool { return o.name == x.Name })
	for _, o := range f.files {
		if o.Name != x.Name && (os.SameFile(o.info, x.info) || !again && len(o.head) > 0 && alike(o.head, head)) {
			return true
		}
	}
	for i, o := range f.old {
		if !alike(o.head, head) {
			continue
		}
		if o.copy && x.info.Size() > o.at && o.file.f == nil { // what was written between the last look and the truncation
			o.file.f, x.f = x.f, nil
			o.file.info, o.file.until = x.info, f.now().Add(lateLines)
			f.old[i].copy = false
			f.late = append(f.late, o.file)
			f.move(o.file, x.Name)
		} else if o.copy && x.info.Size() == o.at {
			f.old[i].copy = false
			f.move(o.file, x.Name)
		}
		return true
	}
	return false
}

// alike says whether two files' first bytes are the same as far as both are known.
func alike(a, b []byte) bool {
	n := min(len(a), len(b))
	return bytes.Equal(a[:n], b[:n])
}

// look reads what is new in a file and sees whether it was rotated. It says whether there is more.
func (f *Follower) look(name string) (more bool) {
	x := f.files[name]
	if x.f == nil || x.dead {
		return false
	}
	if info := sizeOf(x.f); info != nil && (info.Size() < x.at || !x.same()) {
		f.truncated(x)
		return true
	}
	if f.read(x) {
		return true
	}
	info, err := os.Stat(name)
	if err != nil || os.SameFile(info, x.info) {
		return false
	}
	f.renamed(x)
	return true
}

// same says whether the file still begins as it did.
func (x *File) same() bool { return len(x.head) == 0 || bytes.Equal(x.Peek(len(x.head)), x.head) }

// read hands on what is new in a file.
func (f *Follower) read(x *File) (more bool) {
	for done := int64(0); done < passBytes; {
		n, err := x.f.ReadAt(f.buf, x.at)
		if n > 0 {
			if room := HeadSize - len(x.head); room > 0 && x.at == int64(len(x.head)) {
				x.head = append(x.head, f.buf[:min(n, room)]...)
			}
			x.at += int64(n)
			done += int64(n)
			if e := f.sink.Data(x, f.buf[:n]); e != nil {
				x.dead = true
				f.say(x.Name, e)
				return false
			}
		}
		if err != nil || n == 0 {
			if err != nil && !errors.Is(err, io.EOF) {
				f.say(x.Name, err)
			}
			return false
		}
	}
	return true
}

// truncated handles a file that begins anew under its name: what was in it is gone, or in a copy.
func (f *Follower) truncated(x *File) {
	g := &File{Name: x.Name, f: x.f, info: x.info, clean: x.clean, real: x.real}
	x.f = nil
	f.moveOlder(x.Name)
	f.remember(past{name: x.Name, file: x, info: x.info, at: x.at, head: x.head, copy: true})
	f.files[x.Name] = g
	f.move(x, x.Name+".1")
	g.at = max(0, f.sink.Open(g))
	f.names = true
}

// renamed handles a file under whose name another file stands now.
func (f *Follower) renamed(x *File) {
	name := x.Name
	to := f.whereIs(x)
	if to == "" {
		to = name + ".1"
	}
	f.leave(x, to)
	f.start(name, false)
}

// leave lets go of a file that has another name now, after a moment in which its writer may still write to it.
func (f *Follower) leave(x *File, to string) {
	delete(f.files, x.Name)
	f.moveOlder(x.Name)
	name := x.Name
	f.move(x, to)
	x.until = f.now().Add(lateLines)
	f.late = append(f.late, x)
	f.remember(past{name: name, file: x, info: x.info, at: x.at, head: x.head})
}

// move gives a file its new name.
func (f *Follower) move(x *File, to string) {
	f.sink.Moved(x, to)
	x.Name = to
}

// moveOlder gives the files that were rotated away before the names that they have now: the oldest moves first.
func (f *Follower) moveOlder(name string) {
	for _, o := range f.old {
		if filepath.Dir(o.file.Name) != filepath.Dir(name) || o.copy {
			continue
		}
		if to := f.whereIs(o.file); to != "" && to != o.file.Name && f.files[to] == nil {
			f.move(o.file, to)
		}
	}
}

// whereIs looks for a file in its folder, and gives "" if it is not there.
func (f *Follower) whereIs(x *File) string {
	dir := filepath.Dir(x.Name)
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if info, err := e.Info(); err == nil && os.SameFile(info, x.info) {
			return filepath.Join(dir, e.Name())
		}
	}
	return ""
}

// readLate reads files that were rotated away for a moment more.
func (f *Follower) readLate() {
	f.late = slices.DeleteFunc(f.late, func(x *File) bool {
		if x.f == nil {
			return true
		}
		f.read(x)
		for i := range f.old {
			if f.old[i].file == x {
				f.old[i].at, f.old[i].head = x.at, x.head
			}
		}
		if f.now().Before(x.until) {
			return false
		}
		x.close()
		f.sink.Ended(x)
		return true
	})
}

func (f *Follower) remember(p past) {
	if len(f.old) >= mostOld {
		f.old = f.old[1:]
	}
	f.old = append(f.old, p)
}
