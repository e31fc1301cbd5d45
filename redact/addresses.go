package redact

import (
	"net/netip"
	"strings"
)

var emailShape = later(`[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)*\.[A-Za-z][A-Za-z0-9\-]+`)

// dialled names the host in an address with a scheme: tls:ctrl1.example.com:6262, https://ziti:1280/edge,
// spiffe://trust-domain/controller/ctrl1.
var dialled = later(`(?i)\b(?:` + strings.Join(schemes, "|") + `)(?:://(?:[^\s/@"']*@)?|:)([A-Za-z0-9_][A-Za-z0-9_.\-]*)(?::\d+|[/?"'\s\])},]|$)`)

var schemes = []string{"tls", "tcp", "dtls", "udp", "ws", "wss", "http", "https", "transport", "quic", "ldap", "ldaps", "amqp", "amqps", "redis", "postgres",
	"postgresql", "mysql", "ssh", "ftp", "sftp", "spiffe"}

// named names hosts that stand in phrases of Go's net and crypto/tls packages.
var named = later(`(?:\blookup |\bdial (?:tcp|udp)[46]? |\b(?:read|write) (?:tcp|udp)[46]? |->|\bHost: ?|\bDNS: ?|\bname resolution for |\bssh |\bresolve host )([A-Za-z0-9_][A-Za-z0-9_.\-]*)(?::\d+|:? |,|$)`)

// withPort names hosts without a scheme after a word that announces one: "Address:hera:6262", "server hera:6262".
var withPort = later(`(?i)(?:` + strings.Join(announcing, "|") + `)[ :=]{1,2}['"\[]*([A-Za-z0-9_][A-Za-z0-9_.\-]*):\d{2,5}\b`)

var announcing = []string{"addr", "address", "endpoint", "bind", "bindpoint", "advertise", "upstream", "peer", "remote", "server", "broker", "connect to"}

// valid lists the names of a certificate: "certificate is valid for a, b, not c", "is valid for: [a, b]".
var valid = later(`valid for:? \[?([^\n"\]]+?)(?:\]|, not |: |$)`)
var notValid = later(`valid for .+?, not ([A-Za-z0-9_.\-]+)|provided host: \[([^\]]*)\]`)

// addresses replaces e-mail addresses, hosts and IP addresses. seen restricts that to what has a token already.
func (r *Redactor) addresses(s string, seen bool) string {
	if r.mode < Standard {
		return s
	}
	if seen {
		return r.seenAddresses(s)
	}
	if strings.IndexByte(s, '@') >= 0 {
		s = r.replace(s, emailShape, func(v string) string { return r.put(Email, v) })
	}
	s = r.ips(s, false)
	if mayDial(s) {
		s = r.replace(s, dialled, r.dialled)
	}
	if mayName(s) {
		s = r.replace(s, named, r.phraseHost)
	}
	if mayHavePort(s) {
		s = r.replace(s, withPort, r.phraseHost)
	}
	if strings.Contains(s, "valid for") || strings.Contains(s, "provided host") {
		s = r.replace(s, valid, func(list string) string {
			parts := strings.FieldsFunc(list, func(c rune) bool { return c == ',' || c == ' ' })
			for _, p := range parts {
				if hostShape(p) && (strings.Contains(p, ".") || len(parts) == strings.Count(list, ",")+1) {
					list = replaceWord(list, p, r.host(p))
				}
			}
			return list
		})
		s = r.replace(s, notValid, func(v string) string {
			if !hostShape(v) {
				return v
			}
			return r.host(v)
		})
	}
	return r.domains(s, false)
}

func replaceWord(list, word, by string) string {
	for i := 0; i+len(word) <= len(list); i++ {
		end := i + len(word)
		if list[i:end] == word && (i == 0 || list[i-1] == ' ' || list[i-1] == ',') && (end == len(list) || list[end] == ',' || list[end] == ' ') {
			return list[:i] + by + list[end:]
		}
	}
	return list
}

// dialled redacts the host of an address. A word that OpenZiti uses after a scheme in prose stays.
func (r *Redactor) dialled(v string) string {
	if strings.HasPrefix(v, "net-") && r.isToken(v) || digits(v) {
		return v
	}
	return r.host(v)
}

func (r *Redactor) phraseHost(v string) string {
	if !hostShape(v) || r.common[strings.ToLower(v)] || sourceFile(v) || v == "tcp" || v == "udp" {
		return v
	}
	return r.host(v)
}

// seenAddresses replaces addresses that have a token.
func (r *Redactor) seenAddresses(s string) string {
	s = r.ips(s, true)
	return r.domains(s, true)
}

// host gives a host's token, unless it stays.
func (r *Redactor) host(v string) string {
	v2 := strings.TrimSuffix(v, ".")
	if r.hostStays(v2) {
		return v
	}
	star := ""
	if strings.HasPrefix(v2, "*.") {
		star, v2 = "*.", v2[2:]
	}
	if !strings.Contains(v2, ".") && r.keep[strings.ToLower(v2)] {
		return v
	}
	if first, _, dotted := strings.Cut(v2, "."); dotted && len(first) > 3 && strings.ContainsAny(first, "-0123456789") && !r.stays(Host, first) && !digits(first) {
		r.spread(Host, first) // it is called by its short name too
	}
	return star + r.put(Host, v2) + v[len(star)+len(v2):]
}

// hostStays: an address, a public home of code, or a token.
func (r *Redactor) hostStays(v string) bool {
	if v == "" || r.isToken(v) || v == "localhost" {
		return true
	}
	if _, err := netip.ParseAddr(v); err == nil {
		return true
	}
	low := strings.ToLower(v)
	for {
		if r.hosts[low] {
			return true
		}
		_, rest, ok := strings.Cut(low, ".")
		if !ok {
			return false
		}
		low = rest
	}
}

// ips replaces IP addresses.
func (r *Redactor) ips(s string, seen bool) string {
	var b *strings.Builder
	last := 0
	for i := 0; i < len(s); {
		c := s[i]
		if !ipByte(c) {
			i++
			continue
		}
		end := i + 1
		for end < len(s) && ipByte(s[end]) {
			end++
		}
		from, to := i, end
		i = end
		if to-from < 3 || to-from > 60 || strings.IndexByte(s[from:to], '.') < 0 && strings.Count(s[from:to], ":") < 2 {
			continue
		}
		out, a, z := r.ip(s, from, to, seen)
		if out == "" {
			continue
		}
		if b == nil {
			b = &strings.Builder{}
		}
		b.WriteString(s[last:a])
		b.WriteString(out)
		last = z
		i = z
	}
	if b == nil {
		return s
	}
	b.WriteString(s[last:])
	return b.String()
}

func ipByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' || c == ':' || c == '.'
}

// ip looks for an address in a run of its letters, and gives its token and place.
func (r *Redactor) ip(s string, from, to int, seen bool) (string, int, int) {
	run := s[from:to]
	// IPv6: the whole run, perhaps with a zone; the sign after it may end a sentence
	if strings.Count(run, ":") >= 2 && strings.ContainsAny(run, "0123456789") {
		a, z := from, to
		for z > a && (s[z-1] == '.' || s[z-1] == ':' && (z < a+2 || s[z-2] != ':')) {
			z--
		}
		for a < z && (s[a] == '.' || s[a] == ':' && s[a+1] != ':') {
			a++
		}
		if a > 0 && wordByte(s[a-1]) && !escaped(s, a) { // "node:fd00::1": the end of a word stands before it
			a += strings.IndexByte(s[a:z], ':') + 1
		}
		if a < z {
			if addr, err := netip.ParseAddr(s[a:z]); err == nil && addr.Is6() {
				if z < len(s) && (wordByte(s[z]) || s[z] == '-') || !plausible6(s[a:z]) {
					return "", 0, 0
				}
				zone := z
				if z < len(s) && s[z] == '%' {
					for zone = z + 1; zone < len(s) && (wordByte(s[zone]) || s[zone] == '-'); zone++ {
					}
				}
				return r.addr(addr, s[a:zone], seen), a, zone
			}
		}
	}
	// IPv4
	for a := from; a < to; a++ {
		if s[a] < '0' || s[a] > '9' || a > 0 && (wordByte(s[a-1]) && s[a-1] != '_' && !escaped(s, a) || s[a-1] == '.') {
			continue
		}
		z, dots := a, 0
		for z < to && (s[z] >= '0' && s[z] <= '9' || s[z] == '.') {
			if s[z] == '.' {
				dots++
			}
			z++
		}
		for z > a && s[z-1] == '.' {
			z--
			dots--
		}
		if dots != 3 || z < len(s) && wordByte(s[z]) && s[z] != '_' || versionBefore(s, a) {
			a = z
			continue
		}
		if addr, err := netip.ParseAddr(s[a:z]); err == nil {
			return r.addr(addr, s[a:z], seen), a, z
		}
		a = z
	}
	return "", 0, 0
}

// plausible6: not every hex word with two colons is an address.
func plausible6(s string) bool {
	return len(s) > 4 || strings.HasPrefix(s, "::")
}

func (r *Redactor) addr(a netip.Addr, text string, seen bool) string {
	if r.keep[strings.ToLower(text)] || r.keep[a.Unmap().String()] {
		return ""
	}
	if seen {
		return r.book.tokens[a.Unmap().WithZone("").String()]
	}
	r.count(IP, 1)
	return r.book.address(a)
}

var versionWords = []string{"version", "release", "build", "ver", "rev", "revision", "oid", "schema", "protocol"}

// versionBefore: four numbers after such a word, or after a product and a slash, are a version.
func versionBefore(s string, i int) bool {
	p := strings.ToLower(strings.TrimRight(s[max(0, i-24):i], ` :="'[(`))
	for _, w := range versionWords {
		if strings.HasSuffix(p, w) {
			return true
		}
	}
	if i > 1 && s[i-1] == '/' {
		start := i - 1
		for start > 0 && wordByte(s[start-1]) {
			start--
		}
		switch strings.ToLower(s[start : i-1]) {
		case "chrome", "chromium", "safari", "firefox", "edg", "edge", "opr", "opera", "applewebkit", "curl", "python", "java":
			return true
		}
	}
	return false
}
