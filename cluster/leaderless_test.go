package cluster

import "testing"

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
