package follow

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// watched is a Follower and what it handed on, by the name that each file has in the end.
type watched struct {
	f       *Follower
	text    map[*File]*strings.Builder
	trouble []string
	names   []string
}

func newWatched(t *testing.T, opt Options) *watched {
	t.Helper()
	w := &watched{text: map[*File]*strings.Builder{}}
	if opt.Pipes == nil {
		opt.Names = func() []string { return w.names }
	}
	w.f = New(t.Context(), opt, Sink{
		Open:    func(f *File) int64 { w.text[f] = &strings.Builder{}; return 0 },
		Data:    func(f *File, p []byte) error { w.text[f].Write(p); return nil },
		Moved:   func(*File, string) {},
		Ended:   func(*File) {},
		Trouble: func(name string, err error) { w.trouble = append(w.trouble, name+": "+err.Error()) },
	})
	t.Cleanup(w.f.Close)
	return w
}

// read looks at everything.
func (w *watched) read() {
	for w.f.All(); w.f.Read(); {
	}
}

// until reads as notifications come until something is so.
func (w *watched) until(t *testing.T, what string, so func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for !so() {
		if w.f.Wait(ctx, 0); ctx.Err() != nil {
			t.Fatalf("never: %s; trouble %q", what, w.trouble)
		}
		w.f.Read()
	}
}

func (w *watched) all() string {
	var s string
	for _, b := range w.text {
		s += b.String()
	}
	return s
}

func put(t *testing.T, name, text string) {
	t.Helper()
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

func TestAWriteWakes(t *testing.T) {
	dir := t.TempDir()
	log := filepath.Join(dir, "a.log")
	put(t, log, "one\n")
	for name, blind := range map[string]string{"notified": "", "polled": "no notifications here"} {
		t.Run(name, func(t *testing.T) {
			w := newWatched(t, Options{})
			w.names = []string{log}
			if blind != "" {
				w.f.watch.fail(blind)
			}
			w.read()
			before := len(w.all())
			put(t, log, "two\n")
			w.until(t, "the second line", func() bool { return len(w.all()) == before+4 })
			if (w.f.Blind() != "") != (blind != "") {
				t.Errorf("blind: %q", w.f.Blind())
			}
		})
	}
}

func TestALinkIsFollowedToItsFile(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	link, log := filepath.Join(dir, "a.log"), filepath.Join(elsewhere, "real.log")
	put(t, log, "one\n")
	if err := os.Symlink(log, link); err != nil {
		t.Skipf("NOT TESTED: no links here: %v", err)
	}
	w := newWatched(t, Options{})
	w.names = []string{link}
	w.read()
	put(t, log, "two\n")
	w.until(t, "the second line", func() bool { return w.all() == "one\ntwo\n" })
}

func TestAFileThatShrinksAndGrowsAtOnceIsReadAnew(t *testing.T) {
	log := filepath.Join(t.TempDir(), "a.log")
	put(t, log, "one\ntwo\n")
	w := newWatched(t, Options{})
	w.names = []string{log}
	w.read()
	if err := os.WriteFile(log, []byte("three\nfour\nfive\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.read()
	if len(w.text) != 2 || len(w.all()) != len("one\ntwo\nthree\nfour\nfive\n") {
		t.Errorf("%d files, %q", len(w.text), w.all())
	}
}

func TestWhatCannotBeReadIsSaidOnce(t *testing.T) {
	dir := t.TempDir()
	w := newWatched(t, Options{})
	w.names = []string{dir, filepath.Join(dir, "none")}
	w.read()
	w.read()
	if len(w.trouble) != 1 || !strings.Contains(w.trouble[0], "no regular file") {
		t.Errorf("%q", w.trouble)
	}
}

func TestPipesEndWithTheirErrors(t *testing.T) {
	broken := io.MultiReader(strings.NewReader("two\n"), iotest.ErrReader(errors.New("the disk is on fire")))
	w := newWatched(t, Options{Pipes: []Pipe{{"a", strings.NewReader("one\n")}, {"b", iotest.OneByteReader(broken)}, {Name: filepath.Join(t.TempDir(), "none")}}})
	w.until(t, "the end", w.f.Ended)
	if got := w.all(); len(got) != 8 || len(w.trouble) != 2 || !strings.Contains(strings.Join(w.trouble, " "), "on fire") {
		t.Errorf("%q, %q", got, w.trouble)
	}
}

func TestALogThatComesBackIsNewThoughItBeginsAsAnotherDoes(t *testing.T) {
	dir := t.TempDir()
	log, other := filepath.Join(dir, "a.log"), filepath.Join(dir, "b.log")
	put(t, log, "one\n")
	put(t, other, "full\n")
	w := newWatched(t, Options{})
	w.names = []string{log, other}
	w.read()
	if err := os.Remove(log); err != nil {
		t.Fatal(err)
	}
	w.read() // it is gone before the next one is there
	put(t, log, "full\n")
	w.read()
	if len(w.text) != 3 || len(w.all()) != len("one\nfull\nfull\n") {
		t.Errorf("%d files, %q", len(w.text), w.all())
	}
}
