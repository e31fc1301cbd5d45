package rules

import (
	"regexp"
	"slices"
	"testing"
)

// chainPatterns are simple enough for a chain.
var chainPatterns = []string{
	`unable to dial tls:.*(i/o timeout|deadline exceeded)`, `a.*b.*c`, `.*a.*`, `abc`, `(ab|ba).*(?:a|bb|ccc)`, `a.*(b(?:c)|d)`, `(été|über).*x`,
	`ziti/(v2/)?router/`, `a(b(?:c|de)?|f)g.*h`, `(t(?:ls|cp)|wss?):`, `a.*(bc|)`,
}

// needing are patterns that regexp tells, and of which a text that none of them needs is told quickly.
var needing = []string{
	`dial \w+ \S+: (connect: )?i/o timeout|connection timed out`, `(?:write|create|open) (\S+): no space`, `^\{\w+ (\S+) \S+\}$`, `((?:tls|tcp|ws|wss):[^\s}]+)`, `(ab+c)+\nd`, `a(?s:.)*b`,
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

// TestWhatAPatternNeedsIsTold: without it there is no match, and no need of regexp.
func TestWhatAPatternNeedsIsTold(t *testing.T) {
	for _, p := range needing {
		if x, err := newExpr(p); err != nil || x.chain != nil || x.may("dial a: connection refused") {
			t.Errorf("%s: %+v %v", p, x, err)
		}
	}
}

func FuzzChainMatchesWhatRegexpMatches(f *testing.F) {
	for i, text := range []string{
		"unable to dial tls:a: i/o timeout", "unable to dial tls:a:\ndeadline exceeded", "abc", "cba\nab\nc", "ab\xffb", "abba", "aab bc", "a\nabd", "\xc3\xc3\xa9 x", "", "ziti/router/ ziti/v2/router/", "abdegh",
		"dial tcp a: connect: i/o timeout", "connection timed out", "write a: no space", "{Voter a tls:b}", "abbcabc\nd", "tcp:a",
	} {
		f.Add(chainPatterns[i%len(chainPatterns)], text)
		f.Add(notChains[i%len(notChains)], text)
		f.Add(needing[i%len(needing)], text)
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		for _, p := range slices.Concat([]string{pattern}, chainPatterns, needing) {
			x, err := newExpr(p)
			if _, e := regexp.Compile(p); (e == nil) != (err == nil) {
				t.Fatalf("%q: %v, regexp says %v", p, err, e)
			}
			if err != nil {
				continue
			}
			if x.re().MatchString(text) && !x.may(text) {
				t.Fatalf("%q matches %q, which lacks what it needs: %+v", p, text, x.needs)
			}
			if x.chain == nil {
				continue
			}
			if got, want := x.in(text), x.re().MatchString(text); got != want {
				t.Fatalf("%q in %q: %v, regexp says %v", p, text, got, want)
			}
		}
	})
}
