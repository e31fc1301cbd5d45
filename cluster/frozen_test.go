package cluster

import "testing"

func TestAQuietNodeWhoseConnectionBreaksDidNotStandStill(t *testing.T) {
	quiet := []string{"ctrl1 0 started id=ctrl1", "ctrl1 2 became-leader", "ctrl2 0 started id=ctrl2", "ctrl2 5 became-follower leader=ctrl1"}
	for _, x := range []struct {
		name, want, back string
		lines            []string
	}{
		{"both write of the break at once", "", "", []string{"ctrl2 50 peer-disconnected peer=ctrl1", "ctrl1 50.1 connection-broke silence=30s"}},
		{"it is missed long before", "ctrl1", "", []string{"ctrl2 28 peer-disconnected peer=ctrl1", "ctrl1 50.1 connection-broke silence=30s"}},
		{"it is missed for a moment", "", "", []string{"ctrl2 49 contact-missed peer=ctrl1", "ctrl1 50.1 stepped-down silence=30s"}},
		{"both stood still, and wake together", "ctrl1", "", []string{"ctrl2 50 lost-leader leader=ctrl1 silence=30s", "ctrl1 50.1 stepped-down silence=30s"}},
		{"both are quiet, and the leader's time-outs are so short that a moment without an answer is too long", "", "", []string{"ctrl2 50 lost-leader leader=ctrl1 silence=30s",
			"ctrl1 50.1 contact-missed peer=ctrl2 elapsed=44 silence=30s", "ctrl1 50.1 stepped-down"}},
		{"both are quiet, and their link is cut for a while", "", "ctrl1 62 peer-connected peer=ctrl2", []string{"ctrl2 50 lost-leader leader=ctrl1 silence=30s", "ctrl1 50.1 stepped-down silence=30s"}},
	} {
		back := "ctrl1 51 peer-connected peer=ctrl2"
		if x.back != "" {
			back = x.back
		}
		lines := append(append(append([]string{}, quiet...), x.lines...), back)
		if got := facts(story(lines...), "frozen"); got != x.want {
			t.Errorf("%s: frozen on %q, want %q", x.name, got, x.want)
		}
	}
}
