package parser

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/klauspost/compress/gzip"

	"zlog/event"
)

const tick = `{"level":"info","msg":"tick","time":"2026-11-22T19:22:42.391Z"}` + "\n"

// faulty gives some bytes, then an error, in pieces of a byte or all at once.
func faulty(text string, pieces bool) io.Reader {
	r := io.MultiReader(strings.NewReader(text), iotest.ErrReader(errors.New("input/output error")))
	if pieces {
		return iotest.OneByteReader(r)
	}
	return iotest.DataErrReader(r)
}

func TestAReadErrorIsPartOfTheAccountAndWhatWasReadCounts(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = io.WriteString(z, strings.Repeat(tick, 10))
	z.Close()
	for name, c := range map[string]struct {
		text  string
		lines int
	}{
		"at once":                 {"", 0},
		"between lines":           {strings.Repeat(tick, 3), 3},
		"in a line":               {strings.Repeat(tick, 3) + tick[:20], 4},
		"in gzip":                 {packed.String()[:packed.Len()-9], 10},
		"in the head of a tar":    {strings.Repeat("\x00", 100), 1},
		"in a line without end":   {strings.Repeat("x", 3<<20), 1},
		"after a half dump":       {"panic: x\n\ngoroutine 1 [run", 3},
		"after half of an export": {"__CURSOR=x\nMESSAGE\n\x05\x00\x00", 3},
	} {
		for _, pieces := range []bool{false, true} {
			if len(c.text) > 1<<20 && pieces {
				continue
			}
			_, acc := readAll(t, faulty(c.text, pieces), Options{})
			if len(acc) != 1 || acc[0].Error == "" {
				t.Errorf("%s: no error: %+v", name, acc)
				continue
			}
			balanced(t, acc[0])
			if acc[0].Lines != c.lines && acc[0].Lines != 0 {
				t.Errorf("%s: %d lines, want %d", name, acc[0].Lines, c.lines)
			}
		}
	}
}

func TestAReaderThatGivesNothingEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	sources, _ := Expand([]string{"-"}, readerFunc(func(p []byte) (int, error) {
		cancel()
		return copy(p, tick), nil
	}), Limits{})
	acc := sources[0].Read(ctx, Options{}, func(*event.Event) {})
	if len(acc) != 1 || !strings.Contains(acc[0].Error, "context canceled") {
		t.Errorf("%+v", acc)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestAFileThatShrinksWhileItIsReadIsNotWhole(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.log")
	if err := os.WriteFile(name, []byte(strings.Repeat(tick, 40_000)), 0o600); err != nil {
		t.Fatal(err)
	}
	sources, errs := Expand([]string{name}, nil, Limits{})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	first := true
	acc := sources[0].Read(t.Context(), Options{Silence: time.Hour}, func(*event.Event) {
		if first {
			_ = os.Truncate(name, 0)
		}
		first = false
	})
	if len(acc) != 1 || !strings.Contains(acc[0].Error, "shrank") || acc[0].Lines == 0 {
		t.Errorf("%+v", acc)
	}
	balanced(t, acc[0])
}

func TestAFileInTheMiddleThatCannotBeReadHidesNoOther(t *testing.T) {
	dir := t.TempDir()
	paths := []string{filepath.Join(dir, "a.log"), filepath.Join(dir, "b.log"), filepath.Join(dir, "c.log")}
	for _, p := range paths {
		if err := os.WriteFile(p, []byte(tick), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sources, errs := Expand(paths, nil, Limits{})
	if len(sources) != 3 || len(errs) > 0 {
		t.Fatal(errs)
	}
	if err := os.Remove(paths[1]); err != nil {
		t.Fatal(err)
	}
	lines := 0
	for i, s := range sources {
		acc := s.Read(t.Context(), Options{}, func(*event.Event) { lines++ })
		if len(acc) != 1 || (acc[0].Error != "") != (i == 1) {
			t.Errorf("%+v", acc)
		}
	}
	if lines != 2 {
		t.Errorf("%d lines, want 2", lines)
	}
}
