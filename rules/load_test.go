package rules

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite golden files")

// facts are some facts of the story, for tests that need any.
var facts = []string{"killed", "leader-changed"}

func TestEveryMistakeIsToldWithItsPlaceAndAHint(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.bad.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(strings.TrimSuffix(name, ".bad.yaml"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			base := File{Name: "base.yaml", Text: basePack, Builtin: true}
			_, err = Load([]File{base, {Name: name, Text: string(data), Builtin: strings.HasPrefix(name, "builtin-")}}, facts)
			if err == nil {
				t.Fatal("loads")
			}
			got := err.Error() + "\n"
			golden := strings.TrimSuffix(file, ".bad.yaml") + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got:\n%swant:\n%s", got, want)
			}
			if n := strings.Count(got, "\n"); n != 1 && !strings.HasPrefix(name, "several-") {
				t.Errorf("one mistake, %d messages:\n%s", n, got)
			}
			for line := range strings.Lines(got) {
				if !strings.HasPrefix(line, name+":") {
					t.Errorf("no file: %s", line)
				}
			}
		})
	}
}

// basePack stands for the built-in pack.
const basePack = `version: 1
signatures:
  - id: peer-lost
    title: Peer lost
    category: mesh
    severity: warning
    when: [{msg: peer disconnected}]
    effect: peer-disconnected
    capture: {peer: peerId}
    samples:
      match: ['{"level":"info","msg":"peer disconnected","peerId":"ctrl2","time":"2026-11-22T19:32:20.139Z"}']
      other: ['{"level":"info","msg":"peer connected","peerId":"ctrl2","time":"2026-11-22T19:32:20.139Z"}']
diagnoses:
  - id: mesh-lost
    title: The mesh is lost
    kind: fault
    severity: error
    summary: "{node} lost {lost.peer}"
    cause: The network.
    when:
      - confidence: likely
        steps: [{see: peer-lost, on: node, as: lost, times: 3, in: 1m}]
`

func TestAnEmptyFileIsNoMistake(t *testing.T) {
	for _, text := range []string{"", "\n", "# nothing\n", "version: 1\n", "~"} {
		if _, err := Load([]File{{Name: "x.yaml", Text: text}}, nil); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestAHugeFileIsRefusedBeforeItIsRead(t *testing.T) {
	_, err := Load([]File{{Name: "x.yaml", Text: strings.Repeat("\x00", MaxFile+1)}}, nil)
	if err == nil || !strings.Contains(err.Error(), "x.yaml: 8388609 bytes") {
		t.Error(err)
	}
}

// A bomb of aliases would stand for 10^9 nodes.
func TestABombOfAliasesIsRefusedAtOnce(t *testing.T) {
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 9; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10), ", "))
	}
	_, err := Load([]File{{Name: "x.yaml", Text: b.String()}}, nil)
	if err == nil || !strings.Contains(err.Error(), "anchors are not used") {
		t.Error(err)
	}
}

func TestDeepNestingIsRefused(t *testing.T) {
	for _, text := range []string{
		"signatures: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000),
		"signatures: " + strings.Repeat("{a: ", 5000) + strings.Repeat("}", 5000),
		"signatures: [{id: x, when: [{msg: " + strings.Repeat("{not: ", 200) + "x" + strings.Repeat("}", 200) + "}]}]",
		strings.Repeat("[", 200_000),
	} {
		if _, err := Load([]File{{Name: "x.yaml", Text: text}}, nil); err == nil {
			t.Errorf("%.40s… loads", text)
		}
	}
}

func TestExplainsThatLeadBackAreRefused(t *testing.T) {
	text := strings.ReplaceAll(`diagnoses:
  - {id: a, explains: [b], REST}
  - {id: b, explains: [c], REST}
  - {id: c, explains: [a], REST}
`, "REST", "title: x, kind: fault, severity: error, summary: x, cause: x, when: [{confidence: likely, steps: [{see: 'fact:killed'}]}]")
	_, err := Load([]File{{Name: "x.yaml", Text: text}}, facts)
	if err == nil || !strings.Contains(err.Error(), `rule "c": explains "a" leads back to itself`) {
		t.Error(err)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(basePack))
	for _, pattern := range []string{"testdata/bad/*.yaml", "../pack/events.yaml", "../pack/model.yaml"} {
		files, _ := filepath.Glob(pattern)
		for _, file := range files {
			if data, err := os.ReadFile(file); err == nil {
				f.Add(data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Load([]File{{Name: "x.yaml", Text: string(data)}}, facts)
		if (s == nil) == (err == nil) {
			t.Fatalf("set %v, error %v", s, err)
		}
		if err != nil && strings.TrimSpace(err.Error()) == "" {
			t.Fatal("an error without words")
		}
	})
}

func TestAnErrorOfVeryManyMistakesIsShort(t *testing.T) {
	_, err := Load([]File{{Name: "x.yaml", Text: "signatures:\n" + strings.Repeat("  - {}\n", 5000)}}, nil)
	if lines := strings.Split(err.Error(), "\n"); len(lines) != mostTold+1 || lines[mostTold] != "and 4900 mistakes more; zlog rules check tells them all" {
		t.Errorf("%d lines, the last %s", len(lines), lines[len(lines)-1])
	}
	var wrong Mistakes
	if !errors.As(err, &wrong) || len(wrong) != 5000 {
		t.Errorf("%d mistakes", len(wrong))
	}
}

// TestOfManyMistakesTheLastHaveNoHint: each hint looks through all that is known, and all mistakes are told nevertheless.
func TestOfManyMistakesTheLastHaveNoHint(t *testing.T) {
	const many = 4 * mostHints
	for name, text := range map[string]string{
		"keys":    "version: 1\n" + strings.Repeat("signatres: []\n", many),
		"disable": "version: 1\ndisable:\n" + strings.Repeat("  - peer-last\n", many),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Load([]File{{Name: "base.yaml", Text: basePack, Builtin: true}, {Name: "x.yaml", Text: text}}, facts)
			var wrong Mistakes
			if !errors.As(err, &wrong) || len(wrong) != many {
				t.Fatalf("%d mistakes, want %d", len(wrong), many)
			}
			if hints := strings.Count(fmt.Sprint([]Mistake(wrong)), "did you mean"); hints != mostHints {
				t.Errorf("%d hints, want %d", hints, mostHints)
			}
		})
	}
}
