package report

import (
	"fmt"
	"strings"
	"testing"

	"zlog/diagnosis"
)

func TestThousandsOfSourcesAreCountedNotListed(t *testing.T) {
	r := &diagnosis.Result{Schema: diagnosis.Schema, Verdict: diagnosis.NotAssessable}
	for i := range 3000 {
		s := diagnosis.Source{Name: fmt.Sprintf("bundle.tar/%d.log", i), Lines: 1}
		if i%2 == 1 {
			s.Lines, s.Error = 0, s.Name+": not a log: binary data"
		}
		r.Sources = append(r.Sources, s)
	}
	short, long := render(t, r, TextOptions{}), render(t, r, TextOptions{Verbose: true})
	if n := strings.Count(short, "\n"); n > 2*mostListed+40 || strings.Count(short, "… 1450 more (--verbose)") != 2 {
		t.Errorf("%d lines\n%s", n, short[len(short)-300:])
	}
	if n := strings.Count(long, ".log"); n < 3000 {
		t.Errorf("--verbose lists %d", n)
	}
}
