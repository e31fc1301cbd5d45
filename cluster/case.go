package cluster

import (
	"fmt"
	"time"

	"zlog/diagnosis"
	"zlog/event"
)

// View is the story as rules look at it.
type View struct {
	Matches []*event.Match
	Facts   []*event.Match
	Nodes   []diagnosis.Node
}

// Case gives the story as rules look at it.
func (s *Story) Case() View {
	v := View{Matches: s.Matches, Facts: s.Facts, Nodes: []diagnosis.Node{}}
	for _, n := range s.Nodes {
		starts := 0
		for _, r := range n.Runs {
			if r.Start != nil || r.Failed {
				starts++
			}
		}
		v.Nodes = append(v.Nodes, diagnosis.Node{Name: n.Name, ID: n.ID, Address: n.Address, Version: n.Version, ClusterID: n.ClusterID,
			Starts: starts, LastState: n.State, ClockOffsetMS: n.Offset.Milliseconds(),
			Clock: s.clockNote(n), Sources: n.Sources})
	}
	return v
}

// clockNote says how a node's clock compares with the others'.
func (s *Story) clockNote(n *Node) string {
	off := n.Offset.Abs()
	rest := off % (15 * time.Minute)
	if rest > 15*time.Minute/2 {
		rest = 15*time.Minute - rest
	}
	switch {
	case len(s.Nodes) < 2:
		return "nothing to compare it with"
	case n.Pairs == 0 && off != 0:
		return fmt.Sprintf("taken to be that of the other process with its id, %s off: no event of it pairs with one of another node", n.Offset.Round(100*time.Millisecond))
	case n.Pairs == 0:
		return "not compared: no event of it pairs with one of another node, so their order is by the clocks alone"
	case off == 0:
		return fmt.Sprintf("agrees within a second (%d pairs of events)", n.Pairs)
	case rest <= 2*time.Second && off > 10*time.Minute:
		return fmt.Sprintf("%s off by whole quarters of an hour: another time zone (%d pairs, within 1 s)", n.Offset.Round(time.Second), n.Pairs)
	}
	return fmt.Sprintf("%s off (%d pairs, within 1 s)", n.Offset.Round(100*time.Millisecond), n.Pairs)
}

// NodeOf names the node that wrote a source's stream; for "" the source's first.
func (s *Story) NodeOf(source, name string) string {
	for _, n := range s.Nodes {
		for _, st := range n.streams {
			if st.key.source == source && (st.key.name == name || name == "") {
				return n.Name
			}
		}
	}
	return ""
}

// Missing says why lines of a node (of any node for "") may be missing in a span, "" if none are. Zero times stand for
// no bound.
func (s *Story) Missing(node string, from, to time.Time) string {
	for _, n := range s.Nodes {
		if node != "" && n.Name != node {
			continue
		}
		if node != "" && n.quiet() {
			return "the log of " + n.Name + " has no line below warning: its level hides what happened"
		}
		for _, m := range n.dropped {
			if (from.IsZero() || m.LastAt.After(from)) && (to.IsZero() || m.At.Before(to.Add(time.Minute))) {
				return "the logger of " + n.Name + " dropped lines around " + m.At.UTC().Format("15:04:05")
			}
		}
		if node != "" && !from.IsZero() && from.Before(n.First) && n.beginsLate() {
			return "the log of " + n.Name + " begins at " + n.First.UTC().Format("15:04:05") + ", in the midst of a process's life"
		}
		if !to.IsZero() && to.After(n.Last) && node != "" {
			last := lastRun(n)
			if last != nil && (last.How == LogEnd || last.How == NoTrace) {
				return fmt.Sprintf("the log of %s ends at %s, %s too early", n.Name, n.Last.UTC().Format("15:04:05"), spell(to.Sub(n.Last)))
			}
		}
		for _, g := range s.gaps {
			if node != "" && g.node == n && g.kind == gapHole && (to.IsZero() || g.from.Before(to)) && (from.IsZero() || g.to.After(from)) {
				return "the log of " + n.Name + " has a hole from " + g.from.UTC().Format("15:04:05") + " to " + g.to.UTC().Format("15:04:05")
			}
		}
		for _, st := range n.streams {
			for _, src := range s.Sources {
				if src.Name != st.key.source {
					continue
				}
				for _, g := range src.Gaps {
					if (to.IsZero() || g.From.Add(-n.Offset).Before(to)) && (from.IsZero() || g.To.Add(-n.Offset).After(from)) {
						return fmt.Sprintf("%s has a gap from %s: %s", src.Name, g.From.UTC().Format("15:04:05"), g.Reason)
					}
				}
			}
		}
	}
	return ""
}

// beginsLate says whether a node's log begins in the midst of a process's life.
func (n *Node) beginsLate() bool {
	return len(n.Runs) > 0 && n.Runs[0].Start == nil && n.Runs[0].Blank == nil && !n.Runs[0].Failed
}

// raftless says whether a controller opened its storage, as one in a cluster does, but no line of raft is in its log.
func (n *Node) raftless() bool {
	opened := false
	for _, m := range n.telling {
		switch m.Effect {
		case "storage-opened":
			opened = true
		case "configured", "blank", "became-follower", "became-leader", "became-candidate", "lost-leader", "start-failed", "panicked":
			return false
		}
	}
	return opened && n.Last.Sub(n.First) > stuckAfter
}

// quiet says whether a node's log holds nothing below warning, so that what is only informed about cannot be missed in it. A
// process that starts and runs on informs of that.
func (n *Node) quiet() bool {
	starts := false
	for _, m := range n.matches {
		if m.Level != event.LevelUnknown && m.Level < event.LevelWarning {
			return false
		}
		starts = starts || m.Effect == "starting"
	}
	return len(n.matches) >= 20 || starts && n.Last.Sub(n.First) > stuckAfter
}
