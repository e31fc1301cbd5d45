package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"zlog/rules"
)

// A store's answer to an exported signature must be the lines that zlog itself matches. Every sample of the pack is
// loaded, as a shipper would, and every signature that travels is asked for. The tests need a server on loopback.

// storedSample is a sample in a store, found again by its time.
type storedSample struct {
	sample
	time time.Time
}

// store is a server under test.
type store struct {
	to   string // language
	load func(t *testing.T, run string, lines []storedSample)
	// ask gives the times of the lines that a query finds.
	ask func(t *testing.T, query string, from, to time.Time) []time.Time
	// count says whether the server takes a query that counts.
	count func(t *testing.T, query string, at time.Time)
}

func TestVictoriaLogsFindsWhatZlogMatches(t *testing.T) {
	base := os.Getenv("ZLOG_TEST_VICTORIALOGS_URL")
	if base == "" {
		t.Skip("NOT RUN: set ZLOG_TEST_VICTORIALOGS_URL to a VictoriaLogs that may be filled with samples")
	}
	findsWhatZlogMatches(t, store{"logsql",
		func(t *testing.T, run string, lines []storedSample) {
			var b bytes.Buffer
			enc := json.NewEncoder(&b)
			for _, l := range lines {
				if err := enc.Encode(map[string]string{"app": "samples", "run": run, "node": "ctrl1", "_time": l.time.Format(time.RFC3339Nano), "_msg": l.line}); err != nil {
					t.Fatal(err)
				}
			}
			post(t, base+"/insert/jsonline?_stream_fields=app,run,node", "application/stream+json", &b)
			get(t, base+"/internal/force_flush")
		},
		func(t *testing.T, query string, from, to time.Time) []time.Time {
			var times []time.Time
			answer := get(t, base+"/select/logsql/query?"+url.Values{"query": {query}, "start": {from.Format(time.RFC3339Nano)}, "end": {to.Format(time.RFC3339Nano)}}.Encode())
			for line := range strings.Lines(answer) {
				var row struct {
					Time time.Time `json:"_time"`
				}
				if err := json.Unmarshal([]byte(line), &row); err != nil {
					t.Fatalf("%v in %s", err, line)
				}
				times = append(times, row.Time)
			}
			return times
		},
		func(t *testing.T, query string, at time.Time) {
			get(t, base+"/select/logsql/stats_query?"+url.Values{"query": {query}, "time": {at.Format(time.RFC3339Nano)}}.Encode())
		},
	})
}

func TestLokiFindsWhatZlogMatches(t *testing.T) {
	base := os.Getenv("ZLOG_TEST_LOKI_URL")
	if base == "" {
		t.Skip("NOT RUN: set ZLOG_TEST_LOKI_URL to a Loki that may be filled with samples")
	}
	findsWhatZlogMatches(t, store{"logql",
		func(t *testing.T, run string, lines []storedSample) {
			var values [][2]string
			for _, l := range lines {
				values = append(values, [2]string{strconv.FormatInt(l.time.UnixNano(), 10), l.line})
			}
			body, err := json.Marshal(map[string]any{"streams": []any{map[string]any{"stream": map[string]string{"app": "samples", "run": run, "node": "ctrl1"}, "values": values}}})
			if err != nil {
				t.Fatal(err)
			}
			post(t, base+"/loki/api/v1/push", "application/json", bytes.NewReader(body))
		},
		func(t *testing.T, query string, from, to time.Time) []time.Time {
			answer := get(t, base+"/loki/api/v1/query_range?"+url.Values{"query": {query}, "limit": {"5000"}, "direction": {"forward"},
				"start": {strconv.FormatInt(from.UnixNano(), 10)}, "end": {strconv.FormatInt(to.UnixNano(), 10)}}.Encode())
			var got struct {
				Data struct {
					Result []struct{ Values [][2]string }
				}
			}
			if err := json.Unmarshal([]byte(answer), &got); err != nil {
				t.Fatal(err)
			}
			var times []time.Time
			for _, r := range got.Data.Result {
				for _, v := range r.Values {
					ns, err := strconv.ParseInt(v[0], 10, 64)
					if err != nil {
						t.Fatal(err)
					}
					times = append(times, time.Unix(0, ns).UTC())
				}
			}
			return times
		},
		func(t *testing.T, query string, at time.Time) {
			get(t, base+"/loki/api/v1/query?"+url.Values{"query": {query}, "time": {strconv.FormatInt(at.UnixNano(), 10)}}.Encode())
		},
	})
}

func findsWhatZlogMatches(t *testing.T, s store) {
	set := builtInPack(t)
	samples, text := jsonSamples(set)
	start := time.Now().UTC().Add(-time.Hour).Truncate(time.Second)
	var lines []storedSample
	for i, one := range samples {
		lines = append(lines, storedSample{one, start.Add(time.Duration(i) * time.Millisecond)})
	}
	run := strconv.FormatInt(time.Now().UnixNano(), 36)
	selector := fmt.Sprintf(`{app="samples",run=%q}`, run)
	s.load(t, run, lines)
	from, to := lines[0].time, lines[len(lines)-1].time.Add(time.Millisecond)
	byTime := map[int64]storedSample{}
	for _, l := range lines {
		byTime[l.time.UnixNano()] = l
	}
	equal, asked, kept, found := 0, 0, 0, 0
	for _, sig := range set.Signatures {
		query := string(travels(t, set, rules.Export{To: s.to, Selector: selector}, sig.ID))
		if query == "" {
			kept++
			continue
		}
		asked++
		var want, got []string
		for _, l := range lines {
			if slices.Contains(l.matches, sig.ID) {
				want = append(want, l.line)
			}
		}
		for _, at := range s.ask(t, query, from, to) {
			got = append(got, byTime[at.UnixNano()].line)
		}
		slices.Sort(want)
		slices.Sort(got)
		found += len(got)
		if slices.Equal(want, got) {
			equal++
			continue
		}
		for _, l := range want {
			if !slices.Contains(got, l) {
				t.Errorf("%s: the store does not find %s\n%s", sig.ID, l, query)
			}
		}
		for _, l := range got {
			if !slices.Contains(want, l) {
				t.Errorf("%s: the store finds %s\n%s", sig.ID, l, query)
			}
		}
	}
	for _, dg := range set.Diagnoses {
		data, _, err := set.Export(rules.Export{To: s.to, Selector: selector, Skip: true}, func(k, i string) bool { return k == "diagnosis" && i == dg.ID })
		if err != nil {
			continue
		}
		for query := range strings.SplitSeq(string(data), "\n\n") {
			if strings.Contains(query, "stats") || strings.Contains(query, "count_over_time") {
				s.count(t, query, to)
			} else {
				s.ask(t, query, from, to)
			}
		}
	}
	t.Logf("%d lines (%d samples in text formats left out); %d of %d signatures find the same lines as zlog (%d lines found), %d do not travel", len(lines), text, equal, asked, found, kept)
}

func post(t *testing.T, to, kind string, body io.Reader) {
	t.Helper()
	res, err := http.Post(to, kind, body)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if answer, _ := io.ReadAll(io.LimitReader(res.Body, 1<<20)); res.StatusCode >= 300 {
		t.Fatalf("%s: %s", res.Status, answer)
	}
}

func get(t *testing.T, from string) string {
	t.Helper()
	res, err := http.Get(from)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, 64<<20))
	if err != nil || res.StatusCode >= 300 {
		asked, _ := url.QueryUnescape(from)
		t.Fatalf("%s: %v %s\n%s", res.Status, err, answer, asked)
	}
	return string(answer)
}
