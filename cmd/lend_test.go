package cmd

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"unsafe"

	"zlog/cluster"
	"zlog/diagnosis"
	"zlog/event"
	"zlog/parser"
	"zlog/rules"
)

// TestNothingLentIsKept: the text of every record is overwritten as soon as it has been looked at, and the report is still
// the same: whatever is kept was copied.
func TestNothingLentIsKept(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	cases, err := filepath.Glob(filepath.Join("..", "testdata", "logs", "*"))
	if err != nil || len(cases) < 5 {
		t.Fatalf("%d cases, %v", len(cases), err)
	}
	set := packSet(t)
	for _, dir := range cases {
		for _, slow := range []bool{false, true} {
			a := &analysis{set: set, limits: parser.DefaultLimits(), slow: slow}
			want := reportOf(t, diagnosedAs(t, a, []string{dir}, nil), dir)
			b, unknown, poisoned := cluster.NewBuilder(), rules.NewUnknowns(), 0
			opt, take := a.options(b), a.taker(b, unknown)
			sources, errs := parser.Expand([]string{dir}, os.Stdin, a.limits)
			if !opt.Lend || len(errs) > 0 {
				t.Fatal("nothing is lent, or nothing read: ", errs)
			}
			var all []diagnosis.Source
			for _, src := range sources {
				got := src.Read(context.Background(), opt, func(e *event.Event) {
					take(e)
					text := unsafe.Slice(unsafe.StringData(e.Text), len(e.Text))
					for j := range text {
						text[j] = '#'
					}
					poisoned++
				})
				for _, s := range got {
					b.AddSource(s)
				}
				all = append(all, got...)
			}
			if poisoned == 0 {
				t.Errorf("%s: nothing was poisoned", dir)
			}
			if got := reportOf(t, a.conclude(b, unknown, all), dir); got != want {
				t.Errorf("%s, slow %t, poisoned:\n%s\nas it should be:\n%s", dir, slow, got, want)
			}
		}
	}
}
