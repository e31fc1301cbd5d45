//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestAFleetOfAHundredClusters loads a hundred clusters into a real VictoriaLogs and has zlog diagnose all of them: in bounded memory,
// each as it is diagnosed alone, and three workers with --shard together as one without.
func TestAFleetOfAHundredClusters(t *testing.T) {
	const clusters = 100
	const most = 200 << 20 // of all that the process takes; 45 MB were measured
	base := strings.TrimSuffix(os.Getenv("ZLOG_TEST_VICTORIALOGS_URL"), "/")
	if base == "" {
		t.Skip("NOT TESTED: set ZLOG_TEST_VICTORIALOGS_URL to the URL of a VictoriaLogs on loopback")
	}
	loader := filepath.Join("..", "shared", "engines", "load.py")
	found, err := filepath.Glob(filepath.Join("..", "shared", "corpus", "*", "expect.json"))
	if _, stat := os.Stat(loader); stat != nil || err != nil || len(found) < 60 {
		t.Skipf("NOT TESTED: the corpus or its loader is missing (%d cases, %v)", len(found), stat)
	}
	asked := []string{"--from", "victorialogs+" + base, "--since", "2023-11-01", "--until", "2026-12-01"}
	have := func() map[string]map[string]any { return fleetRows(t, most, asked) }
	if rows := have(); len(rows) < clusters {
		for i := range clusters {
			dir := filepath.Dir(found[i%len(found)])
			name := fmt.Sprintf("c%03d-%s", i, filepath.Base(dir))
			if out, err := exec.Command("python3", loader, "victorialogs", base, dir, "cluster="+name).CombinedOutput(); err != nil {
				t.Fatalf("load.py: %v\n%s", err, out)
			}
		}
	}
	all := have()
	for stored := ""; ; all = have() { // until all is there and stays
		now := fmt.Sprint(all)
		if len(all) >= clusters && now == stored {
			break
		}
		stored = now
		if t.Context().Err() != nil {
			t.Fatal("the lines did not appear in the store")
		}
		time.Sleep(500 * time.Millisecond) // until the store shows what it took; go test -timeout ends it
	}
	shared := map[string]map[string]any{}
	for _, shard := range []string{"1/3", "2/3", "3/3"} {
		rows := fleetRows(t, most, asked, "--shard", shard)
		if len(rows) == 0 || len(rows) == len(all) {
			t.Errorf("worker %s has %d of %d clusters", shard, len(rows), len(all))
		}
		for name, row := range rows {
			if shared[name] != nil {
				t.Errorf("%s is the work of two workers", name)
			}
			shared[name] = row
		}
	}
	if a, b := fmt.Sprint(all), fmt.Sprint(shared); a != b {
		t.Errorf("three workers say\n%s\none says\n%s", b, a)
	}
	for name, row := range all {
		alone := reportOf(t, append([]string{"diagnose", "-o", "json", "--query", `{cluster="` + name + `"}`}, asked...)...)
		cause, since := "", any(nil)
		if ds := alone["diagnoses"].([]any); len(ds) > 0 && ds[0].(map[string]any)["role"] == "root-cause" {
			d := ds[0].(map[string]any)
			cause, since = d["id"].(string), d["first"]
		}
		if row["verdict"] != alone["verdict"] || row["root_cause"] != cause || cause != "" && fmt.Sprint(row["since"]) != fmt.Sprint(since) {
			t.Errorf("%s: fleet says %v, diagnose alone %v %s since %v", name, row, alone["verdict"], cause, since)
		}
	}
	t.Logf("%d clusters", len(all))
}

// fleetRows gives the rows of zlog fleet by cluster, and holds what memory the process took against a bound.
func fleetRows(t *testing.T, most int64, args ...any) map[string]map[string]any {
	t.Helper()
	line := []string{"fleet", "-o", "json", "--fail-on", "never", "--cluster-label", "cluster"}
	for _, a := range args {
		switch a := a.(type) {
		case []string:
			line = append(line, a...)
		case string:
			line = append(line, a)
		}
	}
	c := process(t, "", line...)
	var out, said bytes.Buffer
	c.Stdout, c.Stderr = &out, &said
	err := c.Run()
	if strings.Contains(said.String(), "has no line with the labels") {
		return nil
	}
	if use, ok := c.ProcessState.SysUsage().(*syscall.Rusage); ok {
		t.Logf("%v: %d MB", args[1:], use.Maxrss>>10)
		if use.Maxrss<<10 > most {
			t.Errorf("fleet took %d MB", use.Maxrss>>10)
		}
	}
	var r struct{ Clusters []map[string]any }
	if jerr := json.Unmarshal(out.Bytes(), &r); jerr != nil || status(t, err) != "0" {
		t.Fatalf("%v, %v, and said: %s", err, jerr, said.String())
	}
	rows := map[string]map[string]any{}
	for _, row := range r.Clusters {
		rows[row["cluster"].(string)] = row
	}
	return rows
}
