package cmd

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"zlog/diagnosis"
	"zlog/event"
	"zlog/parser"
)

// What a bundle may decompress to: it is held in memory, and logs do not become a thousandth by compression.
const (
	mostBundle = 2 << 30
	mostRatio  = 1000
)

func verifyCommand(e *env) *cobra.Command {
	return &cobra.Command{
		Use:   "verify FILE",
		Short: "Check a bundle: its files by their hashes, and every cited line by the line itself",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			data, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			files, claims, wrong, err := verify(data)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			for _, w := range wrong {
				fmt.Fprintf(e.err, "zlog: %s: %s\n", args[0], w)
			}
			if len(wrong) > 0 {
				e.code = exitFound
				return nil
			}
			_, err = fmt.Fprintf(e.out, "%s: %d files are as the manifest says, %d cited lines are where the report says\n", args[0], files, claims)
			return err
		},
	}
}

// verify checks a bundle. wrong says what is not as it should be.
func verify(data []byte) (files, claims int, wrong []string, err error) {
	content, err := unpack(data)
	if err != nil {
		return 0, 0, nil, err
	}
	var m diagnosis.Manifest
	if err := json.Unmarshal(content["manifest.json"], &m); err != nil || m.Schema != diagnosis.TicketSchema {
		return 0, 0, nil, errors.New("not a bundle of zlog: no manifest.json that can be read")
	}
	known := map[string]bool{"manifest.json": true}
	file := map[string]string{} // source → file
	for _, f := range m.Files {
		known[f.Name] = true
		got, ok := content[f.Name]
		switch {
		case !ok:
			wrong = append(wrong, f.Name+" is missing")
		case int64(len(got)) != f.Size || sum(got) != f.SHA256:
			wrong = append(wrong, f.Name+" was changed: its hash is not the manifest's")
		}
		if f.Source != "" {
			file[f.Source] = f.Name
		}
	}
	for _, name := range sorted(content) {
		if !known[name] {
			wrong = append(wrong, name+" is not in the manifest")
		}
	}
	var r diagnosis.Result
	if err := json.Unmarshal(content["report.json"], &r); err != nil {
		return len(m.Files), 0, append(wrong, "report.json cannot be read: "+err.Error()), nil //nolint:nilerr // what is wrong with a bundle is the answer
	}
	var ids []string
	for _, d := range r.Diagnoses {
		ids = append(ids, d.ID)
	}
	if r.Verdict != m.Verdict || !slices.Equal(ids, m.Diagnoses) {
		wrong = append(wrong, "report.json has another verdict or other diagnoses than the manifest")
	}
	texts := map[string]map[int]string{}
	for _, d := range r.Diagnoses {
		for _, ev := range d.Evidence {
			claims++
			name := file[ev.Source]
			if name == "" {
				wrong = append(wrong, fmt.Sprintf("%s cites %s, which is not in the bundle", d.ID, ev.Source))
				continue
			}
			if texts[name] == nil {
				texts[name] = records(content[name])
			}
			text, ok := texts[name][ev.Line]
			if !ok || !cites(ev, text) {
				wrong = append(wrong, fmt.Sprintf("%s cites %s:%d, where something else stands", d.ID, name, ev.Line))
			}
		}
	}
	return len(m.Files), claims, wrong, nil
}

// cites says whether a record is what the evidence shows. A diagnosis may show what it made of a line ("index 11:
// UpdateEntityCommand[Controller]"); then each word of it stands in the record.
func cites(e diagnosis.Evidence, text string) bool {
	if e.Signature == "applied-entry" {
		for w := range strings.FieldsFuncSeq(e.Text, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) && c != '_' }) {
			if !strings.Contains(text, w) {
				return false
			}
		}
	}
	if e.Text == "" || e.Signature == "applied-entry" {
		return true
	}
	short, long := e.Text, text
	if len(short) > len(long) {
		short, long = long, short
	}
	short = strings.TrimRight(strings.TrimSuffix(short, "…"), " \r\n")
	return strings.HasPrefix(long, short) && (len(short) >= 32 || len(short)*2 >= len(long))
}

// records gives the text of each record of a log by its first line.
func records(log []byte) map[int]string {
	out := map[int]string{}
	sources, _ := parser.Expand([]string{"-"}, bytes.NewReader(log), parser.DefaultLimits())
	for _, s := range sources {
		s.Read(context.Background(), parser.Options{}, func(e *event.Event) { out[e.Line] = e.Text })
	}
	return out
}

// unpack reads the files of a bundle. Nothing is written anywhere, whatever they are called.
func unpack(data []byte) (map[string][]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	most := int64(min(mostBundle, 1<<20+mostRatio*len(data)))
	rest := &io.LimitedReader{R: z, N: most + 1}
	out := map[string][]byte{}
	t := tar.NewReader(rest)
	for {
		h, err := t.Next()
		if rest.N <= 0 {
			return nil, fmt.Errorf("decompresses to more than %d bytes", most)
		}
		if errors.Is(err, io.EOF) { // what follows holds the checksum
			_, err = io.Copy(io.Discard, rest)
			return out, err
		}
		if err != nil {
			return nil, err
		}
		name, ours := strings.CutPrefix(h.Name, "ticket/")
		switch {
		case h.Typeflag != tar.TypeReg:
			return nil, fmt.Errorf("%q is not a file", h.Name)
		case !ours || !filepath.IsLocal(name) || strings.ContainsAny(name, "\\\x00\n"):
			return nil, fmt.Errorf("%q has no place in a bundle", h.Name)
		}
		if _, there := out[name]; there {
			return nil, fmt.Errorf("%q is there twice", h.Name)
		}
		if out[name], err = io.ReadAll(t); err != nil {
			if rest.N <= 0 {
				return nil, fmt.Errorf("decompresses to more than %d bytes", most)
			}
			return nil, err
		}
	}
}
