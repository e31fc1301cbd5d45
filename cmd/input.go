package cmd

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/spf13/cobra"

	"zlog/cluster"
	"zlog/diagnosis"
	"zlog/parser"
	"zlog/report"
	"zlog/rules"
)

// input is what every command that reads logs takes: paths, a time window, rule files and limits.
type input struct {
	since, until string
	node         string
	only, skip   []string
	rules        []string
	limits       parser.Limits
	noPrefilter  bool
	baseline     []string
	noIgnore     bool
	store        storeFlags
	fetched      *fetched // what was read from the store; nil before, and for files
	around       int      // lines that are fetched around each line of evidence, if others were not
}

func (in *input) flags(c *cobra.Command) {
	in.limits = parser.DefaultLimits()
	in.store.flags(c)
	f := c.Flags()
	f.StringVar(&in.since, "since", "", "leave out what is older: a time, a time of day, or a span before the end such as 10m")
	f.StringVar(&in.until, "until", "", "leave out what is younger: the same")
	f.StringVar(&in.node, "node", "", "only diagnoses about this node")
	f.StringSliceVar(&in.only, "only", nil, "only these diagnoses (ids, * allowed)")
	f.StringSliceVar(&in.skip, "skip", nil, "not these diagnoses (ids, * allowed)")
	f.StringSliceVar(&in.rules, "rules", nil, "more rule files or folders; they add, override and disable by id")
	f.StringSliceVar(&in.baseline, "baseline", nil, "an earlier JSON report: hide and count what it has already")
	f.BoolVar(&in.noIgnore, "no-ignore", false, "show also what ./.zlogignore hides")
	f.IntVar(&in.limits.Line, "max-line", in.limits.Line, "bytes of a line that are kept")
	f.IntVar(&in.limits.Entries, "max-entries", in.limits.Entries, "files in one archive")
	f.Int64Var(&in.limits.Bytes, "max-bytes", in.limits.Bytes, "bytes that one container may decompress to")
	f.IntVar(&in.limits.Ratio, "max-ratio", in.limits.Ratio, "decompressed to compressed size that is believed")
	f.IntVar(&in.limits.Depth, "max-depth", in.limits.Depth, "archives inside archives")
	f.Int64Var(&in.limits.Log, "max-log", in.limits.Log, "read so many bytes of each log at most, and say what was left out; 0 for all")
	f.BoolVar(&in.noPrefilter, "no-prefilter", false, "parse every line; slower, same answer")
	for _, hidden := range []string{"max-line", "max-entries", "max-bytes", "max-ratio", "max-depth", "no-prefilter"} {
		_ = f.MarkHidden(hidden)
	}
}

// ruleSet loads the built-in pack and the operator's rule files: $XDG_CONFIG_HOME/zlog/rules.d, ./zlog.rules.yaml,
// then --rules, each overriding what came before.
func (e *env) ruleSet(extra []string) (*rules.Set, error) {
	files, err := builtin(e.pack)
	if err != nil {
		return nil, err
	}
	names, err := ruleFiles(extra)
	if err != nil {
		return nil, err
	}
	own, err := readRules(names)
	if err != nil {
		return nil, err
	}
	return rules.Load(append(files, own...), cluster.Facts)
}

// ruleFiles lists the operator's rule files; a folder stands for the .yaml files in it.
func ruleFiles(extra []string) ([]string, error) {
	var out []string
	config := os.Getenv("XDG_CONFIG_HOME")
	if home, err := os.UserHomeDir(); config == "" && err == nil {
		config = filepath.Join(home, ".config")
	}
	if config != "" {
		found, _ := filepath.Glob(filepath.Join(config, "zlog", "rules.d", "*.yaml"))
		out = append(out, found...)
	}
	if _, err := os.Stat("zlog.rules.yaml"); err == nil {
		out = append(out, "zlog.rules.yaml")
	}
	named, err := namedRules(extra)
	return append(out, named...), err
}

// namedRules lists the rule files that the command line names; a folder stands for the .yaml files in it.
func namedRules(paths []string) ([]string, error) {
	var out []string
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			return nil, fmt.Errorf("rules: %w", err)
		}
		if !info.IsDir() {
			out = append(out, p)
			continue
		}
		found, err := filepath.Glob(filepath.Join(p, "*.yaml"))
		if err != nil || len(found) == 0 {
			return nil, fmt.Errorf("rules: no .yaml file in %s", p)
		}
		sort.Strings(found)
		out = append(out, found...)
	}
	return out, nil
}

// errNoInput says that there is nothing to read.
var errNoInput = errors.New("nothing to read: give log files, a folder or an archive, or pipe logs in")

// analyse reads what the command line names, or standard input when that is a pipe, and diagnoses it. What cannot be
// read is said on standard error, is part of the result, and does not hide the rest.
func (e *env) analyse(c *cobra.Command, in *input, paths []string) (*outcome, error) {
	a, sources, bad, err := e.open(c, in, paths)
	if err != nil {
		return nil, err
	}
	o, err := a.run(c.Context(), sources, bad)
	if err != nil {
		return nil, err
	}
	if more, err := e.around(c.Context(), a.fetched, in, o.result, in.around); err != nil {
		fmt.Fprintf(e.err, "zlog: what stands around the evidence was not fetched: %s\n", report.Safe(err.Error()))
	} else if more {
		if o, err = a.run(c.Context(), a.fetched.sources, bad); err != nil {
			return nil, err
		}
	}
	return o, o.knows("node", in.node)
}

// open prepares an analysis: rules, window, sources.
func (e *env) open(c *cobra.Command, in *input, paths []string) (*analysis, []*parser.Source, []diagnosis.Source, error) {
	if err := in.store.check(c, paths); err != nil {
		return nil, nil, nil, err
	}
	if len(paths) == 0 && in.store.from == "" {
		if isTerminal(e.in) {
			_ = c.Help()
			return nil, nil, nil, errNoInput
		}
		paths = []string{"-"}
	}
	a, err := e.prepare(in)
	if err != nil {
		return nil, nil, nil, err
	}
	if in.store.from != "" {
		got, err := e.fetch(c.Context(), in, a)
		if err != nil {
			return nil, nil, nil, err
		}
		a.readsFrom(got)
		return a, got.sources, nil, nil
	}
	sources, errs := parser.Expand(paths, e.in, in.limits)
	var bad []diagnosis.Source
	for _, err := range errs {
		fmt.Fprintf(e.err, "zlog: %v\n", err)
		bad = append(bad, diagnosis.Source{Name: sourceName(err), Error: err.Error()})
	}
	return a, sources, bad, nil
}

// prepare makes an analysis of rules and window, for whatever sources.
func (e *env) prepare(in *input) (*analysis, error) {
	hugePages()
	a := &analysis{limits: in.limits, node: in.node, only: in.only, skip: in.skip, slow: in.noPrefilter}
	var err error
	if a.since, err = point(in.since); err != nil {
		return nil, fmt.Errorf("--since %w", err)
	}
	if a.until, err = point(in.until); err != nil {
		return nil, fmt.Errorf("--until %w", err)
	}
	if a.accepted, err = accepted(in.baseline, in.noIgnore); err != nil {
		return nil, err
	}
	if a.set, err = e.ruleSet(in.rules); err != nil {
		return nil, err
	}
	for flag, ids := range map[string][]string{"only": in.only, "skip": in.skip} {
		for _, id := range ids {
			if !a.names(id) {
				return nil, fmt.Errorf("--%s %s: no diagnosis has that id%s (zlog rules list)", flag, id, a.set.Nearest(id))
			}
		}
	}
	return a, nil
}

// sourceName gives the path that an error is about.
func sourceName(err error) string {
	var pe *os.PathError
	if errors.As(err, &pe) {
		return pe.Path
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), "open "), ": ")
	return name
}

// isTerminal says whether a stream is a terminal, or missing.
func isTerminal(r io.Reader) bool {
	f, ok := r.(*os.File)
	if !ok {
		return r == nil
	}
	info, err := f.Stat()
	return err != nil || info.Mode()&os.ModeCharDevice != 0
}
