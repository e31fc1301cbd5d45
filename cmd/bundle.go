package cmd

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"zlog/diagnosis"
	"zlog/parser"
	"zlog/redact"
	"zlog/report"
)

func bundleCommand(e *env) *cobra.Command {
	in, x := &input{}, &redaction{}
	file, made := "", ""
	full := false
	c := &cobra.Command{
		Use:   "bundle [PATH…] -o ticket.tar.gz",
		Short: "Pack reports and the lines they rest on into one file for a ticket",
		Long: `Writes one archive with the reports (HTML, Markdown, JSON), the lines of evidence with what stands around them on
every node, a manifest with hashes, and a list of what support will ask for. Secrets, addresses and names are taken
out unless --redact says otherwise. zlog diagnose says the same about the archive as about the logs; that is checked
before the archive is written.`,
		Example: `  zlog bundle ctrl1.log ctrl2.log ctrl3.log -o ticket.tar.gz
  zlog bundle logs/ -o ticket.tar.gz --full --redact strict
  zlog bundle verify ticket.tar.gz`,
		Args: cobra.ArbitraryArgs,
	}
	in.flags(c)
	x.flags(c)
	f := c.Flags()
	f.StringVarP(&file, "output", "o", "", "the archive to write")
	f.BoolVar(&full, "full", false, "the whole logs, not excerpts")
	f.StringVar(&made, "time", "", "the time that the bundle bears, instead of the last in the logs")
	c.RunE = func(cc *cobra.Command, args []string) error {
		if file == "" {
			return errors.New("bundle: -o FILE is missing, such as -o ticket.tar.gz")
		}
		at, err := pointKnown(made)
		if err != nil {
			return fmt.Errorf("--time %w", err)
		}
		rep, err := e.replayable(cc, in, args)
		if err != nil {
			return err
		}
		in.around = ticketContext
		h, err := e.handOver(cc, in, x, rep, around)
		if err != nil {
			return err
		}
		h.page.Made = at
		t := &ticket{e: e, cc: cc, in: in, rep: rep, h: h, made: at}
		data, err := t.pack(full)
		if err != nil {
			return err
		}
		if err := writePrivate(file, fromStart(data)); err != nil {
			return err
		}
		if err := x.writeMap(h.redactor); err != nil {
			return err
		}
		t.say(file, data.Size())
		if h.failed {
			e.code = exitTrouble
		}
		return nil
	}
	c.AddCommand(verifyCommand(e))
	return c
}

// ticket makes one bundle.
type ticket struct {
	e        *env
	cc       *cobra.Command
	in       *input
	rep      *replay
	h        *handedOver
	made     time.Time
	manifest diagnosis.Manifest
}

// pack makes the archive: with excerpts if they lead to the same diagnoses, else with the whole logs. Both it and the copies of
// the logs are in temporary files.
func (t *ticket) pack(full bool) (*io.SectionReader, error) {
	if !full {
		keep := chooseLines(t.cc.Context(), t.rep, t.h.outcome, t.h.plain)
		data, err := t.archive(keep, "")
		if err != nil {
			return nil, err
		}
		same, err := t.same(data)
		if err != nil || same == "" {
			return data, err
		}
		return t.archive(nil, "excerpts would not lead to the same diagnoses: "+same)
	}
	return t.archive(nil, "")
}

// entry is one file of the archive.
type entry struct {
	diagnosis.TicketFile
	data *io.SectionReader
}

// textEntry makes an entry of a text.
func textEntry(name string, text []byte) entry {
	return entry{diagnosis.TicketFile{Name: name, Size: int64(len(text)), SHA256: sum(text)}, io.NewSectionReader(bytes.NewReader(text), 0, int64(len(text)))}
}

// archive writes all files; keep is nil for whole logs.
func (t *ticket) archive(keep keepSet, why string) (*io.SectionReader, error) {
	logs, err := t.logs(keep)
	if err != nil {
		return nil, err
	}
	r := t.h.page.Result
	m := diagnosis.Manifest{Schema: diagnosis.TicketSchema, Zlog: r.Zlog, Verdict: r.Verdict, Diagnoses: []string{}, Redaction: r.Redaction, Logs: "excerpts",
		Why: why, Asked: report.Checklist(r), Made: diagnosis.Time{Time: t.made}}
	if keep == nil {
		m.Logs = "whole"
	}
	if m.Made.IsZero() {
		for _, s := range r.Sources {
			if s.Last.After(m.Made.Time) {
				m.Made = s.Last
			}
		}
	}
	for _, d := range r.Diagnoses {
		m.Diagnoses = append(m.Diagnoses, d.ID)
	}
	if m.Rules, err = t.rules(); err != nil {
		return nil, err
	}
	var files []entry
	for _, kind := range []struct{ kind, name string }{{"html", "report.html"}, {"markdown", "report.md"}, {"json", "report.json"}} {
		var b bytes.Buffer
		if err := writers[kind.kind](&b, t.h.page); err != nil {
			return nil, err
		}
		files = append(files, textEntry(kind.name, b.Bytes()))
	}
	files = append(files, logs...)
	for i := range files {
		m.Files = append(m.Files, files[i].TicketFile)
	}
	var list bytes.Buffer
	if err := report.ChecklistMarkdown(&list, &m); err != nil {
		return nil, err
	}
	checklist := textEntry("checklist.md", list.Bytes())
	m.Files = append(m.Files, checklist.TicketFile)
	t.manifest = m
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, err
	}
	out, err := t.e.spool()
	if err != nil {
		return nil, err
	}
	all := slices.Concat([]entry{textEntry("manifest.json", append(text, '\n')), checklist}, files)
	if err := tarball(out, all, m.Made.Time); err != nil {
		return nil, err
	}
	return out.since(0), out.flush()
}

// tarball writes files into a compressed archive whose bytes depend on nothing but them and the time.
func tarball(out io.Writer, files []entry, at time.Time) error {
	z := gzip.NewWriter(out)
	w := tar.NewWriter(z)
	if at.IsZero() {
		at = time.Unix(0, 0)
	}
	for _, f := range files {
		h := &tar.Header{Typeflag: tar.TypeReg, Name: "ticket/" + f.Name, Mode: 0o600, Size: f.data.Size(), ModTime: at.UTC().Truncate(time.Second)}
		if err := w.WriteHeader(h); err != nil {
			return err
		}
		if _, err := io.Copy(w, fromStart(f.data)); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	return z.Close()
}

// logs makes the logs' copies, redacted: whole, or with what is not kept left blank.
func (t *ticket) logs(keep keepSet) ([]entry, error) {
	var out []entry
	r := t.h.redactor
	sources, _ := t.rep.sources()
	copies := newCopyNames(sources, t.h.members, t.h.name)
	room, err := t.e.spool()
	if err != nil {
		return nil, err
	}
	for _, src := range sources {
		var done []*logCopy // by member; they come one after the other
		names := t.h.members[src.Name]
		var stream *redact.Stream
		got := src.Raw(t.cc.Context(), t.rep.lim, func(l parser.RawLine) {
			for len(done) <= l.Member {
				done = append(done, nil)
			}
			if done[l.Member] == nil {
				done[l.Member] = room.begin()
				stream = r.SourceAt(src.Name, l.Member)
			}
			c := done[l.Member]
			if keep == nil || l.Member < len(names) && keep[names[l.Member]][l.Number] {
				c.write(redactedLine(stream, l))
				c.kept++
			} else {
				passOver(stream, l)
			}
			if l.Ended {
				c.write(lineFeed)
			}
		})
		for i, c := range done {
			if c == nil || i >= len(got) {
				continue
			}
			name := t.h.name(got[i].Name)
			out = append(out, entry{diagnosis.TicketFile{Name: "logs/" + copies.next(name), Source: name, Node: t.nodeOf(name), Lines: got[i].Lines, Kept: c.kept,
				Size: c.size, SHA256: hex.EncodeToString(c.hash.Sum(nil))}, io.NewSectionReader(room, c.from, c.size)})
		}
	}
	if err := room.flush(); err != nil {
		return nil, err
	}
	return out, t.cc.Context().Err()
}

var lineFeed = []byte("\n")

func (t *ticket) nodeOf(source string) string {
	for _, s := range t.h.page.Result.Sources {
		if s.Name == source {
			return s.Node
		}
	}
	return ""
}

// rules gives the hashes of the rule files that were used.
func (t *ticket) rules() ([]diagnosis.TicketFile, error) {
	files, err := builtin(t.e.pack)
	if err != nil {
		return nil, err
	}
	names, err := ruleFiles(t.in.rules)
	if err != nil {
		return nil, err
	}
	own, err := readRules(names)
	if err != nil {
		return nil, err
	}
	var out []diagnosis.TicketFile
	for _, f := range append(files, own...) {
		out = append(out, diagnosis.TicketFile{Name: t.h.redactor.Text(filepath.Base(f.Name)), Size: int64(len(f.Text)), SHA256: sum([]byte(f.Text))})
	}
	return out, nil
}

func sum(data []byte) string {
	s := sha256.Sum256(data)
	return hex.EncodeToString(s[:])
}

// same diagnoses the archive as its receiver will, and says what differs, "" for nothing.
func (t *ticket) same(data *io.SectionReader) (string, error) {
	a := &analysis{limits: t.in.limits, node: t.in.node, only: t.in.only, skip: t.in.skip}
	set, err := t.e.ruleSet(t.in.rules)
	if err != nil {
		return "", err
	}
	a.set = set
	got, err := a.run(t.cc.Context(), archiveSources(data, t.in.limits), nil)
	if err != nil {
		return "", err
	}
	return differs(t.h.page.Result, got.result), nil
}

func archiveSources(data *io.SectionReader, lim parser.Limits) []*parser.Source {
	sources, _ := parser.Expand([]string{"-"}, fromStart(data), lim)
	return sources
}

// differs compares two answers by what a reader would act on: verdict, diagnoses, roles, severities and nodes.
func differs(want, got *diagnosis.Result) string {
	if want.Verdict != got.Verdict {
		return fmt.Sprintf("%s, not %s", got.Verdict, want.Verdict)
	}
	key := func(d diagnosis.Diagnosis) string {
		nodes := slices.Clone(d.Nodes)
		slices.Sort(nodes)
		return fmt.Sprintf("%s %s %s %v", d.ID, d.Role, d.Severity, nodes)
	}
	for i := range max(len(want.Diagnoses), len(got.Diagnoses)) {
		switch {
		case i >= len(got.Diagnoses):
			return want.Diagnoses[i].ID + " is not found"
		case i >= len(want.Diagnoses):
			return got.Diagnoses[i].ID + " is found besides"
		case key(want.Diagnoses[i]) != key(got.Diagnoses[i]):
			return fmt.Sprintf("%s, not %s", key(got.Diagnoses[i]), key(want.Diagnoses[i]))
		}
	}
	return ""
}

// say prints what was written and what is still missing.
func (t *ticket) say(file string, size int64) {
	m := &t.manifest
	fmt.Fprintf(t.e.err, "%s: %d files, %d KB, logs as %s, redacted: %s\n", file, len(m.Files)+1, (size+1023)/1024, m.Logs, t.h.redactor.Mode())
	if m.Why != "" {
		fmt.Fprintf(t.e.err, "  whole logs: %s\n", m.Why)
	}
	for _, a := range m.Asked {
		if a.State != "present" {
			fmt.Fprintf(t.e.err, "  support will ask for %s (%s): %s\n", a.What, a.State, a.Command)
		}
	}
}
