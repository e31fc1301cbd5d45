package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"zlog/diagnosis"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// result reads a report that was kept as JSON.
func result(t *testing.T, name string) *diagnosis.Result {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	r := &diagnosis.Result{}
	if err := json.Unmarshal(data, r); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return r
}

func render(t *testing.T, r *diagnosis.Result, o TextOptions) string {
	t.Helper()
	var b bytes.Buffer
	if err := Text(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// golden compares with a file of testdata, or writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; go test ./report -update writes it", err)
	}
	if got != string(want) {
		t.Errorf("%s differs; go test ./report -update rewrites it. Got:\n%s", file, got)
	}
}

var kept = []string{"two-bootstrapped-join", "quorum-loss", "healthy", "unreadable", "hostile", "multi-root"}

func TestTextGolden(t *testing.T) {
	for _, name := range kept {
		r := result(t, name)
		for _, width := range []int{80, 120} {
			t.Run(fmt.Sprintf("%s at %d columns", name, width), func(t *testing.T) {
				golden(t, fmt.Sprintf("%s-%d", name, width), render(t, r, TextOptions{Width: width}))
			})
		}
		t.Run(name+" verbose", func(t *testing.T) {
			golden(t, name+"-verbose", render(t, r, TextOptions{Verbose: true}))
		})
		t.Run(name+" quiet", func(t *testing.T) {
			golden(t, name+"-quiet", render(t, r, TextOptions{Quiet: true}))
		})
	}
}

func TestTextFitsTheWidth(t *testing.T) {
	for _, name := range kept {
		r := result(t, name)
		whole := map[string]bool{} // lines that are never broken: commands and references
		for _, d := range r.Diagnoses {
			for _, s := range d.Remediation {
				whole[strings.TrimSpace(Safe(s.Command))] = true
			}
			for _, c := range d.Confirm {
				whole[strings.TrimSpace(Safe(c.Command))] = true
			}
			for _, u := range d.References {
				whole[strings.TrimSpace(Safe(u))] = true
			}
		}
		for _, width := range []int{40, 63, 80, 120, 200} {
			for _, verbose := range []bool{false, true} {
				for i, line := range strings.Split(render(t, r, TextOptions{Width: width, Verbose: verbose}), "\n") {
					if Width(line) > width && !whole[strings.TrimSpace(line)] {
						t.Errorf("%s at %d columns: line %d is %d wide: %s", name, width, i+1, Width(line), line)
					}
				}
			}
		}
	}
}

func TestTextLetsNoControlThrough(t *testing.T) {
	for _, o := range []TextOptions{{}, {Verbose: true}, {Quiet: true}, {Width: 40}, {Color: true}, {Color: true, Verbose: true}} {
		got := render(t, result(t, "hostile"), o)
		for _, line := range strings.Split(got, "\n") {
			if o.Color {
				line = uncoloured(line)
			}
			for _, c := range line {
				if unicode.IsControl(c) || unicode.Is(unicode.Cf, c) {
					t.Errorf("%+v lets %U through: %q", o, c, line)
				}
			}
		}
		if strings.Contains(got, "\x1b[2J") || strings.Contains(got, "\x1b[31mowned") {
			t.Errorf("%+v lets an escape sequence of the log through", o)
		}
	}
}

func TestColourChangesNoWord(t *testing.T) {
	for _, name := range kept {
		r := result(t, name)
		if got, want := uncoloured(render(t, r, TextOptions{Color: true})), render(t, r, TextOptions{}); got != want {
			t.Errorf("%s reads otherwise in colour:\n%s", name, got)
		}
	}
}

func TestTimesHaveTheirDateWhereAClockWasSetInTheMidst(t *testing.T) {
	day := func(s string) diagnosis.Time {
		at, err := time.Parse(time.DateTime, s)
		if err != nil {
			t.Fatal(err)
		}
		return diagnosis.Time{Time: at}
	}
	r := &diagnosis.Result{Verdict: diagnosis.Problem, Sources: []diagnosis.Source{{Name: "a.log", First: day("1970-01-01 00:00:07"), Last: day("2026-11-23 08:00:00")}},
		Story: []diagnosis.Moment{{Time: day("2026-11-22 19:32:10"), What: "leads term 2"}, {Time: day("2026-11-23 07:00:00"), What: "leads term 3"}}}
	if got := render(t, r, TextOptions{}); !strings.Contains(got, "11-22 19:32:10.000  leads term 2") || !strings.Contains(got, "11-23 07:00:00.000  leads term 3") {
		t.Errorf("two days are told as one:\n%s", got)
	}
}

func TestTextSaysWhyItCannotSay(t *testing.T) {
	at := func(s ...diagnosis.Source) *diagnosis.Result {
		return &diagnosis.Result{Verdict: diagnosis.NotAssessable, Sources: s}
	}
	for _, c := range []struct {
		name, want string
		r          *diagnosis.Result
	}{
		{"no source", "? not assessable: there was nothing to read\n", at()},
		{"an empty file", "? not assessable: the input is empty\n", at(diagnosis.Source{Name: "a.log"})},
		{"a missing file", "? not assessable: nothing could be read\n", at(diagnosis.Source{Name: "a.log", Error: "open a.log: no such file or directory"})},
		{"no log", "? not assessable: no log record that zlog knows in 2 lines\n", at(diagnosis.Source{Name: "a.log", Lines: 2, Unparsed: 2})},
		{"a cut object", "? not assessable: no log record that zlog knows in 1 line\n", at(diagnosis.Source{Name: "a.log", Lines: 1, Events: 1})},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := render(t, c.r, TextOptions{Quiet: true}); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
