package rules

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

// exported loads the rules of testdata/export.
func exported(t *testing.T) *Set {
	t.Helper()
	data, err := os.ReadFile("testdata/export/rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	set, err := Load([]File{{Name: "rules.yaml", Text: string(data)}}, facts)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestRulesInEveryLanguage(t *testing.T) {
	set := exported(t)
	for _, lang := range Languages {
		t.Run(lang, func(t *testing.T) {
			got, _, err := set.Export(Export{To: lang, Weaken: true, Skip: true}, nil)
			if err != nil {
				t.Fatal(err)
			}
			again, _, err := set.Export(Export{To: lang, Weaken: true, Skip: true}, nil)
			if err != nil || !bytes.Equal(got, again) {
				t.Fatalf("not the same twice: %v", err)
			}
			golden := filepath.Join("testdata", "export", lang+".golden")
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("got:\n%s", got)
			}
		})
	}
}

func TestARuleThatWouldLoseAConditionIsRefusedByName(t *testing.T) {
	set := exported(t)
	for _, c := range []struct {
		id, to string
		want   []string // conditions; none if it travels
		weaker bool     // something is left without them
	}{
		{"t-plain", "logql", nil, true},
		{"t-stack", "logsql", []string{`frames contains "store.Open"`}, true},
		{"t-stack", "logql", []string{`frames contains "store.Open"`}, true},
		{"t-stack", "sigma", []string{`frames contains "store.Open"`}, true},
		{"t-stack", "elasticsearch", []string{`frames contains "store.Open"`}, true},
		{"t-two-fields", "logsql", nil, true},
		{"t-two-fields", "loki-ruler", []string{"a > $b"}, true},
		{"t-two-fields", "sigma", []string{"a > $b"}, true},
		{"t-two-fields", "elasticsearch", []string{"a > $b"}, true},
		{"t-array", "logql", nil, true},
		{"t-array", "vmalert", []string{`peers.0.id is "me"`}, true},
		{"t-word", "logql", nil, true},
		{"t-word", "sigma", []string{`msg is like /\bword\b/`}, false},
		{"t-word", "elasticsearch", []string{`msg is like /\bword\b/`}, false},
		{"d-once", "logql", nil, true},
		{"d-often", "elasticsearch", nil, true},
		{"d-then", "logql", []string{"see t-word on node, within 0s to 1m30s of a"}, true},
		{"d-then", "sigma", []string{`msg is like /\bword\b/`}, false},
		{"d-absent", "sigma", []string{"no t-crash on node, after a", "see fact:killed on node"}, true},
	} {
		t.Run(c.id+" to "+c.to, func(t *testing.T) {
			choose := func(_, id string) bool { return id == c.id }
			data, _, err := set.Export(Export{To: c.to}, choose)
			var losses Losses
			if !errors.As(err, &losses) && len(c.want) > 0 {
				t.Fatalf("not refused: %v\n%s", err, data)
			}
			var got []string
			for _, l := range losses {
				if l.Condition != "the rest" {
					got = append(got, l.Condition)
				}
				if !strings.HasSuffix(strings.Split(l.Rule, ",")[0], " "+c.id) || l.Why == "" {
					t.Errorf("which rule, and why? %+v", l)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("refused for %q, want %q (%v)", got, c.want, err)
			}
			data, accepted, err := set.Export(Export{To: c.to, Weaken: true}, choose)
			if (err == nil) != c.weaker {
				t.Fatalf("weakened: %v", err)
			}
			if err != nil {
				return
			}
			if len(accepted) != len(c.want) {
				t.Errorf("accepted %v", accepted)
			}
			if c.to != "elasticsearch" && strings.Count(string(data), "# weakened: without [") != len(c.want) || strings.Count(string(data), "weakened: without [") != len(c.want) {
				t.Errorf("want %d comments:\n%s", len(c.want), data)
			}
		})
	}
}

func TestALossWidensAndNeverNarrows(t *testing.T) {
	leafs := map[string]*condition{}
	for _, name := range []string{"can", "cannot"} {
		leafs[name] = one(leaf{field: name, op: opExists})
	}
	can := func(l *leaf) string {
		if l.field == "cannot" {
			return "no"
		}
		return ""
	}
	// truth gives what a tree says where can holds and cannot has a value.
	var truth func(c *condition, can, cannot bool) bool
	truth = func(c *condition, can, cannot bool) bool {
		switch c.join {
		case joinNot:
			return !truth(c.of[0], can, cannot)
		case joinAll:
			return !slices.ContainsFunc(c.of, func(x *condition) bool { return !truth(x, can, cannot) })
		case joinSome:
			return slices.ContainsFunc(c.of, func(x *condition) bool { return truth(x, can, cannot) })
		}
		if c.leaf.field == "can" {
			return can
		}
		return cannot
	}
	y, n := leafs["can"], leafs["cannot"]
	for name, c := range map[string]*condition{
		"y and n": all(y, n), "y or n": some(y, n), "not n": not(n), "y and not n": all(y, not(n)), "y and not (y and n)": all(y, not(all(y, n))),
		"y or not (n or not y)": some(y, not(some(n, not(y)))), "not (not n and y)": not(all(not(n), y)),
	} {
		lost := 0
		bent := c.bend(can, func(*leaf, string) { lost++ }, true)
		if lost != 1 {
			t.Errorf("%s: %d losses", name, lost)
		}
		for _, a := range []bool{false, true} {
			for _, b := range []bool{false, true} {
				if bent != nil && truth(c, a, b) && !truth(bent, a, b) {
					t.Errorf("%s: without n it does not hold for %v, %v", name, a, b)
				}
			}
		}
	}
}

func TestPatternsOfOtherDialects(t *testing.T) {
	for _, c := range []struct{ in, sigma, lucene string }{
		{`no route`, `no route`, `.*no route.*`},
		{`^panic: .*invalid`, `^panic: .*invalid`, "panic: [^\n]*invalid.*"},
		{`^(open|read) \S+: is a directory$`, "^(open|read) [^\t\n\f\r ]+: is a directory$", "(open|read) [^\t\n\f\r ]+: is a directory"},
		{`page \d{2,} already "freed"?`, `page [0-9]{2,} already "freed(")?`, `.*page [0-9]{2,} already \"freed(\")?.*`},
		{`a|^b$|c@#<x>~&`, `a|^b$|c@#<x>~&`, `.*a.*|b|.*c\@\#\<x\>\~\&.*`},
		{`(?i)warn`, `[wW][aA][rR][nN]`, `.*[wW][aA][rR][nN].*`},
		{`\bword`, "", ""},
		{`x(^y)`, `x(^y)`, ""},
	} {
		sigma, err := sigmaPattern.pattern(c.in)
		if sigma != c.sigma || (err == nil) != (c.sigma != "") {
			t.Errorf("Sigma: %s: got %q, %v", c.in, sigma, err)
		}
		lucene, err := lucenePattern.pattern(c.in)
		if lucene != c.lucene || (err == nil) != (c.lucene != "") {
			t.Errorf("Lucene: %s: got %q, %v", c.in, lucene, err)
		}
	}
}

// FuzzPatternsOfOtherDialects compares a pattern with what it becomes; both dialects, with Lucene's anchors written
// out, are also Go's.
func FuzzPatternsOfOtherDialects(f *testing.F) {
	for _, p := range []string{`^open \S+: (a|b)?$`, `(?i)x[^a-f]{1,3}$`, `a|b|^c`, `\d+\.\w*`, `(?s)a.b`} {
		f.Add(p, "open /x: a")
		f.Add(p, "a1.c\nb")
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		re, err := regexp.Compile(pattern)
		if err != nil || len(pattern) > 100 || strings.ContainsRune(pattern, 0xFFFD) || strings.ContainsRune(text, 0xFFFD) {
			return
		}
		for name, d := range map[string]dialect{"Sigma": sigmaPattern, "Lucene": lucenePattern} {
			p, err := d.pattern(pattern)
			if err != nil {
				continue
			}
			if d.whole {
				p = "^(?s:" + p + ")$"
			}
			other, err := regexp.Compile(p)
			if err != nil {
				t.Fatalf("%s: %q became %q: %v", name, pattern, p, err)
			}
			if re.MatchString(text) != other.MatchString(text) {
				t.Fatalf("%s: %q became %q, and they differ on %q", name, pattern, p, text)
			}
		}
	})
}

// sigmaSchemas are those of the specification; see testdata/sigma/README.md.
func sigmaSchemas(t *testing.T) (detection, correlation *jsonschema.Schema) {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	for _, s := range []struct {
		file string
		to   **jsonschema.Schema
	}{{"sigma-detection-rule-schema.json", &detection}, {"sigma-correlation-rules-schema.json", &correlation}} {
		var err error
		if *s.to, err = c.Compile(filepath.Join("testdata", "sigma", s.file)); err != nil {
			t.Fatal(err)
		}
	}
	return detection, correlation
}

func TestSigmaRulesAreValid(t *testing.T) {
	detection, correlation := sigmaSchemas(t)
	for name, set := range map[string]*Set{"made up": exported(t), "the pack": loadPack(t)} {
		data, _, err := set.Export(Export{To: "sigma", Weaken: true, Skip: true}, nil)
		if err != nil {
			t.Fatal(err)
		}
		names, ids, rules, counts := map[string]bool{}, map[string]bool{}, 0, 0
		var needed []string
		dec := yaml.NewDecoder(bytes.NewReader(data))
		for {
			var doc map[string]any
			if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			text, err := json.Marshal(doc)
			if err != nil {
				t.Fatal(err)
			}
			value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if c, ok := doc["correlation"].(map[string]any); ok {
				counts++
				err = correlation.Validate(value)
				for _, r := range c["rules"].([]any) {
					needed = append(needed, r.(string))
				}
			} else {
				rules++
				err = detection.Validate(value)
				if names[doc["name"].(string)] {
					t.Errorf("%s: two rules are called %s", name, doc["name"])
				}
				names[doc["name"].(string)] = true
			}
			if err != nil {
				t.Errorf("%s: %v: %v", name, doc["title"], err)
			}
			if ids[doc["id"].(string)] {
				t.Errorf("%s: two rules have the id %s", name, doc["id"])
			}
			ids[doc["id"].(string)] = true
		}
		for _, n := range needed {
			if !names[n] {
				t.Errorf("%s: a correlation names %s, which is not there", name, n)
			}
		}
		if rules < 5 || counts < 3 {
			t.Errorf("%s: only %d rules and %d correlations", name, rules, counts)
		}
	}
}

// loadPack loads the rules that zlog ships.
func loadPack(t *testing.T) *Set {
	t.Helper()
	names, err := filepath.Glob("../pack/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var files []File
	for _, n := range append(names, "../rules.yaml") {
		data, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, File{Name: filepath.Base(n), Text: string(data), Builtin: true})
	}
	var all []string
	for _, m := range regexp.MustCompile(`fact:([a-z-]+)`).FindAllStringSubmatch(files[len(files)-1].Text, -1) {
		all = append(all, m[1])
	}
	set, err := Load(files, all)
	if err != nil {
		t.Fatal(err)
	}
	return set
}
