package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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
