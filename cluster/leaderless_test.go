package cluster

import (
	"slices"
	"testing"
)

// Two of three were killed, the leader among them; one survivor's log and the old leader's are here.
func TestAQuorumWasLostThoughTheKilledLeaderCameBack(t *testing.T) {
	old := []string{"ctrl1 0 started id=ctrl1", "ctrl1 1 configured servers=[" + three + "]", "ctrl1 2 became-leader", "ctrl1 10 waiting"}
	survivor := []string{"ctrl2 0 started id=ctrl2", "ctrl2 1 configured servers=[" + three + "]", "ctrl2 3 became-follower leader=ctrl1", "ctrl2 15 lost-leader",
		"ctrl2 15 became-candidate", "ctrl2 16 unreachable peer=ctrl1 why=refused", "ctrl2 16 unreachable peer=ctrl3 why=refused", "ctrl2 70 became-candidate"}
	for _, x := range []struct {
		name, lost, shut string
		lines            []string
	}{
		{"the survivor is elected by it", "ctrl2", "", []string{"ctrl1 80 started id=ctrl1", "ctrl2 85 became-leader"}},
		{"it is elected by the survivor, which names no leader", "ctrl2", "",
			[]string{"ctrl1 80 started id=ctrl1", "ctrl2 83 peer-connected peer=ctrl1", "ctrl2 84 became-follower", "ctrl1 84 became-leader", "ctrl2 110 stopping"}},
		{"it led all the time", "", "ctrl2", []string{"ctrl1 85 waiting", "ctrl2 85 became-follower"}},
	} {
		s := story(append(append(append([]string{}, old...), survivor...), x.lines...)...)
		if got := facts(s, "quorum-lost"); got != x.lost {
			t.Errorf("%s: quorum-lost on %q, want %q", x.name, got, x.lost)
		}
		if got := facts(s, "shut-out"); got != x.shut {
			t.Errorf("%s: shut-out on %q, want %q", x.name, got, x.shut)
		}
	}
}

// A controller that leads a cluster of its own meanwhile is no leader of the survivors.
func TestAStrangersReignEndsNoLossOfQuorum(t *testing.T) {
	lines := []string{"ctrl1 0 started id=ctrl1", "ctrl1 1 configured servers=[" + three + "]", "ctrl1 20 stepped-down", "ctrl1 23 became-candidate",
		"ctrl1 24 unreachable peer=ctrl2 why=refused", "ctrl1 24 unreachable peer=ctrl3 why=refused", "ctrl1 60 became-candidate", "ctrl4 0 started id=ctrl4"}
	for _, x := range []struct{ name, servers, lost string }{
		{"a stranger", "{Suffrage:Voter~ID:ctrl4~Address:tls:10.0.0.4:6262}", "ctrl1"},
		{"a member", three + "~{Suffrage:Voter~ID:ctrl4~Address:tls:10.0.0.4:6262}", ""},
	} {
		s := story(append(append([]string{}, lines...), "ctrl4 1 configured servers=["+x.servers+"]", "ctrl4 30 became-leader", "ctrl4 70 waiting")...)
		if got := facts(s, "quorum-lost"); got != x.lost {
			t.Errorf("%s leads: quorum-lost on %q, want %q", x.name, got, x.lost)
		}
	}
}

func TestAFrozenNodeMayBeHeardInTheSecondInWhichItWakes(t *testing.T) {
	for _, x := range []struct{ name, back, want string }{
		{"in the same second", "ctrl1 50 peer-connected peer=ctrl2", "ctrl1"},
		{"later", "ctrl1 55 peer-connected peer=ctrl2", "ctrl1"},
		{"never", "ctrl1 70 waiting", ""},
	} {
		s := story("ctrl1 0 started id=ctrl1", "ctrl1 2 became-leader", "ctrl2 0 started id=ctrl2", "ctrl2 5 became-follower leader=ctrl1",
			"ctrl2 28 lost-leader leader=ctrl1", "ctrl1 50 connection-broke silence=30s", x.back)
		if got := facts(s, "frozen"); got != x.want {
			t.Errorf("%s: frozen on %q, want %q", x.name, got, x.want)
		}
	}
}

// Who was connected a moment before it was gone did not come back.
func TestAQuorumThatFallsRightAfterItFormedIsLost(t *testing.T) {
	lines := []string{"ctrl1 0 started id=ctrl1", "ctrl1 1 configured servers=[" + three + "]", "ctrl1 2 became-leader"}
	fall := []string{"ctrl1 24 stepped-down", "ctrl1 24 unreachable peer=ctrl2 why=refused", "ctrl1 24 unreachable peer=ctrl3 why=refused"}
	for _, x := range []struct {
		name, met, lost string
	}{
		{"connected before", "ctrl1 22 peer-connected peer=ctrl2", "ctrl1"},
		{"connected again", "ctrl1 30 peer-connected peer=ctrl2", ""},
	} {
		s := story(append(append(append([]string{}, lines...), slices.Sorted(slices.Values(append([]string{x.met}, fall...)))...), "ctrl1 60 became-candidate")...)
		if got := facts(s, "quorum-lost"); got != x.lost {
			t.Errorf("%s: quorum-lost on %q, want %q", x.name, got, x.lost)
		}
	}
}

func TestALeaderWhoseLogIsNotHereLedOnceHoweverManyTellOfIt(t *testing.T) {
	var lines []string
	for _, n := range []string{"ctrl2", "ctrl3"} {
		lines = append(lines, n+" 0 started id="+n, n+" 0 configured servers=["+three+"]", n+" 1 became-follower")
	}
	lines = append(lines, "ctrl2 30 stopping", "ctrl2 31 started id=ctrl2", "ctrl2 33 became-follower leader=ctrl1", "ctrl3 60 lost-leader leader=ctrl1",
		"ctrl2 61 lost-leader leader=ctrl1", "ctrl3 62 became-leader")
	s := story(lines...)
	if got := facts(s, "leader"); got != "ctrl1 ctrl3" {
		t.Errorf("leaders %q, want ctrl1 once and ctrl3", got)
	}
	if got := facts(s, "flapping"); got != "" {
		t.Errorf("flapping on %q", got)
	}
	// a log that begins in the midst of a life does not say whose it is, but it is named, and says that its node led
	s = story("ctrl1 5 became-leader", "ctrl2 0 started id=ctrl2", "ctrl2 6 became-follower leader=ctrl1", "ctrl1 20 stepped-down", "ctrl2 21 lost-leader leader=ctrl1")
	if got := facts(s, "leader"); got != "ctrl1" {
		t.Errorf("leaders %q, want ctrl1 once", got)
	}
}

func TestAVoterThatSeeksNoLeaderHearsOne(t *testing.T) {
	lines := []string{"ctrl1 0 started id=ctrl1", "ctrl1 1 configured servers=[" + three + "]", "ctrl1 2 became-leader",
		"ctrl1 20 contact-missed peer=ctrl2", "ctrl1 20 contact-missed peer=ctrl3", "ctrl1 20 stepped-down"}
	for _, x := range []struct{ name, line, lost string }{
		{"it is content", "ctrl1 60 stopping", ""},
		{"it seeks on", "ctrl1 26 became-candidate", "ctrl1"},
		{"its log ends", "ctrl1 28 other", "ctrl1"},
	} {
		if got := facts(story(append(append([]string{}, lines...), x.line, x.line)...), "quorum-unreachable"); got != x.lost {
			t.Errorf("%s: out of reach of a quorum %q, want %q", x.name, got, x.lost)
		}
	}
}
