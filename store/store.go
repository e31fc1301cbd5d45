// Package store reads the logs of controllers out of a log store: VictoriaLogs, Loki, Elasticsearch or OpenSearch.
//
//	URL ─► Open ─► Store ◄─ Client (credentials, TLS, retries, rate)
//	                 │
//	       Presence ─┤ how many lines each node has, and when: what is not there is told from what was not fetched
//	          Lines ─┤ the slice that can matter, chunk by chunk   ─► Fetch ─► lines of each node in the order of time
//	           Near ─┘ what stands beside a line
//
// A store is asked for lines and counts, never for judgement: what lines mean is decided where it always is. The
// package knows query languages and the shapes in which shippers store a line, not what any line says.
package store

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// Store is one log store that is read. Its methods may be called concurrently.
type Store interface {
	// Presence counts the lines of every node in buckets of a width, in the order of time. A bucket without a line
	// does not come.
	Presence(ctx context.Context, sel Selection, width time.Duration) ([]Bucket, error)
	// Lines hands over the lines that are wanted, all if want is nil, in no order but that lines of one node and one
	// time come as the store has them. It begins anew, after calling again, if an answer broke off.
	Lines(ctx context.Context, sel Selection, want *Want, again func(), take func(Line) error) error
	// Windows gives every line of the selection in some spans, which are in order and do not touch; the selection's own span
	// does not count. Lines of one time come as the store has them.
	Windows(ctx context.Context, sel Selection, spans []Span) ([]Line, error)
	// Near gives up to n lines of the selection, those nearest to its end if last is set, else to its beginning, in the order
	// of time.
	Near(ctx context.Context, sel Selection, n int, last bool) ([]Line, error)
	// Values gives the values that a label has in the selection, sorted.
	Values(ctx context.Context, sel Selection, label string) ([]string, error)
	// Within narrows a query to the lines whose label has a value.
	Within(query, label, value string) string
	// Explain gives the query that Lines asks, and what it had to widen.
	Explain(sel Selection, want *Want) Plan
}

// Line is one line of a node's log.
type Line struct {
	Node string
	Time int64 // nanoseconds since 1970, by the store
	Text string
}

// Span is a half-open span of time: From is in it, To is not.
type Span struct{ From, To time.Time }

// Selection says which lines a question is about.
type Selection struct {
	Query string // in the store's own language; "" for all that have the label
	Label string // that names the node
	Node  string // "" for all nodes
	Span  Span
}

// Bucket counts the lines of one node in a stretch of time.
type Bucket struct {
	Node        string
	Count       int64
	Bytes       int64     // of their texts; 0 if the store does not count them
	First, Last time.Time // of the lines in it, to the nanosecond or as near as the store tells
}

// Want says which lines may matter; a store may hand over more, never less.
type Want struct {
	Texts [][]string // all texts of one of these lists stand in the line
	Plain bool       // or it is no JSON object: text, and what goes on over many lines, comes whole
}

// Plan is what Explain says.
type Plan struct {
	Query   string
	Widened []string // what the language cannot say, so that more is fetched
}

// Kinds are the kinds of store, as URLs begin.
var Kinds = []string{"victorialogs", "loki", "elasticsearch", "opensearch"}

// Sliced says whether what can matter may be fetched alone from a store of that URL. From a kind of store of which a slice
// was not seen to give the answer that all lines give, all lines are fetched: slower, but never healthy by mistake.
func Sliced(raw string) bool {
	return strings.HasPrefix(raw, "victorialogs+") || strings.HasPrefix(raw, "loki+")
}

// Open gives the store that a URL such as victorialogs+http://logs.example:9428 names. Nothing is asked of it yet.
func Open(raw string, opt Options) (Store, error) {
	u, kind, err := ParseURL(raw)
	if err != nil {
		return nil, err
	}
	c, err := newClient(u, opt)
	if err != nil {
		return nil, err
	}
	switch kind {
	case "loki":
		return &loki{c: c}, nil
	case "victorialogs":
		return &victoriaLogs{c: c}, nil
	}
	return &elastic{c: c, open: kind == "opensearch"}, nil
}

// ParseURL checks a store's URL, and gives it without its kind. A URL with a password in it is refused: arguments are seen
// by everybody on the machine.
func ParseURL(raw string) (*url.URL, string, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, "", fmt.Errorf("not a URL of a store; want such as victorialogs+http://host:9428")
	}
	kind, scheme, _ := strings.Cut(u.Scheme, "+")
	known := false
	for _, k := range Kinds {
		known = known || k == kind
	}
	switch {
	case u.User != nil:
		return nil, "", fmt.Errorf("%s://…@%s: credentials do not belong into arguments, where everybody sees them; see docs/stores.md", u.Scheme, u.Host)
	case !known || scheme != "http" && scheme != "https" || u.Host == "":
		return nil, "", fmt.Errorf("%s: not a URL of a store; want KIND+http(s)://host:port with KIND %s", raw, strings.Join(Kinds, ", "))
	case u.RawQuery != "" || u.Fragment != "":
		return nil, "", fmt.Errorf("%s: a store's URL has no ? and no #", raw)
	}
	u.Scheme = scheme
	u.Path = strings.TrimSuffix(u.Path, "/")
	return u, kind, nil
}
