package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"
)

// entry is one line of a controller's JSON log as a formatter of logrus or slog gets it, or a line that no logger
// wrote (a panic), which has only raw.
type entry struct {
	raw      string
	at       time.Time
	level    string
	msg      string
	fn, file string
	data     []datum // sorted by key, without the five above
	raft     bool    // from the hclog adapter: func and file are data, and file has no line number
	since    time.Duration
}

// datum is one data key: its JSON, and what fmt prints for the Go value it came from.
type datum struct{ key, raw, text string }

// nodeLog is the log of one controller.
type nodeLog struct {
	name    string // without .log
	entries []entry
}

// loadCase reads the JSON logs of a folder.
func loadCase(t *testing.T, dir string) []nodeLog {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.log"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: no logs (%v)", dir, err)
	}
	sort.Strings(files)
	var logs []nodeLog
	addresses := map[string]string{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		n := nodeLog{name: strings.TrimSuffix(filepath.Base(f), ".log")}
		for line := range strings.SplitSeq(strings.TrimSuffix(string(b), "\n"), "\n") {
			n.entries = append(n.entries, readEntry(line, addresses))
		}
		logs = append(logs, n)
	}
	for i := range logs {
		logs[i].complete(addresses)
	}
	return logs
}

// readEntry takes a line apart; addresses learns who has which address.
func readEntry(line string, addresses map[string]string) entry {
	e := entry{raw: line}
	if !strings.HasPrefix(line, "{") || !gjson.Valid(line) {
		return e
	}
	gjson.Parse(line).ForEach(func(k, v gjson.Result) bool {
		switch k.Str {
		case "time":
			e.at, _ = time.Parse("2006-01-02T15:04:05.000Z", v.Str)
		case "level":
			e.level = v.Str
		case "msg":
			e.msg = v.Str
		case "func":
			e.fn = v.Str
		case "file":
			e.file = v.Str
		default:
			e.data = append(e.data, datum{key: k.Str, raw: v.Raw})
		}
		if id := v.Get("ID"); v.IsObject() && id.Exists() {
			addresses[id.Str] = v.Get("Address").Str
		}
		for _, s := range strings.Split(v.Str, "{Suffrage:")[1:] {
			var id, address string
			if n, _ := fmt.Sscanf(s, "Voter ID:%s Address:%s", &id, &address); n == 2 {
				addresses[id] = strings.TrimRight(address, "}]")
			}
		}
		return true
	})
	sort.SliceStable(e.data, func(i, j int) bool { return e.data[i].key < e.data[j].key })
	e.raft = strings.HasPrefix(e.fn, "github.com/hashicorp/raft.")
	return e
}

// complete gives each entry a time, the time since its process started, and its values as fmt prints them.
func (n *nodeLog) complete(addresses map[string]string) {
	var id string
	starts := map[int]bool{0: true}
	for i, e := range n.entries {
		if i > 0 && e.at.IsZero() {
			n.entries[i].at = n.entries[i-1].at
		}
		if e.msg != "starting ziti-controller" {
			continue
		}
		for _, d := range e.data {
			if d.key == "nodeId" {
				id = gjson.Parse(d.raw).Str
			}
		}
		for i > 0 && e.at.Sub(n.entries[i-1].at).Abs() < 300*time.Millisecond { // what it said before it named itself
			i--
		}
		starts[i] = true
	}
	address := addresses[id]
	if address == "" {
		address = "tls:192.0.2.1:6262"
	}
	var start time.Time
	for i := range n.entries {
		e := &n.entries[i]
		if starts[i] {
			start = e.at.Add(-12 * time.Millisecond)
		}
		e.since = e.at.Sub(start)
		for k := range e.data {
			e.data[k].text = printed(e, e.data[k], address)
		}
	}
}

// printed gives what fmt prints for the Go value that became this JSON (hashicorp/raft 1.7, openziti 1.1 and 1.6).
func printed(e *entry, d datum, address string) string {
	v := gjson.Parse(d.raw)
	switch {
	case v.Type == gjson.String:
		return v.Str
	case v.Type == gjson.Null:
		return "<nil>"
	case d.key == "fields.time" || strings.HasSuffix(d.key, "backoff time"):
		return time.Duration(v.Int()).String()
	case d.key == "command" && e.raft:
		return []string{"AddVoter", "AddNonvoter", "DemoteVoter", "RemoveServer"}[v.Int()]
	case v.Type != gjson.JSON:
		return v.Raw
	case v.Get("Suffrage").Exists():
		return fmt.Sprintf("{%s %s %s}", []string{"Voter", "Nonvoter"}[v.Get("Suffrage").Int()], v.Get("ID").Str, v.Get("Address").Str)
	case v.Get("IP").Exists():
		return v.Get("IP").Str + ":" + v.Get("Port").Raw
	case e.raft && d.key == "follower":
		return "Node at " + address + " [Follower]"
	case e.raft && d.key == "leader":
		return "Node at " + address + " [Leader]"
	case e.raft && d.key == "node":
		return "Node at " + address + " [Candidate]"
	case v.Raw == "{}":
		return "&{}"
	}
	var x any
	_ = json.Unmarshal([]byte(d.raw), &x)
	return fmt.Sprint(x)
}
