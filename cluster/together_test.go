package cluster

import "testing"

const three = "{Suffrage:Voter~ID:ctrl1~Address:tls:10.0.0.1:6262}~{Suffrage:Voter~ID:ctrl2~Address:tls:10.0.0.2:6262}~" +
	"{Suffrage:Voter~ID:ctrl3~Address:tls:10.0.0.3:6262}"

func TestAClusterThatStartsTogetherHasNotLostItsQuorum(t *testing.T) {
	for _, x := range []struct {
		name, before, after, want string
	}{
		{"it stopped cleanly and finds a leader", "stopping", "ctrl1 50 became-follower leader=ctrl2", ""},
		{"it applies an entry and no line names the leader", "stopping", "ctrl1 50 applied index=9 type=1", ""},
		{"it was killed", "peer-connected", "ctrl1 50 became-follower leader=ctrl2", "ctrl1"},
		{"it finds none", "stopping", "ctrl1 50 waiting", "ctrl1"},
		{"it finds one too late", "stopping", "ctrl1 150 became-follower leader=ctrl2", "ctrl1"},
	} {
		s := story("ctrl1 0 started id=ctrl1", "ctrl1 1 configured servers=["+three+"]", "ctrl1 10 "+x.before,
			"ctrl1 20 started id=ctrl1", "ctrl1 25 lost-leader", "ctrl1 26 became-candidate",
			"ctrl1 27 unreachable peer=ctrl2 why=refused", "ctrl1 27 unreachable peer=ctrl3 why=refused", "ctrl1 40 became-candidate", x.after)
		if got := facts(s, "quorum-lost"); got != x.want {
			t.Errorf("%s: quorum-lost on %q, want %q", x.name, got, x.want)
		}
	}
}
