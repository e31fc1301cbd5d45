package cluster

import (
	"sort"
	"time"

	"zlog/diagnosis"
	"zlog/event"
)

// End is the last moment of the story.
func (s *Story) End() time.Time {
	var end time.Time
	for _, n := range s.Nodes {
		end = later(end, n.Last)
	}
	return end
}

// Begin is its first.
func (s *Story) Begin() time.Time {
	var begin time.Time
	for _, n := range s.Nodes {
		if begin.IsZero() || !n.First.IsZero() && n.First.Before(begin) {
			begin = n.First
		}
	}
	return begin
}

// At gives the cluster as of a moment on the common clock: every node whose log is here, and every member that is
// only spoken of, with what is known, inferred and unknown.
func (s *Story) At(at time.Time) []diagnosis.State {
	var out []diagnosis.State
	for _, n := range s.Nodes {
		out = append(out, s.nodeAt(n, at))
	}
	seen := map[string]bool{}
	for _, mb := range s.members {
		if mb.at.After(at) {
			break
		}
		for _, sv := range mb.servers {
			if !seen[sv.id] && s.whose(sv.id, sv.address) == nil {
				seen[sv.id] = true
				out = append(out, s.unseenAt(sv, at))
			}
		}
	}
	for i := range out {
		out[i].Voter = s.voterAt(out[i].ID, at)
		out[i].Links = s.linksAt(out[i].Node, at, out)
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Node < out[j].Node })
	return out
}

// nodeAt follows a node's own lines up to a moment.
func (s *Story) nodeAt(n *Node, at time.Time) diagnosis.State {
	st := diagnosis.State{Node: n.Name, ID: n.ID, Address: n.Address, Version: n.Version, ClusterID: n.ClusterID, Role: "unknown", Sure: "unknown",
		Why: "its log has not begun"}
	var said time.Time
	say := func(role, why string, m *event.Match) {
		said = m.At
		if st.Role != role {
			st.Since = diagnosis.Time{Time: m.At}
		}
		st.Role, st.Why, st.Sure, st.Source, st.Line = role, why, "known", m.Source, m.Line
	}
	for _, m := range n.matches {
		if m.At.After(at) {
			break
		}
		if t := m.Capture("term"); t != "" && (m.Effect == "election-won" || m.Effect == "became-candidate") {
			st.Term = t
		}
		switch m.Effect {
		case "started":
			say("starting", "its process started", m)
			if v := m.Capture("version"); v != "" {
				st.Version = v
			}
		case "waiting":
			if st.Role == "starting" || st.Role == "unknown" {
				say("waiting", "it says that it is not initialised", m)
			}
		case "became-leader":
			say("leader", "it says so", m)
		case "became-candidate", "lost-leader":
			say("candidate", "it seeks a leader", m)
		case "became-follower":
			if l := m.Capture("leader"); l != "" {
				say("follower", "it follows "+l, m)
			} else if st.Role != "starting" && st.Role != "waiting" {
				say("follower", "it says so, without naming a leader", m)
			}
		case "stepped-down":
			say("follower", "it stepped down", m)
		case "stopping", "stopped":
			say("stopped", "it shut down cleanly", m)
		case "panicked", "start-failed":
			say("stopped", "it ended with a panic or an error", m)
		case "aborted":
			say("stopped", "it was ended by SIGQUIT", m)
		}
	}
	for _, sm := range n.streams {
		for _, a := range sm.applied {
			if !a.at().Add(-n.Offset).After(at) && a.index > st.Index {
				st.Index = a.index
			}
		}
	}
	if (st.Role == "starting" || st.Role == "waiting") && st.Index > 2 {
		st.Role, st.Why, st.Sure = "follower", "it applies entries of the raft log", "inferred"
	}
	for i, r := range n.Runs {
		if r.To.Before(at) && i+1 < len(n.Runs) && n.Runs[i+1].From.After(at) && r.How != Clean {
			st.Role, st.Sure = "gone", "known"
			st.Why = "its process had ended (" + map[Ending]string{NoTrace: "no trace", Panic: "panic", Aborted: "SIGQUIT", Snapshot: "to restart on a snapshot",
				Unseen: "in a hole of its log"}[r.How] +
				") and started again only at " + n.Runs[i+1].From.UTC().Format("15:04:05")
			st.Since = diagnosis.Time{Time: r.To}
			if m := n.Runs[i+1].Start; m != nil {
				st.Source, st.Line = m.Source, m.Line
			}
		}
	}
	for _, g := range s.gaps {
		if g.node == n && g.kind == gapHole && !g.from.Before(said) && !g.from.After(at) {
			st.Why += "; lines are missing from " + g.from.UTC().Format("15:04:05") + " to " + g.to.UTC().Format("15:04:05") + ", so this may be out of date"
			st.Sure = "unknown"
			break
		}
	}
	if n.Last.Before(at.Add(-time.Second)) && st.Role != "stopped" {
		if g := s.goneAt(n, at); g != nil {
			st.Role, st.Why, st.Sure, st.Source, st.Line = "gone", "its log stops at "+n.Last.UTC().Format("15:04:05")+" and "+g.Node+" finds its port closed", "inferred", g.Source, g.Line
		} else {
			st.Why += "; its log ends at " + n.Last.UTC().Format("15:04:05") + ", so this may be out of date"
			st.Sure = "unknown"
		}
	}
	return st
}

// goneAt gives a line of another node that found the port of this one closed after its log had stopped.
func (s *Story) goneAt(n *Node, at time.Time) *event.Match {
	for _, m := range s.Matches {
		if m.At.After(at) {
			return nil
		}
		if m.Node != n.Name && m.Effect == "unreachable" && m.Capture("why") == "refused" && m.At.After(n.Last) &&
			s.whose(m.Capture("peer"), m.Capture("address")) == n {
			return m
		}
	}
	return nil
}

// unseenAt tells of a member whose log is not here what others say.
func (s *Story) unseenAt(sv server, at time.Time) diagnosis.State {
	st := diagnosis.State{Node: sv.id, ID: sv.id, Address: sv.address, Role: "unknown", Sure: "unknown", Why: "its log is not here"}
	for _, m := range s.Matches {
		if m.At.After(at) {
			break
		}
		same := m.Capture("peer") == sv.id || m.Capture("address") == sv.address
		switch {
		case m.Effect == "became-follower" && m.Capture("leader") == sv.id:
			st.Role, st.Why, st.Sure = "leader", m.Node+" follows it", "inferred"
		case same && m.Effect == "peer-connected":
			st.Why, st.Sure = m.Node+" is connected to it", "inferred"
		case same && m.Effect == "unreachable" && m.Capture("why") == "refused":
			st.Role, st.Why, st.Sure = "gone", m.Node+" finds its port closed", "inferred"
		case same && (m.Effect == "unreachable" || m.Effect == "contact-missed"):
			st.Role, st.Why, st.Sure = "unknown", m.Node+" cannot reach it", "inferred"
		default:
			continue
		}
		st.Source, st.Line, st.Since = m.Source, m.Line, diagnosis.Time{Time: m.At}
	}
	return st
}

func (s *Story) voterAt(id string, at time.Time) string {
	voter := "unknown"
	for _, mb := range s.members {
		if mb.at.After(at) {
			break
		}
		voter = "no"
		for _, sv := range mb.servers {
			if sv.id == id && sv.voter {
				voter = "yes"
			}
		}
	}
	return voter
}

// linksAt gives a node's view of its connections.
func (s *Story) linksAt(node string, at time.Time, all []diagnosis.State) []diagnosis.Link {
	links := []diagnosis.Link{}
	n := s.node(node)
	for _, o := range all {
		if o.Node == node {
			continue
		}
		l := diagnosis.Link{Peer: o.Node, Up: "unknown", Why: "no line tells"}
		turn := func(up string, m *event.Match) {
			if l.Up != up {
				l.Up, l.Why = up, "since "+m.At.UTC().Format("15:04:05")
			}
		}
		if n != nil {
			for _, m := range n.matches {
				if m.At.After(at) {
					break
				}
				if m.Capture("peer") != o.ID && m.Capture("address") != o.Address || o.ID == "" {
					if m.Effect != "became-follower" || m.Capture("leader") != o.ID {
						if m.Effect == "started" || m.Effect == "stopped" {
							l.Up, l.Why = "unknown", "no line tells since its process "+m.Effect
						}
						continue
					}
				}
				switch m.Effect {
				case "peer-connected", "replicating", "became-follower":
					turn("yes", m)
				case "peer-disconnected", "unreachable", "contact-missed":
					turn("no", m)
				}
			}
		}
		if role := roleOf(all, node); role == "gone" || role == "stopped" {
			l.Up, l.Why = "no", "its process is not running"
		}
		links = append(links, l)
	}
	return links
}

func roleOf(all []diagnosis.State, node string) string {
	for _, st := range all {
		if st.Node == node {
			return st.Role
		}
	}
	return ""
}
