package cmd

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"zlog/diagnosis"
)

// What a bundle may be: logs do not become a thousandth by compression, and what says what is in it is held in memory.
const (
	mostBundle = 2 << 30  // bytes that it decompresses to
	mostRatio  = 1000     // of these to those of the file
	mostSaid   = 16 << 20 // bytes of its manifest, and of its report
	mostFiles  = 100_000
)

// contents are what is in a bundle: what it says of itself, and the others by size and hash.
type contents struct {
	files            map[string]diagnosis.TicketFile
	manifest, report []byte
}

// unpack reads a bundle to its end. Nothing is written anywhere, whatever the files are called.
func unpack(data *io.SectionReader) (*contents, error) {
	out := &contents{files: map[string]diagnosis.TicketFile{}}
	err := eachFile(data, func(name string, r io.Reader) error {
		if _, there := out.files[name]; there {
			return fmt.Errorf("%q is there twice", "ticket/"+name)
		}
		if len(out.files) == mostFiles {
			return fmt.Errorf("more than %d files", mostFiles)
		}
		var said *[]byte
		switch name {
		case "manifest.json":
			said = &out.manifest
		case "report.json":
			said = &out.report
		}
		h := sha256.New()
		n := int64(0)
		if said != nil {
			text, err := io.ReadAll(io.LimitReader(r, mostSaid+1))
			if err != nil {
				return err
			}
			if len(text) <= mostSaid {
				*said = text
			}
			n = int64(len(text))
			h.Write(text)
		}
		more, err := io.Copy(h, r)
		if n += more; err == nil && said != nil && n > mostSaid {
			err = fmt.Errorf("%s has %d bytes; it may have %d", name, n, mostSaid)
		}
		out.files[name] = diagnosis.TicketFile{Name: name, Size: n, SHA256: hex.EncodeToString(h.Sum(nil))}
		return err
	})
	return out, err
}

// eachFile hands the files of a bundle to take, in order.
func eachFile(data *io.SectionReader, take func(name string, r io.Reader) error) error {
	z, err := gzip.NewReader(io.NewSectionReader(data, 0, data.Size()))
	if err != nil {
		return err
	}
	most := min(mostBundle, 1<<20+mostRatio*data.Size())
	rest := &io.LimitedReader{R: z, N: most + 1}
	tooMuch := func(err error) error {
		if rest.N <= 0 {
			return fmt.Errorf("decompresses to more than %d bytes", most)
		}
		return err
	}
	t := tar.NewReader(rest)
	for {
		h, err := t.Next()
		if rest.N <= 0 {
			return tooMuch(err)
		}
		if errors.Is(err, io.EOF) { // what follows holds the checksum
			_, err = io.Copy(io.Discard, rest)
			return err
		}
		if err != nil {
			return err
		}
		name, ours := strings.CutPrefix(h.Name, "ticket/")
		switch {
		case h.Typeflag != tar.TypeReg:
			return fmt.Errorf("%q is not a file", h.Name)
		case !ours || !filepath.IsLocal(name) || strings.ContainsAny(name, "\\\x00\n"):
			return fmt.Errorf("%q has no place in a bundle", h.Name)
		}
		if err := take(name, t); err != nil {
			return tooMuch(err)
		}
	}
}
