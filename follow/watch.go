package follow

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/fsnotify/fsnotify"
)

// mostFolders bounds what is watched; the rest is found by the poll.
const mostFolders = 1024

// watch is told by the system what changes in folders. A folder is watched rather than the files in it, because files
// come and go by name; and a system that does not tell, or has run out of what it takes, is polled.
type watch struct {
	w       *fsnotify.Watcher
	blind   string // why nothing is told
	folders map[string]bool
}

func newWatch() *watch {
	w := &watch{folders: map[string]bool{}}
	var err error
	if w.w, err = fsnotify.NewBufferedWatcher(256); err != nil {
		w.w = nil
		w.fail(err.Error())
	}
	return w
}

func (w *watch) fail(why string) {
	if w.blind == "" {
		w.blind = why
	}
	w.close()
}

func (w *watch) close() {
	if w.w != nil {
		_ = w.w.Close()
		w.w = nil
	}
}

// events gives the notifications, nil (which blocks) if there are none to come.
func (w *watch) events() chan fsnotify.Event {
	if w == nil || w.w == nil {
		return nil
	}
	return w.w.Events
}

func (w *watch) errors() chan error {
	if w == nil || w.w == nil {
		return nil
	}
	return w.w.Errors
}

// folder begins to watch a folder. One that does not exist is watched once it does.
func (w *watch) folder(name string) {
	name = filepath.Clean(name)
	if w.w == nil || w.folders[name] || len(w.folders) >= mostFolders {
		return
	}
	if info, err := os.Stat(name); err != nil || !info.IsDir() {
		return
	}
	if err := w.w.Add(name); err != nil {
		w.fail(fmt.Sprintf("watch %s: %v", name, err))
		return
	}
	w.folders[name] = true
}

// noticed marks what a notification is about.
func (f *Follower) noticed(e fsnotify.Event) {
	path := filepath.Clean(e.Name)
	followed := f.byPath(path)
	switch {
	case e.Op == fsnotify.Chmod:
	case e.Op == fsnotify.Write:
		if f.waiting[path] {
			f.names = true
			f.dirty[path] = true
		}
	default: // created, renamed, removed
		delete(f.watch.folders, path)
		if followed || f.opt.Wants == nil || f.opt.Wants(path) {
			f.names, f.all = true, true
		}
	}
}

// byPath marks the followed file of a path.
func (f *Follower) byPath(path string) bool {
	for name, x := range f.files {
		if name == path || x.clean == path || x.real == path {
			f.dirty[name] = true
			return true
		}
	}
	return false
}

// expand asks for the names, begins to follow those that are new, and lets go of files that are gone for good.
func (f *Follower) expand() {
	if f.opt.Folders != nil {
		for _, dir := range f.opt.Folders() {
			f.watch.folder(dir)
		}
	}
	first := !f.begun
	f.begun = true
	clear(f.waiting)
	for _, name := range f.opt.Names() {
		f.watch.folder(filepath.Dir(name))
		if f.files[name] == nil {
			f.start(name, !first)
		}
	}
	for name, x := range f.files {
		if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) && x.f != nil && f.whereIs(x) == "" {
			f.leave(x, name+".1") // removed: to hold it would hold its space on the disk
		}
	}
}
