// Package follow reads files as they grow: over rotation by rename and by truncation, and files that appear later.
//
//	names ─► stat, open ─► File ─► bytes since the last look ─► Sink.Data
//	              ▲                                         └─► Sink.Moved: rotated away, another file follows
//	folders ─► notify (or a poll) ─► Wait
//
// It knows bytes, not lines. One goroutine asks for what is new, when it wants to; those that watch folders and read
// pipes only wake it. Nothing runs while nothing happens, but for a look every few seconds (see idlePoll).
package follow

import (
	"context"
	"io"
	"os"
	"sort"
	"time"
)

// Times and sizes.
const (
	idlePoll  = 10 * time.Second       // a look at all files where notifications may fail: network file systems, new subfolders
	blindPoll = 250 * time.Millisecond // without notifications
	readSize  = 256 << 10
	passBytes = 64 << 20 // of one file in one pass, so that no file starves the others
	mostFiles = 4096
	mostOld   = 256             // files rotated away that are remembered
	lateLines = 5 * time.Second // for which a file that was renamed is still read: its writer may not have turned yet
)

// Options of a Follower.
type Options struct {
	// Names gives the files that are to be followed now. It is called at the start, and when a folder changed.
	Names func() []string
	// Folders gives the folders in which they may appear.
	Folders func() []string
	// Wants says whether a file of that path, should it appear, is to be followed; nil for yes.
	Wants func(path string) bool
	// Pipes are read beside the files: standard input, named pipes. A name without a reader is opened.
	Pipes []Pipe
}

// Pipe is an input that cannot be looked at twice.
type Pipe struct {
	Name   string
	Reader io.Reader
}

// Sink is what a Follower hands things to, on the goroutine that calls Read.
type Sink struct {
	// Open says that a file is followed from now on and gives where to start, 0 for its begin.
	Open func(f *File) int64
	// Data gives the next bytes of a file, valid during the call. After an error the file is left alone.
	Data func(f *File, p []byte) error
	// Moved says that a file was rotated away: its lines are now in the file called to (which may not exist any more),
	// and another File of its old name follows.
	Moved func(f *File, to string)
	// Ended says that no more comes from a pipe, or from a file that was rotated away.
	Ended func(f *File)
	// Trouble says what could not be read. It is called once for each name until that can be read again.
	Trouble func(name string, err error)
}

// Follower follows files and pipes. Wait and Read are for one goroutine.
type Follower struct {
	opt     Options
	sink    Sink
	watch   *watch
	files   map[string]*File // by name
	late    []*File          // rotated away by rename, and perhaps written to for a moment more
	old     []past
	pipes   chan piece
	free    chan []byte
	open    int // pipes that have not ended
	ready   []piece
	dirty   map[string]bool
	waiting map[string]bool // files that are there, and of which it cannot be told yet whether they are new
	begun   bool
	all     bool // look at every file
	names   bool // ask for the names again
	trouble map[string]string
	buf     []byte
	now     func() time.Time
}

// New starts to watch. The first Read finds the files.
func New(ctx context.Context, opt Options, sink Sink) *Follower {
	f := &Follower{opt: opt, sink: sink, files: map[string]*File{}, dirty: map[string]bool{}, waiting: map[string]bool{}, trouble: map[string]string{},
		pipes: make(chan piece), all: true, names: true, buf: make([]byte, readSize), now: time.Now}
	if opt.Names != nil {
		f.watch = newWatch()
	}
	f.startPipes(ctx)
	return f
}

// Blind says why changes are looked for every quarter of a second instead of being told by the system, "" if they are
// told.
func (f *Follower) Blind() string {
	if f.watch == nil {
		return ""
	}
	return f.watch.blind
}

// Close lets go of files and folders.
func (f *Follower) Close() {
	for _, x := range f.files {
		x.close()
	}
	for _, x := range f.late {
		x.close()
	}
	if f.watch != nil {
		f.watch.close()
	}
}

// Ended says that all input was pipes and all pipes have ended.
func (f *Follower) Ended() bool { return f.opt.Names == nil && f.open == 0 && len(f.ready) == 0 }

// Wait returns when there may be something to read, at the latest after a time (0: no such limit), or when ctx is done.
func (f *Follower) Wait(ctx context.Context, atMost time.Duration) {
	poll := time.Duration(0)
	switch {
	case f.watch == nil:
	case f.watch.blind != "":
		poll = blindPoll
	default:
		poll = idlePoll
		if len(f.late) > 0 {
			poll = lateLines
		}
	}
	polls := poll > 0 && (atMost == 0 || poll <= atMost)
	var timer <-chan time.Time
	if polls {
		atMost = poll
	}
	if atMost > 0 {
		t := time.NewTimer(atMost)
		defer t.Stop()
		timer = t.C
	}
	for len(f.ready) == 0 && len(f.dirty) == 0 && !f.all {
		select {
		case <-ctx.Done():
			return
		case p := <-f.pipes:
			f.ready = append(f.ready, p)
		case e, ok := <-f.watch.events():
			if !ok {
				f.watch.fail("the system stopped telling")
				f.all = true
				return
			}
			f.noticed(e)
		case err, ok := <-f.watch.errors():
			if !ok {
				f.watch.fail("the system stopped telling")
			} else if err != nil {
				f.all, f.names = true, true // notifications were lost
			}
		case <-timer:
			f.all, f.names = f.all || polls, f.names || polls
			return
		}
	}
	f.drain()
}

// All makes the next Read look at everything, told or not.
func (f *Follower) All() { f.all, f.names = true, true }

// drain takes the notifications that wait, so that many writes are one look.
func (f *Follower) drain() {
	if f.watch == nil {
		return
	}
	for range 1000 {
		select {
		case e, ok := <-f.watch.events():
			if !ok {
				return
			}
			f.noticed(e)
		default:
			return
		}
	}
}

// Read hands on what is new, and says whether there is more to read at once.
func (f *Follower) Read() (more bool) {
	for _, p := range f.ready {
		f.take(p)
	}
	f.ready = f.ready[:0]
	if f.names && f.opt.Names != nil {
		f.expand()
	}
	f.names = false
	var names []string
	for name := range f.files {
		if f.all || f.dirty[name] {
			names = append(names, name)
		}
	}
	f.all = false
	clear(f.dirty)
	sort.Strings(names)
	for _, name := range names {
		if f.look(name) {
			f.dirty[name] = true
			more = true
		}
	}
	f.readLate()
	return more
}

// say reports trouble with a name once.
func (f *Follower) say(name string, err error) {
	if f.trouble[name] != err.Error() {
		f.trouble[name] = err.Error()
		f.sink.Trouble(name, err)
	}
}

// sizeOf gives a file's information, nil if it cannot be had.
func sizeOf(f *os.File) os.FileInfo {
	info, err := f.Stat()
	if err != nil {
		return nil
	}
	return info
}
