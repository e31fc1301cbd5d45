package cmd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"zlog/diagnosis"
	"zlog/parser"
	"zlog/redact"
	"zlog/report"
)

func redactCommand(e *env) *cobra.Command {
	in, x := &input{limits: parser.DefaultLimits()}, &redaction{}
	dir := ""
	c := &cobra.Command{
		Use:   "redact [PATH…] -o DIR",
		Short: "Write the logs again, without secrets, addresses and names",
		Long: `Writes a copy of every log into a folder, with secrets, addresses, hosts and names replaced by tokens such as
ip-3 and host-2. The same value gets the same token in all files, lines keep their numbers, and zlog diagnose says
the same about the copies. A line of more than 1 MiB is not redacted: a note stands in its place that counts its bytes.`,
		Example: `  zlog redact ctrl1.log ctrl2.log ctrl3.log -o redacted/
  journalctl -u ziti-controller | zlog redact -o redacted/ --redact strict --map my-eyes-only.json`,
	}
	c.Flags().StringVarP(&dir, "output", "o", "", "the folder to write to; - for standard output")
	x.flags(c)
	_ = c.MarkFlagDirname("output")
	c.Flags().IntVar(&in.limits.Line, "max-line", in.limits.Line, "bytes of a line that is redacted; of a longer one the copy has a note")
	_ = c.Flags().MarkHidden("max-line")
	c.RunE = func(cc *cobra.Command, args []string) error {
		if dir == "" {
			return errors.New("redact: -o DIR is missing: where to write the copies")
		}
		rep, err := e.replayable(cc, in, args)
		if err != nil {
			return err
		}
		return e.redactLogs(cc.Context(), rep, x, dir)
	}
	return c
}

// redactLogs writes the copies and says what was taken out.
func (e *env) redactLogs(ctx context.Context, rep *replay, x *redaction, dir string) error {
	sources, errs := rep.sources()
	r, err := x.redactor(sources)
	if err != nil {
		return err
	}
	prefix := folder(sources)
	members := learn(ctx, r, sources, rep.lim, prefix).members
	if dir != "-" {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("redact: %w", err)
		}
	}
	for _, err := range errs {
		fmt.Fprintf(e.err, "zlog: %v\n", err)
	}
	failed := len(errs) > 0
	names := newCopyNames(sources, members, func(name string) string { return r.Name(strings.TrimPrefix(name, prefix)) })
	sources, _ = rep.sources()
	for _, src := range sources {
		w := &copier{e: e, r: r, dir: dir, source: src.Name, prefix: prefix, names: names, member: -1}
		got := src.Raw(ctx, rep.lim, w.line)
		if err := w.finish(got); err != nil {
			return err
		}
		if w.long > 0 {
			fmt.Fprintf(e.err, "zlog: %s: %s of more than %d bytes left out: too long to be redacted\n", r.Name(strings.TrimPrefix(src.Name, prefix)), count(w.long, "line"), rep.lim.Line)
		}
		for _, s := range got {
			if s.Error != "" {
				fmt.Fprintf(e.err, "zlog: %s\n", r.Text(s.Error))
				failed = true
			}
		}
	}
	if err := x.writeMap(r); err != nil {
		return err
	}
	if dir != "-" {
		e.sayRedacted(r.Summary(), dir)
	}
	if failed {
		e.code = exitTrouble
	}
	return ctx.Err()
}

// sayRedacted prints the summary on standard error.
func (e *env) sayRedacted(s redact.Summary, dir string) {
	fmt.Fprintf(e.err, "redacted (%s) into %s\n", s.Mode, dir)
	for _, src := range s.Sources {
		fmt.Fprintf(e.err, "  %-24s %s\n", src.Name, spellCounts(src.Classes))
	}
}

func spellCounts(m map[redact.Class]int) string {
	var parts []string
	for _, c := range redact.Classes(m) {
		parts = append(parts, fmt.Sprintf("%d %s", m[c], c))
	}
	if len(parts) == 0 {
		return "nothing to take out"
	}
	return strings.Join(parts, ", ")
}

// copier writes the redacted copy of one source's members, each to a file of its own.
type copier struct {
	e      *env
	r      *redact.Redactor
	dir    string
	source string
	prefix string // the folder that all sources are in
	names  *copyNames
	member int
	stream *redact.Stream
	files  []*private // by member; nil for one without a line
	buf    *bufio.Writer
	long   int  // lines that are too long
	screen bool // a terminal shows the copy, and no line may drive it
	err    error
}

func (w *copier) line(l parser.RawLine) {
	if w.err != nil {
		return
	}
	if l.Member != w.member {
		if w.err = w.next(l.Member); w.err != nil {
			return
		}
	}
	text := redactedLine(w.stream, l)
	if l.Cut > 0 {
		w.long++
	}
	if w.screen {
		text = []byte(report.Safe(string(text)))
	}
	_, w.err = w.buf.Write(text)
	if l.Ended && w.err == nil {
		w.err = w.buf.WriteByte('\n')
	}
}

// next begins the next member.
func (w *copier) next(member int) error {
	if w.buf != nil {
		if err := w.buf.Flush(); err != nil {
			return err
		}
	}
	w.member = member
	w.stream = w.r.SourceAt(w.source, member)
	if w.dir == "-" {
		w.buf = bufio.NewWriter(w.e.out)
		w.screen = isTTY(w.e.out)
		return nil
	}
	p, err := createPrivate(filepath.Join(w.dir, "copy"))
	if err != nil {
		return err
	}
	for len(w.files) <= member {
		w.files = append(w.files, nil)
	}
	w.files[member] = p
	w.buf = bufio.NewWriterSize(p, 64<<10)
	return nil
}

// finish gives the copies their names.
func (w *copier) finish(got []diagnosis.Source) error {
	if w.buf != nil && w.err == nil {
		w.err = w.buf.Flush()
	}
	for i, p := range w.files {
		if p == nil {
			continue
		}
		if w.err != nil || i >= len(got) {
			p.drop()
			continue
		}
		p.name = filepath.Join(w.dir, w.fileName(got[i].Name))
		if err := os.MkdirAll(filepath.Dir(p.name), 0o700); err != nil {
			p.drop()
			w.err = err
			continue
		}
		w.err = p.commit()
	}
	if w.err != nil {
		if w.dir != "-" { // the file has no name yet
			w.err = fmt.Errorf("write into %s: %w", w.dir, cause(w.err))
		}
		return fmt.Errorf("redact %s: %w", w.r.Name(w.source), w.err)
	}
	return nil
}

// fileName gives a copy's name in the folder: the source's, redacted, without compression.
func (w *copier) fileName(name string) string {
	return w.names.next(w.r.Name(strings.TrimPrefix(name, w.prefix)))
}

// copyNames gives copies their files' names: as short as they are clear, and of logs that are called alike with all their folders, so that
// a copy is of the same node as its log.
type copyNames struct{ used, alike map[string]bool }

// newCopyNames knows the names of all logs that will be copied, the members of each source, and how they are shown.
func newCopyNames(sources []*parser.Source, members map[string][]string, shown func(string) string) *copyNames {
	c := &copyNames{map[string]bool{}, map[string]bool{}}
	met := map[string]bool{}
	for _, src := range sources { // in order: a name that is shown for the first time takes the next token
		for _, name := range members[src.Name] {
			parts := copyParts(shown(name))
			base := parts[len(parts)-1]
			c.alike[base] = met[base]
			met[base] = true
		}
	}
	return c
}

func (c *copyNames) next(name string) string {
	parts := copyParts(name)
	last := len(parts) - 1
	out := parts[last]
	if c.alike[out] {
		out = strings.Join(parts, "/")
	}
	for n := 2; c.used[out]; n++ {
		out = fmt.Sprintf("%d-%s", n, parts[last])
	}
	c.used[out] = true
	return out
}

// copyParts gives the folders and the name of a copy, whatever the log's name.
func copyParts(name string) []string {
	if name == "-" {
		name = "stdin.log"
	}
	var clean []string
	for _, p := range strings.FieldsFunc(name, func(c rune) bool { return c == '/' || c == '\\' }) {
		if p = strings.TrimLeft(p, ".-"); p != "" {
			clean = append(clean, p)
		}
	}
	if len(clean) == 0 {
		return []string{"log"}
	}
	last := len(clean) - 1
	for _, ext := range []string{".gz", ".zst"} {
		clean[last] = strings.TrimSuffix(clean[last], ext)
	}
	return clean
}
