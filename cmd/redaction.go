package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
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
	return writePrivate(x.mapFile, append(data, '\n'))
}

// learn reads all lines for what is sensitive in them, and gives the names of each source's members. The sources' names
// go into the summary without prefix.
func learn(ctx context.Context, r *redact.Redactor, sources []*parser.Source, lim parser.Limits, prefix string) map[string][]string {
	out := map[string][]string{}
	for _, src := range sources {
		member, st := -1, (*redact.Stream)(nil)
		names := src.Raw(ctx, lim, func(l parser.RawLine) {
			if l.Member != member {
				member, st = l.Member, r.Source(memberName(src.Name, l.Member))
			}
			st.Learn(l.Text)
		})
		for i, n := range names {
			r.Rename(memberName(src.Name, i), strings.TrimPrefix(n.Name, prefix))
			r.Keep(redact.Stem(n.Name))
			out[src.Name] = append(out[src.Name], n.Name)
		}
	}
	return out
}

// memberName stands for a member's name until it has been read.
func memberName(source string, member int) string { return fmt.Sprintf("%s\x00%d", source, member) }

// replay is input that can be read more than once: standard input is kept in memory for that.
type replay struct {
	in    *input
	paths []string
	stdin []byte
	lim   parser.Limits
}

// mostStdin is the most of standard input that is kept in memory.
const mostStdin = 1 << 30

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
			data, err := io.ReadAll(io.LimitReader(e.in, mostStdin+1))
			if err != nil {
				return nil, fmt.Errorf("read standard input: %w", err)
			}
			if len(data) > mostStdin {
				return nil, errors.New("more than 1 GiB on standard input; write it to a file first")
			}
			r.stdin = data
		} else if info, err := os.Stat(p); err == nil && info.Mode()&os.ModeNamedPipe != 0 {
			return nil, fmt.Errorf("%s: is a pipe, which can be read only once; use - and a redirection, or a file", p)
		}
	}
	return r, nil
}

// sources opens the input once more.
func (r *replay) sources() ([]*parser.Source, []error) {
	if r.in.fetched != nil {
		return r.in.fetched.sources, nil
	}
	return parser.Expand(r.paths, bytes.NewReader(r.stdin), r.lim)
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
