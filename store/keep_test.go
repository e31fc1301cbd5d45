package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestAnInterruptedFetchGoesOn: chunks that came are not asked for once more, unless the question or what the store has is another.
func TestAnInterruptedFetchGoesOn(t *testing.T) {
	m := &memory{}
	for i := range 100 {
		m.lines = append(m.lines, at("a", time.Duration(i)*time.Second, record(fmt.Sprint(i))))
	}
	dir := filepath.Join(t.TempDir(), "kept")
	read := func(want *Want) ([]string, int, int) {
		before, keep := m.asked, &Keep{Dir: dir, Of: "here"}
		got, _, missing := fetched(t, &Fetch{Store: m, Sel: hour(), Chunk: 10, Want: want, Keep: keep})
		if keep.Failed != nil {
			t.Error(keep.Failed)
		}
		return got, len(missing), m.asked - before
	}
	left := func() int {
		names, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range names {
			if info, err := n.Info(); err != nil || os.PathSeparator == '/' && info.Mode().Perm() != 0o600 {
				t.Errorf("%s: %v, %v", n.Name(), info.Mode(), err)
			}
		}
		return len(names)
	}
	whole, _, all := read(nil)
	if len(whole) != 100 || left() != 0 {
		t.Fatalf("%d lines, %d chunks are left of a run that is whole", len(whole), left())
	}
	broken := func(sel Selection) error {
		if sel.Span.To.After(began.Add(55 * time.Second)) {
			return errors.New("no")
		}
		return nil
	}
	m.fail = broken
	if _, missing, _ := read(nil); missing == 0 || left() == 0 {
		t.Fatalf("%d missing, %d left", missing, left())
	}
	kept := left()
	m.fail = nil
	if _, _, asked := read(&Want{Texts: [][]string{{"1"}}}); asked < all || left() != kept {
		t.Errorf("another question took what was kept: %d of %d asked, %d of %d left", asked, all, left(), kept)
	}
	if got, missing, asked := read(nil); !slices.Equal(got, whole) || missing != 0 || asked != all-kept || left() != 0 {
		t.Errorf("%d lines, %d missing, %d asked, want %d; %d left", len(got), missing, asked, all-kept, left())
	}
	m.fail = broken
	read(nil)
	m.fail = nil
	m.lines = append(m.lines, at("a", 99*time.Second, record("more")))
	if got, _, asked := read(nil); len(got) != 101 || asked < all {
		t.Errorf("a store that has more: %d lines, %d asked", len(got), asked)
	}
}

// TestWhatWasKeptForNobodyGoes: chunks that are a week old go when a run begins, and the oldest of too many; files of others stay.
func TestWhatWasKeptForNobodyGoes(t *testing.T) {
	dir := t.TempDir()
	put := func(name string, age time.Duration, size int) {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
		at := time.Now().Add(-age)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	const day = 24 * time.Hour
	question := strings.Repeat("0f", 12)
	put(question+"-1-2.chunk", 8*day, 10)
	put(question+"-2-3.chunk", 6*day, 10)
	put(question+"-3-4.chunk", 2*day, 10)
	put(question+"-4-5.chunk", day, 10)
	put("new-123", 9*day, 10)
	put("new-456", time.Hour, 10)
	put("new-born.log", 100*day, 10)
	put("my.chunk", 100*day, 10)
	left := func() string {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, e := range entries {
			names = append(names, strings.ReplaceAll(e.Name(), question, "q"))
		}
		return strings.Join(names, " ")
	}
	k := &Keep{Dir: dir}
	if err := k.begin(hour(), nil, nil); err != nil {
		t.Fatal(err)
	}
	if got, want := left(), "q-2-3.chunk q-3-4.chunk q-4-5.chunk my.chunk new-456 new-born.log"; got != want {
		t.Errorf("left %s, want %s", got, want)
	}
	k.tidy(time.Now().Add(-keptFor), 25)
	if got, want := left(), "q-4-5.chunk my.chunk new-456 new-born.log"; got != want {
		t.Errorf("of too many left %s, want %s", got, want)
	}
}
