package redact

import (
	"path"
	"regexp"
	"strings"
)

// did follows a name that stands in a sentence without quotes; dashed is such a name: with a dash or an underscore, as
// words have none.
const (
	did    = `(?:is|was|has|had|does|did|not|no|already|exists?|could|cannot|failed|logged|connected|disconnected|created|updated|deleted|removed|added|disabled|enabled|locked|online|offline|authenticated)\b`
	named1 = `(?:with name |named |name )?`
	dashed = `([A-Za-z0-9][\w.]*[\-_][\w.\-]*)`
)

// phrases are texts in which a name stands without a key. bare says that no sign tells a name from prose, so that what
// consists of OpenZiti's own words is left alone.
var phrases = []struct {
	hint  string
	class Class
	re    *regexp.Regexp
	bare  bool
}{
	{"home/", User, regexp.MustCompile(`(?:/home|/var/home)/([^/\s"':]+)`), false},
	{"users", User, regexp.MustCompile(`(?i)(?:/|\\)Users(?:/|\\+)(?:([^/\\"'\n:]{1,40})[/\\]|([^/\\\s"':]+))`), false},
	{"~", User, regexp.MustCompile(`(?:^|[\s"'=:(])~([A-Za-z_][\w.\-]*)/`), false},
	{"id=", User, regexp.MustCompile(`\b[ug]id=\d+\(([^)\s]+)\)`), false},
	{"sudo", User, regexp.MustCompile(`\bsudo: +([\w.\-]+) : `), false},
	{" for ", User, regexp.MustCompile(`\b(?:publickey|password|keyboard-interactive\S*) for (?:invalid user )?([\w.@\-]+) from `), false},
	{"user", User, regexp.MustCompile(`(?i)\b(?:for|by|of) user:? ['"\[]?([A-Za-z0-9][\w.@\-]*)`), false},
	{"user", User, regexp.MustCompile(`(?i)\buser \\*['"\[]([^'"\]\n\\]{1,80})\\*['"\]]`), false},
	{"user", User, regexp.MustCompile(`(?i)\buser(?:name)? ([A-Za-z0-9][\w.@\-]*) ` + did), true},
	{"trust domain", Host, regexp.MustCompile(`(?i)\btrust domain:? ['"\[]([^'"\]\n/]{1,120})['"\]]`), false},
	{"\\\\", Host, regexp.MustCompile(`(?:^|[\s"'=(])(?:\\\\){1,2}([A-Za-z0-9][\w.\-]{2,})\\`), false},
	{"name'", Name, regexp.MustCompile(`\bvalue '([^'\n]{1,120})' for 'name'`), false},
	{"unique index", Name, regexp.MustCompile(`\bvalue '([^'\n]{1,120})' in unique index`), false},
	{"identity", Identity, regexp.MustCompile(`(?i)\bidentity ` + named1 + `['"\[]?` + dashed + `['"\]]? ` + did), true},
	{"service", Service, regexp.MustCompile(`(?i)\bservice ` + named1 + `['"\[]?` + dashed + `['"\]]? ` + did), true},
	{"router", Router, regexp.MustCompile(`(?i)\brouter ` + named1 + `['"\[]?` + dashed + `['"\]]? ` + did), true},
	{"with name", Name, regexp.MustCompile(`(?i)\bwith name ['"\[]([^'"\]\n\\]{1,120})\\*['"\]]`), false},
	{"identity", Identity, regexp.MustCompile(`(?i)\bidentity:? \\*['"\[]([^'"\]\n\\]{1,120})\\*['"\]]`), false},
	{"service", Service, regexp.MustCompile(`(?i)\bservice:? \\*['"\[]([^'"\]\n\\]{1,120})\\*['"\]]`), false},
	{"router", Router, regexp.MustCompile(`(?i)\brouter:? \\*['"\[]([^'"\]\n\\]{1,120})\\*['"\]]`), false},
	{"authority certificate", Identity, regexp.MustCompile(`authority certificate \\*"([^"\\\n]{1,120})\\*"`), false},
	{"service", Service, regexp.MustCompile(`(?i)\b(?:for|to|of|on|from) service ` + dashed), true},
	{"identity", Identity, regexp.MustCompile(`(?i)\b(?:for|to|of|on|from) identity ` + dashed), true},
	{"router", Router, regexp.MustCompile(`(?i)\b(?:for|to|of|on|from) router ` + dashed), true},
	{"host", Host, regexp.MustCompile(`(?i)\bhost ` + dashed), true},
	{"address ", Host, regexp.MustCompile(`\baddress ([A-Za-z0-9][\w.\-]*): (?:missing|too many)`), false},
	{"@", Email, regexp.MustCompile(`(?:^|[\s"'(])([A-Za-z_][\w.\-]*@[A-Za-z0-9][\w\-]*)(?:[:\s"')]|$)`), false},
	{"- ", User, regexp.MustCompile(`(?:^|\s)- ([A-Za-z][\w.@\-]*) \[\d\d/[A-Z]`), false},
	{"host", Host, regexp.MustCompile(`(?i)\bhost(?:name)? \\*['"\[]([A-Za-z0-9_.\-]{1,120})\\*['"\]]`), false},
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
			if r.common[strings.ToLower(v)] || p.bare && r.commonOnly(v) || r.stays(p.class, v) || digits(v) || strings.ContainsAny(v, "=%{}") || uuid.MatchString(v) || proseWords[v] {
				return v
			}
			switch {
			case p.class == Host && sourceFile(v) || p.class == Email && moduleVersion.MatchString(v):
				return v
			case p.class == Host:
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

// moduleVersion: raft@v1.7.1 is no mail address.
var moduleVersion = regexp.MustCompile(`@v\d`)

var levelWord = map[string]bool{"INFO": true, "WARN": true, "WARNING": true, "ERROR": true, "DEBUG": true, "TRACE": true, "FATAL": true, "PANIC": true}

var (
	uuid        = regexp.MustCompile(`\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b`)
	hexHash     = regexp.MustCompile(`\b(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32}|[0-9A-F]{64}|[0-9A-F]{40}|[0-9A-F]{32})\b|\b(?:[0-9a-fA-F]{2}:){15,}[0-9a-fA-F]{2}\b`)
	paths       = regexp.MustCompile(`(?:^|[\s\["'=(:,]|file://|~|\.{1,2})(/(?:[\w.@+\-]+/)+[\w.@+\-]*)|\b([A-Za-z]:\\{1,2}(?:[^\\\s"':]+(?: [^\\\s"':]+){0,3}\\{1,2})+)`)
	cuid        = regexp.MustCompile(`\bc[a-z0-9]{24}\b`)
	webPath     = regexp.MustCompile(`^/(?:edge|fabric|health|version|oidc|zac|sdk|api|ctrl|controller|router|identity|\.well-known)(?:/|$)`)
	goSourceDir = regexp.MustCompile(`/(?:src/runtime|go/src|go/pkg/mod)/|^/usr/local/go/`)
)

// strict replaces ids, fingerprints and paths in a text. Of a path the name of the file stays, if its ending tells that
// it is one.
func (r *Redactor) strict(s string) string {
	if strings.Count(s, "-") >= 4 {
		s = r.replace(s, uuid, func(v string) string { return r.put(ID, v) })
	}
	if len(s) >= 25 {
		s = r.replace(s, cuid, func(v string) string { return r.put(ID, v) })
	}
	if len(s) >= 32 {
		s = r.replace(s, hexHash, func(v string) string { return r.put(Fingerprint, v) })
	}
	if strings.ContainsAny(s, `/\`) {
		s = r.replace(s, paths, func(v string) string {
			dir, file := path.Split(v)
			if !sourceFile(file) {
				dir, file = v, ""
			}
			if inner := strings.Trim(dir, "/"); inner == "" || r.isToken(inner) || webPath.MatchString(v) || goSourceDir.MatchString(v) {
				return v
			}
			out := "/" + r.put(Path, strings.TrimRight(dir, `/\`))
			if file != "" || strings.HasSuffix(v, "/") || strings.HasSuffix(v, `\`) {
				out += "/"
			}
			return out + file
		})
	}
	return s
}
