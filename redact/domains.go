package redact

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// domains replaces DNS names: labels of lower-case letters, digits and dashes (or all capitals) that end in a
// top-level domain. Names of functions and files look alike, but end in other words.
func (r *Redactor) domains(s string, seen bool) string {
	if strings.IndexByte(s, '.') < 0 && !strings.Contains(s, "ip-") {
		return s
	}
	var b *strings.Builder
	last := 0
	for i := 0; i < len(s); {
		if n := labelRune(s[i:]); n == 0 {
			i++
			continue
		}
		end := i
		for end < len(s) {
			n := labelRune(s[end:])
			if n == 0 && s[end] == '.' {
				n = 1
			}
			if n == 0 {
				break
			}
			end += n
		}
		from, to := i, end
		i = end
		for to > from && (s[to-1] == '.' || s[to-1] == '-') {
			to--
		}
		if from > 1 && s[from-1] == '\\' && strings.IndexByte("nrt", s[from]) >= 0 {
			from++
		}
		name := s[from:to]
		if len(name) < 4 || len(name) > 253 || !domain(name) && !awsName(name) {
			continue
		}
		if to < len(s) && (s[to] == '(' || s[to] == '_') {
			continue
		}
		out := name
		if seen {
			if t, ok := r.book.tokens[strings.ToLower(name)]; ok && !r.hostStays(name) {
				out = t
			}
		} else {
			out = r.host(name)
		}
		if out == name {
			continue
		}
		if b == nil {
			b = &strings.Builder{}
		}
		b.WriteString(s[last:from])
		b.WriteString(out)
		last = to
	}
	if b == nil {
		return s
	}
	b.WriteString(s[last:])
	return b.String()
}

// labelRune gives the length of the letter that s begins with, 0 if it can be in no name: bücher.example has some that
// are no ASCII.
func labelRune(s string) int {
	if c := s[0]; c < utf8.RuneSelf {
		if wordByte(c) || c == '-' {
			return 1
		}
		return 0
	}
	if r, n := utf8.DecodeRuneInString(s); unicode.IsLetter(r) {
		return n
	}
	return 0
}

// awsName: ip-10-0-0-5, as clouds call machines.
func awsName(s string) bool {
	if !strings.HasPrefix(s, "ip-") || strings.Count(s, "-") != 4 {
		return false
	}
	return strings.Trim(s[3:], "0123456789-") == "" && len(s) > 9
}

// domain says whether a dotted name is a DNS name.
func domain(s string) bool {
	at := strings.LastIndexByte(s, '.')
	if at <= 0 || strings.Contains(s, "..") {
		return false
	}
	tld := s[at+1:]
	if !topLevel[strings.ToLower(tld)] && !strings.HasPrefix(strings.ToLower(tld), "xn--") {
		return false
	}
	lower, upper, letters := true, true, false
	for i := 0; i < at; i++ {
		c := s[i]
		switch {
		case c >= utf8.RuneSelf:
			letters = true
		case c >= 'a' && c <= 'z':
			upper, letters = false, true
		case c >= 'A' && c <= 'Z':
			lower, letters = false, true
		}
	}
	allUpper := tld == strings.ToUpper(tld)
	if !letters && !lower {
		return false
	}
	switch {
	case ambiguous[strings.ToLower(tld)]: // "target.ID", "edge.api": as lower-case names with a dash, a digit or two dots only
		return lower && !allUpper && (strings.Count(s, ".") >= 2 || strings.ContainsAny(s[:at], "-0123456789"))
	case allUpper:
		return upper
	}
	return true
}

// sourceFile: main.go, raft.db: a file's name, which is no host.
func sourceFile(s string) bool {
	at := strings.LastIndexByte(s, '.')
	return at > 0 && fileEnding[strings.ToLower(s[at+1:])]
}

var fileEnding = set(`go c h s py js ts rs java yml yaml json toml ini cfg conf env xml html txt md log db bin gz zip tar zst pem crt key
	cert csr p12 jwt sock pid lock tmp so dll exe service out err sh`)

// topLevel holds the domains that hosts end in: the generic ones in use, countries, and those for private use.
var topLevel = set(`com net org io dev app cloud internal local lan corp home intern intranet private priv example test invalid localdomain
	localhost arpa svc edu gov mil int info biz tech online site xyz ai me tv gg ly eu de uk fr us ca ch at nl be se no fi dk pl it es pt
	jp cn kr in au nz br ru ua cz sk hu ro bg gr tr il ie is lt lv ee si hr rs by kz mx ar cl co pe za ng ke eg ma ae sa pk bd lk th vn my
	sg ph id hk tw network systems services solutions digital global group company store shop space website host link live cc ws name pro
	engineering works software computer security email agency academy center media studio zone run page team ninja rocks onion ziti mesh
	cluster k8s vpn dmz consul domain site1 dc ad office bank energy health city hospital school`)

// ambiguous ones are also words that dotted keys and sentences end in.
var ambiguous = set(`me is in no it at be us id name info link network services host cluster app test group live run page email store
	local private internal home security domain media center zone int co so mesh ziti space site global security works pro team ad dc
	invalid example my by de`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}
