package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"zlog/diagnosis"
	"zlog/event"
	"zlog/parser"
	"zlog/redact"
)

func verifyCommand(e *env) *cobra.Command {
	return &cobra.Command{
		Use:   "verify FILE",
		Short: "Check a bundle: its files by their hashes, and every cited line by the line itself",
		Args:  cobra.ExactArgs(1),
		RunE: func(cc *cobra.Command, args []string) error {
			f, err := os.Open(args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			info, err := f.Stat()
			if err != nil {
				return err
			}
			data := io.NewSectionReader(f, 0, info.Size())
			if !info.Mode().IsRegular() {
				if data, err = e.hold(f); err != nil {
					return fmt.Errorf("%s: %w", args[0], err)
				}
			}
			files, claims, wrong, err := verify(cc.Context(), data)
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

// claim is a line that a report cites.
type claim struct {
	diagnosis.Evidence
	by   string // the diagnosis
	file string // in the bundle; "" if it is not there
	held bool   // the line is what the report says
}

// verify checks a bundle. It is read twice, and held is only what it says of itself. wrong says what is not as it should be.
func verify(ctx context.Context, data *io.SectionReader) (files, claims int, wrong []string, err error) {
	got, err := unpack(data)
	if err != nil {
		return 0, 0, nil, err
	}
	var m diagnosis.Manifest
	if err := json.Unmarshal(got.manifest, &m); err != nil || m.Schema != diagnosis.TicketSchema {
		return 0, 0, nil, errors.New("not a bundle of zlog: no manifest.json that can be read")
	}
	known := map[string]bool{"manifest.json": true}
	file := map[string]string{} // source → file
	for _, f := range m.Files {
		known[f.Name] = true
		is, ok := got.files[f.Name]
		switch {
		case !ok:
			wrong = append(wrong, f.Name+" is missing")
		case is.Size != f.Size || is.SHA256 != f.SHA256:
			wrong = append(wrong, f.Name+" was changed: its hash is not the manifest's")
		}
		if f.Source != "" {
			file[f.Source] = f.Name
		}
	}
	for _, name := range sorted(got.files) {
		if !known[name] {
			wrong = append(wrong, name+" is not in the manifest")
		}
	}
	var r diagnosis.Result
	if err := json.Unmarshal(got.report, &r); err != nil {
		return len(m.Files), 0, append(wrong, "report.json cannot be read: "+err.Error()), nil //nolint:nilerr // what is wrong with a bundle is the answer
	}
	var ids []string
	var all []*claim
	cited := map[string]map[int][]*claim{}
	for _, d := range r.Diagnoses {
		ids = append(ids, d.ID)
		for _, ev := range d.Evidence {
			c := &claim{Evidence: ev, by: d.ID, file: file[ev.Source]}
			all = append(all, c)
			if cited[c.file] == nil {
				cited[c.file] = map[int][]*claim{}
			}
			cited[c.file][ev.Line] = append(cited[c.file][ev.Line], c)
		}
	}
	if r.Verdict != m.Verdict || !slices.Equal(ids, m.Diagnoses) {
		wrong = append(wrong, "report.json has another verdict or other diagnoses than the manifest")
	}
	err = eachFile(data, func(name string, text io.Reader) error {
		look(ctx, text, cited[name])
		return ctx.Err()
	})
	for _, c := range all {
		if c.file == "" {
			wrong = append(wrong, fmt.Sprintf("%s cites %s, which is not in the bundle", c.by, c.Source))
		} else if !c.held {
			wrong = append(wrong, fmt.Sprintf("%s cites %s:%d, where something else stands", c.by, c.file, c.Line))
		}
	}
	return len(m.Files), len(all), wrong, err
}

// look goes through a log for the lines that are cited, by their numbers. A line that was left out has no record.
func look(ctx context.Context, log io.Reader, cited map[int][]*claim) {
	if len(cited) == 0 {
		return
	}
	notices := &lineHeads{take: func(line int, head string) {
		for _, c := range cited[line] {
			c.held = c.held || redact.IsNotice(head) && c.Text == head
		}
	}}
	sources, _ := parser.Expand([]string{"-"}, io.TeeReader(log, notices), parser.DefaultLimits())
	for _, s := range sources {
		s.Read(ctx, parser.Options{}, func(e *event.Event) {
			for _, c := range cited[e.Line] {
				c.held = cites(c.Evidence, e.Text)
			}
		})
	}
}

// lineHeads hands on the lines that are written to it, as far as a note may reach.
type lineHeads struct {
	take func(line int, head string)
	line int
	head []byte
}

// Write implements io.Writer.
func (l *lineHeads) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		text, after, ended := bytes.Cut(rest, []byte("\n"))
		l.head = append(l.head, text[:min(len(text), 128-len(l.head))]...)
		if rest = after; ended {
			l.line++
			l.take(l.line, string(l.head))
			l.head = l.head[:0]
		}
	}
	return len(p), nil
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
