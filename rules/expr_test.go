package rules

import (
	"regexp"
	"testing"
)

func TestAnExpressionFindsWhatRegexpFinds(t *testing.T) {
	for _, p := range append(append([]string{}, groupPatterns...), `((?:tls|tcp):[^\s}]+)`, `^\{\w+ (\S+) \S+\}$`) {
		x, err := newExpr(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{"tls:10.0.0.1:6262", "ctrl1", "{Voter ctrl1 tls:a:1}", "Node at tls:a:1", "Node at tls:a:1 [Leader]", "unable to dial x", "id=ctrl1", "is: [a", ""} {
			want := ""
			if m := regexp.MustCompile(p).FindStringSubmatch(text); m != nil {
				want = m[1]
			}
			if got := x.find(text); got != want {
				t.Errorf("%s in %q: found %q, regexp finds %q", p, text, got, want)
			}
		}
	}
}
