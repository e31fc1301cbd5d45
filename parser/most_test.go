package parser

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"strings"
	"testing"

	"zlog/event"
)

// endless gives one byte for ever, as a sparse file or a device does.
type endless byte

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(e)
	}
	return len(p), nil
}

// TestALogIsReadAsFarAsAllowed: what was read counts, and that there is more is said, in every container.
func TestALogIsReadAsFarAsAllowed(t *testing.T) {
	log := strings.Repeat(tick, 100)
	var packed, archive bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = io.WriteString(z, log)
	z.Close()
	w := tar.NewWriter(&archive)
	for _, name := range []string{"a.log", "b.log"} {
		_ = w.WriteHeader(&tar.Header{Name: name, Size: int64(len(log)), Typeflag: tar.TypeReg})
		_, _ = io.WriteString(w, log)
	}
	w.Close()
	size := int64(len(log))
	for name, c := range map[string]struct {
		in    io.Reader
		most  int64
		logs  int
		bytes int64 // of each
		more  bool
	}{
		"a log to its end":           {strings.NewReader(log), size, 1, size, false},
		"one byte less":              {strings.NewReader(log), size - 1, 1, size - 1, true},
		"no bound":                   {strings.NewReader(log), 0, 1, size, false},
		"a compressed log":           {&packed, 1000, 1, 1000, true},
		"each log of an archive":     {&archive, 1000, 2, 1000, true},
		"a hole without end":         {endless(0), 3 << 20, 1, 3 << 20, true},
		"a line without end":         {endless('x'), 3 << 20, 1, 3 << 20, true},
		"line feeds without end":     {endless('\n'), 1 << 20, 1, 1 << 20, true},
		"a log before what is wrong": {io.MultiReader(strings.NewReader(log), endless('y')), size + 5, 1, size + 5, true},
	} {
		t.Run(name, func(t *testing.T) {
			sources, _ := Expand([]string{"-"}, c.in, DefaultLimits())
			lim := DefaultLimits()
			lim.Log = c.most
			got := sources[0].Read(context.Background(), Options{Limits: lim}, func(*event.Event) {})
			if len(got) != c.logs {
				t.Fatalf("%d logs", len(got))
			}
			for _, s := range got {
				if s.Bytes != c.bytes || strings.Contains(s.Error, "what follows was not read; raise --max-log") != c.more || len(s.Gaps) > 0 != c.more {
					t.Errorf("%d bytes, error %q, gaps %v", s.Bytes, s.Error, s.Gaps)
				}
			}
		})
	}
}
