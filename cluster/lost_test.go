package cluster

import "testing"

func TestWhoNeverAppliedAnEntryHasLostNone(t *testing.T) {
	begin := lines(pairOf(), []string{"ctrl1 1 configured servers=[" + three + "]", "ctrl2 1 blank",
		"ctrl1 2 peer-connected peer=ctrl2 address=tls:10.0.0.2:6262", "ctrl2 2 peer-connected peer=ctrl1 address=tls:10.0.0.1:6262",
		"ctrl1 4 peer-disconnected peer=ctrl2 address=tls:10.0.0.2:6262", "ctrl2 4 peer-disconnected peer=ctrl1 address=tls:10.0.0.1:6262",
		"ctrl1 6 peer-connected peer=ctrl2 address=tls:10.0.0.2:6262", "ctrl2 6 peer-connected peer=ctrl1 address=tls:10.0.0.1:6262"})
	end := []string{"ctrl2 20 stopping", "ctrl2 20 stopped", "ctrl2 21 started id=ctrl2", "ctrl2 22 blank", "ctrl2 60 stopping", "ctrl1 60 stopping"}
	for _, x := range []struct{ name, line, lost string }{
		{"added, and stopped before the first entry came", "ctrl1 8 applied index=7 type=Update", ""},
		{"it had applied one", "ctrl2 8 applied index=7 type=Update", "ctrl2"},
	} {
		if got := facts(story(lines(begin, []string{x.line}, end)...), "blank-again"); got != x.lost {
			t.Errorf("%s: blank again %q, want %q", x.name, got, x.lost)
		}
	}
}
