package cluster

import "testing"

func TestALeaderThatRemovesItselfIsRemoved(t *testing.T) {
	two := "servers=[{Suffrage:Voter~ID:ctrl2~Address:tls:10.0.0.2:6262}~{Suffrage:Voter~ID:ctrl3~Address:tls:10.0.0.3:6262}]"
	begin := []string{"ctrl1 0 started id=ctrl1", "ctrl2 0 started id=ctrl2", "ctrl1 1 configured servers=[" + three + "]", "ctrl1 2 became-leader",
		"ctrl1 20 members-changed command=3 member=ctrl1 " + two}
	for _, x := range []struct{ name, end, goesOn string }{
		{"its process goes on", "ctrl1 70 other", "ctrl1"},
		{"it is stopped", "ctrl1 25 stopping", ""},
	} {
		if got := facts(story(lines(begin, []string{x.end, "ctrl2 71 other"})...), "removed-running"); got != x.goesOn {
			t.Errorf("%s: removed and running %q, want %q", x.name, got, x.goesOn)
		}
	}
}
