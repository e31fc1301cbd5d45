package cluster

import "testing"

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
