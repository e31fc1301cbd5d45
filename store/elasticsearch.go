package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tidwall/gjson"

	"zlog/event"
)

// elastic asks Elasticsearch (8) or OpenSearch (2) in the query language that both have. Documents lie in indices whose
// fields have types, so the first question is what types: they say how a node and a text can be asked for. Times count in
// milliseconds, which is what aggregations know of them; lines of one millisecond come as their nanoseconds, the offset in the file
// that Filebeat keeps, and the shard's own numbers say.
//
//	_field_caps ─► sample ─► shape ─► query
//	open a point in time ─► page ─► search_after ─► page ─► … ─► close
type elastic struct {
	c    *client
	open bool // OpenSearch

	mu     sync.Mutex
	shapes map[string]*elasticShape // by selection
}

// elasticShape is how the selection's documents are stored.
type elasticShape struct {
	label   string   // field that names the node and can be counted by
	line    string   // field that holds the whole line, "" if none does
	exact   bool     // it is not analysed: its text can be looked for as it is, but for what was too long for it
	records []string // fields that parsed records have
}

const (
	elasticPage   = 5000   // documents of one answer; index.max_result_window is 10,000
	elasticNodes  = 1000   // most nodes that are counted
	elasticKeep   = "5m"   // how long a point in time is kept between two pages
	elasticValues = 10_000 // most values of a label, such as clusters
)

type dict = map[string]any

// index gives the path of the indices.
func (k *elastic) index() string {
	if k.c.opt.Index == "" {
		return "/_all"
	}
	return "/" + k.c.opt.Index
}

// lenient lets a pattern match no index.
var lenient = url.Values{"ignore_unavailable": {"true"}, "allow_no_indices": {"true"}}

// post asks with a JSON body and gives the answer, whole.
func (k *elastic) post(ctx context.Context, path string, form url.Values, body any) (gjson.Result, error) {
	data := []byte{}
	if body != nil {
		var err error
		if data, err = json.Marshal(body); err != nil {
			return gjson.Result{}, err
		}
	}
	var out gjson.Result
	err := k.c.ask(ctx, question{path: path, form: form, json: data}, func(r io.Reader) error {
		answer, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		if !event.IsJSONBytes(answer) {
			return fmt.Errorf("%w: no JSON in %d bytes", errTorn, len(answer))
		}
		out = gjson.ParseBytes(answer)
		if n := out.Get("_shards.failed").Int(); n > 0 || out.Get("timed_out").Bool() {
			why := out.Get("_shards.failures.0.reason.reason").String()
			return fmt.Errorf("%w: %d shards did not answer: %s", errTorn, n, oneLine(why))
		}
		return nil
	})
	return out, err
}

// millis gives a time in milliseconds, rounded up. Both ends of a span are: whole milliseconds then fall on the same side of them
// as they would of the exact ends.
func millis(t time.Time) int64 {
	ns := t.UnixNano()
	ms := ns / 1e6
	if ns > ms*1e6 {
		ms++
	}
	return ms
}

// span gives the query for a span of time.
func (k *elastic) span(s Span) dict {
	return dict{"range": dict{"@timestamp": dict{"gte": millis(s.From), "lt": millis(s.To), "format": "epoch_millis"}}}
}

// base says what a selection is.
func (k *elastic) base(sel Selection, label string) []any {
	filter := []any{k.span(sel.Span)}
	if sel.Query != "" {
		filter = append(filter, dict{"query_string": dict{"query": sel.Query}})
	}
	if sel.Node != "" {
		return append(filter, dict{"term": dict{label: dict{"value": sel.Node}}})
	}
	return append(filter, dict{"exists": dict{"field": label}})
}

func filtered(filter []any) dict { return dict{"bool": dict{"filter": filter}} }

// shape finds out how the selection's documents are stored: by the types of fields, and by some documents.
func (k *elastic) shape(ctx context.Context, sel Selection) (*elasticShape, error) {
	key := sel.Label + "\x00" + sel.Query
	k.mu.Lock()
	known := k.shapes[key]
	k.mu.Unlock()
	if known != nil {
		return known, nil
	}
	fields := slices.Concat([]string{sel.Label, sel.Label + ".keyword"}, lineFields, recordFields)
	form := url.Values{"fields": {strings.Join(fields, ",")}}
	for name, v := range lenient {
		form[name] = v
	}
	caps, err := k.post(ctx, k.index()+"/_field_caps", form, nil)
	if err != nil {
		return nil, err
	}
	types := map[string][]string{}
	counted := map[string]bool{}
	caps.Get("fields").ForEach(func(name, of gjson.Result) bool {
		counted[name.String()] = true
		of.ForEach(func(kind, c gjson.Result) bool {
			if kind.String() != "unmapped" {
				types[name.String()] = append(types[name.String()], kind.String())
				counted[name.String()] = counted[name.String()] && c.Get("aggregatable").Bool()
			}
			return true
		})
		return true
	})
	s := &elasticShape{label: sel.Label}
	if !counted[sel.Label] && counted[sel.Label+".keyword"] {
		s.label += ".keyword"
	}
	if len(types[sel.Label]) > 0 && !counted[s.label] {
		return nil, fmt.Errorf("%s: field %q cannot be counted by; name one of type keyword with --node-label", k.c.base.Host, sel.Label)
	}
	for _, f := range recordFields {
		if len(types[f]) > 0 {
			s.records = append(s.records, f)
		}
	}
	if err := k.sample(ctx, sel, s); err != nil {
		return nil, err
	}
	if kinds := types[s.line]; len(kinds) == 1 {
		s.exact = kinds[0] == "keyword" || kinds[0] == "wildcard"
	} else if len(kinds) > 1 {
		s.line = "" // one index cuts the line into words, and another does not
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.shapes == nil {
		k.shapes = map[string]*elasticShape{}
	}
	k.shapes[key] = s
	return s, nil
}

// sample looks at a document of each node, and at some more, for the field that holds the line.
func (k *elastic) sample(ctx context.Context, sel Selection, s *elasticShape) error {
	sel.Node = ""
	docs := 0
	same := true
	for _, body := range []dict{{"size": 200, "collapse": dict{"field": s.label}}, {"size": 20}} {
		body["query"] = filtered(k.base(sel, s.label))
		answer, err := k.post(ctx, k.index()+"/_search", lenient, body)
		if err != nil {
			return err
		}
		answer.Get("hits.hits").ForEach(func(_, h gjson.Result) bool {
			field := lineField(flatten(h.Get("_source"), "", nil))
			if docs++; docs == 1 {
				s.line = field
			}
			same = same && field == s.line
			return true
		})
	}
	if !same {
		s.line = ""
	}
	return nil
}

// lineField gives the field of a document that is the whole line, a record or text; "" if the line was parsed and is in no
// field.
func lineField(fields []field) string {
	text := ""
	for _, key := range lineFields {
		for _, f := range fields {
			switch {
			case f.key != key || f.value.Type != gjson.String:
			case whole(f.value.Str):
				return key
			case text == "" && f.value.Str != "":
				text = key
			}
		}
	}
	if parsed(fields) {
		return ""
	}
	return text
}

// Presence implements Store.
func (k *elastic) Presence(ctx context.Context, sel Selection, width time.Duration) ([]Bucket, error) {
	s, err := k.shape(ctx, sel)
	if err != nil {
		return nil, err
	}
	ends := dict{"first": dict{"min": dict{"field": "@timestamp"}}, "last": dict{"max": dict{"field": "@timestamp"}}}
	body := dict{"size": 0, "track_total_hits": false, "query": filtered(k.base(sel, s.label)), "aggs": dict{"nodes": dict{
		"terms": dict{"field": s.label, "size": elasticNodes}, "aggs": dict{"times": dict{
			"date_histogram": dict{"field": "@timestamp", "fixed_interval": fmt.Sprintf("%ds", max(1, int64(width/time.Second))), "min_doc_count": 1}, "aggs": ends}}}}}
	answer, err := k.post(ctx, k.index()+"/_search", lenient, body)
	if err != nil {
		return nil, err
	}
	if answer.Get("aggregations.nodes.sum_other_doc_count").Int() > 0 {
		return nil, fmt.Errorf("more than %d nodes; name one cluster's with --query", elasticNodes)
	}
	var out []Bucket
	answer.Get("aggregations.nodes.buckets").ForEach(func(_, node gjson.Result) bool {
		node.Get("times.buckets").ForEach(func(_, b gjson.Result) bool {
			out = append(out, Bucket{Node: node.Get("key").String(), Count: b.Get("doc_count").Int(),
				First: time.UnixMilli(int64(b.Get("first.value").Float())), Last: time.UnixMilli(int64(b.Get("last.value").Float()))})
			return true
		})
		return true
	})
	slices.SortFunc(out, func(a, b Bucket) int { return cmp.Or(a.First.Compare(b.First), cmp.Compare(a.Node, b.Node)) })
	return out, nil
}

// Lines implements Store.
func (k *elastic) Lines(ctx context.Context, sel Selection, want *Want, again func(), take func(Line) error) error {
	s, err := k.shape(ctx, sel)
	if err != nil {
		return err
	}
	filter := k.base(sel, s.label)
	if f, _ := s.filter(want); f != nil {
		filter = append(filter, f)
	}
	return k.all(ctx, sel, filter, again, take)
}

// all reads everything that a filter lets through, in order, from one point in time. One that the server forgot is opened
// once more.
func (k *elastic) all(ctx context.Context, sel Selection, filter []any, again func(), take func(Line) error) error {
	for try := 0; ; try++ {
		again()
		err := k.pages(ctx, sel, filter, take)
		var no *refused
		if err == nil || try > 0 || !errors.As(err, &no) || no.status != http.StatusNotFound {
			return err
		}
	}
}

func (k *elastic) pages(ctx context.Context, sel Selection, filter []any, take func(Line) error) error {
	pit, err := k.freeze(ctx)
	if err != nil {
		return err
	}
	defer func() { k.thaw(ctx, pit) }()
	body := dict{"size": elasticPage, "query": filtered(filter), "sort": k.sort("asc"), "track_total_hits": false}
	for {
		body["pit"] = dict{"id": pit, "keep_alive": elasticKeep}
		answer, err := k.post(ctx, "/_search", nil, body)
		if err != nil {
			return err
		}
		if id := answer.Get("pit_id").String(); id != "" {
			pit = id
		}
		hits := answer.Get("hits.hits").Array()
		for _, h := range hits {
			l, err := k.line(sel, h)
			if err != nil {
				return err
			}
			if err := take(l); err != nil {
				return fmt.Errorf("%w: %w", errStop, err)
			}
		}
		if len(hits) < elasticPage {
			return nil
		}
		body["search_after"] = json.RawMessage(hits[len(hits)-1].Get("sort").Raw)
	}
}

// sort is a whole order of documents: Elasticsearch ends it with _shard_doc by itself in a point in time, OpenSearch with
// what is asked for.
func (k *elastic) sort(order string) []any {
	list := []any{dict{"@timestamp": dict{"order": order, "numeric_type": "date_nanos", "unmapped_type": "date"}},
		dict{"log.offset": dict{"order": order, "unmapped_type": "long"}}, dict{"_seq_no": dict{"order": order, "unmapped_type": "long"}}}
	if k.open {
		list = append(list, dict{"_id": dict{"order": order}})
	}
	return list
}

// freeze opens a point in time.
func (k *elastic) freeze(ctx context.Context) (string, error) {
	path, name := "/_pit", "id"
	if k.open {
		path, name = "/_search/point_in_time", "pit_id"
	}
	answer, err := k.post(ctx, k.index()+path, url.Values{"keep_alive": {elasticKeep}}, nil)
	if err != nil {
		return "", err
	}
	if answer.Get(name).String() == "" {
		return "", torn(errors.New("no point in time"))
	}
	return answer.Get(name).String(), nil
}

// thaw closes a point in time. One that is not closed ends by itself.
func (k *elastic) thaw(ctx context.Context, pit string) {
	q := question{path: "/_pit", del: true}
	body := dict{"id": pit}
	if k.open {
		q.path, body = "/_search/point_in_time", dict{"pit_id": []string{pit}}
	}
	q.json, _ = json.Marshal(body)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_ = k.c.once(ctx, q, func(r io.Reader) error { _, err := io.Copy(io.Discard, r); return err })
}

// line reads a line from a hit.
func (k *elastic) line(sel Selection, h gjson.Result) (Line, error) {
	source := h.Get("_source")
	at := h.Get("sort.0")
	if !source.IsObject() || at.Type != gjson.Number {
		return Line{}, torn(fmt.Errorf("a document without source or time: %s", oneLine(h.Raw)))
	}
	fields := flatten(source, "", nil)
	node, stamp := "", ""
	for _, f := range fields {
		switch f.key {
		case strings.TrimSuffix(sel.Label, ".keyword"):
			node = f.value.String()
		case "@timestamp":
			stamp = f.value.String()
		}
	}
	text, _ := lineOf(fields, []string{sel.Label}, stamp)
	return Line{Node: node, Time: at.Int() / 1e6 * 1e6, Text: text}, nil
}

// Windows implements Store.
func (k *elastic) Windows(ctx context.Context, sel Selection, spans []Span) ([]Line, error) {
	s, err := k.shape(ctx, sel)
	if err != nil {
		return nil, err
	}
	var out []Line
	for part := range slices.Chunk(spans, windowsAtOnce) {
		var ls []Line
		sel.Span = Span{part[0].From, part[len(part)-1].To}
		should := make([]any, len(part))
		for i, p := range part {
			should[i] = k.span(p)
		}
		filter := append(k.base(sel, s.label), dict{"bool": dict{"should": should, "minimum_should_match": 1}})
		if err := k.all(ctx, sel, filter, func() { ls = nil }, func(l Line) error { ls = append(ls, l); return nil }); err != nil {
			return nil, err
		}
		out = append(out, ls...)
	}
	return out, nil
}

// Near implements Store.
func (k *elastic) Near(ctx context.Context, sel Selection, n int, last bool) ([]Line, error) {
	s, err := k.shape(ctx, sel)
	if err != nil {
		return nil, err
	}
	order := "asc"
	if last {
		order = "desc"
	}
	answer, err := k.post(ctx, k.index()+"/_search", lenient, dict{"size": min(n, elasticPage), "query": filtered(k.base(sel, s.label)), "sort": k.sort(order), "track_total_hits": false})
	if err != nil {
		return nil, err
	}
	var out []Line
	for _, h := range answer.Get("hits.hits").Array() {
		l, err := k.line(sel, h)
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	if last {
		slices.Reverse(out)
	}
	return out, nil
}

// Values implements Store.
func (k *elastic) Values(ctx context.Context, sel Selection, label string) ([]string, error) {
	probe := sel
	probe.Label = label
	by, err := k.shape(ctx, probe)
	if err != nil {
		return nil, err
	}
	answer, err := k.post(ctx, k.index()+"/_search", lenient, dict{"size": 0, "track_total_hits": false, "query": filtered(k.base(sel, sel.Label)),
		"aggs": dict{"values": dict{"terms": dict{"field": by.label, "size": elasticValues}}}})
	if err != nil {
		return nil, err
	}
	if answer.Get("aggregations.values.sum_other_doc_count").Int() > 0 {
		return nil, fmt.Errorf("more than %d values of %q; name fewer with --query", elasticValues, label)
	}
	var out []string
	for _, b := range answer.Get("aggregations.values.buckets").Array() {
		out = append(out, b.Get("key").String())
	}
	slices.Sort(out)
	return out, nil
}

// Within implements Store.
func (k *elastic) Within(query, label, value string) string {
	is := queryName.Replace(label) + `:"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
	if query == "" {
		return is
	}
	return "(" + query + ") AND " + is
}

// queryName escapes what would not be a field's name in a query string.
var queryName = strings.NewReplacer(" ", `\ `, ":", `\:`, "(", `\(`, ")", `\)`, `"`, `\"`, "*", `\*`)

// Explain implements Store. What types the fields have is only known to the store; this is for a line in message, as text.
func (k *elastic) Explain(sel Selection, want *Want) Plan {
	s := &elasticShape{label: sel.Label, line: "message", records: recordFields[:1]}
	filter := k.base(sel, s.label)
	f, widened := s.filter(want)
	if f != nil {
		filter = append(filter, f)
	}
	q, err := json.Marshal(filtered(filter))
	if err != nil {
		return Plan{}
	}
	return Plan{Query: string(q), Widened: widened}
}
