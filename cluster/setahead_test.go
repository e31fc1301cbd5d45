package cluster

import (
	"fmt"
	"testing"
)

func TestAClockThatIsSetAheadIsNoSilence(t *testing.T) {
	paced := func(node string, at, step, from, to int) []string { // entries, one every so many seconds
		var out []string
		for i := from; i <= to; i++ {
			out = append(out, fmt.Sprintf("%s %d applied index=%d type=Update", node, at+step*(i-from), i))
		}
		return out
	}
	end := []string{"ctrl1 300 stopping", "ctrl2 300 stopping"}
	third := lines([]string{"ctrl3 0 started id=ctrl3"}, paced("ctrl3", 10, 3, 5, 20), []string{"ctrl3 300 stopping"})
	for _, x := range []struct {
		name, limits string
		lines        []string
	}{
		{"set ahead by a minute", "log-jumps-ahead-in-time", lines(pairOf(), paced("ctrl1", 10, 3, 5, 20), paced("ctrl2", 10, 3, 5, 12), paced("ctrl2", 94, 3, 13, 20), end)},
		{"a third says so, too", "log-jumps-ahead-in-time", lines(pairOf(), paced("ctrl1", 10, 3, 5, 20), paced("ctrl2", 10, 3, 5, 12), paced("ctrl2", 94, 3, 13, 20), third, end)},
		{"both were quiet", "", lines(pairOf(), paced("ctrl1", 10, 3, 5, 12), paced("ctrl1", 94, 3, 13, 20), paced("ctrl2", 10, 3, 5, 12), paced("ctrl2", 94, 3, 13, 20), end)},
		{"one stood still and caught up", "", lines(pairOf(), paced("ctrl1", 10, 3, 5, 20), paced("ctrl2", 10, 3, 5, 12), paced("ctrl2", 94, 0, 13, 16), paced("ctrl2", 94, 3, 17, 20), end)},
		{"one stood still, and was late for the rest, which came at once", "", lines(pairOf(), paced("ctrl1", 10, 1, 5, 20), paced("ctrl2", 10, 1, 5, 12), paced("ctrl2", 94, 0, 13, 20), end)},
		{"a process starts", "", lines(pairOf(), paced("ctrl1", 10, 3, 5, 20), paced("ctrl2", 10, 3, 5, 12),
			[]string{"ctrl2 40 stopping", "ctrl2 90 started id=ctrl2", "ctrl2 91 storage-opened"}, paced("ctrl2", 94, 3, 13, 20), end)},
		{"a clock that is off all the time", "", lines(pairOf(), paced("ctrl1", 10, 3, 5, 20), paced("ctrl2", 70, 3, 5, 20), end)},
		{"too few entries", "", lines(pairOf(), paced("ctrl1", 10, 3, 5, 20), paced("ctrl2", 10, 3, 5, 17), paced("ctrl2", 109, 3, 18, 20), end)},
	} {
		if got := limitsOf(story(x.lines...).Limits()); got != x.limits {
			t.Errorf("%s: limits %q, want %q", x.name, got, x.limits)
		}
	}
}

func TestAClockThatIsSetWhileItsNodeRunsIsAClockThatIsOff(t *testing.T) {
	const hour = 3600
	paced := func(node string, at, step, from, to int) []string { // entries, one every so many seconds, with a line of another kind each
		var out []string
		for i := from; i <= to; i++ {
			out = append(out, fmt.Sprintf("%s %d applied index=%d type=Update", node, at+step*(i-from), i), fmt.Sprintf("%s %d sees-leader leader=ctrl1", node, at+step*(i-from)))
		}
		return out
	}
	begin := lines(pairOf(), paced("ctrl1", 60, 3, 5, 20))
	for _, x := range []struct {
		name  string
		skew  bool
		lines []string
	}{
		{"ahead by an hour, not on the hour", true, lines(begin, paced("ctrl2", 60, 3, 5, 12), paced("ctrl2", 84+hour, 3, 13, 20))},
		{"back by 50 seconds", true, lines(begin, paced("ctrl2", 60, 3, 5, 12), paced("ctrl2", 34, 3, 13, 20))},
		{"summer time begins", false, lines(pairOf(), paced("ctrl1", 3578, 3, 5, 20), paced("ctrl2", 3578, 3, 5, 12), paced("ctrl2", 3602+hour, 3, 13, 20))},
		{"lines of before stand once more in the file", false, lines(begin, paced("ctrl2", 60, 3, 5, 20), paced("ctrl2", 60, 3, 5, 20))},
	} {
		if got := facts(story(x.lines...), "clock-skew") != ""; got != x.skew {
			t.Errorf("%s: a clock that is off: %v, want %v", x.name, got, x.skew)
		}
	}
}
