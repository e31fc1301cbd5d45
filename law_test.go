package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// The law of imports (DESIGN.md):
//
//	main ─► cmd ─► verbs ─► nouns
//
// Nouns know nouns, verbs know nouns, cmd knows all of them, main knows cmd. It is read from the files rather than asked
// of `go list`, whose answer the test cache would not notice to have changed.
var nouns = map[string]bool{"event": true, "diagnosis": true, "sieve": true}

// TestImportsFollowTheLaw holds for tests too: a verb's tests are no way round it.
func TestImportsFollowTheLaw(t *testing.T) {
	packages := map[string]bool{}
	for _, file := range goFiles(t) {
		from := path.Dir(file)
		packages[from] = true
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range f.Imports {
			to, ours := strings.CutPrefix(unquote(t, spec.Path.Value), "zlog/")
			if !ours {
				continue
			}
			switch {
			case from == "." && to == "cmd", from == "cmd" && to != "cmd", nouns[to]:
			case from == "." && strings.HasSuffix(file, "_test.go"): // tests of the whole may look at every part
			case from == to && strings.HasSuffix(f.Name.Name, "_test"):
			default:
				t.Errorf("%s imports %s: nouns import nouns, verbs import nouns, only cmd imports verbs, only main imports cmd", file, to)
			}
		}
	}
	for noun := range nouns {
		if !packages[noun] {
			t.Errorf("no package %s: is the law out of date?", noun)
		}
	}
	if len(packages) < 5 {
		t.Errorf("only %d packages were looked at", len(packages))
	}
}

func TestNoPackageIsADrawerForOddsAndEnds(t *testing.T) {
	for _, file := range goFiles(t) {
		for part := range strings.SplitSeq(path.Dir(file), "/") {
			switch part {
			case "internal", "util", "utils", "common", "helper", "helpers", "misc", "pkg", "lib", "shared":
				t.Errorf("%s: a package is named for what it knows", file)
			}
		}
	}
}

// notOpenZiti are texts that rules test for and that others than OpenZiti write.
var notOpenZiti = map[string]string{
	"connection refused":       "the operating system's",
	"runtime: out of memory":   "the Go runtime's, in a dump",
	"unexpected fault address": "the Go runtime's, at the head of a dump",
	"ziti-controller":          "the usual name of the service",
}

// TestTextsOfOpenZitiAreInRulesOnly looks for the texts that signatures test for in the code.
func TestTextsOfOpenZitiAreInRulesOnly(t *testing.T) {
	texts := signatureTexts(t)
	if len(texts) < 100 {
		t.Fatalf("only %d texts in the rules", len(texts))
	}
	for _, file := range goFiles(t) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			for _, text := range texts {
				if strings.Contains(unquote(t, lit.Value), text) {
					t.Errorf("%s: %q is a text that a rule knows; code gets it by signature or effect", set.Position(lit.Pos()), text)
				}
			}
			return true
		})
	}
}

// signatureTexts gives the texts of at least 15 bytes that the built-in signatures test messages for.
func signatureTexts(t *testing.T) []string {
	files, err := fs.Glob(defaultRules, "pack/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, name := range append(files, "rules.yaml") {
		data, err := fs.ReadFile(defaultRules, name)
		if err != nil {
			t.Fatal(err)
		}
		var doc struct {
			Signatures []struct {
				When []map[string]any `yaml:"when"`
			} `yaml:"signatures"`
		}
		if err := yaml.Unmarshal(data, &doc); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, sig := range doc.Signatures {
			for _, test := range sig.When {
				for _, want := range test {
					collect(want, seen)
				}
			}
		}
	}
	var out []string
	for text := range seen {
		out = append(out, text)
	}
	sort.Strings(out)
	return out
}

// collect finds the texts of a field test: itself, or the operand of a comparison other than a pattern.
func collect(want any, into map[string]bool) {
	switch w := want.(type) {
	case string:
		if len(w) >= 15 && notOpenZiti[w] == "" {
			into[w] = true
		}
	case []any:
		for _, x := range w {
			collect(x, into)
		}
	case map[string]any:
		for op, x := range w {
			if op != "regex" {
				collect(x, into)
			}
		}
	}
}

// TestNoPathOfAMachine keeps the places where somebody happened to work out of what everybody gets.
func TestNoPathOfAMachine(t *testing.T) {
	place := regexp.MustCompile(`/(tmp|root|work|farm)/[A-Za-z0-9_]`)
	walk(t, func(name string) {
		data, err := os.ReadFile(name)
		if err != nil || !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
			return // not a text
		}
		for i, line := range strings.Split(string(data), "\n") {
			if place.MatchString(line) {
				t.Errorf("%s:%d: %s", name, i+1, strings.TrimSpace(line))
			}
		}
	})
}

// goFiles gives every Go file of the module, tests among them.
func goFiles(t *testing.T) []string {
	t.Helper()
	var out []string
	walk(t, func(name string) {
		if strings.HasSuffix(name, ".go") {
			out = append(out, filepath.ToSlash(name))
		}
	})
	if len(out) < 10 {
		t.Fatalf("only %d Go files found", len(out))
	}
	return out
}

// walk goes through the project's own files: no testdata, and nothing that tools leave behind.
func walk(t *testing.T, visit func(name string)) {
	t.Helper()
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == ".git" || name == "dist"):
			return filepath.SkipDir
		case d.Type().IsRegular() && d.Name() != "go.sum" && name != "zlog":
			visit(name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func unquote(t *testing.T, lit string) string {
	t.Helper()
	s, err := strconv.Unquote(lit)
	if err != nil {
		t.Fatalf("%s: %v", lit, err)
	}
	return s
}
