package cmd

import (
	"context"
	"io"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"zlog/cluster"
	"zlog/diagnosis"
	"zlog/event"
	"zlog/parser"
	"zlog/rules"
)

// analysis is one run from bytes to answer: what every command that reads logs starts with.
type analysis struct {
	set      *rules.Set
	limits   parser.Limits
	since    when
	until    when
	from, to time.Time // since and until as they turned out; zero for none
	node     string
	slow     bool // parse every record, without the prefilter; for tests
	progress func(name string, bytes int64)
	only     []string
	skip     []string
	fetched  *fetched            // what sources from a store are parts of; nil for files
	accepted *diagnosis.Accepted // what .zlogignore and --baseline accept; nil for nothing
}

// builtin gives the built-in pack: rules.yaml, which is the entry, and the files beside it.
func builtin(pack fs.FS) ([]rules.File, error) {
	names, err := fs.Glob(pack, "pack/*.yaml")
	if err != nil {
		return nil, err
	}
	sort.Strings(names)
	var files []rules.File
	room := make([]byte, 32<<10)
	for _, n := range append(names, "rules.yaml") {
		text, err := textOf(pack, n, room)
		if err != nil {
			return nil, err
		}
		files = append(files, rules.File{Name: path.Base(n), Text: text, Builtin: true, Lazy: true})
	}
	return files, nil
}

// textOf reads a file as fs.ReadFile does, but into a text: of the pack, 0.8 MB, no second copy is made.
func textOf(pack fs.FS, name string, room []byte) (string, error) {
	f, err := pack.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	var b strings.Builder
	if info, err := f.Stat(); err == nil {
		b.Grow(int(info.Size()))
	}
	_, err = io.CopyBuffer(&b, f, room)
	return b.String(), err
}

// outcome is a run's answer and what it was made from.
type outcome struct {
	result *diagnosis.Result
	story  *cluster.Story
	failed bool // a source could not be read, or not to its end
}

// run reads the sources one after the other and diagnoses them as one cluster.
func (a *analysis) run(ctx context.Context, sources []*parser.Source, unusable []diagnosis.Source) (*outcome, error) {
	b := cluster.NewBuilder()
	unknown := rules.NewUnknowns()
	opt, take := a.options(b), a.taker(b, unknown)
	all := append([]diagnosis.Source{}, unusable...)
	for _, src := range sources {
		if a.progress != nil {
			opt.Progress = func(n int64) { a.progress(src.Name, n) }
		}
		got := src.Read(ctx, opt, take)
		for i := range got {
			a.fetched.amend(&got[i])
			b.AddSource(got[i])
		}
		all = append(all, got...)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	a.window(b, unknown)
	return a.conclude(b, unknown, all), nil
}

// options are those of every reading of an analysis into a story.
func (a *analysis) options(b *cluster.Builder) parser.Options {
	opt := parser.Options{Limits: a.limits, Lend: true, Ahead: runtime.GOMAXPROCS(0) > 1, Part: a.fetched.part()}
	if !a.slow {
		opt.Filter, opt.Alarms, opt.Told = a.set.Filter(parser.PlainAlarms(), b.Enough, cluster.EffectApplied), true, true
	}
	return opt
}

// taker gives what is done with each event: its matches are added to the story, and warnings that no rule knows counted.
func (a *analysis) taker(b *cluster.Builder, unknown *rules.Unknowns) func(*event.Event) {
	m := a.set.Matcher()
	if a.since.known() {
		a.from = a.since.at
	}
	if a.until.known() {
		a.to = a.until.at
	}
	from, to := a.from, a.to
	return func(e *event.Event) {
		if !from.IsZero() && !e.Time.IsZero() && e.Time.Before(from) || !to.IsZero() && e.Time.After(to) {
			return
		}
		ms := m.Match(e)
		for _, m := range ms {
			b.Add(m)
		}
		if len(ms) == 0 {
			unknown.Add(e)
		}
	}
}

// window drops what lies outside of --since and --until where these became known only with the end of the logs.
func (a *analysis) window(b *cluster.Builder, unknown *rules.Unknowns) {
	if a.since.known() && a.until.known() {
		return
	}
	begin, end := b.Span()
	a.from, a.to = a.since.on(begin, end), a.until.on(begin, end)
	b.Within(a.from, a.to)
	unknown.Within(a.from, a.to)
}

// conclude makes the answer from what was added so far. all are the accounts of what was read.
func (a *analysis) conclude(b *cluster.Builder, unknown *rules.Unknowns, all []diagnosis.Source) *outcome {
	story := b.Tell()
	out := &outcome{story: story}
	c := story.Case()
	r := &diagnosis.Result{Schema: diagnosis.Schema, Sources: all, Nodes: c.Nodes}
	var limits []diagnosis.Unassessed
	var beside sync.WaitGroup // what rests on the story alone is told while the diagnoses are made
	beside.Go(func() {
		r.Unrecognised, r.Wanted, r.Timeline, limits = unknown.Groups(story.NodeOf), story.Wanted(), story.Lanes(), story.Limits()
	})
	f := a.set.Diagnose(&rules.Case{Matches: c.Matches, Facts: c.Facts, Nodes: c.Nodes, Missing: story.Missing})
	beside.Wait()
	r.Diagnoses, r.Signatures, r.NotAssessable, r.Story = f.Diagnoses, f.Signatures, f.NotAssessable, brief(story, f.Diagnoses)
	r.Zlog = diagnosis.Tool{Version: version(), Rules: diagnosis.Rules{Files: a.set.Files, Signatures: len(a.set.Signatures), Diagnoses: len(a.set.Diagnoses)}}
	a.choose(r)
	events := 0
	for i := range r.Sources {
		events += r.Sources[i].Known()
		if r.Sources[i].Error != "" {
			out.failed = true
		}
		if r.Sources[i].Node == "" {
			r.Sources[i].Node = story.NodeOf(r.Sources[i].Name, "")
		}
	}
	r.Asked.Since, r.Asked.Until, r.Asked.Empty = diagnosis.Time{Time: a.from}, diagnosis.Time{Time: a.to}, a.missed(r.Sources)
	if r.Asked.Empty {
		events = 0
	}
	r.Verdict = verdict(r.Diagnoses, events, out.failed)
	r.NotAssessable = append(append(r.NotAssessable, limits...), a.fetched.limits()...)
	if lost := story.Unreached(); r.Verdict == diagnosis.Healthy && len(lost) > 0 {
		r.Verdict, r.NotAssessable = diagnosis.NotAssessable, append(r.NotAssessable, lost...)
	}
	fill(r)
	out.result = r
	return out
}

// brief tells the story in ten lines, above all the time of the first diagnosis.
func brief(s *cluster.Story, ds []diagnosis.Diagnosis) []diagnosis.Moment {
	if len(ds) == 0 {
		return s.Brief(10, time.Time{}, time.Time{})
	}
	return s.Brief(10, ds[0].First.Time, ds[0].Last.Time)
}

// verdict is healthy only if all that was given was read and something of it was understood.
func verdict(ds []diagnosis.Diagnosis, events int, failed bool) diagnosis.Verdict {
	for _, d := range ds {
		if d.Severity.Rank() >= diagnosis.Warning.Rank() {
			return diagnosis.Problem
		}
	}
	if events == 0 || failed {
		return diagnosis.NotAssessable
	}
	return diagnosis.Healthy
}

// missed says whether --since and --until leave nothing of what was read.
func (a *analysis) missed(sources []diagnosis.Source) bool {
	var first, last time.Time
	for _, s := range sources {
		if first.IsZero() || !s.First.IsZero() && s.First.Before(first) {
			first = s.First.Time
		}
		if s.Last.After(last) {
			last = s.Last.Time
		}
	}
	return !first.IsZero() && (last.Before(a.from) || !a.to.IsZero() && a.to.Before(first))
}

// choose keeps what --only, --skip and --node ask for.
func (a *analysis) choose(r *diagnosis.Result) {
	kept := []diagnosis.Diagnosis{}
	for _, d := range r.Diagnoses {
		if wanted(d.ID, a.only, a.skip) && onNode(d.Nodes, a.node) {
			kept = append(kept, d)
		}
	}
	r.Asked = diagnosis.Question{Node: a.node, Only: slices.Clone(a.only), Skip: slices.Clone(a.skip), LeftOut: len(r.Diagnoses) - len(kept)}
	r.Diagnoses = kept
	r.Hidden.Files = []string{}
	if a.accepted != nil {
		a.accepted.Hide(r)
	}
}

// names says whether an id or a pattern of --only or --skip stands for a diagnosis.
func (a *analysis) names(pattern string) bool {
	for _, d := range a.set.Diagnoses {
		if wanted(d.ID, []string{pattern}, nil) {
			return true
		}
	}
	return a.set.Diagnosis(pattern) != nil
}

func wanted(id string, only, skip []string) bool {
	match := func(list []string) bool {
		for _, p := range list {
			if ok, _ := path.Match(p, id); ok {
				return true
			}
		}
		return false
	}
	return (len(only) == 0 || match(only)) && !match(skip)
}

func onNode(nodes []string, node string) bool {
	if node == "" {
		return true
	}
	for _, n := range nodes {
		if n == node {
			return true
		}
	}
	return false
}

// fill makes sure that no list of the report is null.
func fill(r *diagnosis.Result) {
	for i := range r.Sources {
		if r.Sources[i].Gaps == nil {
			r.Sources[i].Gaps = []diagnosis.Gap{}
		}
	}
	if r.Sources == nil {
		r.Sources = []diagnosis.Source{}
	}
	if r.Nodes == nil {
		r.Nodes = []diagnosis.Node{}
	}
	if r.Diagnoses == nil {
		r.Diagnoses = []diagnosis.Diagnosis{}
	}
	if r.Asked.Only == nil {
		r.Asked.Only = []string{}
	}
	if r.Asked.Skip == nil {
		r.Asked.Skip = []string{}
	}
	if r.NotAssessable == nil {
		r.NotAssessable = []diagnosis.Unassessed{}
	}
	if r.Wanted == nil {
		r.Wanted = []diagnosis.Wanted{}
	}
}
