package store

import (
	"cmp"
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"time"
)

// Keep keeps the chunks of a Fetch in a folder until the Fetch is whole, so that a run that was interrupted goes on where it stood. A
// chunk is taken only for the very same question to a store that has the same lines in the span, as its counts tell.
//
// The files hold log lines, and are for their owner alone. Those of a question that nobody asked again go after a week, and the oldest
// before that, if they take too much.
type Keep struct {
	Dir string
	Of  string // which server, and as whom

	mu    sync.Mutex
	about string   // the question of the run
	files []string // that this run has written or taken

	Taken  int   // chunks that were not asked for, after Run
	Failed error // the first reason for which a chunk was not kept, after Run
}

// begin says what the run is about.
func (k *Keep) begin(sel Selection, wants []*Want, all []Bucket) error {
	if k == nil {
		return nil
	}
	if err := os.MkdirAll(k.Dir, 0o700); err != nil {
		return fmt.Errorf("keep chunks: %w", err)
	}
	k.tidy(time.Now().Add(-keptFor), mostKept)
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %q %q %d %d\n", k.Of, sel.Query, sel.Label, sel.Node, sel.Span.From.UnixNano(), sel.Span.To.UnixNano())
	for _, want := range wants {
		if want != nil {
			fmt.Fprintf(h, "%q %t\n", want.Texts, want.Plain)
		}
	}
	for _, b := range all {
		fmt.Fprintf(h, "%q %d %d %d %d\n", b.Node, b.Count, b.Bytes, b.First.UnixNano(), b.Last.UnixNano())
	}
	k.about, k.files, k.Taken = hex.EncodeToString(h.Sum(nil)[:12]), nil, 0
	return nil
}

const (
	keptFor  = 7 * 24 * time.Hour
	mostKept = 4 << 30 // bytes, when a run begins
)

// ours is how files are called that a Keep leaves: chunks, and those that were being written when a run was killed.
var ours = regexp.MustCompile(`^(?:[0-9a-f]{24}-\d+-\d+\.chunk|new-\d+)$`)

// tidy takes away what was left behind before a time, and then the oldest until no more than most bytes are there. What is not a
// Keep's own stays, whatever it is. A run that goes on beside this one fetches what it misses.
func (k *Keep) tidy(before time.Time, most int64) {
	entries, err := os.ReadDir(k.Dir)
	if err != nil {
		return
	}
	var files []fs.FileInfo
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() && ours.MatchString(e.Name()) {
			files = append(files, info)
		}
	}
	slices.SortFunc(files, func(a, b fs.FileInfo) int {
		return cmp.Or(b.ModTime().Compare(a.ModTime()), cmp.Compare(a.Name(), b.Name()))
	})
	var sum int64
	for _, f := range files {
		if sum += f.Size(); sum > most || f.ModTime().Before(before) {
			_ = os.Remove(filepath.Join(k.Dir, f.Name()))
		}
	}
}

func (k *Keep) file(s Span) string {
	return filepath.Join(k.Dir, fmt.Sprintf("%s-%d-%d.chunk", k.about, s.From.UnixNano(), s.To.UnixNano()))
}

// load gives the lines of a chunk if they were kept whole.
func (k *Keep) load(s Span) ([]Line, bool) {
	if k == nil {
		return nil, false
	}
	f, err := os.Open(k.file(s))
	if err != nil {
		return nil, false
	}
	defer f.Close()
	var ls []Line
	if gob.NewDecoder(f).Decode(&ls) != nil {
		return nil, false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.files = append(k.files, f.Name())
	k.Taken++
	return ls, true
}

// save keeps a chunk, aside and then in place.
func (k *Keep) save(s Span, ls []Line) {
	if k == nil {
		return
	}
	f, err := os.CreateTemp(k.Dir, "new-*") // mode 0600
	if err == nil {
		if err = errors.Join(gob.NewEncoder(f).Encode(ls), f.Close()); err == nil {
			err = os.Rename(f.Name(), k.file(s))
		}
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.Failed = cmp.Or(k.Failed, err)
	k.files = append(k.files, k.file(s))
}

// done takes away what was kept, after a run that is whole.
func (k *Keep) done() {
	if k == nil {
		return
	}
	for _, name := range k.files {
		_ = os.Remove(name)
	}
}
