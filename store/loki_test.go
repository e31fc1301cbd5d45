package store

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"
)

// TestLokiPagesOverEqualTimes serves a few lines, many of one time, in pages of a few, as Loki cuts them.
func TestLokiPagesOverEqualTimes(t *testing.T) {
	times := []int64{1, 2, 3, 3, 3, 3, 4, 5, 5, 5, 5, 5, 5, 5, 5, 6}
	for _, page := range []int{2, 3, 4, 5, 100} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			from, _ := strconv.ParseInt(r.FormValue("start"), 10, 64)
			to, _ := strconv.ParseInt(r.FormValue("end"), 10, 64)
			limit, _ := strconv.Atoi(r.FormValue("limit"))
			values := [][2]string{}
			for i, at := range times {
				if at >= from && at < to && len(values) < limit {
					values = append(values, [2]string{strconv.FormatInt(at, 10), fmt.Sprintf("line %d", i)})
				}
			}
			_ = json.NewEncoder(w).Encode(map[string]any{"status": "success", "data": map[string]any{"resultType": "streams",
				"result": []any{map[string]any{"stream": map[string]string{"node": "a"}, "values": values}}}})
		}))
		s, err := Open("loki+"+srv.URL, (&clock{}).options())
		if err != nil {
			t.Fatal(err)
		}
		k := s.(*loki)
		k.page = page
		var got []Line
		err = k.pages(t.Context(), Selection{Label: "node", Span: Span{time.Unix(0, 1), time.Unix(0, 7)}}, "{}", func(l Line) error { got = append(got, l); return nil })
		srv.Close()
		if err != nil || len(got) != len(times) {
			t.Fatalf("pages of %d: %d lines, want %d, %v", page, len(got), len(times), err)
		}
		for i, l := range got {
			if l.Text != fmt.Sprintf("line %d", i) {
				t.Errorf("pages of %d: line %d is %s", page, i, l.Text)
			}
		}
	}
}
