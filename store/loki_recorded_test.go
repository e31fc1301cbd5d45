package store

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"
)

// answeringLoki serves answers of a real Loki (main of November 2026), without their stats. answer gives the status
// and the file of each.
func answeringLoki(t *testing.T, answer func(r *http.Request) (status int, file string)) *loki {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status, file := answer(r)
		data, err := os.ReadFile(filepath.Join("testdata", "loki", file))
		if err != nil {
			t.Error(err)
		}
		w.WriteHeader(status)
		_, _ = w.Write(data)
	}))
	t.Cleanup(srv.Close)
	s, err := Open("loki+"+srv.URL, (&clock{}).options())
	if err != nil {
		t.Fatal(err)
	}
	return s.(*loki)
}

// recordedLoki answers by what a query begins with.
func recordedLoki(t *testing.T) (*loki, *[]string) {
	t.Helper()
	var asked []string
	return answeringLoki(t, func(r *http.Request) (int, string) {
		q := r.FormValue("query")
		asked = append(asked, q+" "+r.FormValue("start")+" "+r.FormValue("end"))
		if r.FormValue("limit") == "50000" {
			return http.StatusBadRequest, "limit.txt"
		}
		for text, file := range map[string]string{"count_over_time": "count.json", "bytes_over_time": "bytes.json", "min_over_time": "min.json", "max_over_time": "max.json"} {
			if strings.Contains(q, text) {
				return http.StatusOK, file
			}
		}
		return http.StatusOK, "lines.json"
	}), &asked
}

// recordedSpan is what the recorded answers are about.
var recordedSpan = Span{time.Date(2026, 11, 22, 19, 53, 14, 0, time.UTC), time.Date(2026, 11, 22, 19, 53, 39, 0, time.UTC)}

func TestLokiCounts(t *testing.T) {
	k, asked := recordedLoki(t)
	got, err := k.Presence(t.Context(), Selection{Query: `{case="x"}`, Label: "node", Span: recordedSpan}, 10*time.Second)
	if err != nil || len(got) != 9 {
		t.Fatalf("%d buckets, %v", len(got), err)
	}
	n := map[string]int64{}
	for _, b := range got {
		n[b.Node] += b.Count
		if b.Last.Before(b.First) || b.Bytes < b.Count || b.Last.Sub(b.First) > 10*time.Second {
			t.Errorf("%+v", b)
		}
	}
	if n["ctrl1"] != 181 || n["ctrl2"] != 73 || !got[0].First.Equal(time.UnixMilli(1795377194645)) {
		t.Errorf("%v, first %+v", n, got[0])
	}
	// The points stand at multiples of ten seconds and reach over both ends of the span.
	want := `sum by (node) (count_over_time({case="x", node=~".+"} [10s])) 1795377200000000000 1795377220000000000`
	if (*asked)[0] != want {
		t.Errorf("asked %s\nwant  %s", (*asked)[0], want)
	}
}

func TestLokiLines(t *testing.T) {
	k, asked := recordedLoki(t)
	var got []Line
	err := k.Lines(t.Context(), Selection{Label: "node", Span: recordedSpan}, &Want{Texts: [][]string{{"a.b", "c"}}, Plain: true}, func() { got = nil }, func(l Line) error { got = append(got, l); return nil })
	if err != nil || len(got) != 8 {
		t.Fatalf("%d lines, %v", len(got), err)
	}
	for i, l := range got {
		if !strings.HasPrefix(l.Text, `{"`) || !strings.HasPrefix(l.Node, "ctrl") || i > 0 && l.Time < got[i-1].Time {
			t.Errorf("%+v", l)
		}
	}
	// A level that Loki adds would part the lines of a node.
	if !strings.Contains((*asked)[0], `{node=~".+"} |~ "a\\.b" or "^[^{]" or "^\\{[^\"]" | label_format zlog_ts="{{ __timestamp__ | unixEpochNanos }}" | keep node, zlog_ts `) {
		t.Errorf("asked %s", (*asked)[0])
	}
}

func TestLokiRefusesTooHighALimit(t *testing.T) {
	k, _ := recordedLoki(t)
	_, _, err := k.some(t.Context(), Selection{Label: "node"}, "", 1, 2, 50_000, "forward")
	if err == nil || !strings.Contains(err.Error(), "max entries limit per query exceeded") || !halve(err) {
		t.Errorf("%v", err)
	}
}

// TestLokiThatMovesLinesOfOneTimeIsSetRight holds thirteen lines of one millisecond against the order of their file. The answers are
// those of a real Loki: it moved them, but not their first twelve alone, nor their last.
func TestLokiThatMovesLinesOfOneTimeIsSetRight(t *testing.T) {
	var asked []string
	s := answeringLoki(t, func(r *http.Request) (int, string) {
		asked = append(asked, r.FormValue("start")+" "+r.FormValue("end")+" "+r.FormValue("limit")+" "+r.FormValue("direction"))
		return http.StatusOK, map[string]string{"forward 5000": "crowd.json", "forward 12": "crowd-first.json", "backward 1": "crowd-last.json"}[r.FormValue("direction")+" "+r.FormValue("limit")]
	})
	from := time.Unix(0, 1795376318378000000)
	got, err := s.Windows(t.Context(), Selection{Query: `{case="x"}`, Label: "node"}, []Span{{from, from.Add(2 * time.Millisecond)}})
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, l := range got {
		order = append(order, gjson.Get(l.Text, "msg").String())
	}
	want, err := os.ReadFile(filepath.Join("testdata", "loki", "crowd.txt"))
	if err != nil || strings.Join(order, "\n") != strings.TrimSpace(string(want)) {
		t.Errorf("%v\n%s", err, strings.Join(order, "\n"))
	}
	// Questions begin a nanosecond before a whole millisecond: a chunk that ends with it is left out otherwise.
	if strings.Join(asked, "|") != "1795376318377999999 1795376318380000000 5000 forward|1795376318377999999 1795376318378000001 12 forward|1795376318377999999 1795376318378000001 1 backward" {
		t.Errorf("asked %q", asked)
	}
}
