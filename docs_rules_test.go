package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"zlog/cluster"
	"zlog/diagnosis"
	"zlog/rules"
)

func rulesDoc(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

var fence = regexp.MustCompile("(?ms)^```(\\w*)\n(.*?)^```$")

func TestEveryExampleOfTheRulesPageWorks(t *testing.T) {
	seen := map[string]int{}
	for i, m := range fence.FindAllStringSubmatch(rulesDoc(t), -1) {
		seen[m[1]]++
		switch m[1] {
		case "yaml":
			t.Run(fmt.Sprint("example ", i+1), func(t *testing.T) {
				file := filepath.Join(t.TempDir(), "zlog.rules.yaml")
				if err := os.WriteFile(file, []byte(m[2]), 0o600); err != nil {
					t.Fatal(err)
				}
				for _, sub := range []string{"check", "test"} {
					if code, out, errOut := zlog(t, "", "rules", sub, file); code != 0 {
						t.Errorf("rules %s: exit %d\n%s%s", sub, code, out, errOut)
					}
				}
			})
		case "zlogignore":
			if err := (&diagnosis.Accepted{}).Ignore(".zlogignore", m[2]); err != nil {
				t.Error(err)
			}
		}
	}
	if seen["yaml"] < 5 || seen["zlogignore"] != 1 {
		t.Errorf("examples: %v", seen)
	}
}

func TestTheRulesPageNamesEveryFactAndEffect(t *testing.T) {
	doc := rulesDoc(t)
	rows := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\| ").FindAllStringSubmatch(doc, -1) {
		rows[m[1]] = true
	}
	for _, f := range cluster.Facts {
		if !rows[f] {
			t.Errorf("no row for fact %s", f)
		}
		delete(rows, f)
	}
	for f := range rows {
		t.Errorf("a row for %s, which is no fact", f)
	}
	_, effects, _ := strings.Cut(doc, "### Effects")
	effects, _, _ = strings.Cut(effects, "\n## ")
	named := map[string]bool{}
	for _, m := range regexp.MustCompile("`([a-z-]+)`").FindAllStringSubmatch(effects, -1) {
		named[m[1]] = true
	}
	used := map[string]bool{}
	for _, s := range builtInPack(t).Signatures {
		used[s.Effect] = true
		if s.Effect != "" && !named[s.Effect] {
			t.Errorf("effect %s of %s is not on the page", s.Effect, s.ID)
		}
	}
	for e := range named {
		if !used[e] {
			t.Errorf("effect %s is on the page, but no signature of the pack has it", e)
		}
	}
}

// TestTheRulesPageShowsWhatIsExported runs the commands of the page's console blocks.
func TestTheRulesPageShowsWhatIsExported(t *testing.T) {
	doc := rulesDoc(t)
	ran := 0
	shown := fence.ReplaceAllStringFunc(doc, func(block string) string {
		m := fence.FindStringSubmatch(block)
		if m[1] != "console" {
			return block
		}
		ran++
		command, _, _ := strings.Cut(m[2], "\n")
		_, out, errOut := zlog(t, "", strings.Fields(strings.TrimPrefix(command, "$ zlog "))...)
		return "```console\n" + command + "\n" + out + errOut + "```"
	})
	if ran < 3 {
		t.Errorf("only %d commands", ran)
	}
	if shown == doc {
		return
	}
	if !*updateScripts {
		t.Fatal("the page shows something else than is printed; run go test . -run TestTheRulesPage -update, and look at the difference")
	}
	if err := os.WriteFile("docs/rules.md", []byte(shown), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestTheRulesPageCountsWhatTravels holds the numbers that the page gives.
func TestTheRulesPageCountsWhatTravels(t *testing.T) {
	set := builtInPack(t)
	signatures, ways := 0, 0
	for _, sig := range set.Signatures {
		if travels(t, set, rules.Export{To: "logql"}, sig.ID) != nil {
			signatures++
		}
	}
	whole, all := 0, 0
	for _, dg := range set.Diagnoses {
		data, losses, err := set.Export(rules.Export{To: "logql", Skip: true}, func(k, id string) bool { return k == "diagnosis" && id == dg.ID })
		ways += strings.Count("\n\n"+string(data), "\n\n# diagnosis ")
		all += len(dg.When)
		if err == nil && len(losses) == 0 {
			whole++
		}
	}
	says := fmt.Sprintf("%d of %d signatures and %d of %d diagnoses travel whole (%d of their %d ways)", signatures, len(set.Signatures), whole, len(set.Diagnoses), ways, all)
	if doc := strings.Join(strings.Fields(rulesDoc(t)), " "); !strings.Contains(doc, says) {
		t.Errorf("the page does not say: %s", says)
	}
}
