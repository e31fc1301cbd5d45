package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"zlog/diagnosis"
	"zlog/event"
)

// The texts that OpenZiti's page on monitoring and troubleshooting HA tells operators to grep for, with the text that
// the product logs where the page's is a name that it never does.
var pageTexts = []struct{ page, logged, signature string }{
	{"cluster running without leader for longer than configured threshold", "", "leaderless-threshold"},
	{"entering read-only mode", "peer ctrl2 has version v2.0.1, not matching local version v2.0.3, entering read-only mode", "entering-readonly"},
	{"exiting read-only mode", "cluster back at uniform version, exiting read-only mode", "exiting-readonly"},
	{"peer disconnected", "", "peer-disconnected"},
	{"non-preferred controller gained leadership", "non-preferred controller gained leadership, scheduling transfer in 10s", "non-preferred-leader"},
	{"transferring leadership to preferred leader", "", "preferred-transfer"},
	{"leadership transfer to preferred leader failed, will try next", "", "preferred-transfer-failed"},
	{"no preferred leader peers are connected, retaining leadership", "", "no-preferred-connected"},
	{"ClusterHasNoLeaderError", "Cluster has no leader, unable to make model updates.", "cluster-no-leader"},
	{"restored snapshot to initialized system, restart required", "", "snapshot-restart-required"},
}

func TestEveryTextOfTheMonitoringPageIsKnown(t *testing.T) {
	set := builtInPack(t)
	m := set.Matcher()
	for _, x := range pageTexts {
		t.Run(x.page, func(t *testing.T) {
			logged := x.logged
			if logged == "" {
				logged = x.page
			}
			var ids []string
			everyRecord(line("info", logged, 0), func(e *event.Event) {
				for _, got := range m.Match(e) {
					ids = append(ids, got.Signature)
				}
			})
			if strings.Join(ids, " ") != x.signature {
				t.Errorf("%q is %v, want %s", logged, ids, x.signature)
			}
			if sig := set.Signature(x.signature); sig == nil || sig.Meaning.Get() == "" || len(sig.Causes.Get()) == 0 {
				t.Errorf("%s does not say what it means and why", x.signature)
			}
		})
	}
}

func line(level, msg string, at int, more ...string) string {
	return fmt.Sprintf(`{"level":%q,"msg":%q,%s"time":"2026-11-22T%02d:%02d:%02d.000Z"}`+"\n", level, msg, strings.Join(more, ""), 3+at/3600, at/60%60, at%60)
}

// The symptoms that the page describes, each with the diagnoses that it may turn out to be. What it puts down to metrics
// alone is known by the lines that come with it.
var pageSymptoms = map[string][]string{
	"ClusterHasNoLeaderError on writes":               {"quorum-loss", "network-partition", "cluster-no-leader"},
	"Cluster in read-only mode":                       {"version-mismatch-read-only", "rolling-upgrade", "readonly-write-refused"},
	"Leadership flapping":                             {"leadership-flapping", "timeouts-too-tight", "preferred-transfer-failed"},
	"Peer connectivity flapping":                      {"network-partition", "process-frozen", "restart-loop", "peer-heartbeat-timeout"},
	"Slow writes / high commit latency":               {"write-rate-limited", "command-queue-full", "raft-enqueue-timeout"},
	"Disk usage growing unexpectedly on a controller": {"disk-full", "raft-take-snapshot-failed", "raft-snapshot-store-failed"},
	"A new controller can't join the cluster": {"join-unreachable", "cluster-id-mismatch", "certificate-wrong-ca", "certificate-no-spiffe-id",
		"certificate-id-mismatch", "incompatible-versions", "two-bootstrapped-clusters-joined"},
}

func TestEverySymptomOfTheMonitoringPageIsKnown(t *testing.T) {
	set := builtInPack(t)
	if len(pageSymptoms) != 7 {
		t.Errorf("%d symptoms", len(pageSymptoms))
	}
	for symptom, ids := range pageSymptoms {
		for _, id := range ids {
			if set.Diagnosis(id) == nil && set.Signature(id) == nil {
				t.Errorf("%s: no rule %s", symptom, id)
			}
		}
	}
}

func TestAConnectionThatBreaksAgainAndAgainIsTold(t *testing.T) {
	log := func(times, every int) string {
		s := line("info", "starting ziti-controller", 0, `"nodeId":"ctrl1","version":"v2.0.3",`)
		for i := range times {
			s += line("error", "heartbeat not received in time, closing link", 60+i*every, `"channelId":"ctrl3","channelType":"router",`)
			s += line("info", "peer connected", 70+i*every, `"peerId":"ctrl3","peerAddr":"tls:10.0.0.3:1280",`)
		}
		return s
	}
	for name, x := range map[string]struct {
		log  string
		want bool
	}{"five in ten minutes": {log(5, 120), true}, "one": {log(1, 1), false}, "one in an hour": {log(5, 3600), false}} {
		_, out, errOut := zlog(t, x.log, "diagnose", "-o", "json")
		var r diagnosis.Result
		if err := json.Unmarshal([]byte(out), &r); err != nil {
			t.Fatal(err, errOut)
		}
		found := false
		for _, d := range r.Diagnoses {
			found = found || d.ID == "network-partition" && strings.Contains(d.Summary, "ctrl3")
		}
		if found != x.want {
			t.Errorf("%s: found %v, want %v: %v", name, found, x.want, r.Diagnoses)
		}
	}
}

func TestWhatThePageSaysNotToAlertOnIsNoProblem(t *testing.T) {
	start := line("info", "starting ziti-controller", 0, `"nodeId":"ctrl1","version":"v2.0.3",`)
	for name, log := range map[string]string{
		"one peer that disconnects": start + line("info", "peer disconnected", 60, `"peerId":"ctrl3","peerAddr":"tls:10.0.0.3:1280",`),
		"one that connects":         start + line("info", "peer connected", 60, `"peerId":"ctrl3","peerAddr":"tls:10.0.0.3:1280",`),
		"leadership gained":         start + line("info", "entering leader state", 60, `"leader":"ctrl1",`),
		"leadership lost":           start + line("info", "entering follower state", 60, `"leader-id":"ctrl2","leader-address":"tls:10.0.0.2:1280",`),
		"an event of each": `{"namespace":"cluster","event_src_id":"ctrl1","timestamp":"2026-11-22T03:00:01.000000001Z","eventType":"peer.disconnected","index":7,"peers":[{"id":"ctrl3","addr":"tls:10.0.0.3:1280"}]}` + "\n" +
			`{"namespace":"cluster","event_src_id":"ctrl1","timestamp":"2026-11-22T03:00:05.000000001Z","eventType":"leadership.lost","index":8,"leaderId":"ctrl2"}` + "\n",
		"a follower that answers 429": start + line("info", "health check: GET /health-checks/controller/raft 429", 60),
	} {
		if code, out, errOut := zlog(t, log, "diagnose"); code != 0 || !strings.HasPrefix(out, "✔ healthy") {
			t.Errorf("%s: exit %d\n%s%s", name, code, out, errOut)
		}
	}
}

func TestEveryDiagnosisSaysAllThatAnOperatorNeeds(t *testing.T) {
	set := builtInPack(t)
	for _, d := range set.Diagnoses {
		if d.Cause == "" || d.Summary == "" || len(d.Remedy.Get()) == 0 || len(d.Confirm.Get()) == 0 || len(d.Rivals.Get()) == 0 || len(d.References) == 0 {
			t.Errorf("%s lacks a cause, summary, remedy, confirm step, rival or reference", d.ID)
		}
	}
}
