package rules

import (
	"regexp"
	"sort"
	"strings"

	"zlog/diagnosis"
	"zlog/event"
)

// Unknowns groups warnings and errors that no signature knows by template: what stays the same is kept, ids,
// addresses, numbers, times and quoted values are masked. Memory is bounded by the number of templates.
type Unknowns struct {
	groups map[string]*unknown
	lost   int // events beyond the bound on templates
}

type unknown struct {
	diagnosis.Unknown
	level event.Level
	nodes map[place]bool
}

type place struct{ source, stream string }

const mostTemplates = 500

// NewUnknowns gives an empty collection.
func NewUnknowns() *Unknowns { return &Unknowns{groups: map[string]*unknown{}} }

// Add counts an event that no signature matched. Events below warning are passed over.
func (u *Unknowns) Add(e *event.Event) {
	if e.Level < event.LevelWarning {
		return
	}
	t := Template(e)
	key := e.Level.String() + "\x00" + t
	g := u.groups[key]
	if g == nil {
		if len(u.groups) >= mostTemplates {
			u.lost++
			return
		}
		g = &unknown{level: e.Level, nodes: map[place]bool{}}
		g.Template, g.Level, g.Source, g.Line, g.Text = t, e.Level.String(), e.Source, e.Line, clip(e.Text)
		g.First = diagnosis.Time{Time: e.Time}
		u.groups[key] = g
	}
	g.Count++
	g.Last = diagnosis.Time{Time: e.Time}
	if len(g.nodes) < 32 {
		g.nodes[place{e.Source, e.Stream}] = true
	}
}

// Groups gives the groups, the most severe and most frequent first. nodeOf names the node of a source and stream.
func (u *Unknowns) Groups(nodeOf func(source, stream string) string) []diagnosis.Unknown {
	out := []diagnosis.Unknown{}
	var all []*unknown
	for _, g := range u.groups {
		all = append(all, g)
	}
	sort.Slice(all, func(i, j int) bool {
		a, b := all[i], all[j]
		switch {
		case a.level != b.level:
			return a.level > b.level
		case a.Count != b.Count:
			return a.Count > b.Count
		}
		return a.Template < b.Template
	})
	for _, g := range all {
		names := map[string]bool{}
		for p := range g.nodes {
			names[nodeOf(p.source, p.stream)] = true
		}
		g.Nodes = sortedKeys(names)
		out = append(out, g.Unknown)
	}
	if u.lost > 0 {
		out = append(out, diagnosis.Unknown{Template: "(more templates than are kept)", Level: "warning", Count: u.lost, Nodes: []string{}})
	}
	return out
}

// masks are applied in order.
var masks = []struct {
	re *regexp.Regexp
	to string
}{
	{regexp.MustCompile(`\b(?:tls|tcp|udp|wss?|https?|dtls|transport)[:/][^\s"'\])},]+`), "<addr>"},
	{regexp.MustCompile(`\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*`), "<time>"},
	{regexp.MustCompile(`\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b`), "<id>"},
	{regexp.MustCompile(`\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?`), "<addr>"},
	{regexp.MustCompile(`\[[0-9a-fA-F:]{3,}\](?::\d+)?`), "<addr>"},
	{regexp.MustCompile(`"[^"]*"|'[^']*'`), "<text>"},
	{regexp.MustCompile(`\b0x[0-9a-fA-F]+\b|\b[0-9a-fA-F]{12,}\b`), "<id>"},
	{regexp.MustCompile(`\b(?:\d+(?:\.\d+)?(?:ns|µs|ms|s|m|h))+\b`), "<span>"},
	{regexp.MustCompile(`-?\b\d+(?:\.\d+)?\b`), "<n>"},
	{regexp.MustCompile(`\b[A-Za-z0-9_.-]*\d[A-Za-z0-9_.-]*\b`), "<id>"},
}

// Template masks what differs between events alike: msg and error, in one line of at most 240 bytes.
func Template(e *event.Event) string {
	text := e.Msg
	if err, ok := e.Field("error"); ok && err != "" {
		text += " | " + err
	}
	if nl := strings.IndexByte(text, '\n'); nl >= 0 {
		text = text[:nl]
	}
	if len(text) > 1000 {
		text = strings.ToValidUTF8(text[:1000], "")
	}
	text = maskText(text)
	if len(text) > 240 {
		text = strings.ToValidUTF8(text[:240], "") + "…"
	}
	return text
}

// maskText masks ids, addresses, numbers, times and quoted values.
func maskText(text string) string {
	for _, m := range masks {
		text = m.re.ReplaceAllString(text, m.to)
	}
	return text
}
