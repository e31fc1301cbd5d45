package cluster

import (
	"fmt"
	"testing"
)

func TestAStartThatIsToldTwiceIsOne(t *testing.T) {
	for name, c := range map[string]struct {
		lines []string
		want  int
	}{
		"in one millisecond":              {[]string{"ctrl1 0.017 started id=ctrl1", "ctrl1 0.017 started id=ctrl1", "ctrl1 9 became-follower"}, 1},
		"with other lines between":        {[]string{"ctrl1 0.017 started id=ctrl1", "ctrl1 0.017 blank", "ctrl1 0.017 started id=ctrl1"}, 1},
		"a start that failed":             {[]string{"ctrl1 0.017 start-failed", "ctrl1 0.017 start-failed"}, 1},
		"a millisecond later":             {[]string{"ctrl1 0.017 started id=ctrl1", "ctrl1 0.018 started id=ctrl1"}, 2},
		"on a clock that counts seconds":  {[]string{"ctrl1 1 started id=ctrl1", "ctrl1 1 started id=ctrl1"}, 2},
		"another start, after it stopped": {[]string{"ctrl1 0.017 started id=ctrl1", "ctrl1 0.017 stopped", "ctrl1 0.9 started id=ctrl1"}, 2},
	} {
		if got := len(story(c.lines...).Nodes[0].Runs); got != c.want {
			t.Errorf("%s: %d runs, want %d", name, got, c.want)
		}
	}
}

// Of what clients do wrong there are hundreds of lines a minute, of which most are only counted; none counts for the process before.
func TestARunOfLinesAlikeEndsWithItsProcess(t *testing.T) {
	lines := []string{"ctrl1 0 started id=ctrl1", "ctrl2 0 started id=ctrl2", "ctrl2 2 became-leader", "ctrl2 3 peer-connected peer=ctrl1"}
	for i := range 20 {
		lines = append(lines, fmt.Sprintf("ctrl1 %d.5 noise", 1+i))
	}
	lines = append(lines, "ctrl2 20.6 peer-disconnected peer=ctrl1", "ctrl1 30 started id=ctrl1")
	for i := range 20 {
		lines = append(lines, fmt.Sprintf("ctrl1 %d.5 noise", 31+i))
	}
	s := story(lines...)
	if r := s.node("ctrl1").Runs; len(r) != 2 || r[0].To.After(r[1].From) {
		t.Errorf("the first of %d runs ends at %s, after the next began", len(r), r[0].To)
	}
	if got := facts(s, "killed"); got != "ctrl1" {
		t.Errorf("killed: %q, want ctrl1", got)
	}
}

func TestAProcessThatEndsOnARestoredSnapshotWasNotKilled(t *testing.T) {
	for applied, want := range map[string]string{"ctrl1 5 snapshot-applied": "ctrl1", "ctrl1 18 snapshot-applied": ""} {
		lines := []string{"ctrl1 0 started id=ctrl1", "ctrl2 0 started id=ctrl2", applied, "ctrl1 22 noise", "ctrl2 2 peer-connected peer=ctrl1",
			"ctrl2 22.1 peer-disconnected peer=ctrl1", "ctrl2 27 unreachable peer=ctrl1 why=refused", "ctrl2 40 noise"}
		if got := facts(story(lines...), "killed"); got != want {
			t.Errorf("%s, and it does not come back: killed %q, want %q", applied, got, want)
		}
		if got := facts(story(append(lines, "ctrl1 30 started id=ctrl1")...), "killed"); got != want {
			t.Errorf("%s, and it comes back: killed %q, want %q", applied, got, want)
		}
	}
}

// The others lose a process within some milliseconds of its last line; who ended with it loses nobody.
func TestAProcessThatIsLostRightAfterItsLastLineWasKilled(t *testing.T) {
	for lost, want := range map[string]string{"22.09": "ctrl1", "22.3": "ctrl1", "": ""} {
		var lines []string
		for i := range 5 { // entries that align the clocks
			lines = append(lines, fmt.Sprintf("ctrl1 %d applied index=%d type=x", 3+i, 3+i), fmt.Sprintf("ctrl2 %d applied index=%d type=x", 3+i, 3+i),
				fmt.Sprintf("ctrl3 %d applied index=%d type=x", 3+i, 3+i))
		}
		lines = append([]string{"ctrl3 0 started id=ctrl3", "ctrl3 2 peer-connected peer=ctrl1", "ctrl3 22 noise", "ctrl1 0 started id=ctrl1", "ctrl2 0 started id=ctrl2", "ctrl2 2 peer-connected peer=ctrl1"}, append(lines, "ctrl1 22 noise")...)
		if lost != "" {
			lines = append(lines, "ctrl2 "+lost+" peer-disconnected peer=ctrl1", "ctrl2 41 peer-connected peer=ctrl1")
		}
		if got := facts(story(append(lines, "ctrl1 40 started id=ctrl1", "ctrl1 40.1 storage-opened", "ctrl1 50 noise", "ctrl2 50 noise")...), "killed"); got != want {
			t.Errorf("lost at %q: killed %q, want %q", lost, got, want)
		}
	}
}
