package parser

import (
	"archive/tar"
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Sizes of the layers.
const (
	freeBytes  = 64 << 20 // what anything may decompress to
	headBytes  = 8 << 10  // what is looked at to tell what an input is
	zstdWindow = 32 << 20 // zstd -19 uses 8 MiB; --long asks for 128 MiB
)

// magic names what an input starts as.
type magic uint8

const (
	magicPlain magic = iota
	magicGzip
	magicZstd
	magicTar
	magicZip
	magicOther // compressed in a way that is not read
)

func magicOf(head []byte) magic {
	switch {
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return magicGzip
	case bytes.HasPrefix(head, []byte("\x28\xb5\x2f\xfd")),
		len(head) > 4 && head[0]&0xf0 == 0x50 && bytes.HasPrefix(head[1:], []byte("\x2a\x4d\x18")):
		return magicZstd
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return magicZip
	case bytes.HasPrefix(head, []byte("\xfd7zXZ\x00")), bytes.HasPrefix(head, []byte("BZh")) && len(head) > 3 && isDigit(head[3]),
		bytes.HasPrefix(head, []byte("7z\xbc\xaf\x27\x1c")), bytes.HasPrefix(head, []byte("\x04\x22\x4d\x18")):
		return magicOther
	case isTar(head):
		return magicTar
	}
	return magicPlain
}

// isTar checks the sum of the first header: old tars have no magic.
func isTar(head []byte) bool {
	if len(head) < 512 || head[0] == 0 {
		return false
	}
	want, err := strconv.ParseInt(string(bytes.Trim(head[148:156], " \x00")), 8, 64)
	if err != nil {
		return false
	}
	sum := int64(0)
	for i, c := range head[:512] {
		if i >= 148 && i < 156 {
			c = ' '
		}
		sum += int64(c)
	}
	return sum == want
}

// layer reads whatever r holds. depth counts the layers above it; a compressed tar is one.
func (w *walk) layer(name string, r io.Reader, depth int) {
	br := bufio.NewReaderSize(r, 2*headBytes)
	head, err := br.Peek(headBytes)
	if len(head) == 0 && err != nil && err != io.EOF {
		w.fail(name, fmt.Errorf("read %s: %w", name, err))
		return
	}
	kind := magicOf(head)
	if kind != magicPlain && kind != magicOther && depth >= w.opt.Limits.Depth {
		w.fail(name, fmt.Errorf("%s: more than %d archives or compressions inside each other; raise --max-depth", name, w.opt.Limits.Depth))
		return
	}
	switch kind {
	case magicGzip:
		in := &counter{r: br}
		z, err := gzip.NewReader(in)
		if err != nil {
			w.fail(name, fmt.Errorf("read %s: %w", name, err))
			return
		}
		defer z.Close()
		w.inflated(name, &inflater{name: name, r: z, in: &in.n, lim: w.opt.Limits}, depth)
	case magicZstd:
		in := &counter{r: br}
		z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(zstdWindow))
		if err != nil {
			w.fail(name, fmt.Errorf("read %s: %w", name, err))
			return
		}
		defer z.Close()
		w.inflated(name, &inflater{name: name, r: z, in: &in.n, lim: w.opt.Limits}, depth)
	case magicTar:
		w.tar(name, br, depth+1)
	case magicZip:
		w.zip(name, br, depth+1)
	case magicOther:
		w.fail(name, fmt.Errorf("%s: compressed in a way that is not read (only gzip, zstd, tar and zip are); unpack it first", name))
	default:
		w.lines(name, br, head)
	}
}

// inflated goes on below a compression; a tar right below it is in the same layer.
func (w *walk) inflated(name string, r io.Reader, depth int) {
	br := bufio.NewReaderSize(r, headBytes)
	if head, _ := br.Peek(512); isTar(head) {
		w.tar(name, br, depth+1)
		return
	}
	w.layer(name, br, depth+1)
}

// inflater holds the limits of one compression.
type inflater struct {
	name string
	r    io.Reader
	in   *int64
	out  int64
	lim  Limits
}

func (f *inflater) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	f.out += int64(n)
	if e := bomb(f.name, f.out, *f.in, f.lim); e != nil {
		return n, e
	}
	if errors.Is(err, zstd.ErrWindowSizeExceeded) {
		err = fmt.Errorf("zstd window above %d MiB; unpack it first", zstdWindow>>20)
	}
	return n, err
}

// bomb tells whether something grew beyond the limits.
func bomb(name string, out, in int64, lim Limits) error {
	if out <= freeBytes && out <= lim.Bytes {
		return nil
	}
	if out > lim.Bytes {
		return fmt.Errorf("%s: decompresses to more than %d bytes; raise --max-bytes", name, lim.Bytes)
	}
	if out/int64(lim.Ratio) > in {
		return fmt.Errorf("%s: decompresses to more than %d times its size; raise --max-ratio", name, lim.Ratio)
	}
	return nil
}

// tar reads the members in the order of the archive.
func (w *walk) tar(name string, r io.Reader, depth int) {
	t := tar.NewReader(r)
	for entry := 1; !w.stopped; entry++ {
		if w.ctx.Err() != nil {
			w.fail(name, fmt.Errorf("read %s: %w", name, w.ctx.Err()))
			return
		}
		h, err := t.Next()
		if err == io.EOF {
			return
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			w.fail(name, fmt.Errorf("read %s: entry %d: %w", name, entry, err))
			return
		}
		if entry > w.opt.Limits.Entries {
			w.fail(name, tooMany(name, entry, w.opt.Limits))
			return
		}
		switch h.Typeflag {
		case tar.TypeReg, '\x00', tar.TypeGNUSparse:
			w.member(name, h.Name, entry, t, depth)
		case tar.TypeDir, tar.TypeXGlobalHeader:
		default:
			w.refuse(name, h.Name, entry, "is a "+typeName(h.Typeflag)+", not a file")
		}
	}
}

func typeName(flag byte) string {
	switch flag {
	case tar.TypeSymlink, tar.TypeLink:
		return "link"
	case tar.TypeChar, tar.TypeBlock:
		return "device"
	case tar.TypeFifo:
		return "pipe"
	}
	return fmt.Sprintf("entry of type %q", flag)
}

func tooMany(name string, entry int, lim Limits) error {
	return fmt.Errorf("%s: entry %d: more than %d files; raise --max-entries", name, entry, lim.Entries)
}

// refuse accounts for a member that is not read for a reason that its name or kind gives.
func (w *walk) refuse(archive, name string, entry int, why string) {
	w.fail(archive+"/"+name, fmt.Errorf("%s: entry %d: %q %s", archive, entry, name, why))
}

// member reads one file of an archive, if it looks like a log.
func (w *walk) member(archive, name string, entry int, r io.Reader, depth int) {
	if !inside(name) {
		w.refuse(archive, name, entry, "leaves the archive")
		return
	}
	br := bufio.NewReaderSize(r, headBytes)
	head, err := br.Peek(headBytes)
	if err != nil && err != io.EOF && len(head) == 0 {
		w.fail(archive+"/"+name, fmt.Errorf("read %s/%s: %w", archive, name, err))
		return
	}
	if looksLikeLog(name, head) {
		w.layer(archive+"/"+name, br, depth)
	}
}
