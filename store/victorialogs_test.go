package store

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// recorded serves an answer of a real VictoriaLogs 1.26 for queries that hold a text, and notes what was asked.
func recorded(t *testing.T, files map[string]string) (*victoriaLogs, *[]string) {
	t.Helper()
	var asked []string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.FormValue("query")
		asked = append(asked, r.URL.Path+" "+q)
		for text, file := range files {
			if strings.Contains(q, text) {
				data, err := os.ReadFile(filepath.Join("testdata", "victorialogs", file))
				if err != nil {
					t.Error(err)
				}
				_, _ = w.Write(data)
				return
			}
		}
		http.Error(w, "cannot parse query: unexpected pipe", http.StatusBadRequest)
	}))
	t.Cleanup(srv.Close)
	s, err := Open("victorialogs+"+srv.URL, (&clock{}).options())
	if err != nil {
		t.Fatal(err)
	}
	return s.(*victoriaLogs), &asked
}

func TestVictoriaLogsCounts(t *testing.T) {
	v, asked := recorded(t, map[string]string{"stats by": "presence.ndjson"})
	sel := hour()
	sel.Query = `{case="x"}`
	got, err := v.Presence(t.Context(), sel, 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	n := map[string]int64{}
	for i, b := range got {
		n[b.Node] += b.Count
		if i > 0 && b.First.Before(got[i-1].First) || b.Last.Before(b.First) || b.Bytes == 0 {
			t.Errorf("bucket %d: %+v", i, b)
		}
	}
	if n["ctrl1"] != 118 || n["ctrl2"] != 99 {
		t.Errorf("%v", n)
	}
	want := `/select/logsql/query _time:[2026-11-22T19:00:00Z, 2026-11-22T20:00:00Z) ({case="x"}) "node":* | stats by (_time:10s, "node") count() n, sum_len(_msg) b, min(_time) lo, max(_time) hi`
	if (*asked)[0] != want {
		t.Errorf("asked %s\nwant  %s", (*asked)[0], want)
	}
}

func TestVictoriaLogsLines(t *testing.T) {
	v, asked := recorded(t, map[string]string{"_time": "lines.ndjson"})
	var got []Line
	err := v.Lines(t.Context(), hour(), &Want{Texts: [][]string{{`a "b"`}, {"c.d", "e"}}, Plain: true}, func() { got = nil }, func(l Line) error { got = append(got, l); return nil })
	if err != nil || len(got) != 8 {
		t.Fatalf("%d lines, %v", len(got), err)
	}
	for _, l := range got {
		if !strings.HasPrefix(l.Text, `{"`) || !strings.HasSuffix(l.Text, "}") || l.Node != "ctrl1" && l.Node != "ctrl2" || l.Time < began.UnixNano() {
			t.Errorf("%+v", l)
		}
	}
	if q := (*asked)[1]; !strings.Contains(q, `(_msg:~"a \"b\"" or (_msg:~"c\\.d" _msg:~"e") or !_msg:~"^\\s*\\{\"") | fields _time, _msg, "node"`) {
		t.Errorf("asked %s", q)
	}
}

func TestVictoriaLogsSaysWhatIsWrong(t *testing.T) {
	v, _ := recorded(t, nil)
	_, err := v.Presence(t.Context(), hour(), time.Second)
	if err == nil || !strings.Contains(err.Error(), "status 400: cannot parse query") {
		t.Errorf("%v", err)
	}
}

// answered gives the lines that are read from a store which answers each question with one row, and the questions.
func answered(t *testing.T, row string) (got []Line, asked []string) {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.FormValue("query"))
		fmt.Fprintln(w, row)
	}))
	defer srv.Close()
	s, err := Open("victorialogs+"+srv.URL, (&clock{}).options())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Lines(t.Context(), hour(), &Want{Texts: [][]string{{"other"}}}, func() {}, func(l Line) error { got = append(got, l); return nil }); err != nil {
		t.Fatal(err)
	}
	return got, asked
}

func TestWhatWasParsedIsFetchedWholeAndPutTogether(t *testing.T) {
	got, asked := answered(t, `{"_time":"2026-11-22T19:00:01.5Z","_stream":"{}","_msg":"hello \"you\"","node":"a","level":"info","file":"x.go:1","term":"2"}`)
	want := `{"file":"x.go:1","level":"info","msg":"hello \"you\"","term":"2","time":"2026-11-22T19:00:01.5Z"}`
	if len(got) != 1 || got[0].Text != want || strings.Contains(asked[1], "other") {
		t.Errorf("%+v, asked %s", got, asked)
	}
}

// TestALineInAnotherFieldIsFetchedFromThere: VictoriaLogs puts a text of its own where a shipper named no _msg. The row is one of a real
// 1.26, of a line in Fluent Bit's field.
func TestALineInAnotherFieldIsFetchedFromThere(t *testing.T) {
	got, asked := answered(t, `{"_time":"2026-11-22T19:42:18.625Z","_stream_id":"0000000000000000a4531e8c74313e45","_stream":"{node=\"ctrl1\"}","_msg":"missing _msg field; see https://docs.victoriametrics.com/victorialogs/keyconcepts/#message-field","kubernetes.pod_name":"ctrl1","node":"ctrl1","stream":"stderr","log":"{\"level\":\"warning\",\"msg\":\"x\"}\n"}`)
	if len(got) != 1 || got[0].Text != `{"level":"warning","msg":"x"}` || strings.Contains(asked[1], "other") || strings.Contains(asked[1], "| fields") {
		t.Errorf("%+v, asked %q", got, asked)
	}
}

// TestALineOfAJournalIsNoParsedRecord: VictoriaLogs adds a level to every line of a journal, as this row of a real 1.26, sent
// by systemd-journal-upload. A dump's lines are still text.
func TestALineOfAJournalIsNoParsedRecord(t *testing.T) {
	got, asked := answered(t, `{"_time":"2026-11-27T12:31:25.929017Z","_stream_id":"000000000000000087d3fb4d2096f5d39cdb5fb9beb4d1fc","_stream":"{_HOSTNAME=\"ctrl2\",_SYSTEMD_UNIT=\"ziti-controller.service\"}","_msg":"goroutine 1 gp=0x2c0e8d2941e0 m=nil [select]:","PRIORITY":"6","SYSLOG_IDENTIFIER":"ziti","_HOSTNAME":"ctrl2","_SYSTEMD_UNIT":"ziti-controller.service","_TRANSPORT":"stdout","level":"info"}`)
	if len(got) != 1 || got[0].Text != "goroutine 1 gp=0x2c0e8d2941e0 m=nil [select]:" || !strings.Contains(asked[1], "| fields") {
		t.Errorf("%+v, asked %q", got, asked)
	}
}
