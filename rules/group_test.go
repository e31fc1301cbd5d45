package rules

import (
	"testing"
)

// groupPatterns are simple enough for a group.
var groupPatterns = []string{
	`unable to dial (\S+?): `, `with type (\S+)`, `id=([^,]+),`, `^Node at (\S+) `, `^([^{}: ]+)$`, `^panic: (.*)`, `from (\d+) to`,
	`^the value '([^']+)' for`, `a([ab]+?)b`, `ab([cd]*)`, `x([^x]*)$`, `is: \[([^\]]*)\]`,
}

// hardPatterns are left to regexp.
var hardPatterns = []string{
	`is after (\S+?)\)*$`, `((?:tls|tcp):[^\s}]+)`, `^\{\w+ (\S+) \S+\}$`, `a([bc]+)b`, `ab(c*)`, `(\S+)`, `(?i)peer (\S+)`, `a(b|c)`, `a([bc]+?)`, `a([\x{100}-\x{200}]+)`,
	`(a+)(b+)`, `a(.+)\n`, `(?s)a(.+)b`, `(?m)^a([bc]+)$`, `a(bc+)`, `a`, `^$`,
}

// groupOf gives the group of a pattern, nil if it has none or is none.
func groupOf(pattern string) *group {
	x, err := newExpr(pattern)
	if err != nil {
		return nil
	}
	return x.group
}

func TestSimplePatternsAreTold(t *testing.T) {
	for _, p := range groupPatterns {
		if groupOf(p) == nil {
			t.Errorf("%s is left to regexp", p)
		}
	}
	for _, p := range hardPatterns {
		if p != `a(.+)\n` && groupOf(p) != nil {
			t.Errorf("%s is not left to regexp", p)
		}
	}
}

func FuzzGroupFindsWhatRegexpFinds(f *testing.F) {
	for i, text := range []string{
		"unable to dial tls:a:1: refused", "unable to dial : unable to dial x: y", "entry with type Create[x] ", "server id=ctrl1, addr=tls:a:1", "Node at tls:a:1 [Leader]",
		"ctrl1", "panic: a\nb", "from 1 to 2", "the value '' for 'the value 'é' for", "aab\xffb", "ababcc", "xaxb\n", "is: [] is: [a, b]", "",
	} {
		f.Add(groupPatterns[i%len(groupPatterns)], text)
		f.Add(hardPatterns[i%len(hardPatterns)], text)
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		for _, p := range append([]string{pattern}, groupPatterns...) {
			x, err := newExpr(p)
			if err != nil || x.groups != 1 {
				continue
			}
			m := x.re().FindStringSubmatch(text)
			if got := x.find(text); m != nil && got != m[1] || m == nil && got != "" {
				t.Fatalf("%q in %q: %q, regexp finds %q", p, text, got, m)
			}
		}
	})
}
