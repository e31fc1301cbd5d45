package main

import (
	"bytes"
	"context"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strings"
	"testing"

	"zlog/cluster"
	"zlog/cmd"
	"zlog/event"
	"zlog/parser"
	"zlog/rules"
)

// builtInPack loads the rules that zlog ships, as cmd does.
func builtInPack(t *testing.T) *rules.Set {
	t.Helper()
	names, err := fs.Glob(defaultRules, "pack/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	sort.Strings(names)
	var files []rules.File
	for _, n := range append(names, "rules.yaml") {
		data, err := fs.ReadFile(defaultRules, n)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, rules.File{Name: path.Base(n), Text: string(data), Builtin: true})
	}
	set, err := rules.Load(files, cluster.Facts)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// everyRecord reads raw text without a filter.
func everyRecord(text string, emit func(*event.Event)) {
	sources, _ := parser.Expand([]string{"-"}, strings.NewReader(text), parser.DefaultLimits())
	for _, s := range sources {
		s.Read(context.Background(), parser.Options{}, emit)
	}
}

func zlog(t *testing.T, stdin string, args ...string) (code int, out, errOut string) {
	t.Helper()
	t.Setenv("XDG_CONFIG_HOME", t.TempDir()) // nobody's own rules
	var o, e bytes.Buffer
	code = cmd.Main(args, strings.NewReader(stdin), &o, &e, defaultRules)
	return code, o.String(), e.String()
}

func TestEverySampleOfThePackHolds(t *testing.T) {
	if code, out, errOut := zlog(t, "", "rules", "test"); code != 0 {
		t.Errorf("exit %d\n%s%s", code, out, errOut)
	}
	set := builtInPack(t)
	for _, p := range set.Prove(everyRecord, nil, nil) {
		if p.Wrong != "" {
			t.Errorf("without prefilter: %s: %s: must %s: %s\n%s", p.At, p.Signature, p.Must, p.Wrong, p.Sample)
		}
	}
	for _, s := range set.Signatures {
		for _, text := range append(append([]string{}, s.Lines.Get().Match...), s.Lines.Get().Other...) {
			n := 0
			everyRecord(text, func(*event.Event) { n++ })
			if n == 0 {
				t.Errorf("%s: a sample is no record: %s", s.ID, text)
			}
		}
	}
}

// leastKilled is the share of changed texts that a sample must notice.
const leastKilled = 1.0

func TestEveryTextOfASignatureIsProvedByASample(t *testing.T) {
	killed, all := 0, 0
	alive := map[string]int{}
	for _, m := range builtInPack(t).Mutate(everyRecord) {
		all++
		if m.Killed {
			killed++
			continue
		}
		alive[m.At+": "+m.Signature+": "+m.Text]++
	}
	t.Logf("%d of %d changed texts are noticed (%.2f %%)", killed, all, 100*float64(killed)/float64(all))
	if float64(killed) >= leastKilled*float64(all) {
		return
	}
	var texts []string
	for text := range alive {
		texts = append(texts, text)
	}
	sort.Strings(texts)
	t.Errorf("%d of %d changes go unnoticed; texts without a sample that needs them:\n%s", all-killed, all, strings.Join(texts, "\n"))
}

// TestMatchGivesEverySignatureThatHolds: of a signature only the ways are tried whose text stands in a record, which must be
// those that hold.
func TestMatchGivesEverySignatureThatHolds(t *testing.T) {
	set := builtInPack(t)
	n := 0
	for _, of := range set.Signatures {
		for _, text := range of.Lines.Get().Match {
			everyRecord(text, func(e *event.Event) {
				var got, want []string
				for _, m := range set.Match(e) {
					got = append(got, m.Signature)
				}
				for _, sig := range set.Signatures {
					in := set.Inspect(sig.ID)
					if in.Add(e); in.Hits > 0 {
						want = append(want, sig.ID)
					}
				}
				if n += len(want); !slices.Equal(got, want) {
					t.Errorf("%q: %v, want %v", text, got, want)
				}
			})
		}
	}
	if n < 500 {
		t.Errorf("only %d matches", n)
	}
}
