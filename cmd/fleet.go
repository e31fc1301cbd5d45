package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"zlog/diagnosis"
	"zlog/report"
	"zlog/store"
)

// fleetWorkers is how many clusters are diagnosed at a time; the lines of each are in memory only a chunk at a time.
const fleetWorkers = 4

func fleetCommand(e *env) *cobra.Command {
	in := &input{}
	label, shard, format, failOn := "cluster", "", "text", "warning"
	c := &cobra.Command{
		Use:   "fleet --from URL --cluster-label LABEL",
		Short: "Diagnose every cluster whose logs are in a store, a row each",
		Long: `Ask a log store which clusters it has, by a label, and diagnose each of them as zlog diagnose --from would do alone: the
verdict, the root cause, and since when. Several workers share the clusters with --shard 1/3, 2/3 and 3/3: each cluster is the
work of exactly one of them.

Exit status: 0 nothing at or above --fail-on in any cluster, 1 something found, 2 trouble with one of them.`,
		Example: `  zlog fleet --from victorialogs+https://logs.example:9428 --cluster-label cluster --since 2h
  zlog fleet --from loki+https://logs.example --cluster-label cluster --shard 1/3 -o json`,
		Args: cobra.NoArgs,
	}
	in.flags(c)
	f := c.Flags()
	f.StringVar(&label, "cluster-label", label, "the label or field that names the cluster")
	f.StringVar(&shard, "shard", "", "only the clusters of worker I of N, as I/N")
	f.StringVarP(&format, "output", "o", format, "text or json")
	f.StringVar(&failOn, "fail-on", failOn, "exit with 1 from this severity on: "+list(failLevels))
	complete(c, "output", []string{"text", "json"})
	complete(c, "fail-on", failLevels)
	c.RunE = func(cc *cobra.Command, args []string) error {
		if in.store.from == "" {
			return errors.New("fleet: --from URL is missing: the store that has the clusters' logs")
		}
		if format != "text" && format != "json" {
			return fmt.Errorf("-o %q: want text or json", format)
		}
		limit, err := failLimit(failOn)
		if err != nil {
			return err
		}
		mine, err := parseShard(shard)
		if err != nil {
			return err
		}
		rows, err := e.fleet(cc.Context(), in, label, mine)
		if err != nil {
			return err
		}
		e.code = fleetCode(rows, limit)
		if format == "json" {
			return e.json(map[string]any{"schema": "zlog.fleet/v1", "clusters": rows})
		}
		return printFleet(e, rows)
	}
	return c
}

// clusterRow is what is said of one cluster.
type clusterRow struct {
	Cluster   string             `json:"cluster"`
	Verdict   diagnosis.Verdict  `json:"verdict"`
	RootCause string             `json:"root_cause"` // id of the first diagnosis, "" for none
	Title     string             `json:"title"`
	Severity  diagnosis.Severity `json:"severity"`
	Since     diagnosis.Time     `json:"since"`
	Nodes     []string           `json:"nodes"`
	Fetched   int64              `json:"fetched"` // lines
	Stored    int64              `json:"stored"`  // lines
	Limits    []string           `json:"limits"`  // ids of what of the logs is missing or not sure, sorted
	Error     string             `json:"error,omitempty"`
	worst     diagnosis.Severity
}

// parseShard reads I/N and gives which clusters are this worker's: by their name alone, so that no worker needs to know of
// another.
func parseShard(s string) (func(cluster string) bool, error) {
	if s == "" {
		return func(string) bool { return true }, nil
	}
	a, b, _ := strings.Cut(s, "/")
	i, err1 := strconv.ParseUint(a, 10, 32)
	n, err2 := strconv.ParseUint(b, 10, 32)
	if err1 != nil || err2 != nil || i < 1 || i > n {
		return nil, fmt.Errorf("--shard %q: want I/N, such as 1/3 for the first of three workers", s)
	}
	return func(cluster string) bool {
		h := fnv.New64a()
		_, _ = h.Write([]byte(cluster))
		return h.Sum64()%n == i-1
	}, nil
}

// fleet diagnoses the clusters that are mine, some at a time, and gives a row for each, sorted by name.
func (e *env) fleet(ctx context.Context, in *input, label string, mine func(string) bool) ([]clusterRow, error) {
	a, err := e.prepare(in)
	if err != nil {
		return nil, err
	}
	s, err := in.store.open(ctx, e.err, nil)
	if err != nil {
		return nil, err
	}
	span := a.span(time.Now())
	if in.store.explain {
		return nil, e.explain(s.Explain(store.Selection{Query: s.Within(in.store.query, label, "CLUSTER"), Label: in.store.label, Span: span}, a.wants(in.store.from)))
	}
	var clusters []string
	err = e.labelled(ctx, s, &in.store, span, func(sel store.Selection) (int, error) {
		var err error
		clusters, err = s.Values(ctx, sel, label)
		return len(clusters), err
	})
	if err != nil {
		return nil, err
	}
	if len(clusters) == 0 {
		return nil, fmt.Errorf("%s has no line with the labels %q and %q from %s to %s", in.store.from, label, in.store.label, span.From.UTC().Format(time.RFC3339), span.To.UTC().Format(time.RFC3339))
	}
	clusters = slices.DeleteFunc(clusters, func(c string) bool { return !mine(c) })
	rows := make([]clusterRow, len(clusters))
	var wg sync.WaitGroup
	slots := make(chan struct{}, fleetWorkers)
	for i, name := range clusters {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			one, mineOnly := *a, *in
			one.since, one.until = when{at: span.From}, when{at: span.To}
			mineOnly.store.query = s.Within(in.store.query, label, name)
			rows[i] = e.cluster(ctx, name, &one, &mineOnly)
		})
	}
	wg.Wait()
	return rows, ctx.Err()
}

// cluster diagnoses one cluster.
func (e *env) cluster(ctx context.Context, name string, a *analysis, in *input) clusterRow {
	row := clusterRow{Cluster: name, Verdict: diagnosis.NotAssessable, Nodes: []string{}, Limits: []string{}}
	var said bytes.Buffer // is part of the row
	own := *e
	own.spools, own.err = nil, &said
	defer own.tidy()
	got, err := own.fetch(ctx, in, a)
	if err != nil {
		row.Error = report.Safe(err.Error())
		return row
	}
	a.readsFrom(got)
	o, err := a.run(ctx, got.sources, nil)
	if err != nil {
		row.Error = err.Error()
		return row
	}
	row.Verdict = o.result.Verdict
	for _, n := range o.result.Nodes {
		row.Nodes = append(row.Nodes, n.Name)
	}
	for _, s := range o.result.Sources {
		row.Fetched, row.Stored = row.Fetched+int64(s.Lines), row.Stored+s.Stored
		if s.Error != "" && row.Error == "" {
			row.Error = report.Safe(s.Error)
		}
	}
	for _, u := range o.result.NotAssessable {
		if u.Limit() && !slices.Contains(row.Limits, u.ID) {
			row.Limits = append(row.Limits, u.ID)
		}
	}
	slices.Sort(row.Limits)
	for i, d := range o.result.Diagnoses {
		if i == 0 && d.Role == diagnosis.RootCause {
			row.RootCause, row.Title, row.Severity, row.Since = d.ID, d.Title, d.Severity, d.First
		}
		if row.worst == "" || d.Severity.Rank() > row.worst.Rank() {
			row.worst = d.Severity
		}
	}
	return row
}

// fleetCode is 2 if one cluster alone would end with that, 1 if one would with that, else 0. See exitCode.
func fleetCode(rows []clusterRow, limit diagnosis.Severity) int {
	code := exitOK
	for _, r := range rows {
		found := limit != "" && r.worst != "" && r.worst.Rank() >= limit.Rank()
		switch {
		case r.Error != "" || !found && r.Verdict == diagnosis.NotAssessable:
			return exitTrouble
		case found:
			code = exitFound
		}
	}
	return code
}

// printFleet writes the rows as a table.
func printFleet(e *env, rows []clusterRow) error {
	wide := len("cluster")
	for _, r := range rows {
		wide = max(wide, report.Width(report.Safe(r.Cluster)))
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%-*s  %-14s  %-19s  %s\n", wide, "cluster", "verdict", "since (UTC)", "root cause")
	counts := map[diagnosis.Verdict]int{}
	for _, r := range rows {
		counts[r.Verdict]++
		since, what := "", r.Title
		if !r.Since.IsZero() {
			since = r.Since.UTC().Format("2006-01-02 15:04:05")
		}
		if r.Error != "" {
			what = strings.TrimPrefix(what+"; "+r.Error, "; ")
		}
		if len(r.Limits) > 0 {
			what = strings.TrimPrefix(what+"; "+strings.Join(r.Limits, ", "), "; ")
		}
		name := report.Safe(r.Cluster)
		row := fmt.Sprintf("%s%*s  %-14s  %-19s  %s", name, wide-report.Width(name), "", r.Verdict, since, what)
		b.WriteString(strings.TrimRight(row, " ") + "\n")
	}
	fmt.Fprintf(&b, "%d clusters: %d with a problem, %d healthy, %d not assessable\n", len(rows), counts[diagnosis.Problem], counts[diagnosis.Healthy], counts[diagnosis.NotAssessable])
	_, err := e.out.Write(b.Bytes())
	return err
}
