package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"zlog/diagnosis"
)

// healthyLogs gives the lines of every log of the healthy cases, file by file.
func healthyLogs(t *testing.T) (names []string, logs map[string][]string) {
	t.Helper()
	dir := cmp.Or(os.Getenv("ZLOG_CORPUS"), filepath.Join("testdata", "logs"))
	files, err := filepath.Glob(filepath.Join(dir, "*healthy*", "*.log"))
	if err != nil || len(files) == 0 {
		t.Skipf("NOT TESTED: no healthy logs in %s; set ZLOG_CORPUS to a folder with some", dir)
	}
	logs = map[string][]string{}
	for _, f := range files {
		in, err := os.Open(f)
		if err != nil {
			t.Fatal(err)
		}
		sc := bufio.NewScanner(in)
		sc.Buffer(nil, 1<<20)
		for sc.Scan() {
			logs[f] = append(logs[f], sc.Text())
		}
		in.Close()
		if err := sc.Err(); err != nil {
			t.Fatal(err)
		}
		names = append(names, f)
	}
	return names, logs
}

// noAlarm diagnoses lines and fails on anything above info.
func noAlarm(t *testing.T, what string, lines []string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ctrl1.log")
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errOut := zlog(t, "", "diagnose", "-o", "json", "--no-ignore", file)
	var r diagnosis.Result
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("%s: exit %d: %v\n%s", what, code, err, errOut)
	}
	for _, d := range r.Diagnoses {
		if d.Severity.Rank() > diagnosis.Info.Rank() {
			t.Errorf("%s: %s (%s): %s", what, d.ID, d.Severity, d.Summary)
			for _, e := range d.Evidence {
				t.Logf("  line %d: %s", e.Line, e.Text)
			}
		}
	}
}

// Lines are drawn at random from each log and keep their order in it, as a filter of a log store leaves them: half of
// what happened is missing, and nothing may be concluded from that.
func TestTenThousandRandomHealthyLinesRaiseNothing(t *testing.T) {
	names, logs := healthyLogs(t)
	r := rand.New(rand.NewPCG(3, 2026))
	drawn := 0
	for round := 0; drawn < 10_000; round++ {
		name := names[r.IntN(len(names))]
		all := logs[name]
		some := r.Perm(len(all))[:min(len(all), 300+r.IntN(700))]
		sort.Ints(some)
		var lines []string
		for _, i := range some {
			lines = append(lines, all[i])
		}
		drawn += len(lines)
		noAlarm(t, fmt.Sprintf("draw %d from %s", round, name), lines)
		if round > 1000 {
			t.Fatal("too few healthy lines")
		}
	}
	t.Logf("%d lines", drawn)
}

// Words that alarm, and words that do not, in sentences that mean nothing.
var (
	subjects = strings.Split("the leader,a follower,the cluster,our router,the certificate,the old database,nobody,the panic button,"+
		"a goroutine,every peer,the election,the snapshot,the quorum of the board,the connection,a raft of ducks,the disk", ",")
	doings = strings.Split("lost,refused,expired on,failed,timed out with,panicked at,elected,stepped down from,rejected,restarted,closed,"+
		"could not reach,was shutting down,removed,added,forgot,ran out of memory near,was denied permission by", ",")
	ends = strings.Split("the connection,all contact,a new leader,the log of last winter,peer disconnected signs,no space left on the shelf,"+
		"the heartbeat of the city,an error in the minutes,the vote,its members,a fatal error of judgement,entering leader state capitals,"+
		"not found anywhere,the invalid database of names,i/o and timeout tables,tls: the lost series,x509: a robot", ",")
)

func TestAThousandLinesOfProseRaiseNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 2026))
	pick := func(words []string) string { return words[r.IntN(len(words))] }
	var lines []string
	for range 1000 {
		s := pick(subjects) + " " + pick(doings) + " " + pick(ends)
		lines = append(lines, strings.ToUpper(s[:1])+s[1:]+pick([]string{".", "!", "; it was so.", ": error."}))
	}
	noAlarm(t, "prose", lines)
	for i := range lines { // and as messages of a program
		lines[i] = fmt.Sprintf(`{"level":"error","msg":%q,"time":"2026-11-22T19:%02d:%02d.000Z"}`, lines[i], i/60%60, i%60)
	}
	noAlarm(t, "prose as messages", lines)
}
