package cluster

import "testing"

func TestAMemberThatRunsWhereNobodyLooksForItHasMoved(t *testing.T) {
	const there = "tls:10.0.0.2:6262"
	begin := []string{"ctrl1 0 started id=ctrl1", "ctrl2 0 started id=ctrl2", "ctrl1 1 peer-connected peer=ctrl2 address=" + there, "ctrl2 1 peer-connected peer=ctrl1 address=tls:10.0.0.1:6262",
		"ctrl1 20 peer-disconnected peer=ctrl2 address=" + there, "ctrl2 20 stopping", "ctrl2 20 stopped", "ctrl2 22 started id=ctrl2"}
	refused, runs := "unreachable peer=ctrl2 why=refused address="+there, []string{"ctrl2 30 became-candidate", "ctrl2 45 became-candidate", "ctrl2 70 stopping", "ctrl1 70 stopping"}
	for _, x := range []struct {
		name  string
		moved bool
		lines []string
	}{
		{"refused for half a minute", true, lines(begin, []string{"ctrl1 25 " + refused, "ctrl1 40 " + refused, "ctrl1 55 " + refused}, runs)},
		{"refused until it listened", false, lines(begin, []string{"ctrl1 25 " + refused, "ctrl1 30 " + refused}, runs)},
		{"connected in the end", false, lines(begin, []string{"ctrl1 25 " + refused, "ctrl1 50 " + refused, "ctrl1 55 peer-connected peer=ctrl2 address=" + there}, runs)},
		{"its certificate is refused, now that it listens", false, lines(begin, []string{"ctrl1 25 " + refused, "ctrl1 50 " + refused, "ctrl1 55 unreachable peer=ctrl2 why=certificate address=" + there}, runs)},
		{"never reached there", false, lines([]string{begin[0], begin[1], begin[3], "ctrl2 5 stopping", "ctrl2 6 started id=ctrl2"}, []string{"ctrl1 25 " + refused, "ctrl1 55 " + refused}, runs)},
	} {
		if got := facts(story(x.lines...), "address-left") != ""; got != x.moved {
			t.Errorf("%s: moved %v, want %v", x.name, got, x.moved)
		}
	}
}

func TestVotersThatRunElsewhereMakeNoQuorum(t *testing.T) {
	for _, x := range []struct {
		name, lost string
		until      string
	}{
		{"they listen soon", "", "30"},
		{"they never do", "ctrl1", "55"},
	} {
		lines := []string{"ctrl1 0 started id=ctrl1", "ctrl2 0 started id=ctrl2", "ctrl3 0 started id=ctrl3", "ctrl1 1 configured servers=[" + three + "]", "ctrl1 20 became-candidate"}
		for _, at := range []string{"22", x.until} {
			lines = append(lines, "ctrl1 "+at+" unreachable peer=ctrl2 why=refused", "ctrl1 "+at+" unreachable peer=ctrl3 why=refused")
		}
		lines = append(lines, "ctrl1 60 became-candidate", "ctrl1 70 stopping", "ctrl2 15 other", "ctrl2 70 stopping", "ctrl3 15 other", "ctrl3 70 stopping")
		if got := facts(story(lines...), "quorum-lost"); got != x.lost {
			t.Errorf("%s: quorum lost on %q, want %q", x.name, got, x.lost)
		}
	}
}

func TestALogWithoutItsStartTellsOfALostQuorumByWhomItAsks(t *testing.T) {
	ask := func(node string, others ...string) (out []string) {
		for _, at := range []string{"20", "27", "34", "41", "48"} {
			out = append(out, node+" "+at+" became-candidate")
			for _, o := range others {
				out = append(out, node+" "+at+".2 unreachable peer="+o+" why=refused address=tls:"+o+":6262")
			}
		}
		return out
	}
	for _, x := range []struct {
		name, lost string
		lines      []string
	}{
		{"each asks the others", "ctrl1 ctrl2", lines(ask("ctrl1", "ctrl3", "ctrl4"), ask("ctrl2", "ctrl3", "ctrl4"), []string{"ctrl1 50 stopping", "ctrl2 50 stopping"})},
		{"one that is down is not enough", "", lines(ask("ctrl1", "ctrl3"), ask("ctrl2", "ctrl3"), []string{"ctrl1 50 stopping", "ctrl2 50 stopping"})},
		{"one asks one, and the rest may answer", "", lines(ask("ctrl1", "ctrl3"), []string{"ctrl1 50 stopping"})},
		{"a leader is found", "", lines(ask("ctrl1", "ctrl3", "ctrl4"), []string{"ctrl1 50 became-follower leader=ctrl2", "ctrl1 90 stopping"})},
	} {
		if got := facts(story(x.lines...), "quorum-unreachable"); got != x.lost {
			t.Errorf("%s: out of reach of a quorum %q, want %q", x.name, got, x.lost)
		}
	}
}
