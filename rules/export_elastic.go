package rules

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
)

// canElastic says why Elasticsearch cannot test a leaf.
func canElastic(_ *Export, l *leaf) string {
	switch {
	case l.other() != "":
		return "a query does not compare two fields"
	case l.element():
		return "arrays are not indexed by their places"
	case l.op == opRegex:
		if _, err := lucenePattern.pattern(l.text); err != nil {
			return err.Error()
		}
	}
	return l.tooDeep()
}

// jsonObject is a JSON jsonObject whose keys come out sorted.
type jsonObject = map[string]any

// writeElastic writes the searches for /INDEX/_msearch: for each an empty header line and a body line. The query bears
// the rule's name, which comes back with every hit (matched_queries); what the rule knows comes back with the nodes on
// which it was seen (aggregations, enough, meta). What is counted is counted until now.
func writeElastic(e *Export, ts []*traveller) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for _, t := range ts {
		if err := enc.Encode(jsonObject{}); err != nil {
			return nil, err
		}
		if err := enc.Encode(e.search(t)); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}

func (e *Export) search(t *traveller) jsonObject {
	filter := []any{e.elastic(t.when)}
	if e.Selector != "" {
		filter = append(filter, jsonObject{"query_string": jsonObject{"query": e.Selector}})
	}
	if t.often() {
		filter = append(filter, jsonObject{"range": jsonObject{"@timestamp": jsonObject{"gte": "now-" + elasticSpan(e, t)}}})
	}
	for _, f := range t.by {
		filter = append(filter, jsonObject{"exists": jsonObject{"field": f}})
	}
	about := jsonObject{"rule": t.name(), "title": oneLine(t.title), "severity": t.severity, "cause": t.cause, "remedy": t.remedy}
	if t.sure != "" {
		about["confidence"] = t.sure
	}
	if r := t.remarks(); len(r) > 0 {
		about["weakened"] = r
	}
	body := jsonObject{"query": jsonObject{"bool": jsonObject{"_name": t.name(), "filter": filter}}, "size": 10}
	group := e.elasticGroup(t)
	group["meta"] = about
	body["aggs"] = jsonObject{"enough": group}
	return body
}

// elasticGroup gives the aggregation whose buckets are the clusters and nodes (and what else it is counted by) that were
// seen often enough; one bucket for all, if it is counted by nothing.
func (e *Export) elasticGroup(t *traveller) jsonObject {
	var keys []any
	for _, f := range e.by(t, func(f string) string { return f + e.Keyword }) {
		keys = append(keys, jsonObject{"field": f})
	}
	often := jsonObject{"min_doc_count": t.times}
	var group jsonObject
	switch len(keys) {
	case 0:
		group = jsonObject{"filters": jsonObject{"filters": jsonObject{"all": jsonObject{"match_all": jsonObject{}}}}}
	case 1:
		maps.Copy(often, keys[0].(jsonObject))
		group = jsonObject{"terms": often}
	default:
		often["terms"] = keys
		group = jsonObject{"multi_terms": often}
	}
	if t.nodes > 1 || len(keys) == 0 {
		group["aggs"] = jsonObject{
			"nodes": jsonObject{"cardinality": jsonObject{"field": e.Node + e.Keyword}},
			"often": jsonObject{"bucket_selector": jsonObject{"buckets_path": jsonObject{"count": "_count", "nodes": "nodes"},
				"script": fmt.Sprintf("params.count >= %d && params.nodes >= %d", t.times, t.nodes)}}}
	}
	return group
}

// elasticSpan gives a timespan in seconds.
func elasticSpan(e *Export, t *traveller) string {
	return span(Span{e.span(t)})
}

func (e *Export) elastic(c *condition) jsonObject {
	if c.leaf != nil {
		return e.elasticTest(c.leaf)
	}
	list := make([]any, len(c.of))
	for i, x := range c.of {
		list[i] = e.elastic(x)
	}
	switch c.join {
	case joinNot:
		return jsonObject{"bool": jsonObject{"must_not": list}}
	case joinAll:
		return jsonObject{"bool": jsonObject{"filter": list}}
	}
	return jsonObject{"bool": jsonObject{"should": list, "minimum_should_match": 1}}
}

// elasticTest gives the query for a field. Texts are tested on fields that are not analysed (keyword or wildcard):
// match_phrase would look for words, in any case.
func (e *Export) elasticTest(l *leaf) jsonObject {
	name := "message"
	if l.field != wholeLine {
		name = l.field
	}
	keyword := name + e.Keyword
	switch l.op {
	case opContains:
		return jsonObject{"wildcard": jsonObject{keyword: jsonObject{"value": "*" + wildcardText(l.text) + "*"}}}
	case opIs:
		return jsonObject{"term": jsonObject{keyword: jsonObject{"value": l.text}}}
	case opPrefix:
		return jsonObject{"prefix": jsonObject{keyword: jsonObject{"value": l.text}}}
	case opSuffix:
		return jsonObject{"wildcard": jsonObject{keyword: jsonObject{"value": "*" + wildcardText(l.text)}}}
	case opRegex:
		p, _ := lucenePattern.pattern(l.text) // canElastic has seen it
		return jsonObject{"regexp": jsonObject{keyword: jsonObject{"value": p}}}
	case opIn:
		if !l.fold {
			return jsonObject{"terms": jsonObject{keyword: l.texts}}
		}
		var both []string
		for _, t := range l.texts {
			both = append(both, t, strings.ToUpper(t))
		}
		return jsonObject{"terms": jsonObject{keyword: both}}
	case opExists:
		return jsonObject{"exists": jsonObject{"field": name}}
	}
	return jsonObject{"range": jsonObject{name: jsonObject{map[op]string{opGreater: "gt", opLess: "lt"}[l.op]: json.Number(l.text)}}}
}

// wildcardText escapes what stands for other text in a wildcard query.
func wildcardText(s string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`).Replace(s)
}
