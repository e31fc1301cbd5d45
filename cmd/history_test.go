package cmd

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"zlog/cluster"
	"zlog/diagnosis"
	"zlog/event"
	"zlog/parser"
	"zlog/rules"
)

// logs gives the log files of a bundled case.
func logs(t *testing.T, name string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "testdata", "logs", name, "*.log"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no logs of case %s: %v", name, err)
	}
	return files
}

// analyseFiles runs the whole job over files.
func analyseFiles(t *testing.T, files []string) *outcome {
	t.Helper()
	pack, err := builtin(os.DirFS(".."))
	if err != nil {
		t.Fatal(err)
	}
	set, err := rules.Load(pack, cluster.Facts)
	if err != nil {
		t.Fatal(err)
	}
	a := &analysis{set: set, limits: parser.DefaultLimits()}
	sources, errs := parser.Expand(files, nil, a.limits)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	o, err := a.run(context.Background(), sources, nil)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// history writes what the story says of runs and leadership, a line each.
func history(s *cluster.Story) string {
	var b strings.Builder
	for _, n := range s.Nodes {
		for _, r := range n.Runs {
			fmt.Fprintf(&b, "run %s %s-%s %s\n", n.Name, r.From.Format("15:04:05"), r.To.Format("15:04:05"), r.How)
		}
	}
	for _, f := range s.Facts {
		if f.Signature == "fact:leader" {
			fmt.Fprintf(&b, "leads %s term %s from %s\n", f.Node, f.Capture("term"), f.At.Format("15:04:05"))
		}
	}
	for _, st := range s.At(s.End().Add(-time.Second)) {
		fmt.Fprintf(&b, "end %s voter=%s\n", st.Node, st.Voter)
	}
	return b.String()
}

// The expected histories were derived by hand from each case's account of what was done and from the logs.
func TestHistoryIsWhatWasDone(t *testing.T) {
	for name, want := range map[string]string{
		"quorum-loss": `run ctrl1 19:34:25-19:35:55 clean
run ctrl2 19:34:25-19:34:41 none
run ctrl2 19:35:29-19:35:55 clean
run ctrl3 19:34:25-19:34:41 none
run ctrl3 19:35:28-19:35:55 clean
leads ctrl1 term 2 from 19:34:29
leads ctrl1 term 3 from 19:35:31
end ctrl1 voter=yes
end ctrl2 voter=yes
end ctrl3 voter=yes
`,
		"failover": `run ctrl1 19:35:58-19:36:13 none
run ctrl1 19:36:29-19:36:48 clean
run ctrl2 19:35:58-19:36:48 clean
run ctrl3 19:35:58-19:36:48 clean
leads ctrl1 term 2 from 19:36:02
leads ctrl2 term 3 from 19:36:20
end ctrl1 voter=yes
end ctrl2 voter=yes
end ctrl3 voter=yes
`,
		"leadership-transfer": `run ctrl1 19:55:43-19:56:22 clean
run ctrl2 19:55:43-19:56:22 clean
run ctrl3 19:55:43-19:56:22 clean
leads ctrl1 term 2 from 19:55:49
leads ctrl2 term 3 from 19:56:00
leads ctrl3 term 4 from 19:56:06
leads ctrl1 term 5 from 19:56:11
leads ctrl2 term 6 from 19:56:17
end ctrl1 voter=yes
end ctrl2 voter=yes
end ctrl3 voter=yes
`,
		"two-bootstrapped-join": `run ctrl1 19:32:09-19:32:35 clean
run ctrl1 19:32:36-19:32:57 clean
run ctrl2 19:32:09-19:32:35 clean
run ctrl2 19:32:36-19:32:57 clean
leads ctrl2 term 2 from 19:32:10
leads ctrl1 term 2 from 19:32:11
leads ctrl1 term 3 from 19:32:38
end ctrl1 voter=yes
end ctrl2 voter=no
`,
		"certificate-expired": `run ctrl1 19:37:45-19:38:26 clean
run ctrl2 19:37:45-19:38:26 clean
run ctrl3 19:37:45-19:37:59 clean
run ctrl3 19:38:00-19:38:26 clean
leads ctrl1 term 2 from 19:37:48
end ctrl1 voter=yes
end ctrl2 voter=yes
end ctrl3 voter=yes
`,
		"never-initialized": `run ctrl1 19:42:48-19:45:03 clean
leads ctrl1 term 2 from 19:42:51
end ctrl1 voter=unknown
`,
	} {
		t.Run(name, func(t *testing.T) {
			if got := history(analyseFiles(t, logs(t, name)).story); got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
	}
}

// faults gives the ids of the diagnoses that call for action, without clock-skew, which a moved clock does earn.
func faults(r *diagnosis.Result) string {
	var ids []string
	for _, d := range r.Diagnoses {
		if d.Severity.Rank() >= diagnosis.Warning.Rank() && d.ID != "clock-skew" {
			ids = append(ids, d.ID)
		}
	}
	return strings.Join(ids, " ")
}

var stamp = regexp.MustCompile(`"time":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})Z"`)

// shifted copies a log with every time moved.
func shifted(t *testing.T, file string, by time.Duration, dir string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const layout = "2006-01-02T15:04:05.000"
	data = stamp.ReplaceAllFunc(data, func(b []byte) []byte {
		at, err := time.Parse(layout, string(b[8:31]))
		if err != nil {
			t.Fatal(err)
		}
		return []byte(`"time":"` + at.Add(by).Format(layout) + `Z"`)
	})
	out := filepath.Join(dir, filepath.Base(file))
	if err := os.WriteFile(out, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return out
}

var clusters = []string{"quorum-loss", "failover", "leadership-transfer", "two-bootstrapped-join", "cluster-id-mismatch", "disk-full",
	"certificate-expired", "healthy-join"}

func TestAMovedClockLeavesTheDiagnosesAndIsEstimated(t *testing.T) {
	for _, name := range clusters {
		files := logs(t, name)
		want := analyseFiles(t, files)
		for i := range files {
			for _, by := range []time.Duration{-3 * time.Hour, 37 * time.Second, 3 * time.Hour} {
				t.Run(fmt.Sprintf("%s/%s/%s", name, filepath.Base(files[i]), by), func(t *testing.T) {
					dir := t.TempDir()
					moved := append([]string{}, files...)
					for j := range moved {
						if j == i {
							moved[j] = shifted(t, files[j], by, dir)
						}
					}
					got := analyseFiles(t, moved)
					if faults(got.result) != faults(want.result) {
						t.Errorf("got %q, want %q", faults(got.result), faults(want.result))
					}
					estimates(t, got.story, i, by)
				})
			}
		}
	}
}

// estimates checks that a node's clock was found to differ from the others' by what it was moved, within a second,
// where at least three pairs of events tell.
func estimates(t *testing.T, s *cluster.Story, moved int, by time.Duration) {
	t.Helper()
	for i, n := range s.Nodes {
		if i == moved || n.Pairs < 3 || s.Nodes[moved].Pairs < 3 {
			continue
		}
		if got := s.Nodes[moved].Offset - n.Offset; (got - by).Abs() > time.Second {
			t.Errorf("offset of %s against %s: %s, want %s", s.Nodes[moved].Name, n.Name, got, by)
		}
	}
}

func TestTheStoryIsBounded(t *testing.T) {
	b := cluster.NewBuilder()
	at := time.Date(2026, 11, 22, 19, 0, 0, 0, time.UTC)
	for i := range 300_000 {
		when := at.Add(time.Duration(i) * 50 * time.Millisecond)
		b.Add(&event.Match{Signature: fmt.Sprintf("s%d", i%40), Source: "x.log", Line: i + 1, Time: when, Last: when, Count: 1,
			Captures: []event.Field{{Key: "peer", Value: fmt.Sprint("p", i)}}})
	}
	s := b.Tell()
	total := 0
	for _, m := range s.Matches {
		total += m.Count
	}
	if total != 300_000 {
		t.Errorf("%d of 300000 matches are accounted for", total)
	}
	if len(s.Matches) > 25_000 {
		t.Errorf("%d matches are kept", len(s.Matches))
	}
}
