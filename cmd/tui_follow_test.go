package cmd

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"zlog/tui"
)

// chased is a loader that follows a folder.
type chased struct {
	t    *testing.T
	l    *loader
	last tui.Update
}

// until takes updates until something holds.
func (f *chased) until(what string, holds func() bool) {
	f.t.Helper()
	late := time.After(time.Minute)
	for !holds() {
		select {
		case u, ok := <-f.l.updates:
			if !ok {
				f.t.Fatalf("%s: it ended (%v)", what, f.l.err)
			}
			f.last = u
		case <-late:
			f.t.Fatalf("%s: not after a minute; %d records", what, f.l.index.Len())
		}
	}
}

// texts gives every record's text, sorted.
func (f *chased) texts() []string {
	var ids []uint32
	for row := range f.l.index.Len() {
		ids = append(ids, f.l.index.At(row))
	}
	var out []string
	for _, e := range f.l.index.Events(ids) {
		out = append(out, e.Text)
	}
	sort.Strings(out)
	return out
}

// TestTheScreenFollowsFilesOverRotation: by rename, while the old file is still written to, and by truncation; and files
// that appear. Each line is there once, the answer is kept, and what the screen itself saves beside the logs is not read.
func TestTheScreenFollowsFilesOverRotation(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	t.Setenv("TMPDIR", t.TempDir())
	logs := caseLogs(t, "quorum-loss")
	data, err := os.ReadFile(logs[0])
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(data, []byte("\n"))
	if len(lines) < 320 {
		t.Fatalf("only %d lines", len(lines))
	}
	dir := t.TempDir()
	name := filepath.Join(dir, "ctrl1.log")
	write := func(to *os.File, from, until int) {
		t.Helper()
		if _, err := to.Write(bytes.Join(lines[from:until], nil)); err != nil {
			t.Fatal(err)
		}
	}
	create := func(name string) *os.File {
		t.Helper()
		f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	old := create(name)
	write(old, 0, 80)

	e := &env{in: nil, out: io.Discard, err: io.Discard, pack: os.DirFS("..")}
	in, c := &input{}, &cobra.Command{}
	in.flags(c)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	c.SetContext(ctx)
	l := newLoader(e, c, in, true, []string{dir})
	f := &chased{t: t, l: l}
	l.start(ctx)
	defer l.close()
	defer cancel()
	f.until("the begin", func() bool { return l.index.Len() == 80 && f.last.Live })

	if err := os.Rename(name, name+".1"); err != nil {
		t.Fatal(err)
	}
	now := create(name)
	write(old, 80, 100) // its writer has not turned yet
	write(now, 100, 250)
	f.until("rotation by rename", func() bool { return l.index.Len() == 250 })

	if err := now.Truncate(0); err != nil {
		t.Fatal(err)
	}
	write(now, 250, 310)
	f.until("rotation by truncation", func() bool { return l.index.Len() == 310 })
	f.until("the answer", func() bool {
		return f.last.Result != nil && len(f.last.Result.Diagnoses) > 0 && f.last.Result.Diagnoses[0].ID == "quorum-loss"
	})

	second, err := os.ReadFile(logs[1])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "zlog-view.log"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := create(filepath.Join(dir, "ctrl2.log")).Write(second); err != nil {
		t.Fatal(err)
	}
	more := bytes.Count(second, []byte("\n"))
	f.until("a file that appears", func() bool { return l.index.Len() == 310+more })
	f.until("both nodes", func() bool { return len(f.last.Result.Nodes) >= 2 && len(f.last.Result.Sources) == 2 })

	var want []string
	for _, line := range append(append([][]byte{}, lines[:310]...), bytes.SplitAfter(second, []byte("\n"))...) {
		if text := strings.TrimRight(string(line), "\n"); text != "" {
			want = append(want, text)
		}
	}
	sort.Strings(want)
	if got := f.texts(); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%d records, want %d: each line once", len(got), len(want))
	}
	if !f.last.Live {
		t.Error("it is not live any more")
	}
}

func TestTailsKeepLinesWhole(t *testing.T) {
	p, err := newPump("x", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	a, b := &tail{pump: p}, &tail{pump: p}
	for _, w := range []struct {
		t    *tail
		text string
	}{{a, "old "}, {b, "new 1\nnew"}, {a, "1\nold 2\nold"}, {b, " 2\n"}} {
		if err := w.t.write([]byte(w.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.flush(); err != nil {
		t.Fatal(err)
	}
	p.finish()
	got, _ := io.ReadAll(p.whole())
	if want := "new 1\nold 1\nold 2\nnew 2\nold"; string(got) != want {
		t.Errorf("%q, want %q", got, want)
	}
	long := &tail{pump: p}
	for range 3 {
		if err := long.write(bytes.Repeat([]byte("x"), mostPart)); err != nil {
			t.Fatal(err)
		}
	}
	if len(long.part) > mostPart {
		t.Errorf("%d bytes wait for the end of their line", len(long.part))
	}
}
