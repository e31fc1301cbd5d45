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
