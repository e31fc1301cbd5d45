package parser

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
)

// zipInMemory is how large a zip may be that does not come from a file: its directory is at its end.
const zipInMemory = 16 << 20

// zip reads the members sorted by name.
func (w *walk) zip(name string, r io.Reader, depth int) {
	at, size, err := w.readerAt(r, depth)
	if err != nil {
		w.fail(name, fmt.Errorf("read %s: %w", name, err))
		return
	}
	z, err := zip.NewReader(at, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		w.fail(name, fmt.Errorf("read %s: %w", name, err))
		return
	}
	w.raw.n = max(w.raw.n, size)
	files := slices.Clone(z.File)
	slices.SortStableFunc(files, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	for i, f := range files {
		if w.stopped || w.ctx.Err() != nil {
			return
		}
		if i >= w.opt.Limits.Entries {
			w.fail(name, tooMany(name, i+1, w.opt.Limits))
			return
		}
		w.zipFile(name, f, i+1, depth)
	}
}

func (w *walk) zipFile(name string, f *zip.File, entry, depth int) {
	switch mode := f.Mode(); {
	case mode.IsDir() || strings.HasSuffix(f.Name, "/"):
		return
	case mode&fs.ModeSymlink != 0:
		w.refuse(name, f.Name, entry, "is a link, not a file")
		return
	case !mode.IsRegular():
		w.refuse(name, f.Name, entry, "is a device, not a file")
		return
	}
	in := int64(min(f.CompressedSize64, 1<<62))
	r, err := f.Open()
	if err != nil {
		w.refuse(name, f.Name, entry, err.Error())
		return
	}
	defer r.Close()
	w.member(name, f.Name, entry, &inflater{name: name + "/" + f.Name, r: r, in: &in, lim: w.opt.Limits}, depth)
}

// readerAt gives a zip that can be read at any place: the file itself, or what fits into memory.
func (w *walk) readerAt(r io.Reader, depth int) (io.ReaderAt, int64, error) {
	if w.file != nil && depth == 1 {
		info, err := w.file.Stat()
		if err != nil {
			return nil, 0, err
		}
		return w.file, info.Size(), nil
	}
	b, err := io.ReadAll(io.LimitReader(r, zipInMemory+1))
	if err == nil && len(b) > zipInMemory {
		err = fmt.Errorf("a zip inside an archive or on standard input may have %d MiB; unpack it first", zipInMemory>>20)
	}
	return bytes.NewReader(b), int64(len(b)), err
}
