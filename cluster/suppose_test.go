package cluster

import (
	"strings"
	"testing"
)

func TestALogIsOfWhomOnlyItCanBe(t *testing.T) {
	pair := []string{"a 0 peer-connected peer=ctrl2", "a 60 peer-disconnected peer=ctrl2", "b 0 peer-connected peer=ctrl1", "b 60 peer-disconnected peer=ctrl1"}
	elected := []string{"a 10 became-leader term=7", "b 10 became-follower leader=ctrl1", "b 9 unreachable peer=ctrl3"}
	for _, x := range []struct {
		name, want string
		lines      []string
	}{
		{"each speaks of the other", "ctrl1 ctrl2", pair},
		{"and says so once only", "- -", []string{pair[0], pair[2]}},
		{"the moments are others'", "- -", []string{pair[0], pair[1], "b 30 peer-connected peer=ctrl1", "b 60 peer-disconnected peer=ctrl1"}},
		{"one of them tells more of it", "- -", append([]string{"b 40 peer-connected peer=ctrl1"}, pair...)},
		{"a third log is of one that none speaks of", "- - -", append([]string{"c 30 waiting"}, pair...)},
		{"a third member has no log here", "- -", append([]string{"b 20 unreachable peer=ctrl3"}, pair...)},
		{"the others follow the one that leads", "ctrl1 -", elected},
		{"they follow different ones", "- - -", append([]string{"c 10 became-follower leader=ctrl3"}, elected...)},
		{"they followed long before", "- -", []string{"a 10 became-leader term=7", "b 1 became-follower leader=ctrl1", "b 9 unreachable peer=ctrl3"}},
		{"the one that they follow is its peer", "- -", append([]string{"a 1 replicating peer=ctrl1"}, elected...)},
		{"a leader lists itself beside its peers", "ctrl1", []string{"a 1 members-changed servers=[" + three + "]", "a 2 replicating peer=ctrl2", "a 3 contact-missed peer=ctrl3"}},
		{"another of its list is no peer of it, and has its log here", "- ctrl2", []string{"a 1 members-changed servers=[" + three + "]", "a 2 replicating peer=ctrl3", "b 0 started id=ctrl2"}},
		{"a follower lists all", "-", []string{"a 1 configured servers=[" + three + "]", "a 2 unreachable peer=ctrl2", "a 3 peer-connected peer=ctrl3"}},
		{"the file is called as another member", "ctrl3", []string{"ctrl3 1 members-changed servers=[" + three + "]", "ctrl3 2 replicating peer=ctrl2", "ctrl3 3 contact-missed peer=ctrl9"}},
	} {
		var got []string
		for _, source := range []string{"a.log", "b.log", "c.log", "ctrl3.log"} {
			for _, n := range story(x.lines...).Nodes {
				if n.Sources[0] == source {
					got = append(got, n.ID)
					if n.ID == "" {
						got[len(got)-1] = "-"
					}
				}
			}
		}
		if strings.Join(got, " ") != x.want {
			t.Errorf("%s: %s, want %s", x.name, got, x.want)
		}
	}
}
