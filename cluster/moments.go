package cluster

import (
	"slices"
	"strings"
	"time"

	"zlog/diagnosis"
	"zlog/event"
)

// moment is one thing worth telling, before it is folded. Weight ranks it for short stories: 3 always, 0 only in a
// whole timeline.
type moment struct {
	diagnosis.Moment
	weight int
}

// Moments tells what happened, in the estimated order, in plain words: one moment a line, repeats folded.
func (s *Story) Moments() []diagnosis.Moment {
	var out []diagnosis.Moment
	for _, m := range fold2(s.gather()) {
		out = append(out, m.Moment)
	}
	return out
}

// Brief is the timeline in at most n lines: what weighs most, in time order. What happened from a minute before from to
// half a minute after to, the time of the evidence, weighs more; zero times stand for no such time.
func (s *Story) Brief(n int, from, to time.Time) []diagnosis.Moment {
	all := fold2(s.gather())
	most := 0
	for _, m := range all {
		if m.weight > 0 && !from.IsZero() && m.Time.After(from.Add(-time.Minute)) && m.Time.Before(to.Add(30*time.Second)) {
			m.weight += 2
		}
		most = max(most, m.weight)
	}
	keep := make([]bool, len(all))
	for w := most; w > 0; w-- {
		for i, m := range all {
			if n > 0 && m.weight == w {
				keep[i] = true
				n--
			}
		}
	}
	out := []diagnosis.Moment{}
	for i, m := range all {
		if keep[i] {
			out = append(out, m.Moment)
		}
	}
	return out
}

// gather gives all of them in time order.
func (s *Story) gather() []*moment {
	var out []moment
	add := func(weight int, at time.Time, node, what string, m *event.Match) {
		o := moment{Moment: diagnosis.Moment{Time: diagnosis.Time{Time: at}, Node: node, What: what, Count: 1}, weight: weight}
		if m != nil {
			o.Source, o.Line = m.Source, m.Line
		}
		out = append(out, o)
	}
	for _, n := range s.Nodes {
		for i, r := range n.Runs {
			switch {
			case r.Start != nil && i == 0:
				add(1, r.Start.At, n.Name, "started"+versionOf(r), r.Start)
			case r.Start != nil:
				w := 2
				if n.Runs[i-1].How == Clean {
					w = 1
				}
				add(w, r.Start.At, n.Name, "started again after "+spell(r.From.Sub(n.Runs[i-1].To))+versionOf(r), r.Start)
			case r.Failed:
				add(3, r.From, n.Name, "failed to start", r.End)
			}
			more := i < len(n.Runs)-1
			switch r.How {
			case Clean:
				add(1, r.To, n.Name, "stopped cleanly", r.End)
			case Panic:
				if !r.Failed {
					add(3, r.To, n.Name, "ended with a panic", r.End)
				}
			case Aborted:
				add(3, r.To, n.Name, "ended by SIGQUIT, with a dump", r.End)
			case Snapshot:
				add(2, r.To, n.Name, "ended to restart on a snapshot", r.End)
			case NoTrace:
				if more {
					add(3, r.To, n.Name, "stopped, no trace", nil)
				}
			}
		}
	}
	for _, r := range s.reigns {
		if r.how == "unseen" {
			add(2, r.from, r.node, "leads (seen from "+r.start.Node+")", r.start)
			continue
		}
		w := 2
		what := "leads"
		if r.term != "" {
			what += " term " + r.term
		}
		if r.moved && len(s.reigns) > 1 {
			what += ", handed over"
		}
		add(w, r.from, r.node, what, r.start)
	}
	for _, g := range s.gaps {
		switch g.kind {
		case gapLate:
			add(1, g.to, g.node.Name, "its log begins", nil)
		case gapHole:
			add(2, g.from, g.node.Name, "lines are missing until "+g.to.UTC().Format("15:04:05"), nil)
		case gapEarly:
			add(2, g.from, g.node.Name, "its log ends", nil)
		case gapStart:
			add(2, g.from, g.node.Name, "its log ends in a start", nil)
		}
	}
	lost := map[time.Time]bool{}
	for _, f := range s.Facts {
		if f.Signature == "fact:quorum-lost" || f.Signature == "fact:quorum-unreachable" {
			lost[f.At] = true
		}
	}
	for _, f := range s.Facts {
		name, _ := f.Fact()
		if long := f.Capture("for"); long != "" {
			if d, err := time.ParseDuration(long); err == nil && d < 2*time.Second {
				continue // an election takes as long
			}
		}
		var first *event.Match
		if len(f.Because) > 0 {
			first = f.Because[0]
		}
		switch name {
		case "killed":
			if f.Capture("away") == "to the end" {
				add(3, f.At, f.Node, "stopped, no trace; its peers find the port closed", first)
			}
		case "quorum-lost", "quorum-unreachable":
			add(3, f.At, f.Node, "no leader possible: "+f.Capture("gone")+" of "+f.Capture("voters")+" voters unreachable for "+f.Capture("for"), first)
		case "shut-out":
			add(2, f.At, f.Node, "finds no leader for "+f.Capture("for")+" while others have one", first)
		case "no-leader":
			if lost[f.At] {
				continue
			}
			add(1, f.At, f.Node, "no leader for "+f.Capture("for"), first)
		case "link-down":
			why := map[string]string{"refused": "connection refused", "timeout": "dials time out"}[f.Capture("why")]
			if why != "" {
				why = " (" + why + ")"
			}
			add(2, f.At, f.Node, "lost contact to "+f.Capture("peer")+" for "+f.Capture("for")+why, first)
		case "frozen":
			add(3, f.At, f.Node, "silent for "+f.Capture("for")+", missed by its peers", first)
		case "same-id":
			add(3, f.At, f.Node, "a second process of the id "+f.Capture("id"), first)
		case "member-replaced":
			add(3, f.At, f.Node, "took "+f.Capture("member")+" at "+f.Capture("old")+" out and put one at "+f.Capture("new")+" in its place", first)
		case "history-conflict":
			add(3, f.At, f.Node, "applied another entry than "+f.Capture("other")+" under index "+f.Capture("index"), first)
		case "blank-again":
			add(3, f.At, f.Node, "started without the raft state it had", first)
		case "rolled-back":
			add(3, f.At, f.Node, "came back with a raft log that ends at "+f.Capture("last")+", after it had applied "+f.Capture("had"), first)
		case "start-stuck":
			add(3, f.At, f.Node, "started, but never opened its storage", first)
		}
	}
	began, until := 0, map[string]time.Time{} // how many reigns had begun, and until when their nodes led
	for _, m := range s.telling {
		switch m.Effect {
		case "founded":
			add(2, m.At, m.Node, "founded a raft cluster", m)
		case "cluster-id":
			add(1, m.At, m.Node, "got cluster id "+m.Capture("cluster"), m)
		case "members-changed":
			who := m.Capture("member")
			switch m.Capture("command") {
			case "3":
				add(2, m.At, m.Node, "commits the removal of "+who, m)
			case "0", "1":
				add(2, m.At, m.Node, "adds "+who+" at "+m.Capture("address"), m)
			}
		case "stepped-down":
			add(2, m.At, m.Node, "steps down: lost the majority", m)
		case "newer-term":
			add(2, m.At, m.Node, "meets a newer term at "+m.Capture("peer"), m)
		case "became-follower":
			before := m.At.Add(-time.Millisecond)
			for ; began < len(s.reigns) && !s.reigns[began].from.After(before); began++ { // both are in order
				r := s.reigns[began]
				until[r.node] = later(until[r.node], r.to)
			}
			if l := m.Capture("leader"); l != "" && until[m.Node].After(before) {
				add(3, m.At, m.Node, "gives up leading and follows "+l, m)
			} else if l != "" {
				add(1, m.At, m.Node, "follows "+l, m)
			}
		case "refused-cluster":
			add(3, m.At, m.Node, "refuses a peer of another cluster", m)
		case "read-only":
			add(2, m.At, m.Node, "goes read-only: versions differ", m)
		case "read-write":
			add(2, m.At, m.Node, "is writable again", m)
		case "snapshot-received":
			add(2, m.At, m.Node, "took over a snapshot", m)
		case "leaderless":
			what := "says that there is no leader"
			if d, err := time.ParseDuration(m.Capture("elapsed")); err == nil {
				what += " for " + spell(d)
			}
			add(2, m.At, m.Node, what, m)
		case "vote-refused":
			add(2, m.At, m.Node, "refuses the vote of "+m.Capture("address")+", which is no member", m)
		case "apply-failed":
			add(1, m.At, m.Node, "failed to apply index "+m.Capture("index"), m)
		case "write-failed":
			add(1, m.At, m.Node, "failed a write: no leader", m)
		}
	}
	order := make([]*moment, len(out))
	for i := range out {
		order[i] = &out[i]
	}
	slices.SortStableFunc(order, func(a, b *moment) int { return a.Time.Compare(b.Time.Time) })
	return order
}

func versionOf(r *Run) string {
	if r.Version == "" || r.Version == "v0.0.0" {
		return ""
	}
	return " (" + r.Version + ")"
}

// foldNear is how close moments alike must be to be told as one.
const foldNear = 10 * time.Second

// fold2 folds repeats of one node into the first with a count, and moments alike of several nodes into one line, unless
// that would put a moment before another of the same node that came first, by more than clocks are good for.
func fold2(in []*moment) []*moment {
	out := in[:0]
	for _, m := range in {
		joined, since := false, foldNear
		for i := len(out) - 1; i >= 0 && m.Time.Sub(out[i].Time.Time) < since; i-- {
			o := out[i]
			own := o.Node == m.Node || has(strings.Split(o.Node, ", "), m.Node)
			if o.What != m.What {
				if own {
					since = time.Second
				}
				continue
			}
			joined = true
			if own {
				o.Count++
			} else {
				o.Node += ", " + m.Node
			}
			break
		}
		if !joined {
			out = append(out, m)
		}
	}
	return out
}

func has(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
