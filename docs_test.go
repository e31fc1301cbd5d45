package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// pages gives the project's Markdown pages with their texts.
func pages(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	walk(t, func(name string) {
		if filepath.Ext(name) == ".md" {
			out[name] = readText(t, name)
		}
	})
	if len(out) < 5 {
		t.Fatalf("only %d pages", len(out))
	}
	return out
}

func readText(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestEveryTestThatAPageNamesIsThere keeps promises from outliving what held them.
func TestEveryTestThatAPageNamesIsThere(t *testing.T) {
	there := map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)\w+)\(`)
	for _, file := range goFiles(t) {
		for _, m := range declared.FindAllStringSubmatch(readText(t, file), -1) {
			there[m[1]] = true
		}
	}
	named := regexp.MustCompile("`((?:Test|Fuzz|Benchmark)[A-Z]\\w*)`")
	for page, text := range pages(t) {
		for _, m := range named.FindAllStringSubmatch(text, -1) {
			if !there[m[1]] {
				t.Errorf("%s names %s, which is nowhere", page, m[1])
			}
		}
	}
}

func TestEveryLinkOfAPageLeadsSomewhere(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	for page, text := range pages(t) {
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			target, _, _ := strings.Cut(m[1], "#")
			if target == "" || strings.Contains(target, "://") {
				continue
			}
			if _, err := fs.Stat(os.DirFS("."), filepath.ToSlash(filepath.Join(filepath.Dir(page), target))); err != nil {
				t.Errorf("%s: %v", page, err)
			}
		}
	}
}

// TestEveryDependencyHasItsReason compares the modules that go.mod asks for directly with docs/dependencies.md.
func TestEveryDependencyHasItsReason(t *testing.T) {
	page := readText(t, filepath.Join("docs", "dependencies.md"))
	asked := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^(?:require )?\t?([a-z0-9.-]+\.[a-z]+/\S+) v\S+( // indirect)?$`).FindAllStringSubmatch(readText(t, "go.mod"), -1) {
		if m[2] == "" {
			asked[m[1]] = true
		}
	}
	if len(asked) < 3 {
		t.Fatalf("only %d modules in go.mod", len(asked))
	}
	for module := range asked {
		if !strings.Contains(page, "| `"+module+"` |") {
			t.Errorf("%s is in go.mod and has no reason in docs/dependencies.md", module)
		}
	}
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|").FindAllStringSubmatch(page, -1) {
		if !asked[m[1]] {
			t.Errorf("docs/dependencies.md gives a reason for %s, which go.mod does not ask for directly", m[1])
		}
	}
}
