package rules

import (
	"regexp"
	"testing"
)

// chainPatterns are simple enough for a chain.
var chainPatterns = []string{
	`unable to dial tls:.*(i/o timeout|deadline exceeded)`, `a.*b.*c`, `.*a.*`, `abc`, `(ab|ba).*(?:a|bb|ccc)`, `a.*(b(?:c)|d)`, `(été|über).*x`,
}

// notChains are left to regexp.
var notChains = []string{`^a.*b`, `a.*b$`, `a.+b`, `a(b|c)`, `(?i)a.*b`, `(?s)a.*b`, `a.*\w`, `a\nb`, `a.*(b|c|)`, `.*`, ``, `a.*?[bc]`, `a.*(ab|ac)`}

func TestChainsAreTold(t *testing.T) {
	for _, p := range chainPatterns {
		if x, err := newExpr(p); err != nil || x.chain == nil {
			t.Errorf("%s is left to regexp: %v", p, err)
		}
	}
	for _, p := range notChains {
		if x, err := newExpr(p); err != nil || x.chain != nil {
			t.Errorf("%s is not left to regexp: %v", p, err)
		}
	}
}

func FuzzChainMatchesWhatRegexpMatches(f *testing.F) {
	for i, text := range []string{
		"unable to dial tls:a: i/o timeout", "unable to dial tls:a:\ndeadline exceeded", "abc", "cba\nab\nc", "ab\xffb", "abba", "aab bc", "a\nabd", "\xc3\xc3\xa9 x", "",
	} {
		f.Add(chainPatterns[i%len(chainPatterns)], text)
		f.Add(notChains[i%len(notChains)], text)
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		for _, p := range append([]string{pattern}, chainPatterns...) {
			x, err := newExpr(p)
			if _, e := regexp.Compile(p); (e == nil) != (err == nil) {
				t.Fatalf("%q: %v, regexp says %v", p, err, e)
			}
			if err != nil || x.chain == nil {
				continue
			}
			if got, want := x.in(text), x.re().MatchString(text); got != want {
				t.Fatalf("%q in %q: %v, regexp says %v", p, text, got, want)
			}
		}
	})
}
