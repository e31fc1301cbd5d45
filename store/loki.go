package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/tidwall/gjson"

	"zlog/event"
)

// loki asks Loki in LogQL, and was held against a real one (main of November 2026). A line that is the same in time and text as
// another of its stream is stored once.
//
//	{"status":"success","data":{"resultType":"streams","result":[{"stream":{"node":"ctrl1"},"values":[["17639…","{…}"]]}]}}
type loki struct {
	c *client

	mu   sync.Mutex
	page int  // lines of one answer at most; a server that allows fewer refuses
	old  bool // it knows no "or" of patterns
}

// What Loki allows unless it is told otherwise.
const (
	lokiPage   = 5000            // max_entries_limit_per_query
	lokiLength = 720 * time.Hour // max_query_length is 721 h
	lokiPoints = 10_000          // of one answer to a metric query; 11,000
	lokiBefore = "/loki/api/v1/" // of every question
)

// stream gives the stream selector and what comes behind it: the node's matcher is put into the braces.
func (k *loki) stream(sel Selection) string {
	q := strings.TrimSpace(sel.Query)
	if q == "" {
		q = "{}"
	}
	m := sel.Label + `=~".+"`
	if sel.Node != "" {
		m = sel.Label + "=" + strconv.Quote(sel.Node)
	}
	return matching(q, m)
}

// matching puts a matcher into the braces of a query.
func matching(q, m string) string {
	end := closing(q)
	if end < 0 {
		return "{" + m + "} " + q // a pipeline alone
	}
	inner := strings.TrimSpace(q[1:end])
	if inner != "" {
		inner = strings.TrimSuffix(inner, ",") + ", "
	}
	return "{" + inner + m + "}" + q[end+1:]
}

// closing finds the brace that ends a stream selector, outside of strings.
func closing(q string) int {
	if !strings.HasPrefix(q, "{") {
		return -1
	}
	var quote byte
	for i := 1; i < len(q); i++ {
		switch c := q[i]; {
		case quote != 0 && c == '\\' && quote == '"':
			i++
		case c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '`'):
			quote = c
		case quote == 0 && c == '}':
			return i
		}
	}
	return -1
}

// filter says in LogQL what is wanted. It cannot say "both of these" inside "any of those", so of each list the longest text
// is looked for. A pattern a text is five times as quick as one pattern of all, because Loki looks for each as a text; before 3.0 it
// knows no "or", and is asked with the one.
func (k *loki) filter(want *Want) (string, []string) {
	if want == nil {
		return "", nil
	}
	var parts []string
	for _, t := range one(want.Texts) {
		parts = append(parts, regexp.QuoteMeta(t))
	}
	if want.Plain {
		parts = append(parts, `^[^{]`, `^\{[^"]`)
	}
	widened := []string{"where a rule looks for several texts in one line, LogQL looks for the longest of them"}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.old {
		return " |~ " + strconv.Quote(strings.Join(parts, "|")), widened
	}
	for i, p := range parts {
		parts[i] = strconv.Quote(p)
	}
	return " |~ " + strings.Join(parts, " or "), widened
}

// older says whether a filter was refused because this Loki knows no "or" of patterns, and asks without it from then on.
func (k *loki) older(err error, filter string) bool {
	var no *refused
	if !errors.As(err, &no) || no.status != 400 || !strings.Contains(no.text, "parse error") || !strings.Contains(filter, `" or "`) {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.old = true
	return true
}

// Explain implements Store.
func (k *loki) Explain(sel Selection, want *Want) Plan {
	q, widened := k.filter(want)
	return Plan{Query: k.stream(sel) + q + apart(sel), Widened: widened}
}

// Within implements Store.
func (k *loki) Within(query, label, value string) string {
	q := strings.TrimSpace(query)
	if q == "" {
		q = "{}"
	}
	return matching(q, label+"="+strconv.Quote(value))
}

// Values implements Store.
func (k *loki) Values(ctx context.Context, sel Selection, label string) ([]string, error) {
	q := k.stream(sel)
	if end := closing(q); end > 0 {
		q = q[:end+1] // only the stream selector says which streams there are
	}
	seen := map[string]bool{}
	for _, s := range pieces(sel.Span, lokiLength) {
		form := url.Values{"query": {q}, "start": {strconv.FormatInt(s.From.UnixNano(), 10)}, "end": {strconv.FormatInt(s.To.UnixNano(), 10)}}
		err := k.c.ask(ctx, question{path: lokiBefore + "label/" + url.PathEscape(label) + "/values", form: form, get: true}, func(r io.Reader) error {
			data, err := io.ReadAll(r)
			if err != nil {
				return err
			}
			if !event.IsJSONBytes(data) {
				return fmt.Errorf("%w: no JSON", errTorn)
			}
			for _, v := range gjson.GetBytes(data, "data").Array() {
				seen[v.String()] = true
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return slices.Sorted(maps.Keys(seen)), nil
}

// Lines implements Store.
func (k *loki) Lines(ctx context.Context, sel Selection, want *Want, again func(), take func(Line) error) error {
	again()
	for _, s := range pieces(sel.Span, lokiLength) {
		sel.Span = s
		q, _ := k.filter(want)
		err := k.pages(ctx, sel, q, take)
		if want != nil && k.older(err, q) { // nothing was taken yet
			q, _ = k.filter(want)
			err = k.pages(ctx, sel, q, take)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// pieces cuts a span into parts of at most a length.
func pieces(s Span, most time.Duration) []Span {
	var out []Span
	for from := s.From; from.Before(s.To); from = from.Add(most) {
		out = append(out, Span{from, earlier(from.Add(most), s.To)})
	}
	return out
}

// result reads an answer to its end and gives what was found.
func (k *loki) result(r io.Reader) (gjson.Result, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return gjson.Result{}, err
	}
	if !event.IsJSONBytes(data) {
		return gjson.Result{}, fmt.Errorf("%w: no JSON in %d bytes", errTorn, len(data))
	}
	if s := gjson.GetBytes(data, "status").String(); s != "success" {
		return gjson.Result{}, fmt.Errorf("%w: status %s", errTorn, oneLine(s))
	}
	return gjson.GetBytes(data, "data.result"), nil
}

// line reads a line from a pair of time and text. The text may be what a shipper has put around the line.
func (k *loki) line(node string, v gjson.Result) (Line, error) {
	pair := v.Array()
	if len(pair) < 2 {
		return Line{}, torn(fmt.Errorf("no time and text in %s", v.Raw))
	}
	at, err := strconv.ParseInt(pair[0].String(), 10, 64)
	if err != nil {
		return Line{}, torn(err)
	}
	return Line{Node: node, Time: at, Text: unfold(pair[1].String())}, nil
}

// Windows implements Store.
func (k *loki) Windows(ctx context.Context, sel Selection, spans []Span) ([]Line, error) {
	var out []Line
	for _, s := range spans {
		sel.Span = s
		if err := k.pages(ctx, sel, "", func(l Line) error { out = append(out, l); return nil }); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Near implements Store.
func (k *loki) Near(ctx context.Context, sel Selection, n int, last bool) ([]Line, error) {
	ps := pieces(sel.Span, lokiLength)
	direction := "forward"
	if last {
		direction = "backward"
		slices.Reverse(ps)
	}
	for _, p := range ps {
		ls, _, err := k.some(ctx, sel, "", p.From.UnixNano(), p.To.UnixNano(), n, direction)
		if err != nil || len(ls) > 0 {
			return ls, err
		}
	}
	return nil, nil
}
