package store

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"
)

// standIn serves lines as Loki does where it shards queries (pkg/logql/accumulator.go, main of November 2026): a stream of each
// node, or of each node and time if the query makes a label of the time, sorted by a sort that moves equals. It refuses a
// limit of more than most.
func standIn(t *testing.T, lines []Line, most int) (*loki, *int) {
	t.Helper()
	asked := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		from, _ := strconv.ParseInt(r.FormValue("start"), 10, 64)
		to, _ := strconv.ParseInt(r.FormValue("end"), 10, 64)
		limit, _ := strconv.Atoi(r.FormValue("limit"))
		if limit > most {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = fmt.Fprintf(w, "max entries limit per query exceeded, limit > max_entries_limit_per_query (%d > %d)", limit, most)
			return
		}
		var found []Line
		for _, l := range lines {
			if l.Time >= from && l.Time < to && (!strings.Contains(r.FormValue("query"), `node="`) || strings.Contains(r.FormValue("query"), `node="`+l.Node+`"`)) {
				found = append(found, l)
			}
		}
		back := r.FormValue("direction") == "backward"
		if back {
			slices.Reverse(found)
		}
		type stream struct {
			Stream map[string]string `json:"stream"`
			Values [][2]string       `json:"values"`
		}
		var names []string
		of := map[string]*stream{}
		for _, l := range found[:min(limit, len(found))] {
			labels := map[string]string{"node": l.Node}
			at := strconv.FormatInt(l.Time, 10)
			if strings.Contains(r.FormValue("query"), "zlog_ts=") {
				labels["zlog_ts"] = at
			}
			name := l.Node + labels["zlog_ts"]
			if of[name] == nil {
				names = append(names, name)
				of[name] = &stream{Stream: labels}
			}
			of[name].Values = append(of[name].Values, [2]string{at, l.Text})
		}
		sort.Strings(names)
		var result []*stream
		for _, name := range names {
			v := of[name].Values
			for range 2 { // once when it is taken in, the other way about, and once when it is given
				back = !back
				sort.Slice(v, func(i, j int) bool { return v[i][0] == v[j][0] || (v[i][0] < v[j][0]) != back })
			}
			result = append(result, of[name])
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"status": "success", "data": map[string]any{"resultType": "streams", "result": result}})
	}))
	t.Cleanup(srv.Close)
	s, err := Open("loki+"+srv.URL, (&clock{}).options())
	if err != nil {
		t.Fatal(err)
	}
	return s.(*loki), &asked
}

// TestLokiGivesEachLineOnceAndInOrder reads lines, many of one time, in pages of a few.
func TestLokiGivesEachLineOnceAndInOrder(t *testing.T) {
	var lines []Line
	for i, n := range []int{1, 2, 4, 1, 7, 13, 24, 1, 3, 12} { // lines of one time
		for range n {
			lines = append(lines, Line{"a", int64(i + 1), fmt.Sprintf("line %d", len(lines))})
		}
		lines = append(lines, Line{"b", int64(i + 1), fmt.Sprintf("line %d", len(lines))})
	}
	for _, page := range []int{2, 3, 4, 5, 12, 25, 26, 100} {
		k, _ := standIn(t, lines, 1000)
		k.page = page
		var got, want []string
		err := k.pages(t.Context(), Selection{Label: "node", Span: Span{time.Unix(0, 1), time.Unix(0, 11)}}, "", func(l Line) error {
			got = append(got, l.Node+" "+l.Text)
			return nil
		})
		for _, l := range lines {
			want = append(want, l.Node+" "+l.Text)
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("pages of %d: %v\ngot  %s\nwant %s", page, err, got, want)
		}
	}
}

// TestLokiThatAllowsFewerLinesIsAskedForFewer: the limit that its refusal names is taken.
func TestLokiThatAllowsFewerLinesIsAskedForFewer(t *testing.T) {
	var lines []Line
	for i := range 1000 {
		lines = append(lines, Line{"a", int64(i + 1), fmt.Sprintf("line %d", i)})
	}
	k, asked := standIn(t, lines, 300)
	n := 0
	err := k.pages(t.Context(), Selection{Label: "node", Span: Span{time.Unix(0, 1), time.Unix(0, 2000)}}, "", func(Line) error { n++; return nil })
	if err != nil || n != 1000 || k.limit() != 300 || *asked > 6 {
		t.Errorf("%d lines, %v, pages of %d, %d questions", n, err, k.limit(), *asked)
	}
}

// TestLokiSaysThatOneTimeHasTooManyLines: lines between the first page of a time and its last are not left out in silence.
func TestLokiSaysThatOneTimeHasTooManyLines(t *testing.T) {
	var lines []Line
	for i := range 900 {
		lines = append(lines, Line{"a", 5, fmt.Sprintf("line %d", i)})
	}
	k, _ := standIn(t, lines, 300)
	err := k.pages(t.Context(), Selection{Label: "node", Span: Span{time.Unix(0, 1), time.Unix(0, 9)}}, "", func(Line) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "more than 600 lines at 1970-01-01T00:00:00.000000005Z") {
		t.Errorf("%v", err)
	}
}

func TestLokiPutsItsMatcherIntoTheBraces(t *testing.T) {
	k := &loki{}
	for q, want := range map[string]string{
		``:                            `{node=~".+"}`,
		`{app="x"}`:                   `{app="x", node=~".+"}`,
		`{app="}"} |= "y"`:            `{app="}", node=~".+"} |= "y"`,
		"{app=~`a}\\`, b=\"\\\"}\",}": "{app=~`a}\\`, b=\"\\\"}\", node=~\".+\"}",
		`|= "y"`:                      `{node=~".+"} |= "y"`,
	} {
		if got := k.stream(Selection{Query: q, Label: "node"}); got != want {
			t.Errorf("%s: %s, want %s", q, got, want)
		}
	}
}
