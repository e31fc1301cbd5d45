package tui

import (
	"regexp"
	"slices"
	"strings"
)

// field is a term that asks for a field of the line as written, in whatever format: peerId=ctrl3.
type field struct {
	key, value string
	not        bool
	re         *regexp.Regexp
}

var fieldTerm = regexp.MustCompile(`^([A-Za-z_][\w.-]*)(!?=)(.+)$`)

// parseField reads key=value and key!=value. The value may be in quotes, and * in it stands for anything.
//
// The line is not parsed for it: key and value stand beside each other in all formats, with no more between them than
// signs. So a line is tested without being read twice, and what the log shows can be typed.
func parseField(t token) (field, bool) {
	m := fieldTerm.FindStringSubmatch(t.text)
	if m == nil {
		return field{}, false
	}
	f := field{key: m[1], value: strings.Trim(m[3], `"`), not: t.not != (m[2] == "!=")}
	if strings.Trim(f.value, "*") == "" {
		f.value = "*"
	}
	key := regexp.QuoteMeta(f.key)
	if i := strings.LastIndexByte(f.key, '.'); i >= 0 { // a field within a field is written by its own name
		key = "(?:" + key + "|" + regexp.QuoteMeta(f.key[i+1:]) + ")"
	}
	value := strings.ReplaceAll(regexp.QuoteMeta(f.value), `\*`, `[^"\]]*`)
	f.re = regexp.MustCompile(`(?i)(?:^|[^\w.-])` + key + `\\?"?\s*[:=]\s*[\\\["{]*` + value + `(?:$|[^\w.:-])`) // quoted: always valid
	return f, true
}

// need gives a text in lower case that every line that is found holds, nil if there is none.
func (f *field) need() []byte {
	if f.not || !plainASCII(f.value) {
		return nil
	}
	best := ""
	for part := range strings.SplitSeq(f.value, "*") {
		if len(part) > len(best) {
			best = part
		}
	}
	if best == "" {
		return nil
	}
	return []byte(strings.ToLower(best))
}

// keys are those that a filter knows, and what they want.
var keys = []struct{ name, want string }{{"level", "level>=warn"}, {"node", "node=ctrl2"}, {"rule", "rule:raft-*"}, {"source", "source:ctrl1*"},
	{"since", "since:10m"}, {"until", "until:19:40"}}

// doubt1 notes that a key which is not known looks like one that is.
func (q *query) doubt1(key, sign, taken string) {
	for _, k := range keys {
		if near(strings.ToLower(key), k.name) {
			q.doubts = append(q.doubts, "“"+key+sign+"” is taken for "+taken+"; is "+k.want+" meant?")
			return
		}
	}
}

// near says whether a is b with a letter wrong, missing, too many or in the wrong place, or b without some letters.
func near(a, b string) bool {
	if a == b || len(a) < 3 {
		return a == b
	}
	for i := range min(len(a), len(b)) {
		if a[i] == b[i] {
			continue
		}
		switch {
		case a[i+1:] == b[i+1:], a[i:] == b[i+1:], a[i+1:] == b[i:]:
			return true
		case i+1 < len(a) && i+1 < len(b) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]:
			return true
		}
		break
	}
	if len(a) == len(b)+1 && strings.HasPrefix(a, b) {
		return true
	}
	at := 0
	for i := range len(b) {
		if at < len(a) && a[at] == b[i] {
			at++
		}
	}
	return at == len(a) && a[0] == b[0]
}

// doubt says what of a filter may be a mistake, "" if nothing: a key that is nearly one, a node or source that is not there.
func (q *query) doubt(m *Model) string {
	out := slices.Clone(q.doubts)
	if len(m.result.Nodes) > 0 {
		var names []string
		for i := range m.result.Nodes {
			names = append(names, m.result.Nodes[i].Name)
		}
		for _, n := range append(slices.Clone(q.nodes), q.notNodes...) {
			if !slices.ContainsFunc(names, func(name string) bool { return wild(n, name) }) {
				out = append(out, "no node is called “"+n+"”; there is "+clean(strings.Join(names, ", ")))
			}
		}
	}
	for _, p := range q.sources {
		known := func(s string) bool { return wild(p, s) || wild(p, s[strings.LastIndexByte(s, '/')+1:]) }
		found := len(m.result.Sources) == 0
		for i := range m.result.Sources {
			found = found || known(m.result.Sources[i].Name)
		}
		if !found {
			out = append(out, "no source is called “"+p+"”; 7 lists them")
		}
	}
	return strings.Join(out, "; ")
}
