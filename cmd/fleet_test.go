package cmd

import (
	"bytes"
	"testing"
	"time"

	"zlog/diagnosis"
)

// TestARowOfTheFleetSaysWhatOneClusterAloneWould: the limits of its logs, and the exit status.
func TestARowOfTheFleetSaysWhatOneClusterAloneWould(t *testing.T) {
	at := time.Date(2026, 11, 22, 19, 36, 11, 0, time.UTC)
	sound := clusterRow{Cluster: "a", Verdict: diagnosis.Healthy}
	twice := clusterRow{Cluster: "b", Verdict: diagnosis.Healthy, Limits: []string{"lines-twice", "log-ends-early"}}
	full := clusterRow{Cluster: "c\x1b[2J", Verdict: diagnosis.Problem, RootCause: "disk-full", Title: "The disk is full", Since: diagnosis.Time{Time: at},
		Limits: []string{"log-not-given"}, worst: diagnosis.Critical}
	dark := clusterRow{Cluster: "d", Verdict: diagnosis.NotAssessable, Limits: []string{"log-not-given"}}
	broken := clusterRow{Cluster: "e", Verdict: diagnosis.NotAssessable, Error: "no answer"}
	var out bytes.Buffer
	if err := printFleet(&env{out: &out}, []clusterRow{sound, twice, full, dark, broken}); err != nil {
		t.Fatal(err)
	}
	if want := `cluster   verdict         since (UTC)          root cause
a         healthy
b         healthy                              lines-twice, log-ends-early
c\x1b[2J  problem         2026-11-22 19:36:11  The disk is full; log-not-given
d         not-assessable                       log-not-given
e         not-assessable                       no answer
5 clusters: 1 with a problem, 2 healthy, 2 not assessable
`; out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
	for _, c := range []struct {
		rows  []clusterRow
		limit diagnosis.Severity
		want  int
	}{
		{nil, diagnosis.Warning, exitOK},
		{[]clusterRow{sound, twice}, diagnosis.Info, exitOK},
		{[]clusterRow{full, sound}, diagnosis.Warning, exitFound},
		{[]clusterRow{full, sound}, "", exitOK},
		{[]clusterRow{full, dark}, diagnosis.Warning, exitTrouble},
		{[]clusterRow{dark}, "", exitTrouble},
		{[]clusterRow{broken, full}, diagnosis.Warning, exitTrouble},
	} {
		if got := fleetCode(c.rows, c.limit); got != c.want {
			t.Errorf("%v from %q: %d, want %d", c.rows, c.limit, got, c.want)
		}
	}
}
