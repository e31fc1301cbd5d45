package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"zlog/diagnosis"
)

// loudIDs gives the ids of the diagnoses of one log that are alarms.
func loudIDs(t *testing.T, lines string) []string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "ctrl1.log"), []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	r, _ := diagnosed(t, dir)
	var ids []string
	for _, d := range r.Diagnoses {
		if !quiet(d) && d.Role == diagnosis.RootCause {
			ids = append(ids, d.ID)
		}
	}
	return ids
}

const leads = `time="2026-11-22T19:00:00Z" level=info msg="starting ziti-controller" nodeId=ctrl1 version=v2.0.3
time="2026-11-22T19:00:05Z" level=info msg="election won" tally=1 term=2
time="2026-11-22T19:00:05Z" level=info msg="entering leader state" leader="Node at tls:127.0.0.1:6262 [Leader]"
`

// JSON has a wait in nanoseconds, text as a duration.
func TestOnlyWaitsOfMillisecondsAreTooTight(t *testing.T) {
	for wait, want := range map[string]bool{"60.5ms": true, "60500000": true, "299.9ms": true, "301ms": false, "3.0004s": false, "3000400000": false, "1m2s": false} {
		lines := leads
		for i := range 6 {
			lines += fmt.Sprintf("time=\"2026-11-22T19:01:%02dZ\" level=warning msg=\"failed to contact\" fields.time=%s server-id=ctrl%d\n", i, wait, 2+i%2)
		}
		lines += `time="2026-11-22T19:01:09Z" level=warning msg="failed to contact quorum of nodes, stepping down"` + "\n"
		if got := slices.Contains(loudIDs(t, lines), "timeouts-too-tight"); got != want {
			t.Errorf("%s: timeouts-too-tight is said: %v", wait, got)
		}
		// one loss tells as well, and says how short the time-out is
		once := leads + fmt.Sprintf("time=\"2026-11-22T19:01:09Z\" level=warning msg=\"failed to contact\" fields.time=%s server-id=ctrl2\n", wait)
		if got := slices.Contains(loudIDs(t, once), "timeouts-too-tight"); got {
			t.Errorf("%s: timeouts-too-tight is said of a leader that was missed for a moment and stays", wait)
		}
		once += `time="2026-11-22T19:01:09Z" level=warning msg="failed to contact quorum of nodes, stepping down"` + "\n"
		if got := slices.Contains(loudIDs(t, once), "timeouts-too-tight"); got != want {
			t.Errorf("%s, once: timeouts-too-tight is said: %v", wait, got)
		}
	}
}

// A joiner that has a higher term brought it along, unless it took entries in the leader's first: then it was elected.
func TestAHandOverRightAfterAJoinIsNoSecondCluster(t *testing.T) {
	const (
		joins  = `time="2026-11-22T19:01:00Z" level=info msg="updating configuration" command=AddVoter server-addr="tls:127.0.0.2:6262" server-id=ctrl2` + "\n"
		takes  = `time="2026-11-22T19:01:01Z" level=info msg="pipelining replication" peer="{Voter ctrl2 tls:127.0.0.2:6262}"` + "\n"
		passes = `time="2026-11-22T19:01:04Z" level=error msg="peer has newer term, stopping replication" peer="{Voter ctrl2 tls:127.0.0.2:6262}"` + "\n"
	)
	if got := loudIDs(t, leads+joins+takes+passes); len(got) > 0 {
		t.Errorf("handed over: %s is said", strings.Join(got, ", "))
	}
	if got := loudIDs(t, leads+joins+passes); !slices.Contains(got, "two-bootstrapped-clusters-joined") {
		t.Errorf("a higher term of its own: %v is said", got)
	}
}
