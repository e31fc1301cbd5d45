package cluster

import "zlog/event"

// versions makes the fact versions-differ: nodes ran different releases at one time. It is over if both end on one release; unknown if a hole may hide that.
func (s *Story) versions() {
	told := map[string]bool{}
	for i, a := range s.Nodes {
		for _, b := range s.Nodes[i+1:] {
			for _, x := range a.Runs {
				for _, y := range b.Runs {
					if x.Version == "" || y.Version == "" || x.Version == y.Version || told[a.Name+b.Name] ||
						x.To.Before(y.From) || y.To.Before(x.From) {
						continue
					}
					told[a.Name+b.Name] = true
					over := "no"
					switch {
					case lastVersion(a) == lastVersion(b):
						over = "yes"
					case s.mayHaveRestarted(a) || s.mayHaveRestarted(b):
						over = "unknown"
					}
					s.fact("versions-differ", b.Name, later(x.From, y.From), []event.Field{{Key: "version", Value: y.Version},
						{Key: "other", Value: a.Name}, {Key: "other-version", Value: x.Version}, {Key: "over", Value: over}}, y.Start, x.Start)
				}
			}
		}
	}
}

// mayHaveRestarted says whether a node's log has a hole after the last start that it shows.
func (s *Story) mayHaveRestarted(n *Node) bool {
	last := lastRun(n)
	return last != nil && s.holed(n, last.From, s.End())
}

// lastVersion gives the release that a node ran last, "" if it never said.
func lastVersion(n *Node) string {
	v := ""
	for _, r := range n.Runs {
		if r.Version != "" {
			v = r.Version
		}
	}
	return v
}
