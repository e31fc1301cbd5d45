package store

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tidwall/gjson"
)

// elasticServer answers as the documentation of Elasticsearch 8 and OpenSearch 2 says: no such server can be had where zlog is
// made. It holds documents, sorts and pages them, counts them, and evaluates the queries that are asked.
type elasticServer struct {
	t    *testing.T
	open bool
	line string // type of the field message
	docs []elasticDoc

	mu      sync.Mutex
	pits    int // opened, not closed
	asked   []string
	queries []gjson.Result
	fail    func(path string, n int) (status int, body string) // may be nil; n counts questions
}

type elasticDoc struct {
	ns     int64
	source map[string]any
}

func (s *elasticServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	data, _ := io.ReadAll(r.Body)
	body := gjson.ParseBytes(data)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, r.Method+" "+r.URL.Path)
	if s.fail != nil {
		if status, text := s.fail(r.URL.Path, len(s.asked)); status != 0 {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(status)
			fmt.Fprint(w, text)
			return
		}
	}
	if kind := r.Header.Get("Content-Type"); kind != "application/json" {
		s.t.Errorf("%s: content type %q", r.URL.Path, kind)
	}
	pit, pitName := "/logs-*/_pit", "id"
	if s.open {
		pit, pitName = "/logs-*/_search/point_in_time", "pit_id"
	}
	switch {
	case r.URL.Path == "/logs-*/_field_caps":
		fmt.Fprintf(w, `{"fields":{"node":{"text":{"aggregatable":false}},"node.keyword":{"keyword":{"aggregatable":true}},"message":{%q:{"aggregatable":false}},"level":{"keyword":{"aggregatable":true}}}}`, s.line)
	case r.URL.Path == pit && r.URL.Query().Get("keep_alive") != "":
		s.pits++
		fmt.Fprintf(w, `{%q:"p%d"}`, pitName, s.pits)
	case r.Method == http.MethodDelete:
		if len(body.Get("id").String())+len(body.Get("pit_id").Raw) == 0 {
			s.t.Error("a point in time is closed without its id")
		}
		s.pits--
		fmt.Fprint(w, `{"succeeded":true}`)
	case strings.HasSuffix(r.URL.Path, "/_search"):
		if s.open == strings.Contains(body.Get("sort").Raw, `"_id"`) || !body.Get("sort").Exists() {
			s.search(w, body)
		} else {
			s.t.Errorf("not a whole order: %s", body.Get("sort").Raw)
		}
	default:
		s.t.Errorf("asked %s %s", r.Method, r.URL)
	}
}

func (s *elasticServer) search(w http.ResponseWriter, body gjson.Result) {
	s.queries = append(s.queries, body)
	var found []int
	for i, d := range s.docs {
		if s.holds(body.Get("query"), d) {
			found = append(found, i)
		}
	}
	slices.SortStableFunc(found, func(a, b int) int { return int(s.docs[a].ns/1e6 - s.docs[b].ns/1e6) })
	if body.Get("aggs").Exists() {
		s.count(w, body, found)
		return
	}
	if body.Get("sort.0.@timestamp.order").String() == "desc" {
		slices.Reverse(found)
	}
	after := body.Get("search_after")
	var hits []any
	for _, i := range found {
		d := s.docs[i]
		if after.Exists() && (d.ns < after.Get("0").Int() || d.ns == after.Get("0").Int() && int64(i) <= after.Get("1").Int()) {
			continue
		}
		if len(hits) == int(body.Get("size").Int()) {
			break
		}
		hits = append(hits, map[string]any{"_index": "logs-1", "_id": strconv.Itoa(i), "_source": d.source, "sort": []int64{d.ns, int64(i)}})
	}
	answer := map[string]any{"timed_out": false, "_shards": map[string]int{"failed": 0}, "hits": map[string]any{"hits": hits}}
	if body.Get("pit").Exists() {
		answer["pit_id"] = body.Get("pit.id").String() + "'" // an id may change with every answer
	}
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		s.t.Error(err)
	}
}

func (s *elasticServer) count(w http.ResponseWriter, body gjson.Result, found []int) {
	if f := body.Get("aggs.nodes.terms.field").String(); f != "node.keyword" {
		s.t.Errorf("counted by %s", f)
	}
	width, _ := time.ParseDuration(body.Get("aggs.nodes.aggs.times.date_histogram.fixed_interval").String())
	nodes := map[string]map[int64][]int64{}
	for _, i := range found {
		d := s.docs[i]
		n := d.source["node"].(string)
		if nodes[n] == nil {
			nodes[n] = map[int64][]int64{}
		}
		at := d.ns / int64(width)
		nodes[n][at] = append(nodes[n][at], d.ns/1e6)
	}
	var list []any
	for n, times := range nodes {
		var buckets []any
		for _, ms := range times {
			buckets = append(buckets, map[string]any{"doc_count": len(ms), "first": map[string]any{"value": float64(slices.Min(ms))}, "last": map[string]any{"value": float64(slices.Max(ms))}})
		}
		list = append(list, map[string]any{"key": n, "times": map[string]any{"buckets": buckets}})
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"aggregations": map[string]any{"nodes": map[string]any{"sum_other_doc_count": 0, "buckets": list}}})
}

// holds evaluates a query.
func (s *elasticServer) holds(q gjson.Result, d elasticDoc) bool {
	each := func(list gjson.Result, want bool) bool { // whether all, or none, hold
		for _, x := range list.Array() {
			if s.holds(x, d) != want {
				return false
			}
		}
		return true
	}
	if b := q.Get("bool"); b.Exists() {
		return each(b.Get("filter"), true) && each(b.Get("must_not"), false) && (!b.Get("should").Exists() || !each(b.Get("should"), false))
	}
	value := func(name string) (string, bool) {
		v, ok := d.source[strings.TrimSuffix(name, ".keyword")]
		return fmt.Sprint(v), ok
	}
	if e := q.Get("exists.field"); e.Exists() {
		_, ok := value(e.String())
		return ok
	}
	if r := q.Get("range.@timestamp"); r.Exists() {
		return d.ns/1e6 >= r.Get("gte").Int() && d.ns/1e6 < r.Get("lt").Int()
	}
	is := false
	for _, kind := range []string{"term", "prefix", "wildcard", "match_phrase", "query_string"} {
		q.Get(kind).ForEach(func(name, arg gjson.Result) bool {
			v, _ := value(name.String())
			text := arg.Get("value").String()
			switch kind {
			case "term":
				is = v == text
			case "prefix":
				is = strings.HasPrefix(v, text)
			case "wildcard":
				is = strings.Contains(strings.ToLower(v), strings.ToLower(strings.Trim(text, "*")))
			case "match_phrase":
				is = strings.Contains(" "+strings.Join(strings.FieldsFunc(v, func(r rune) bool { return strings.ContainsRune(` {}":,=`, r) }), " ")+" ", " "+arg.String()+" ")
			case "query_string":
				is = true
			}
			return true
		})
		if q.Get(kind).Exists() {
			return is
		}
	}
	s.t.Errorf("query %s", q.Raw)
	return false
}

// elasticCase starts a server with n records and one line of text, on two nodes, every third of one time with the one before.
func elasticCase(t *testing.T, kind, line string, n int) (*elasticServer, Store, Selection) {
	t.Helper()
	s := &elasticServer{t: t, open: kind == "opensearch", line: line}
	start := time.Date(2026, 11, 22, 19, 0, 0, 0, time.UTC)
	for i := range n {
		at := start.Add(time.Duration(i-i%3) * time.Millisecond)
		msg := "quiet"
		if i%10 == 0 {
			msg = "raft was entering leader state"
		}
		text := fmt.Sprintf(`{"level":"info","msg":%q,"n":%d,"time":%q}`, msg, i, at.Format(time.RFC3339Nano))
		s.docs = append(s.docs, elasticDoc{at.UnixNano(), map[string]any{"@timestamp": at.Format(time.RFC3339Nano), "node": "ctrl" + strconv.Itoa(1+i%2), "message": text, "level": "info"}})
	}
	at := start.Add(time.Duration(n) * time.Millisecond)
	s.docs = append(s.docs, elasticDoc{at.UnixNano(), map[string]any{"@timestamp": at.Format(time.RFC3339Nano), "node": "ctrl1", "message": "panic: at the disco"}})
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	got, err := Open(kind+"+"+server.URL, Options{Index: "logs-*", Patience: time.Minute, Jitter: func() float64 { return 0 },
		Sleep: func(context.Context, time.Duration) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	return s, got, Selection{Label: "node", Span: Span{start, start.Add(time.Hour)}}
}

func elasticLines(t *testing.T, st Store, sel Selection, want *Want) []Line {
	t.Helper()
	var out []Line
	if err := st.Lines(t.Context(), sel, want, func() { out = nil }, func(l Line) error { out = append(out, l); return nil }); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestElasticsearchPagesThroughOneTimeAndMore(t *testing.T) {
	for _, kind := range []string{"elasticsearch", "opensearch"} {
		t.Run(kind, func(t *testing.T) {
			n := 2*elasticPage + 7
			s, st, sel := elasticCase(t, kind, "text", n)
			got := elasticLines(t, st, sel, nil)
			if len(got) != n+1 {
				t.Fatalf("%d lines of %d", len(got), n+1)
			}
			for i, l := range got[:n] {
				if gjson.Get(l.Text, "n").Int() != int64(i) || l.Node != "ctrl"+strconv.Itoa(1+i%2) || l.Time != s.docs[i].ns {
					t.Fatalf("line %d is %+v", i, l)
				}
			}
			if s.pits != 0 {
				t.Errorf("%d points in time are still open", s.pits)
			}
		})
	}
}

func TestElasticsearchIsAskedForNoLessThanIsWanted(t *testing.T) {
	want := &Want{Texts: [][]string{{"entering leader state"}, {"nothing", "of it"}}, Plain: true}
	for line, query := range map[string]string{"text": `"match_phrase":{"message":"leader"}`, "wildcard": `"wildcard":{"message":{"value":"*entering leader state*"}}`, "keyword": `"prefix":{"message":{"value":"{\""}}`} {
		t.Run(line, func(t *testing.T) {
			s, st, sel := elasticCase(t, "elasticsearch", line, 100)
			got := elasticLines(t, st, sel, want)
			if len(got) != 11 || got[10].Text != "panic: at the disco" {
				t.Errorf("%d lines, the last %+v", len(got), got[len(got)-1])
			}
			if last := s.queries[len(s.queries)-1].Get("query").Raw; !strings.Contains(last, query) {
				t.Errorf("asked %s", last)
			}
		})
	}
	t.Run("lines that are not whole are all fetched", func(t *testing.T) {
		s, st, sel := elasticCase(t, "elasticsearch", "text", 100)
		for _, d := range s.docs {
			d.source["message"] = "quiet"
		}
		if got := elasticLines(t, st, sel, want); len(got) != 101 {
			t.Errorf("%d lines", len(got))
		}
	})
}

func TestElasticsearchPhrasesHoldOnlyWholeWords(t *testing.T) {
	for text, want := range map[string]string{"entering leader state": "leader", "a failed to get log": "failed to get", "panic: ": "", "one two": "", " x.y to z ": "to z"} {
		if got := phrase(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestElasticsearchCountsAndLooksAround(t *testing.T) {
	_, st, sel := elasticCase(t, "opensearch", "text", 3000)
	buckets, err := st.Presence(t.Context(), sel, 2*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	var n int64
	for _, b := range buckets {
		n += b.Count
		if b.First.After(b.Last) || b.First.Before(sel.Span.From) {
			t.Errorf("bucket %+v", b)
		}
	}
	if n != 3001 || len(buckets) < 4 {
		t.Errorf("%d lines in %d buckets", n, len(buckets))
	}
	sel.Node = "ctrl2"
	near, err := st.Near(t.Context(), sel, 2, true)
	if err != nil || len(near) != 2 || gjson.Get(near[1].Text, "n").Int() != 2999 || near[0].Time > near[1].Time {
		t.Errorf("near: %+v, %v", near, err)
	}
	at := sel.Span.From.Add(30 * time.Millisecond)
	ls, err := st.Windows(t.Context(), sel, []Span{{at, at.Add(1)}, {at.Add(30 * time.Millisecond), at.Add(30*time.Millisecond + 1)}})
	if err != nil || len(ls) != 2 {
		t.Errorf("windows: %d lines, %v: %+v", len(ls), err, ls)
	}
}

func TestElasticsearchThatFailsIsAskedAgainAndNeverTakenForWhole(t *testing.T) {
	t.Run("busy once", func(t *testing.T) {
		s, st, sel := elasticCase(t, "elasticsearch", "text", 10)
		s.fail = func(_ string, n int) (int, string) {
			if n%2 == 1 {
				return http.StatusTooManyRequests, "busy"
			}
			return 0, ""
		}
		if got := elasticLines(t, st, sel, nil); len(got) != 11 {
			t.Errorf("%d lines", len(got))
		}
	})
	for name, answer := range map[string]string{"a shard that failed": `{"_shards":{"failed":1,"failures":[{"reason":{"reason":"disk gone"}}]},"hits":{"hits":[]}}`, "timed out": `{"timed_out":true}`} {
		t.Run(name, func(t *testing.T) {
			s, st, sel := elasticCase(t, "elasticsearch", "text", 10)
			s.fail = func(path string, _ int) (int, string) {
				if path == "/_search" {
					return http.StatusOK, answer
				}
				return 0, ""
			}
			now := time.Unix(0, 0)
			st.(*elastic).c.opt.Now = func() time.Time { now = now.Add(20 * time.Second); return now }
			err := st.Lines(t.Context(), sel, nil, func() {}, func(Line) error { return nil })
			if err == nil || !strings.Contains(err.Error(), "shards did not answer") {
				t.Errorf("said %v", err)
			}
		})
	}
	t.Run("a point in time that was forgotten", func(t *testing.T) {
		s, st, sel := elasticCase(t, "elasticsearch", "text", elasticPage+5)
		gone := 0
		s.fail = func(path string, _ int) (int, string) {
			if path == "/_search" {
				if gone++; gone == 2 {
					return http.StatusNotFound, "search_context_missing_exception"
				}
			}
			return 0, ""
		}
		if got := elasticLines(t, st, sel, nil); len(got) != elasticPage+6 {
			t.Errorf("%d lines", len(got))
		}
	})
}
