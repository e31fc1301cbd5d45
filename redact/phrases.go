package redact

import (
	"path"
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
	re    *pattern
	bare  bool
}{
	{"home/", User, later(`(?:/home|/var/home)/([^/\s"':]+)`), false},
	{"users", User, later(`(?i)(?:/|\\)Users(?:/|\\+)(?:([^/\\"'\n:]{1,40})[/\\]|([^/\\\s"':]+))`), false},
	{"~", User, later(`(?:^|[\s"'=:(])~([A-Za-z_][\w.\-]*)/`), false},
	{"id=", User, later(`\b[ug]id=\d+\(([^)\s]+)\)`), false},
	{"sudo", User, later(`\bsudo: +([\w.\-]+) : `), false},
	{" for ", User, later(`\b(?:publickey|password|keyboard-interactive\S*) for (?:invalid user )?([\w.@\-]+) from `), false},
	{"user", User, later(`(?i)\b(?:for|by|of) user:? ['"\[]?([A-Za-z0-9][\w.@\-]*)`), false},
	{"user", User, later(`(?i)\buser \\*['"\[]([^'"\]\n\\]{1,80})\\*['"\]]`), false},
	{"user", User, later(`(?i)\buser(?:name)? ([A-Za-z0-9][\w.@\-]*) ` + did), true},
	{"trust domain", Host, later(`(?i)\btrust domain:? ['"\[]([^'"\]\n/]{1,120})['"\]]`), false},
	{"\\\\", Host, later(`(?:^|[\s"'=(])(?:\\\\){1,2}([A-Za-z0-9][\w.\-]{2,})\\`), false},
	{"name'", Name, later(`\bvalue '([^'\n]{1,120})' for 'name'`), false},
	{"unique index", Name, later(`\bvalue '([^'\n]{1,120})' in unique index`), false},
	{"identity ", Identity, later(`(?i)\bidentity ` + named1 + `['"\[]?` + dashed + `['"\]]? ` + did), true},
	{"service ", Service, later(`(?i)\bservice ` + named1 + `['"\[]?` + dashed + `['"\]]? ` + did), true},
	{"router ", Router, later(`(?i)\brouter ` + named1 + `['"\[]?` + dashed + `['"\]]? ` + did), true},
	{"with name", Name, later(`(?i)\bwith name ['"\[]([^'"\]\n\\]{1,120})\\*['"\]]`), false},
	{"identity", Identity, later(`(?i)\bidentity:? \\*['"\[]([^'"\]\n\\]{1,120})\\*['"\]]`), false},
	{"service", Service, later(`(?i)\bservice:? \\*['"\[]([^'"\]\n\\]{1,120})\\*['"\]]`), false},
	{"router", Router, later(`(?i)\brouter:? \\*['"\[]([^'"\]\n\\]{1,120})\\*['"\]]`), false},
	{"authority certificate", Identity, later(`authority certificate \\*"([^"\\\n]{1,120})\\*"`), false},
	{"service ", Service, later(`(?i)\b(?:for|to|of|on|from) service ` + dashed), true},
	{"identity ", Identity, later(`(?i)\b(?:for|to|of|on|from) identity ` + dashed), true},
	{"router ", Router, later(`(?i)\b(?:for|to|of|on|from) router ` + dashed), true},
	{"host ", Host, later(`(?i)\bhost ` + dashed), true},
	{"address ", Host, later(`\baddress ([A-Za-z0-9][\w.\-]*): (?:missing|too many)`), false},
	{"@", Email, later(`(?:^|[\s"'(])([A-Za-z_][\w.\-]*@[A-Za-z0-9][\w\-]*)(?:[:\s"')]|$)`), false},
	{"- ", User, later(`(?:^|\s)- ([A-Za-z][\w.@\-]*) \[\d\d/[A-Z]`), false},
	{"host", Host, later(`(?i)\bhost(?:name)? \\*['"\[]([A-Za-z0-9_.\-]{1,120})\\*['"\]]`), false},
}

// syslogHost is the machine before the process in a line of syslog or of journalctl.
//
//	Nov 22 19:32:09 edge-box ziti[711]: …    <30>1 2026-11-22T19:32:09Z edge-box ziti 711 …
var syslogHost = later(`^(?:<\d{1,3}>(?:1 )?)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)?|\d{4}-\d\d-\d\d[T ][\d:.,]+(?:Z|[+-]\d\d:?\d\d)?) ([A-Za-z0-9][\w.\-]*) [\w./\-]+(?:\[\d+\])?:? `)

func (r *Redactor) phrases(s string) string {
	low := strings.ToLower(s)
	for i := range phrases {
		p := &phrases[i]
		if !strings.Contains(low, p.hint) {
			continue
		}
		s = r.replace(s, p.re, func(v string) string {
			if r.common[strings.ToLower(v)] || p.bare && r.commonOnly(v) || r.stays(p.class, v) || digits(v) || strings.ContainsAny(v, "=%{}") || uuid.get().MatchString(v) || proseWords[v] {
				return v
			}
			switch {
			case p.class == Host && (sourceFile(v) || r.tokenFirst(v)) || p.class == Email && moduleVersion.get().MatchString(v):
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

// tokenFirst: a dotted name that begins with a token, which stands for the name by which a host was known already.
func (r *Redactor) tokenFirst(v string) bool {
	first, _, dotted := strings.Cut(v, ".")
	return dotted && r.isToken(first)
}

// moduleVersion: raft@v1.7.1 is no mail address.
var moduleVersion = later(`@v\d`)

var levelWord = map[string]bool{"INFO": true, "WARN": true, "WARNING": true, "ERROR": true, "DEBUG": true, "TRACE": true, "FATAL": true, "PANIC": true}

var (
	uuid        = later(`\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b`)
	hexHash     = later(`\b(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32}|[0-9A-F]{64}|[0-9A-F]{40}|[0-9A-F]{32})\b|\b(?:[0-9a-fA-F]{2}:){15,}[0-9a-fA-F]{2}\b`)
	paths       = later(`(?:^|[\s\["'=(:,]|file://|~|\.{1,2})(/(?:[\w.@+\-]+/)+[\w.@+\-]*)|\b([A-Za-z]:\\{1,2}(?:[^\\\s"':]+(?: [^\\\s"':]+){0,3}\\{1,2})+)`)
	cuid        = later(`\bc[a-z0-9]{24}\b`)
	webPath     = later(`^/(?:edge|fabric|health|version|oidc|zac|sdk|api|ctrl|controller|router|identity|\.well-known)(?:/|$)`)
	goSourceDir = later(`/(?:src/runtime|go/src|go/pkg/mod)/|^/usr/local/go/`)
)

// strict replaces pods, ids, fingerprints and paths in a text. Of a path the name of the file stays, if its ending tells that
// it is one.
func (r *Redactor) strict(s string) string {
	s = r.podsIn(s)
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
			if inner := strings.Trim(dir, "/"); inner == "" || r.isToken(inner) || webPath.get().MatchString(v) || goSourceDir.get().MatchString(v) {
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
