package redact

import (
	"regexp"
	"strings"
)

// phrases are texts in which a name stands without a key.
var phrases = []struct {
	hint  string
	class Class
	re    *regexp.Regexp
}{
	{"home/", User, regexp.MustCompile(`(?:/home|/var/home)/([^/\s"':]+)`)},
	{"/users/", User, regexp.MustCompile(`(?i)(?:/|\\)Users(?:/|\\+)([^/\\\s"':]+)`)},
	{"user", User, regexp.MustCompile(`(?i)\b(?:for|by|of) user:? ['"\[]?([A-Za-z0-9][\w.@\-]*)`)},
	{"user", User, regexp.MustCompile(`(?i)\buser ['"\[]([^'"\]\n]{1,80})['"\]]`)},
	{"identity", Identity, regexp.MustCompile(`(?i)\bidentity:? ['"\[]([^'"\]\n]{1,120})['"\]]`)},
	{"service", Service, regexp.MustCompile(`(?i)\bservice:? ['"\[]([^'"\]\n]{1,120})['"\]]`)},
	{"router", Router, regexp.MustCompile(`(?i)\brouter:? ['"\[]([^'"\]\n]{1,120})['"\]]`)},
	{"host", Host, regexp.MustCompile(`(?i)\bhost(?:name)? ['"\[]([A-Za-z0-9_.\-]{1,120})['"\]]`)},
}

// syslogHost is the machine before the process in a line of syslog or of journalctl.
//
//	Nov 22 19:32:09 edge-box ziti[711]: …    <30>1 2026-11-22T19:32:09Z edge-box ziti 711 …
var syslogHost = regexp.MustCompile(`^(?:<\d{1,3}>(?:1 )?)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)?|\d{4}-\d\d-\d\d[T ][\d:.,]+(?:Z|[+-]\d\d:?\d\d)?) ([A-Za-z0-9][\w.\-]*) [\w./\-]+(?:\[\d+\])?:? `)

func (r *Redactor) phrases(s string) string {
	low := strings.ToLower(s)
	for i := range phrases {
		p := &phrases[i]
		if !strings.Contains(low, p.hint) {
			continue
		}
		s = r.replace(s, p.re, func(v string) string {
			if r.common[strings.ToLower(v)] || r.stays(p.class, v) || digits(v) || strings.ContainsAny(v, "=%{}") || uuid.MatchString(v) || proseWords[v] {
				return v
			}
			if p.class == Host {
				return r.host(v)
			}
			if tokensOnly(r, v) {
				return v
			}
			return r.put(p.class, v)
		})
	}
	if len(s) > 20 && (s[0] == '<' || s[0] >= 'A' && s[0] <= 'Z' || s[0] >= '0' && s[0] <= '9') {
		s = r.replace(s, syslogHost, func(v string) string {
			if event := levelWord[strings.ToUpper(v)]; event || !hostShape(v) {
				return v
			}
			return r.host(v)
		})
	}
	return s
}

var levelWord = map[string]bool{"INFO": true, "WARN": true, "WARNING": true, "ERROR": true, "DEBUG": true, "TRACE": true, "FATAL": true, "PANIC": true}

var (
	uuid        = regexp.MustCompile(`\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b`)
	hexHash     = regexp.MustCompile(`\b(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9A-F]{64}|[0-9A-F]{40})\b|\b(?:[0-9a-fA-F]{2}:){15,}[0-9a-fA-F]{2}\b`)
	paths       = regexp.MustCompile(`(?:^|[\s\["'=(:,])(/(?:[\w.@+\-]+/)+)[\w.@+\-]*|\b([A-Z]:\\(?:[^\\\s"':]+\\)+)`)
	cuid        = regexp.MustCompile(`\bc[a-z0-9]{24}\b`)
	webPath     = regexp.MustCompile(`^/(?:edge|fabric|health|version|oidc|zac|sdk|api|ctrl|controller|router|identity|\.well-known)(?:/|$)`)
	goSourceDir = regexp.MustCompile(`/(?:src/runtime|go/src|go/pkg/mod)/|^/usr/local/go/`)
)

// strict replaces ids, fingerprints and paths in a text. Of a path the name of the file stays.
func (r *Redactor) strict(s string) string {
	if strings.Count(s, "-") >= 4 {
		s = r.replace(s, uuid, func(v string) string { return r.put(ID, v) })
	}
	if len(s) >= 25 {
		s = r.replace(s, cuid, func(v string) string { return r.put(ID, v) })
	}
	if len(s) >= 40 {
		s = r.replace(s, hexHash, func(v string) string { return r.put(Fingerprint, v) })
	}
	if strings.ContainsAny(s, `/\`) {
		s = r.replace(s, paths, func(v string) string {
			inner := strings.Trim(v, "/")
			if r.isToken(inner) || webPath.MatchString(v) || goSourceDir.MatchString(v) {
				return v
			}
			return "/" + r.put(Path, v) + "/"
		})
	}
	return s
}
