package cluster

import (
	"time"

	"zlog/event"
)

// snapshotEnd is how soon after taking over a snapshot, or applying one that was restored, a process may end because of it: 1.1 ends
// at once and says nothing, later releases say so and wait five seconds, and 2.1.0-pre2 ends before its last lines are written.
const snapshotEnd = 15 * time.Second

// runs cuts a node's log into the lives of its processes.
func (n *Node) runs() {
	var run *Run
	var hint Ending // what the run has said of its end so far
	var said *event.Match
	var filled *event.Match // the last snapshot that the run took over
	end := func() {
		if run == nil {
			return
		}
		run.How, run.End = hint, said
		if hint == "" {
			run.How = NoTrace
			if filled != nil && run.To.Sub(filled.At) < snapshotEnd {
				run.How, run.End = Snapshot, filled
			}
		}
	}
	begin := func(m *event.Match) {
		if run != nil && m.Silence > 0 { // the line before the silence was the last of the run before, matched or not
			run.To = later(run.To, m.At.Add(-m.Silence))
		}
		run = &Run{From: m.At, To: m.LastAt, begins: m.Effect == "starting"}
		n.Runs = append(n.Runs, run)
		hint, said, filled = "", nil, nil
	}
	for _, m := range n.matches {
		// A run that gave up, or was ended, writes no more: what follows belongs to the next start. The first lines of
		// a process come before the one that names it.
		fresh := starts(m.Effect)
		switch {
		case run == nil:
			begin(m)
		case fresh && run.told(m):
		case fresh && (run.Start != nil || run.Failed || hint != "") && !(m.Effect == "started" && hint == "" && run.Start == nil):
			end()
			begin(m)
		}
		run.To = m.LastAt
		if fresh {
			run.fresh = m
		}
		switch m.Effect {
		case "started":
			run.Start, run.Version = m, m.Capture("version")
			if run.Blank == nil {
				run.From = m.At
			}
		case "start-failed":
			run.Failed, hint, said = true, Panic, m
		case "blank":
			run.Blank = m
		case "stopping", "stopped":
			if hint == "" || hint == Snapshot {
				hint, said = Clean, m
			}
		case "panicked":
			hint, said = Panic, m
		case "aborted":
			hint, said = Aborted, m
		case "snapshot-received", "snapshot-applied":
			filled = m
			run.filled = m
		case "restart-due":
			hint, said = Snapshot, m
		}
	}
	n.stretch()
	if run != nil {
		run.How, run.End = LogEnd, said
		if hint != "" {
			run.How = hint
		}
		if n.Last.After(run.To) {
			run.To = n.Last
		}
	}
}

// told says whether a line that a start has is one that the run had just now, in the same millisecond and letter by letter: what carries
// logs may bring a line twice, and no process starts twice in a millisecond. Clocks of whole seconds do not tell.
func (r *Run) told(m *event.Match) bool {
	f := r.fresh
	return f != nil && f.Signature == m.Signature && f.At.Equal(m.At) && f.Text == m.Text && m.Time.Nanosecond() != 0
}

// stretch lets the applied entries, which are not among the matches, count as lines of their run.
func (n *Node) stretch() {
	for _, st := range n.streams {
		i := 0
		for _, a := range st.applied {
			at := a.at().Add(-n.Offset)
			for i+1 < len(n.Runs) && !n.Runs[i+1].From.After(at) {
				i++
			}
			if i < len(n.Runs) && !n.Runs[i].From.After(at) {
				n.Runs[i].To = later(n.Runs[i].To, at)
			}
		}
	}
}

// runAt gives the run that was on at a time, nil for none.
func (n *Node) runAt(t time.Time) *Run {
	var at *Run
	for _, r := range n.Runs {
		if !r.From.After(t) {
			at = r
		}
	}
	return at
}

// up says whether the node's process is known to have run throughout a span.
func (n *Node) up(from, to time.Time) bool {
	for _, r := range n.Runs {
		if !r.From.After(from) && !r.To.Before(to) {
			return true
		}
	}
	return false
}

// restarts makes the facts about runs: restart, killed, panicked, restart-loop.
func (s *Story) restarts(n *Node) {
	var bad []*event.Match
	for i := 1; i < len(n.Runs); i++ {
		was, is := n.Runs[i-1], n.Runs[i]
		at := is.Start
		if at == nil && is.Failed {
			at = is.End
		}
		if at == nil {
			continue
		}
		away := is.From.Sub(was.To)
		caps := []event.Field{{Key: "how", Value: string(was.How)}, {Key: "away", Value: spell(away)}, {Key: "id", Value: n.ID}}
		f := s.fact("restart", n.Name, is.From, caps, at, was.End)
		if was.How == NoTrace && was.Start != nil && !s.heldOn(n, is.Start) && !s.waits(n, i) {
			s.fact("killed", n.Name, is.From, caps, n.lastBefore(is.From), at)
		}
		if was.How != Clean && was.How != Snapshot && was.How != Aborted && was.How != Unseen {
			bad = append(bad, f)
			if k := len(bad) - 1; k >= 2 && bad[k].At.Sub(bad[k-2].At) <= 10*time.Minute {
				s.fact("restart-loop", n.Name, is.From, append([]event.Field{{Key: "times", Value: itoa(k + 1)}}, caps...),
					at, bad[k-1].Because[0], bad[k-2].Because[0])
			}
		}
	}
	// A log that stops while its peers find the port closed: the process is gone, and said nothing.
	last := lastRun(n)
	if last == nil || last.How != LogEnd || s.cutShort(n) || last.filled != nil && last.To.Sub(last.filled.At) < snapshotEnd {
		return
	}
	var closed []*event.Match
	for _, m := range s.telling {
		if (m.Effect == "peer-connected" || m.Effect == "replicating") && m.Node != n.Name && m.At.After(last.To.Add(time.Second)) &&
			s.whose(m.Capture("peer"), m.Capture("address")) == n {
			return // it came back: its log is not whole
		}
		if m.Effect == "unreachable" && m.Node != n.Name && m.At.After(last.To.Add(-time.Second)) &&
			m.Capture("why") == "refused" && s.whose(m.Capture("peer"), m.Capture("address")) == n {
			closed = append(closed, m)
		}
	}
	if len(closed) > 0 && closed[len(closed)-1].LastAt.Sub(last.To) > 3*time.Second {
		s.fact("killed", n.Name, last.To, []event.Field{{Key: "how", Value: "none"}, {Key: "away", Value: "to the end"}, {Key: "id", Value: n.ID}},
			closed[0], lastMatch(n))
	}
}

// waits says whether it is too early to say that the process before a start is gone: the log grows, and no process
// since has shown yet that it has the storage, as those before did. It may be a second one, which waits for the first.
func (s *Story) waits(n *Node, i int) bool {
	if !s.growing {
		return false
	}
	before := false
	for _, m := range n.telling {
		if m.At.Before(n.Runs[i].From) {
			before = before || opens(m.Effect)
		} else if opens(m.Effect) {
			return false
		}
	}
	return before
}

func lastRun(n *Node) *Run {
	if len(n.Runs) == 0 {
		return nil
	}
	return n.Runs[len(n.Runs)-1]
}

// lastBefore gives the last match before a time, nil for none.
func (n *Node) lastBefore(t time.Time) *event.Match {
	var last *event.Match
	for _, m := range n.matches {
		if !m.At.Before(t) {
			break
		}
		last = m
	}
	return last
}

func lastMatch(n *Node) *event.Match {
	if len(n.matches) == 0 {
		return nil
	}
	return n.matches[len(n.matches)-1]
}
