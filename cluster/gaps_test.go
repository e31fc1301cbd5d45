package cluster

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"zlog/diagnosis"
	"zlog/event"
)

// pairOf gives the first lines of two nodes that know each other, and of which the first replicates to the second.
func pairOf(more ...string) []string {
	return append([]string{"ctrl1 0 started id=ctrl1", "ctrl2 0 started id=ctrl2", "ctrl1 1 storage-opened", "ctrl2 1 storage-opened", "ctrl1 1 became-follower", "ctrl2 1 became-follower",
		"ctrl1 2 peer-connected peer=ctrl2 address=tls:b:1", "ctrl2 2 peer-connected peer=ctrl1 address=tls:a:1"}, more...)
}

// entries gives the lines with which a node applies the raft entries from one index to another, one a second from a time on.
func entries(node string, at, from, to int) []string {
	var out []string
	for i := from; i <= to; i++ {
		out = append(out, fmt.Sprintf("%s %d applied index=%d type=Update", node, at+i-from, i))
	}
	return out
}

func lines(all ...[]string) []string {
	var out []string
	for _, l := range all {
		out = append(out, l...)
	}
	return out
}

// limitsOf gives the ids of the limits of a story.
func limitsOf(us []diagnosis.Unassessed) string {
	var ids []string
	for _, u := range us {
		ids = append(ids, u.ID)
	}
	return strings.Join(ids, " ")
}

func TestACutLogIsNoKilledProcess(t *testing.T) {
	const lost, again = "ctrl1 %d peer-disconnected peer=ctrl2 address=tls:b:1", "ctrl2 60 started id=ctrl2"
	for _, x := range []struct {
		name, killed, limits string
		lines                []string
	}{
		{"its log ends when it is lost", "ctrl2", "",
			lines(pairOf(), entries("ctrl1", 10, 5, 14), entries("ctrl2", 10, 5, 14), []string{fmt.Sprintf(lost, 20), again, "ctrl2 61 storage-opened", "ctrl2 90 stopping", "ctrl1 90 stopping"})},
		{"one entry was on its way", "ctrl2", "",
			lines(pairOf(), entries("ctrl1", 10, 5, 14), entries("ctrl2", 10, 5, 13), []string{fmt.Sprintf(lost, 20), again, "ctrl2 61 storage-opened", "ctrl2 90 stopping", "ctrl1 90 stopping"})},
		{"others apply what its log lacks, and lose it later", "", "log-has-a-hole",
			lines(pairOf(), entries("ctrl1", 10, 5, 24), entries("ctrl2", 10, 5, 9), []string{fmt.Sprintf(lost, 40), again, "ctrl2 61 storage-opened", "ctrl2 90 stopping", "ctrl1 90 stopping"})},
		{"others never lose it", "", "log-has-a-hole",
			lines(pairOf(), entries("ctrl1", 10, 5, 9), entries("ctrl2", 10, 5, 9), []string{again, "ctrl2 61 storage-opened", "ctrl1 90 stopping", "ctrl2 90 stopping"})},
		{"it is alone", "ctrl2", "", []string{"ctrl2 0 started id=ctrl2", "ctrl2 1 storage-opened", "ctrl2 1 became-follower", again, "ctrl2 61 storage-opened", "ctrl2 90 stopping"}},
		{"it is not known how the clocks compare", "ctrl2", "", []string{"ctrl1 0 started id=ctrl1", "ctrl1 1 follows", "ctrl2 0 started id=ctrl2",
			"ctrl1 2 peer-connected peer=ctrl2 address=tls:b:1", again, "ctrl2 61 waiting", "ctrl2 90 stopping", "ctrl1 90 stopping"}},
		{"its log stops and its port is closed", "ctrl2", "log-ends-early", lines(pairOf(), entries("ctrl1", 10, 5, 9), entries("ctrl2", 10, 5, 9),
			[]string{fmt.Sprintf(lost, 15), "ctrl1 16 unreachable peer=ctrl2 why=refused", "ctrl1 60 unreachable peer=ctrl2 why=refused", "ctrl1 70 stopping"})},
		{"its log stops long before its port is closed", "", "log-ends-early", lines(pairOf(), entries("ctrl1", 10, 5, 24), entries("ctrl2", 10, 5, 9),
			[]string{fmt.Sprintf(lost, 35), "ctrl1 36 unreachable peer=ctrl2 why=refused", "ctrl1 60 unreachable peer=ctrl2 why=refused", "ctrl1 70 stopping"})},
		{"its log stops in a start", "", "log-ends-at-start", lines(pairOf(), []string{"ctrl2 20 stopping", fmt.Sprintf(lost, 20), "ctrl2 21 starting",
			"ctrl1 22 unreachable peer=ctrl2 why=refused", "ctrl1 60 unreachable peer=ctrl2 why=refused", "ctrl1 70 stopping"})},
	} {
		s := story(x.lines...)
		if got := facts(s, "killed"); got != x.killed {
			t.Errorf("%s: killed %q, want %q", x.name, got, x.killed)
		}
		if got := limitsOf(s.Limits()); got != x.limits {
			t.Errorf("%s: limits %q, want %q", x.name, got, x.limits)
		}
	}
}

func TestHolesAreFoundByWhatOthersSaw(t *testing.T) {
	for _, x := range []struct {
		name, says string
		lines      []string
	}{
		{"entries that another applied", "lines of 6s are missing from 2026-11-22 19:00:14 on: 5 raft entries that others applied by then are not in it",
			lines(pairOf(), entries("ctrl1", 10, 5, 24), entries("ctrl2", 10, 5, 9), entries("ctrl2", 20, 15, 24))},
		{"a snapshot in their place", "", lines(pairOf(), entries("ctrl1", 10, 5, 24), entries("ctrl2", 10, 5, 9), []string{"ctrl2 18 snapshot-received"}, entries("ctrl2", 20, 15, 24))},
		{"two entries that it may have got as no command", "", lines(pairOf(), entries("ctrl1", 10, 5, 24), entries("ctrl2", 10, 5, 9), entries("ctrl2", 17, 12, 24))},
		{"a port that was closed while it seems to run", "lines of 39s are missing from 2026-11-22 19:00:02 on: ctrl1 found its port closed meanwhile",
			pairOf("ctrl1 10 unreachable peer=ctrl2 address=tls:b:1 why=refused", "ctrl1 30 unreachable peer=ctrl2 address=tls:b:1 why=refused",
				"ctrl1 39 peer-connected peer=ctrl2 address=tls:b:1", "ctrl2 41 members-changed", "ctrl2 60 stopping")},
		{"a port that is closed while it does write", "",
			pairOf("ctrl1 10 unreachable peer=ctrl2 address=tls:b:1 why=refused", "ctrl2 20 members-changed", "ctrl1 30 unreachable peer=ctrl2 address=tls:b:1 why=refused",
				"ctrl1 39 peer-connected peer=ctrl2 address=tls:b:1", "ctrl2 41 members-changed", "ctrl2 60 stopping")},
		{"writable again, and never read-only", "lines are missing between 2026-11-22 19:00:00 and 2026-11-22 19:00:30: it is writable again and never says that it went read-only",
			pairOf("ctrl2 30 read-write", "ctrl2 60 stopping")},
		{"writable again", "", pairOf("ctrl2 20 read-only", "ctrl2 30 read-write", "ctrl2 60 stopping")},
	} {
		got := ""
		for _, g := range story(x.lines...).gaps {
			if g.kind == gapHole && g.node.Name == "ctrl2" {
				got += g.says()
			}
		}
		if got != x.says {
			t.Errorf("%s: %q, want %q", x.name, got, x.says)
		}
	}
}

func TestAConnectionThatOnlyOneEndTellsOfIsAHole(t *testing.T) {
	b := NewBuilder()
	at := time.Date(2026, 11, 22, 19, 0, 0, 0, time.UTC)
	for i, l := range pairOf("ctrl1 30 peer-connected peer=ctrl2 address=tls:b:1", "ctrl2 60 named address=tls:b:1", "ctrl2 61 stopping", "ctrl1 61 stopping") {
		f := strings.Fields(l)
		after, _ := time.ParseDuration(f[1] + "s")
		m := &event.Match{Signature: f[2], Effect: f[2], Source: f[0] + ".log", Line: i + 1, Time: at.Add(after), Last: at.Add(after), Count: 1, Level: event.LevelInfo}
		for _, c := range f[3:] {
			k, v, _ := strings.Cut(c, "=")
			m.Captures = append(m.Captures, event.Field{Key: k, Value: v})
		}
		b.Add(m)
	}
	if got := limitsOf(b.Tell().Limits()); got != "log-has-a-hole" {
		t.Errorf("limits %q, want log-has-a-hole", got)
	}
}

func TestLimitsNameTheLogThatIsNeeded(t *testing.T) {
	b := NewBuilder()
	b.AddSource(diagnosis.Source{Name: "ctrl9.log"})
	at := time.Date(2026, 11, 22, 19, 0, 0, 0, time.UTC)
	for i, m := range []*event.Match{
		{Effect: "started", Captures: []event.Field{{Key: "id", Value: "ctrl1"}}},
		{Effect: "peer-connected", Captures: []event.Field{{Key: "peer", Value: "ctrl2"}, {Key: "address", Value: "tls:b:1"}}},
		{Effect: "became-follower", Captures: []event.Field{{Key: "leader", Value: "ctrl3"}}},
	} {
		m.Source, m.Line, m.Time, m.Last, m.Count = "ctrl1.log", i+1, at, at, 1
		b.Add(m)
	}
	want := "log-not-given: ctrl2, ctrl3 are spoken of and their logs are not here: what only those tell cannot be judged\n" +
		"  the log of ctrl2 (tls:b:1) from 2026-11-22 19:00:00 on; the log of ctrl3 from 2026-11-22 19:00:00 on\n" +
		"log-is-empty: ctrl9.log is empty\n  the lines of ctrl9.log\n"
	got := ""
	for _, u := range b.Tell().Limits() {
		got += u.ID + ": " + u.Reason + "\n  " + u.Need + "\n"
	}
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestAMemberOutOfReachIsToldIfOnlyItsOwnLogTellsWhy(t *testing.T) {
	const refused = "ctrl1 %d unreachable peer=ctrl2 address=tls:b:1 why=refused"
	out := []string{fmt.Sprintf(refused, 20), fmt.Sprintf(refused, 50)}
	for _, x := range []struct {
		name, want string
		lines      []string
	}{
		{"its log is not here", "member-unreachable", append([]string{"ctrl1 0 started id=ctrl1", "ctrl1 2 peer-connected peer=ctrl2 address=tls:b:1"}, out...)},
		{"its log ends before", "member-unreachable", pairOf(out...)},
		{"its log tells", "", pairOf(append(out, "ctrl2 19 stopping")...)},
		{"it was back", "", pairOf(append(out, "ctrl1 55 peer-connected peer=ctrl2 address=tls:b:1")...)},
		{"it was taken out", "", pairOf(append(out, "ctrl1 19 members-changed command=3 member=ctrl2")...)},
		{"only for a moment", "", pairOf(out[0], fmt.Sprintf(refused, 25))},
	} {
		if got := limitsOf(story(x.lines...).Unreached()); got != x.want {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
	}
}

func TestALogWhoseTimesGoBackIsToldUnlessAProcessStarts(t *testing.T) {
	for _, x := range []struct {
		name, limits string
		lines        []string
	}{
		{"the clock is set back", "log-goes-back-in-time", []string{"ctrl1 0 started id=ctrl1", "ctrl1 90 waiting", "ctrl1 20 waiting", "ctrl1 40 stopping"}},
		{"a process starts", "", []string{"ctrl1 0 started id=ctrl1", "ctrl1 90 waiting", "ctrl1 20 starting", "ctrl1 21 started id=ctrl1", "ctrl1 40 stopping"}},
		{"lines stand out of order", "", []string{"ctrl1 0 started id=ctrl1", "ctrl1 24 waiting", "ctrl1 20 waiting", "ctrl1 40 stopping"}},
	} {
		if got := limitsOf(story(x.lines...).Limits()); got != x.limits {
			t.Errorf("%s: limits %q, want %q", x.name, got, x.limits)
		}
	}
}

func TestALogThatLacksLinesHereAndThereHasAHole(t *testing.T) {
	for _, x := range []struct {
		name, limits string
		every        int // of the entries that ctrl2 applied, each so manieth is not in its log; 0 for none
	}{
		{"none is missing", "", 0},
		{"one in six is", "log-has-a-hole", 6},
		{"two are, which may be chance", "", 16},
	} {
		use := lines(pairOf(), entries("ctrl1", 10, 5, 50))
		for i, l := range entries("ctrl2", 10, 5, 50) {
			if x.every == 0 || i%x.every != x.every-1 {
				use = append(use, l)
			}
		}
		use = append(use, "ctrl1 90 stopping", "ctrl2 90 stopping")
		if got := limitsOf(story(use...).Limits()); got != x.limits {
			t.Errorf("%s: limits %q, want %q", x.name, got, x.limits)
		}
	}
}

func TestWhatWasBeforeALogBeginsIsNotDenied(t *testing.T) {
	at := func(s *Story, sec int) time.Time { return s.node("ctrl1").First.Add(time.Duration(sec) * time.Second) }
	for _, x := range []struct {
		name    string
		missing bool
		lines   []string
	}{
		{"it begins in the midst of a life", true, []string{"ctrl1 10 waiting", "ctrl1 60 stopping"}},
		{"it begins with a start", false, []string{"ctrl1 10 started id=ctrl1", "ctrl1 60 stopping"}},
	} {
		s := story(x.lines...)
		if got := s.Missing("ctrl1", at(s, -5), at(s, 5)) != ""; got != x.missing {
			t.Errorf("%s: lines may be missing before: %v, want %v", x.name, got, x.missing)
		}
		if why := s.Missing("ctrl1", at(s, 1), at(s, 5)); why != "" {
			t.Errorf("%s: lines are missing after its beginning: %s", x.name, why)
		}
	}
}

func TestLogsOfWhichNoneShowsAStartAreALimit(t *testing.T) {
	running := []string{"ctrl1 10 applied index=5 type=Update", "ctrl2 10 applied index=5 type=Update", "ctrl1 20 stopping", "ctrl2 20 stopping"}
	for _, x := range []struct {
		name, limits, wanted string
		lines                []string
	}{
		{"none", limitMid, "the logs of ctrl1, ctrl2 from their last starts on", running},
		{"one of them", limitMid, "the log of ctrl1 from its last start on", []string{running[0], running[2]}},
		{"a start is shown later", "", "", lines(running, []string{"ctrl1 25 started id=ctrl1", "ctrl1 26 storage-opened", "ctrl1 26 became-follower", "ctrl1 30 stopping", "ctrl2 30 stopping"})},
		{"all start", "", "", lines(pairOf(), running)},
		{"of another process", "", "", []string{"router1 10 connection-broke", "router1 20 stopping"}},
	} {
		s := story(x.lines...)
		if got := limitsOf(s.Limits()); got != x.limits {
			t.Errorf("%s: limits %q, want %q", x.name, got, x.limits)
		}
		var wanted []string
		for _, w := range s.Wanted() {
			if strings.Contains(w.What, "last start") {
				wanted = append(wanted, w.What)
			}
		}
		if got := strings.Join(wanted, "; "); got != x.wanted {
			t.Errorf("%s: wanted %q, want %q", x.name, got, x.wanted)
		}
	}
}
