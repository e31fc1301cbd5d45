package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"zlog/diagnosis"
	"zlog/parser"
	"zlog/redact"
)

// redaction is what every command that hands something over takes: how much to take out, and own patterns.
type redaction struct {
	mode    string
	configs []string
	mapFile string
}

func (x *redaction) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&x.mode, "redact", "standard", "take out: off, secrets, standard (also addresses, hosts, names), strict (also ids, paths)")
	f.StringArrayVar(&x.configs, "redact-config", nil, "a YAML file of own patterns, keys and what to leave; may repeat")
	f.StringVar(&x.mapFile, "map", "", "write what each token stands for to this file, for yourself only")
	complete(c, "redact", []string{"off", "secrets", "standard", "strict"})
}

// redactor makes the run's redactor. Names of nodes, as far as file names tell them, stay.
func (x *redaction) redactor(sources []*parser.Source) (*redact.Redactor, error) {
	mode, err := redact.ParseMode(x.mode)
	if err != nil {
		return nil, fmt.Errorf("--redact %w", err)
	}
	var configs []*redact.Config
	for _, name := range x.configs {
		data, err := readBounded(name, mostConfig)
		if err != nil {
			return nil, fmt.Errorf("--redact-config: %w", err)
		}
		c, err := redact.Load(name, data)
		if err != nil {
			return nil, err
		}
		configs = append(configs, c)
	}
	r, err := redact.New(mode, configs...)
	if err != nil {
		return nil, err
	}
	for _, s := range sources {
		r.Keep(redact.Stem(s.Name))
	}
	return r, nil
}

// writeMap writes the owner's map, if it is asked for.
func (x *redaction) writeMap(r *redact.Redactor) error {
	if x.mapFile == "" {
		return nil
	}
	data, err := json.MarshalIndent(r.Map(), "", "  ")
	if err != nil {
		return err
	}
	return writePrivate(x.mapFile, bytes.NewReader(append(data, '\n')))
}

// learned is what the first reading of all lines tells besides what is sensitive in them.
type learned struct {
	members map[string][]string    // the names of each source's members
	long    map[string]map[int]int // bytes of lines that are too long to be redacted, by name and number
}

// learn reads all lines for what is sensitive in them. The sources' names go into the summary without prefix.
func learn(ctx context.Context, r *redact.Redactor, sources []*parser.Source, lim parser.Limits, prefix string) learned {
	out := learned{map[string][]string{}, map[string]map[int]int{}}
	for _, src := range sources {
		member, st := -1, (*redact.Stream)(nil)
		var long []map[int]int
		names := src.Raw(ctx, lim, func(l parser.RawLine) {
			if l.Member != member {
				member, st = l.Member, r.Source(memberName(src.Name, l.Member))
			}
			if l.Cut == 0 {
				st.Learn(l.Text)
				return
			}
			st.TooLong(l.Text, len(l.Text)+l.Cut)
			for len(long) <= member {
				long = append(long, map[int]int{})
			}
			long[member][l.Number] = len(l.Text) + l.Cut
		})
		for i, n := range names {
			r.Rename(memberName(src.Name, i), strings.TrimPrefix(n.Name, prefix))
			r.Keep(redact.Stem(n.Name))
			out.members[src.Name] = append(out.members[src.Name], n.Name)
			if i < len(long) && len(long[i]) > 0 {
				out.long[n.Name] = long[i]
			}
		}
	}
	return out
}

// leaveOut puts a note in the place of what a result shows of lines that are too long to be redacted.
func (x learned) leaveOut(r *diagnosis.Result) {
	text := func(source string, line int, s *string) {
		for n := line; n <= line+strings.Count(*s, "\n"); n++ {
			if size := x.long[source][n]; size > 0 {
				*s = redact.Notice(size)
				return
			}
		}
	}
	for i := range r.Diagnoses {
		for j := range r.Diagnoses[i].Evidence {
			e := &r.Diagnoses[i].Evidence[j]
			text(e.Source, e.Line, &e.Text)
		}
	}
	for i := range r.Unrecognised {
		u := &r.Unrecognised[i]
		text(u.Source, u.Line, &u.Text)
	}
}

// redactedLine gives a line as it is handed over.
func redactedLine(st *redact.Stream, l parser.RawLine) []byte {
	if l.Cut > 0 {
		return st.TooLong(l.Text, len(l.Text)+l.Cut)
	}
	return st.Line(l.Text)
}

// passOver is for a line that is not handed over.
func passOver(st *redact.Stream, l parser.RawLine) {
	if l.Cut > 0 {
		st.TooLong(l.Text, len(l.Text)+l.Cut)
		return
	}
	st.Skip(l.Text)
}

// memberName stands for a member's name until it has been read.
func memberName(source string, member int) string { return fmt.Sprintf("%s\x00%d", source, member) }

// replay is input that can be read more than once: standard input is kept for that, in memory or, if it is long, in a
// temporary file.
type replay struct {
	in    *input
	paths []string
	stdin *io.SectionReader // nil for none
	lim   parser.Limits
}

// mostHeld is how much of standard input is kept in memory.
const mostHeld = 8 << 20

// replayable prepares input for several readings.
func (e *env) replayable(c *cobra.Command, in *input, paths []string) (*replay, error) {
	if err := in.store.check(c, paths); err != nil {
		return nil, err
	}
	if len(paths) == 0 && in.store.from == "" {
		if isTerminal(e.in) {
			_ = c.Help()
			return nil, errNoInput
		}
		paths = []string{"-"}
	}
	r := &replay{in: in, paths: paths, lim: in.limits}
	for _, p := range paths {
		if p == "-" && r.stdin == nil {
			var err error
			if r.stdin, err = e.hold(e.in); err != nil {
				return nil, fmt.Errorf("read standard input: %w", err)
			}
		} else if info, err := os.Stat(p); err == nil && info.Mode()&os.ModeNamedPipe != 0 {
			return nil, fmt.Errorf("%s: is a pipe, which can be read only once; use - and a redirection, or a file", p)
		}
	}
	return r, nil
}

// hold reads a pipe to its end, so that it can be read again.
func (e *env) hold(in io.Reader) (*io.SectionReader, error) {
	head, err := io.ReadAll(io.LimitReader(in, mostHeld+1))
	if err != nil || len(head) <= mostHeld {
		return io.NewSectionReader(bytes.NewReader(head), 0, int64(len(head))), err
	}
	f, err := newSpool()
	if err != nil {
		return nil, err
	}
	e.spools = append(e.spools, f)
	n, err := io.Copy(f, io.LimitReader(io.MultiReader(bytes.NewReader(head), in), mostSpool+1))
	if err == nil && n > mostSpool {
		err = fmt.Errorf("more than %d GB", mostSpool>>30)
	}
	return io.NewSectionReader(f, 0, n), err
}

// input gives standard input, from its start, as far as it is kept.
func (r *replay) input() io.Reader {
	if r.stdin == nil {
		return strings.NewReader("")
	}
	return io.NewSectionReader(r.stdin, 0, r.stdin.Size())
}

// sources opens the input once more.
func (r *replay) sources() ([]*parser.Source, []error) {
	if r.in.fetched != nil {
		return r.in.fetched.sources, nil
	}
	return parser.Expand(r.paths, r.input(), r.lim)
}

// summary says what was taken out, for the report.
func summary(r *redact.Redactor) *diagnosis.Redaction {
	s := r.Summary()
	out := &diagnosis.Redaction{Mode: s.Mode, Classes: counts(s.Classes), Sources: []diagnosis.RedactedSource{}}
	for _, src := range s.Sources {
		out.Sources = append(out.Sources, diagnosis.RedactedSource{Name: src.Name, Classes: counts(src.Classes)})
	}
	return out
}

func counts(m map[redact.Class]int) []diagnosis.ClassCount {
	out := []diagnosis.ClassCount{}
	for _, c := range redact.Classes(m) {
		out = append(out, diagnosis.ClassCount{Class: string(c), Count: m[c]})
	}
	return out
}

// copyResult makes a copy that shares nothing with r.
func copyResult(r *diagnosis.Result) *diagnosis.Result {
	data, err := json.Marshal(r)
	if err != nil {
		panic(err) // a Result can always be written
	}
	out := &diagnosis.Result{}
	if err := json.Unmarshal(data, out); err != nil {
		panic(err)
	}
	return out
}
