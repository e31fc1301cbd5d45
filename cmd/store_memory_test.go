package cmd

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"zlog/diagnosis"
	"zlog/store"
)

// heap is a store of lines in memory that gives just what is wanted.
type heap struct {
	lines []store.Line
	label string // that names the node; "" for any
}

// heapOf loads logs as a shipper would: a line without a time of its own comes right after the one before.
func heapOf(t *testing.T, files []string) *heap {
	t.Helper()
	h := &heap{}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		node, at := strings.TrimSuffix(filepath.Base(f), ".log"), int64(0)
		for l := range strings.Lines(string(data)) {
			l = strings.TrimRight(l, "\n")
			if m := recordTime.FindStringSubmatch(l); m != nil {
				when, err := time.Parse(time.RFC3339Nano, m[1])
				if err != nil {
					t.Fatal(err)
				}
				at = max(when.UnixNano(), at)
			} else {
				at++
			}
			if l != "" {
				h.lines = append(h.lines, store.Line{Node: node, Time: at, Text: l})
			}
		}
	}
	slices.SortStableFunc(h.lines, func(a, b store.Line) int { return cmp.Compare(a.Time, b.Time) })
	return h
}

var recordTime = regexp.MustCompile(`^\{".*"time":"([^"]+)"`)

func (h *heap) of(sel store.Selection) (out []store.Line) {
	if h.label != "" && sel.Label != h.label {
		return nil
	}
	for _, l := range h.lines {
		if at := time.Unix(0, l.Time); !at.Before(sel.Span.From) && at.Before(sel.Span.To) && (sel.Node == "" || sel.Node == l.Node) {
			out = append(out, l)
		}
	}
	return out
}

// Presence implements store.Store.
func (h *heap) Presence(_ context.Context, sel store.Selection, width time.Duration) ([]store.Bucket, error) {
	var out []store.Bucket
	open := map[string]int{}
	for _, l := range h.of(sel) {
		at := time.Unix(0, l.Time)
		if i := open[l.Node]; i == 0 || !at.Truncate(width).Equal(out[i-1].First.Truncate(width)) {
			out = append(out, store.Bucket{Node: l.Node, First: at})
			open[l.Node] = len(out)
		}
		b := &out[open[l.Node]-1]
		b.Count, b.Bytes, b.Last = b.Count+1, b.Bytes+int64(len(l.Text)), at
	}
	return out, nil
}

// Lines implements store.Store.
func (h *heap) Lines(_ context.Context, sel store.Selection, want *store.Want, again func(), take func(store.Line) error) error {
	again()
	for _, l := range h.of(sel) {
		wanted := want == nil || want.Plain && !strings.HasPrefix(l.Text, `{"`)
		if !wanted {
			wanted = slices.ContainsFunc(want.Texts, func(all []string) bool {
				return !slices.ContainsFunc(all, func(s string) bool { return !strings.Contains(l.Text, s) })
			})
		}
		if wanted {
			if err := take(l); err != nil {
				return err
			}
		}
	}
	return nil
}

// Windows implements store.Store.
func (h *heap) Windows(_ context.Context, sel store.Selection, spans []store.Span) (out []store.Line, _ error) {
	for _, s := range spans {
		sel.Span = s
		out = append(out, h.of(sel)...)
	}
	return out, nil
}

// Near implements store.Store.
func (h *heap) Near(_ context.Context, sel store.Selection, n int, last bool) ([]store.Line, error) {
	ls := h.of(sel)
	if last {
		return ls[max(0, len(ls)-n):], nil
	}
	return ls[:min(n, len(ls))], nil
}

// Values implements store.Store.
func (h *heap) Values(_ context.Context, sel store.Selection, label string) ([]string, error) {
	nodes := map[string]bool{}
	for _, l := range h.of(sel) {
		nodes[l.Node] = true
	}
	if label != h.label {
		return nil, nil
	}
	return slices.Sorted(maps.Keys(nodes)), nil
}

// Within implements store.Store.
func (h *heap) Within(query, _, _ string) string { return query }

// Explain implements store.Store.
func (h *heap) Explain(store.Selection, *store.Want) store.Plan { return store.Plan{} }

// readHeap fetches what can matter of logs in a store, and gives the analysis that reads it.
func readHeap(t *testing.T, files []string) (*env, *input, *analysis, *fetched) {
	t.Helper()
	return fetchHeap(t, heapOf(t, files))
}

func fetchHeap(t *testing.T, h *heap) (*env, *input, *analysis, *fetched) {
	t.Helper()
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	e := &env{pack: os.DirFS(".."), out: io.Discard, err: io.Discard}
	t.Cleanup(func() {
		for _, s := range e.spools {
			dropSpool(s)
		}
	})
	in := &input{since: "2001-01-01", until: "2040-01-01"}
	in.store.from, in.store.label = "victorialogs+http://logs.example:1", "node"
	a, err := e.prepare(in)
	if err != nil {
		t.Fatal(err)
	}
	f, err := e.fetchFrom(t.Context(), h, in, a, new(atomic.Int64))
	if err != nil {
		t.Fatal(err)
	}
	a.readsFrom(f)
	return e, in, a, f
}

// TestNodesAreToldApartByWhatTheShipperCallsThem, where no line has the label that is usual here.
func TestNodesAreToldApartByWhatTheShipperCallsThem(t *testing.T) {
	h := heapOf(t, []string{"../testdata/logs/two-bootstrapped-join/ctrl1.log", "../testdata/logs/two-bootstrapped-join/ctrl2.log"})
	for _, label := range []string{"_HOSTNAME", "kubernetes.pod.name"} {
		h.label = label
		e, in, a, f := fetchHeap(t, h)
		if len(f.sources) != 2 || in.store.label != label {
			t.Errorf("%d sources by %s", len(f.sources), in.store.label)
		}
		o, err := a.run(t.Context(), f.sources, nil)
		if err != nil {
			t.Fatal(err)
		}
		if d := o.result.Diagnoses; len(d) == 0 || d[0].ID != "two-bootstrapped-clusters-joined" {
			t.Errorf("%v", d)
		}
		var said bytes.Buffer
		e.err = &said
		in = &input{since: "2001-01-01", until: "2040-01-01"}
		in.store.from, in.store.label = "victorialogs+http://logs.example:1", store.DefaultLabel
		if a, err = e.prepare(in); err != nil {
			t.Fatal(err)
		}
		if _, err := e.fetchFrom(t.Context(), h, in, a, new(atomic.Int64)); err != nil {
			t.Error(err)
		}
		if want := `zlog: no line has the label "node"; nodes are told apart by ` + label + " (ctrl1, ctrl2)\n"; said.String() != want {
			t.Errorf("said %q", said.String())
		}
		in.fetched, in.store.label = nil, "site"
		if _, err := e.fetchFrom(t.Context(), h, in, a, new(atomic.Int64)); err == nil || !strings.Contains(err.Error(), `no line with the label "site"`) {
			t.Errorf("a label that was asked for: %v", err)
		}
	}
}

// TestAskingAgainByAnotherLabel: once, with the label that was found, and not where lines were found, the asking failed, or the
// label was asked for.
func TestAskingAgainByAnotherLabel(t *testing.T) {
	h := heapOf(t, []string{"../testdata/logs/two-bootstrapped-join/ctrl1.log"})
	h.label = "host"
	ever := store.Span{From: time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC)}
	broken := errors.New("broken")
	for _, c := range []struct {
		label string
		found int
		err   error
		want  string
	}{
		{store.DefaultLabel, 0, nil, "node host"},
		{store.DefaultLabel, 1, nil, "node"},
		{store.DefaultLabel, 0, broken, "node"},
		{"site", 0, nil, "site"},
	} {
		e, sf, asked := &env{err: io.Discard}, &storeFlags{label: c.label}, []string{}
		err := e.labelled(t.Context(), h, sf, ever, func(sel store.Selection) (int, error) {
			asked = append(asked, sel.Label)
			return c.found, c.err
		})
		if got := strings.Join(asked, " "); got != c.want || !errors.Is(err, c.err) {
			t.Errorf("%+v: asked by %q, %v", c, got, err)
		}
	}
}

// TestWhatALogLacksIsNamedFromAStoreToo: a log in a store that begins late, ends early, has a hole or was not given makes the limits that
// it makes as a file, though most of its lines are not fetched.
func TestWhatALogLacksIsNamedFromAStoreToo(t *testing.T) {
	limited := 0
	for _, name := range []string{"quorum-loss", "failover"} {
		files := logs(t, name)
		for i, f := range files {
			parts := cuts(t, f)
			parts["all of it"] = nil
			for what, text := range parts {
				use := slices.Clone(files)
				if text == nil {
					if use = slices.Delete(use, i, i+1); len(use) == 0 {
						continue
					}
				} else {
					use[i] = filepath.Join(t.TempDir(), filepath.Base(f))
					if err := os.WriteFile(use[i], text, 0o600); err != nil {
						t.Fatal(err)
					}
				}
				want := analyseFiles(t, use).result
				_, _, a, got := readHeap(t, use)
				o, err := a.run(t.Context(), got.sources, nil)
				if err != nil {
					t.Fatal(err)
				}
				x, y := fmt.Sprintf("%s %v %+v", want.Verdict, loud(want), want.NotAssessable), fmt.Sprintf("%s %v %+v", o.result.Verdict, loud(o.result), o.result.NotAssessable)
				for _, f := range use {
					x = strings.ReplaceAll(x, f, filepath.Base(f))
				}
				if x = strings.ReplaceAll(x, ".log", ""); x != y {
					t.Errorf("%s: %s without %s:\nfiles: %s\nstore: %s", name, filepath.Base(f), what, x, y)
				}
				limited += len(want.NotAssessable)
			}
		}
	}
	if limited < 20 {
		t.Errorf("only %d limits were compared", limited)
	}
}

// TestTheScreenHasWhatStandsAroundTheEvidence: what the screen shows from a store has the lines around the evidence.
func TestTheScreenHasWhatStandsAroundTheEvidence(t *testing.T) {
	files := logs(t, "quorum-loss")
	e, in, a, got := readHeap(t, files)
	in.around = ticketContext
	before, err := a.run(t.Context(), got.sources, nil)
	if err != nil {
		t.Fatal(err)
	}
	sources, err := e.widened(t.Context(), a, in, got.sources, nil)
	if err != nil {
		t.Fatal(err)
	}
	after, err := a.run(t.Context(), sources, nil)
	if err != nil {
		t.Fatal(err)
	}
	if x, y := fmt.Sprint(loud(before.result)), fmt.Sprint(loud(after.result)); x != y || x == "[]" {
		t.Errorf("said %s, and with more lines %s", x, y)
	}
	file := map[string][]string{}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		file[strings.TrimSuffix(filepath.Base(f), ".log")] = strings.Split(string(bytes.TrimSpace(data)), "\n")
	}
	shown := 0
	for _, ev := range after.result.Diagnoses[0].Evidence {
		p := got.parts[ev.Source]
		data := make([]byte, p.size)
		if _, err := p.spool.ReadAt(data, 0); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(string(data)), "\n")
		i := slices.Index(file[ev.Source], lines[ev.Line-1])
		from, to := max(0, i-ticketContext), min(len(file[ev.Source]), i+ticketContext+1)
		if i < 0 || !strings.Contains(string(data), strings.Join(file[ev.Source][from:to], "\n")) {
			t.Errorf("%s:%d lacks some of what stands around it", ev.Source, ev.Line)
		}
		shown++
	}
	if shown < 3 {
		t.Errorf("only %d lines of evidence", shown)
	}
}

// TestALineOfAnotherProcessMakesNoSilenceFromAStore: seconds that are read as of long ago stand among dated records, of which only some are
// fetched. What a silence before a line adds to the story is the same as from the file: nothing, but for the one that there was.
func TestALineOfAnotherProcessMakesNoSilenceFromAStore(t *testing.T) {
	var b strings.Builder
	at := time.Date(2026, 11, 22, 10, 46, 0, 0, time.UTC)
	for i := range 2000 {
		at = at.Add(70 * time.Millisecond)
		switch {
		case i == 1500:
			at = at.Add(8 * time.Second)
			fallthrough
		case i%70 == 9:
			fmt.Fprintf(&b, `{"index":%d,"level":"info","msg":"apply log with type *command.DeleteEntityCommand","time":%q}`+"\n", i, at.Format("2006-01-02T15:04:05.000Z"))
		case i%25 == 7:
			fmt.Fprintf(&b, "[1307.%03d]    INFO ziti/controller/network.(*Network).Run: {routerId=[abc]} started\n", i%1000)
		default:
			fmt.Fprintf(&b, `{"level":"debug","msg":"nothing","time":%q}`+"\n", at.Format("2006-01-02T15:04:05.000Z"))
		}
	}
	file := filepath.Join(t.TempDir(), "ctrl1.log")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	want := analyseFiles(t, []string{file}).result
	_, _, a, got := readHeap(t, []string{file})
	o, err := a.run(t.Context(), got.sources, nil)
	if err != nil {
		t.Fatal(err)
	}
	if p := got.parts["ctrl1"]; p.node.Lines*2 > p.node.Stored {
		t.Errorf("%d of %d lines were fetched", p.node.Lines, p.node.Stored)
	}
	x, y := strings.ReplaceAll(fmt.Sprintf("%+v", want.Signatures), file, "ctrl1"), fmt.Sprintf("%+v", o.result.Signatures)
	if x != y || len(want.Signatures) != 1 || want.Signatures[0].Count != 1 {
		t.Errorf("files: %s\nstore: %s", x, y)
	}
}

// TestAStoreThatHasEveryLineTwiceMakesNoOtherFault: two shippers, or batches that were sent again, make no restart and no other diagnosis;
// that lines were there twice is a limit of the answer, and no limit where only the process wrote a line twice.
func TestAStoreThatHasEveryLineTwiceMakesNoOtherFault(t *testing.T) {
	for _, name := range []string{"healthy-join", "quorum-loss", "failover", "two-bootstrapped-join", "disk-full", "removed-member-runs"} {
		files := logs(t, name)
		want, _ := fromHeap(t, heapOf(t, files))
		for what, twice := range map[string]func(i, all int) bool{
			"every line": func(int, int) bool { return true },
			"a batch":    func(i, all int) bool { return i > all/4 && i < all/2 },
			"the start":  func(i, all int) bool { return i < 30 },
		} {
			h := heapOf(t, files)
			of, seen := map[string]int{}, map[string]int{}
			for _, l := range h.lines {
				of[l.Node]++
			}
			var lines []store.Line
			for _, l := range h.lines {
				lines = append(lines, l)
				if twice(seen[l.Node], of[l.Node]) {
					lines = append(lines, l)
				}
				seen[l.Node]++
			}
			h.lines = lines
			got, f := fromHeap(t, h)
			if x, y := fmt.Sprint(want.Verdict, loud(want)), fmt.Sprint(got.Verdict, loud(got)); x != y {
				t.Errorf("%s, %s twice: said %s, and of each line once %s", name, what, y, x)
			}
			copies := int64(0)
			for _, p := range f.parts {
				copies += p.node.Copies
			}
			limit := slices.ContainsFunc(got.NotAssessable, func(u diagnosis.Unassessed) bool { return u.ID == diagnosis.LinesTwice })
			if limit != (copies > 0) || what == "every line" && !limit {
				t.Errorf("%s, %s twice: %d copies were seen, the limits are %+v", name, what, copies, got.NotAssessable)
			}
		}
		for _, u := range want.NotAssessable {
			if u.ID == diagnosis.LinesTwice {
				t.Errorf("%s: %+v", name, u)
			}
		}
	}
}

// fromHeap diagnoses what is fetched from a store in memory.
func fromHeap(t *testing.T, h *heap) (*diagnosis.Result, *fetched) {
	t.Helper()
	_, _, a, f := fetchHeap(t, h)
	o, err := a.run(t.Context(), f.sources, nil)
	if err != nil {
		t.Fatal(err)
	}
	return o.result, f
}
