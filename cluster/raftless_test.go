package cluster

import "testing"

// The lists that controllers keep of the members, as JSON and as text; ~ stands for a blank in story's lines.
const (
	keptJSON = `list={"Servers":[{"Suffrage":0,"ID":"ctrl1","Address":"tls:10.0.0.1:6262"},{"Suffrage":0,"ID":"ctrl2","Address":"tls:10.0.0.2:6262"},{"Suffrage":0,"ID":"ctrl3","Address":"tls:10.0.0.3:6262"}],"Index":8}`
	keptText = "list=ServersWithIndex[Index:~8,~Servers:~ctrl1->tls:10.0.0.1:6262,~ctrl2->tls:10.0.0.2:6262,~ctrl3->tls:10.0.0.3:6262]"
)

func TestMembersAreReadFromAnyList(t *testing.T) {
	for _, list := range []string{keptJSON, keptText} {
		s := story("ctrl1 0 started id=ctrl1", "ctrl1 5 members-updated "+list)
		v := s.voters("ctrl1", s.End())
		if len(v) != 3 || v[2].id != "ctrl3" || v[2].address != "tls:10.0.0.3:6262" {
			t.Errorf("%s: voters %v", list, v)
		}
	}
	if got := servers("ServersWithIndex[Index: 0, Servers: ]"); len(got) > 0 {
		t.Errorf("an empty list has %v", got)
	}
}

// Where raft's own lines are in no log, others tell who leads, who is a member, and who cannot be reached.
func TestWithoutRaftsLinesTheOthersTell(t *testing.T) {
	calm := []string{"ctrl1 0 started id=ctrl1", "ctrl1 0.1 storage-opened", "ctrl2 0 started id=ctrl2", "ctrl2 0.1 storage-opened", "ctrl1 3 leads",
		"ctrl1 4 members-updated " + keptJSON, "ctrl2 5 peer-connected peer=ctrl1 address=tls:10.0.0.1:6262"}
	dead := append(append([]string{}, calm...), "ctrl1 20 noise", "ctrl2 20.1 peer-disconnected peer=ctrl1", "ctrl2 22 unreachable address=tls:10.0.0.1:6262 why=refused",
		"ctrl2 24 leads", "ctrl2 40 noise")
	if got := facts(story(dead...), "failover"); got != "ctrl2" {
		t.Errorf("a leader dies: failover on %q, want ctrl2", got)
	}
	if got := facts(story(append(dead, "ctrl2 2 became-follower leader=ctrl1")...), "failover"); got != "" {
		t.Errorf("raft's lines are there and tell of no rise: failover on %q, want none", got)
	}
	back := append(append([]string{}, calm...), "ctrl2 24 leads", "ctrl1 50 leads", "ctrl2 60 noise")
	if got := facts(story(back...), "failover"); got != "ctrl2 ctrl1" {
		t.Errorf("it leads again: failover on %q, want ctrl2 and ctrl1", got)
	}
	cut := append(append([]string{}, calm...), "ctrl2 20 unreachable address=tls:10.0.0.1:6262 why=timeout", "ctrl2 32 unreachable address=tls:10.0.0.1:6262 why=timeout",
		"ctrl2 40 peer-connected peer=ctrl1 address=tls:10.0.0.1:6262", "ctrl1 60 noise")
	if got := facts(story(cut...), "link-down"); got != "ctrl2" {
		t.Errorf("a link is cut: link-down on %q, want ctrl2", got)
	}
}

func TestALogThatGoesOnAfterItsMemberLeftTheLists(t *testing.T) {
	const without = "list=ServersWithIndex[Index:~9,~Servers:~ctrl1->tls:10.0.0.1:6262,~ctrl2->tls:10.0.0.2:6262]"
	lines := []string{"ctrl1 0 started id=ctrl1", "ctrl3 0 started id=ctrl3", "ctrl1 5 members-updated " + keptText, "ctrl1 10 members-updated " + without}
	for last, want := range map[string]string{"ctrl3 12 noise": "", "ctrl3 70 noise": "ctrl3"} {
		if got := facts(story(append(lines, last, "ctrl1 71 noise")...), "removed-running"); got != want {
			t.Errorf("%s: removed-running on %q, want %q", last, got, want)
		}
	}
	if got := facts(story(append(lines, "ctrl1 20 members-updated "+keptText, "ctrl3 70 noise", "ctrl1 71 noise")...), "removed-running"); got != "" {
		t.Errorf("it was put in again: removed-running on %q", got)
	}
}

func TestAMemberThatConnectsFromAnotherAddressThanItsListHas(t *testing.T) {
	lines := []string{"ctrl1 0 started id=ctrl1", "ctrl3 0 started id=ctrl3", "ctrl1 5 members-updated " + keptText, "ctrl3 20 stopped", "ctrl3 24 started id=ctrl3"}
	for address, want := range map[string]string{"tls:10.0.0.3:6262": "", "tls:10.0.0.77:6262": "ctrl1"} {
		if got := facts(story(append(lines, "ctrl1 30 peer-connected peer=ctrl3 address="+address)...), "address-changed"); got != want {
			t.Errorf("from %s: address-changed on %q, want %q", address, got, want)
		}
	}
}

func TestNobodyLosesContactToHimself(t *testing.T) {
	lines := []string{"ctrl3 0 started id=ctrl3", "ctrl3 5 members-updated " + keptText, "ctrl3 10 unreachable address=tls:10.0.0.3:6262 why=refused",
		"ctrl3 30 unreachable address=tls:10.0.0.3:6262 why=refused"}
	if got := facts(story(lines...), "link-down"); got != "" {
		t.Errorf("it dials the address that it had: link-down on %q", got)
	}
}

// The line comes after a minute, and once; it says for how long there has been no leader.
func TestAWarningOfNoLeaderTellsSinceWhen(t *testing.T) {
	lines := []string{"ctrl1 0 started id=ctrl1", "ctrl1 0.1 storage-opened", "ctrl1 3 members-updated " + keptJSON,
		"ctrl1 22 unreachable address=tls:10.0.0.2:6262 why=refused", "ctrl1 22 unreachable address=tls:10.0.0.3:6262 why=refused",
		"ctrl1 80 leaderless elapsed=1m0s"}
	if got := facts(story(append(lines, "ctrl1 150 stopping")...), "quorum-lost"); got != "ctrl1" {
		t.Errorf("two are down: quorum-lost on %q", got)
	}
	if got := facts(story(append(lines, "ctrl1 85 peer-connected peer=ctrl2 address=tls:10.0.0.2:6262", "ctrl1 150 stopping")...), "quorum-lost"); got != "ctrl1" {
		t.Errorf("one is back afterwards: quorum-lost on %q", got)
	}
	if got := facts(story(append(lines[:3:3], lines[5], "ctrl1 150 stopping")...), "quorum-lost"); got != "" {
		t.Errorf("nobody is missed: quorum-lost on %q", got)
	}
}

func TestLogsWithoutALineOfRaftAreALimit(t *testing.T) {
	lines := []string{"ctrl1 0 started id=ctrl1", "ctrl1 1 storage-opened", "ctrl2 0 started id=ctrl2", "ctrl2 1 storage-opened", "ctrl1 20 stopping", "ctrl2 20 stopping"}
	s := story(lines...)
	if got := limitsOf(s.Limits()); got != limitRaft {
		t.Errorf("limits %q, want %q", got, limitRaft)
	}
	if w := s.Wanted(); len(w) != 1 || w[0].What != "the raft log file of ctrl1, ctrl2 (raft.logFile or cluster.logFile in the configuration)" {
		t.Errorf("wanted: %v", w)
	}
	if got := limitsOf(story(append([]string{"ctrl1 0.5 blank", "ctrl2 0.5 became-follower"}, lines...)...).Limits()); got != "" {
		t.Errorf("raft's lines are there: limits %q", got)
	}
}
