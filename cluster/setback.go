package cluster

import (
	"fmt"
	"math"
	"time"

	"zlog/diagnosis"
	"zlog/event"
)

// leastBack is how far a log's times must go back to be told: lines stand out of order by half a second after a stall.
const leastBack = 5 * time.Second

// startLines is within how many lines that are known a process names itself.
const startLines = 8

// setBack names where the times of a log go back in the midst of a process's life: its clock was set, or lines of another
// log stand there. Neither the order of events nor the length of a silence can be trusted around it.
//
//	19:02:11  19:02:40  19:01:12  19:01:30     no start between
func (s *Story) setBack() []diagnosis.Unassessed {
	var out []diagnosis.Unassessed
	for _, n := range s.Nodes {
		if was, is := n.goesBack(); is != nil {
			out = append(out, diagnosis.Unassessed{ID: limitBack, Need: "how the clock of " + n.Name + "'s host was set at that time (timedatectl, the log of its NTP service)",
				Reason: fmt.Sprintf("the times in the log of %s go back from %s to %s at line %d, and no process starts there: its clock was set back, or lines of another log follow; order and distance in time are not known around it",
					n.Name, was.Last.UTC().Format("15:04:05"), is.Time.UTC().Format("15:04:05"), is.Line)})
		}
	}
	return out
}

// goesBack gives the matches before and after the first place where a node's times go back, nil if there is none.
func (n *Node) goesBack() (was, is *event.Match) {
	for _, st := range n.streams {
		if is := st.goesBack(0, math.MaxInt); is != nil {
			return st.before(is.Line), is
		}
	}
	return nil, nil
}

// goesBack gives the match after the first place between two lines where a stream's times go back, nil if there is none.
func (st *stream) goesBack(from, to int) *event.Match {
	for i := 1; i < len(st.matches); i++ {
		a, b := st.matches[i-1], st.matches[i]
		if a.Time.IsZero() || b.Time.IsZero() || a.Time.Sub(b.Time) < leastBack || b.Line <= from || a.Line >= to {
			continue
		}
		starts := false
		for _, m := range st.matches[i:min(len(st.matches), i+startLines)] {
			starts = starts || m.Effect == "starting" || m.Effect == "started" || m.Effect == "start-failed"
		}
		if !starts {
			return b
		}
	}
	return nil
}
