package cmd

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// shelf answers as VictoriaLogs does the few kinds of questions that following asks, with lines of one node that it is given.
type shelf struct {
	mu    sync.Mutex
	lines []string
}

var askedSpan = regexp.MustCompile(`_time:\[([^,]+), ([^)]+)\)`)

func (s *shelf) put(lines ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range lines {
		s.lines = append(s.lines, strings.TrimSpace(l))
	}
}

func (s *shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := r.FormValue("query")
	span := askedSpan.FindStringSubmatch(q)
	if span == nil {
		http.Error(w, "no span in "+q, http.StatusBadRequest)
		return
	}
	from, err1 := time.Parse(time.RFC3339Nano, span[1])
	to, err2 := time.Parse(time.RFC3339Nano, span[2])
	if err1 != nil || err2 != nil {
		http.Error(w, "no times in "+q, http.StatusBadRequest)
		return
	}
	out := json.NewEncoder(w)
	count, first, last := 0, "", ""
	for _, l := range s.lines {
		var rec struct{ Time time.Time }
		if json.Unmarshal([]byte(l), &rec) != nil || rec.Time.Before(from) || !rec.Time.Before(to) {
			continue
		}
		at := rec.Time.Format(time.RFC3339Nano)
		if count++; first == "" {
			first = at
		}
		last = at
		if !strings.Contains(q, "| stats by") {
			_ = out.Encode(map[string]string{"_time": at, "_msg": l, "node": "ctrl1"})
		}
	}
	if count > 0 && strings.Contains(q, "| stats by") {
		_ = out.Encode(map[string]string{"node": "ctrl1", "n": fmt.Sprint(count), "b": "1", "lo": first, "hi": last})
	}
}

// TestAFollowedStoreIsGoneOnWith: with --state a run that begins again reads the store's lines once more and says nothing twice; what came
// while nobody followed is said.
func TestAFollowedStoreIsGoneOnWith(t *testing.T) {
	log, lost, back := quorumLoss(t)
	s := &shelf{}
	server := httptest.NewServer(s)
	defer server.Close()
	state := filepath.Join(t.TempDir(), "state")
	start := func() *following {
		return startFollow(t, nil, "-o", "json", "--from", "victorialogs+"+server.URL, "--since", "2026-11-22T00:00:00Z", "--state", state)
	}
	s.put(log[:lost]...)
	run := start()
	run.out.wait(t, `"event":"open","diagnosis":{"id":"quorum-loss"`)
	run.end(t)
	first, report := run.events(t)
	if report == nil || !strings.Contains(short(first), "open quorum-loss") || strings.Contains(short(first), "resolved quorum-loss") {
		t.Fatalf("said %s, and %v", short(first), report)
	}

	s.put(log[lost:back]...)
	run = start()
	run.out.wait(t, `"event":"resolved"`)
	run.end(t)
	second, _ := run.events(t)
	if got := short(second); strings.Contains(got, "open quorum-loss") || !strings.Contains(got, "resolved quorum-loss") {
		t.Errorf("what was told already was told again: %s", got)
	}

	s.put(`{"error":"failed to create snapshot: write /data/snapshots/2-286.tmp/meta.json: no space left on device","level":"error","msg":"failed to install snapshot","peer":"ctrl3","time":"2026-11-22T19:59:00.000Z"}`)
	run = start()
	run.out.wait(t, `"event":"open"`)
	run.end(t)
	third, _ := run.events(t)
	if len(third) == 0 || strings.Contains(short(third), "quorum") {
		t.Errorf("only the disk is new: %s", short(third))
	}
}
