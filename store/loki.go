package store

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/tidwall/gjson"
)

// loki asks Loki in LogQL, and was held against a real one (main of November 2026): see docs/stores.md for what differs. An answer holds
// streams, and lines of one time in one stream mostly come as they were sent; a line that is the same in time and text as another is stored once.
//
//	{"status":"success","data":{"resultType":"streams","result":[{"stream":{"node":"ctrl1"},"values":[["17639…","{…}"]]}]}}
type loki struct {
	c *client

	mu   sync.Mutex
	page int // lines of one answer at most; a server that allows fewer refuses
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
// is looked for.
func (k *loki) filter(want *Want) (string, []string) {
	if want == nil {
		return "", nil
	}
	texts := one(want.Texts)
	var parts []string
	for _, t := range texts {
		parts = append(parts, regexp.QuoteMeta(t))
	}
	if want.Plain {
		parts = append(parts, `^[^{]`, `^\{[^"]`)
	}
	return " |~ " + strconv.Quote(strings.Join(parts, "|")), []string{"where a rule looks for several texts in one line, LogQL looks for the longest of them"}
}

// Explain implements Store.
func (k *loki) Explain(sel Selection, want *Want) Plan {
	q, widened := k.filter(want)
	return Plan{Query: k.stream(sel) + q + " | keep " + sel.Label, Widened: widened}
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
			if !gjson.ValidBytes(data) {
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
	q, _ := k.filter(want)
	for _, s := range pieces(sel.Span, lokiLength) {
		sel.Span = s
		if err := k.pages(ctx, sel, k.stream(sel)+q, take); err != nil {
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

// pages reads a span page by page. A page that is full may end amid the lines of one time: the next begins with that time,
// and what the last one had of it is left out.
//
//	page 1   a@1 b@2 c@3 d@3        (4 lines at most)
//	page 2               c@3 d@3 e@3 f@4
func (k *loki) pages(ctx context.Context, sel Selection, q string, take func(Line) error) error {
	from, to := sel.Span.From.UnixNano(), sel.Span.To.UnixNano()
	had := map[Line]int{} // of the time at which the last page ended
	for from < to {
		limit := k.limit()
		ls, err := k.some(ctx, sel, q, from, to, limit, "forward")
		if err != nil {
			return err
		}
		full := len(ls) >= limit
		last := int64(math.MinInt64)
		for _, l := range ls {
			last = max(last, l.Time)
		}
		if full && last == from {
			// More lines of one time than a page holds. All of a time are asked for at once, with a higher limit, if the server lets us.
			if ls, err = k.some(ctx, sel, q, from, from+1, limit*20, "forward"); err != nil {
				return fmt.Errorf("more than %d lines at %s: %w", limit, time.Unix(0, from).UTC().Format(time.RFC3339Nano), err)
			}
		}
		skip := had
		had = map[Line]int{}
		for _, l := range ls {
			if l.Time == from && skip[l] > 0 {
				skip[l]--
			} else if err := take(l); err != nil {
				return fmt.Errorf("%w: %w", errStop, err)
			}
			if l.Time == last {
				had[l]++
			}
		}
		switch {
		case !full:
			return nil
		case last == from:
			from, had = from+1, map[Line]int{}
		default:
			from = last
		}
	}
	return nil
}

func (k *loki) limit() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.page == 0 {
		k.page = lokiPage
	}
	return k.page
}

// some asks for at most limit lines. Those of one node and time are in the store's order: Loki gives lines with other labels,
// such as the detected_level that it adds by itself, in streams of their own, unless they are told to go.
func (k *loki) some(ctx context.Context, sel Selection, q string, from, to int64, limit int, direction string) ([]Line, error) {
	var out []Line
	form := url.Values{"query": {q + " | keep " + sel.Label}, "start": {strconv.FormatInt(from, 10)}, "end": {strconv.FormatInt(to, 10)}, "limit": {strconv.Itoa(limit)}, "direction": {direction}}
	err := k.c.ask(ctx, question{path: lokiBefore + "query_range", form: form}, func(r io.Reader) error {
		out = out[:0]
		result, err := k.result(r)
		if err != nil {
			return err
		}
		var bad error
		result.ForEach(func(_, s gjson.Result) bool {
			node := s.Get("stream." + pathOf(sel.Label)).String()
			s.Get("values").ForEach(func(_, v gjson.Result) bool {
				l, err := k.line(node, v)
				if err != nil {
					bad = err
					return false
				}
				out = append(out, l)
				return true
			})
			return bad == nil
		})
		return bad
	})
	if direction == "backward" {
		slices.Reverse(out)
	}
	order(out)
	return out, err
}

// result reads an answer to its end and gives what was found.
func (k *loki) result(r io.Reader) (gjson.Result, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return gjson.Result{}, err
	}
	if !gjson.ValidBytes(data) {
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
		if err := k.pages(ctx, sel, k.stream(sel), func(l Line) error { out = append(out, l); return nil }); err != nil {
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
		ls, err := k.some(ctx, sel, k.stream(sel), p.From.UnixNano(), p.To.UnixNano(), n, direction)
		if err != nil || len(ls) > 0 {
			return ls, err
		}
	}
	return nil, nil
}

// Presence implements Store. Loki looks back from each point in time: at T it counts from after T-width to T. Times of first
// and last lines come as numbers of 53 bits, that is to a quarter of a microsecond.
func (k *loki) Presence(ctx context.Context, sel Selection, width time.Duration) ([]Bucket, error) {
	type key struct {
		node string
		at   int64
	}
	found := map[key]*Bucket{}
	step := max(1, int64(width/time.Second))
	ask := func(q string, from, to int64, set func(*Bucket, float64)) error {
		form := url.Values{"query": {q}, "start": {strconv.FormatInt(from, 10)}, "end": {strconv.FormatInt(to, 10)}, "step": {strconv.FormatInt(step, 10)}}
		return k.c.ask(ctx, question{path: lokiBefore + "query_range", form: form}, func(r io.Reader) error {
			result, err := k.result(r)
			if err != nil {
				return err
			}
			var bad error
			result.ForEach(func(_, s gjson.Result) bool {
				node := s.Get("metric." + pathOf(sel.Label)).String()
				s.Get("values").ForEach(func(_, v gjson.Result) bool {
					pair := v.Array()
					if len(pair) < 2 {
						bad = torn(fmt.Errorf("no time and value"))
						return false
					}
					n, err := strconv.ParseFloat(pair[1].String(), 64)
					if err != nil {
						bad = torn(err)
						return false
					}
					kk := key{node, int64(math.Round(pair[0].Float() * 1000))}
					b := found[kk]
					if b == nil {
						b = &Bucket{Node: node}
						found[kk] = b
					}
					set(b, n)
					return true
				})
				return bad == nil
			})
			return bad
		})
	}
	stamp := ` | label_format zlog_ts="{{ __timestamp__ | unixEpochNanos }}" | keep ` + sel.Label + `, zlog_ts | unwrap zlog_ts [`
	// Points stand at whole multiples of the step, where Loki moves them to anyway. A bucket at an edge may hold lines from beyond it.
	wide := step * int64(time.Second)
	end := upTo(sel.Span.To.UnixNano()-1, wide)
	length := max(1, min(lokiPoints, int64(lokiLength)/wide-1)) * wide // the first point's look back counts, too
	for from := upTo(sel.Span.From.UnixNano(), wide); from <= end; from += length + wide {
		to := max(min(from+length, end), from+wide) // two points at least: a span of no length is not answered
		before := len(found)
		base, span := k.stream(sel), fmt.Sprintf("%ds", step)
		by := " by (" + sel.Label + ") ("
		if err := ask("sum"+by+"count_over_time("+base+" ["+span+"]))", from, to, func(b *Bucket, n float64) { b.Count = int64(n) }); err != nil {
			return nil, err
		}
		if len(found) == before {
			continue
		}
		if err := ask("sum"+by+"bytes_over_time("+base+" ["+span+"]))", from, to, func(b *Bucket, n float64) { b.Bytes = int64(n) }); err != nil {
			return nil, err
		}
		if err := ask("min"+by+"min_over_time("+base+stamp+span+"]))", from, to, func(b *Bucket, n float64) { b.First = time.Unix(0, int64(n)).Round(time.Microsecond) }); err != nil {
			return nil, err
		}
		if err := ask("max"+by+"max_over_time("+base+stamp+span+"]))", from, to, func(b *Bucket, n float64) { b.Last = time.Unix(0, int64(n)).Round(time.Microsecond) }); err != nil {
			return nil, err
		}
	}
	var out []Bucket
	for _, b := range found {
		if b.Count > 0 {
			out = append(out, *b)
		}
	}
	slices.SortFunc(out, func(a, b Bucket) int { return cmp.Or(a.First.Compare(b.First), cmp.Compare(a.Node, b.Node)) })
	return out, nil
}

// upTo gives the multiple of a width that is no less than a time.
func upTo(at, width int64) int64 { return (at + width - 1) / width * width }
