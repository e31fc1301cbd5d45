package cluster

import "time"

// startTogether is how long a cluster whose members were all stopped may seek a leader until enough of them are up.
const startTogether = time.Minute

// startsTogether says whether a node sought a leader only because it was up before the others: it had stopped cleanly, it
// has had no leader since, and applied entries or found a leader within startTogether of its start. An operator who stops
// and starts a whole cluster sees that on each node, and nothing is wrong.
func (n *Node) startsTogether(c campaign) bool {
	run := n.runAt(c.from)
	if run == nil || run.Start == nil {
		return false
	}
	for i, r := range n.Runs {
		if r == run && (i == 0 || n.Runs[i-1].How != Clean) {
			return false
		}
	}
	for _, m := range n.telling {
		switch led := m.Effect == "became-leader" || m.Effect == "became-follower" && m.Capture("leader") != ""; {
		case !led || m.At.Before(run.From):
		case m.At.Before(c.from):
			return false
		default:
			return m.At.Sub(run.From) <= startTogether
		}
	}
	for _, st := range n.streams {
		for _, a := range st.applied {
			if at := a.at().Add(-n.Offset); at.After(run.From) {
				return at.After(c.from) && at.Sub(run.From) <= startTogether
			}
		}
	}
	return false
}
