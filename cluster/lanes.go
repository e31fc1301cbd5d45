package cluster

import (
	"sort"
	"time"

	"zlog/diagnosis"
)

// mostSpans bounds the spans and links of a lane; a node that restarts or loses a link for days has no end of them.
const mostSpans = 500

// Lanes gives the story as lanes of spans, for drawing.
func (s *Story) Lanes() diagnosis.Timeline {
	t := diagnosis.Timeline{From: diagnosis.Time{Time: s.Begin()}, To: diagnosis.Time{Time: s.End()}, Lanes: []diagnosis.Lane{}}
	lane := map[string]int{}
	add := func(node string) *diagnosis.Lane {
		if i, ok := lane[node]; ok {
			return &t.Lanes[i]
		}
		lane[node] = len(t.Lanes)
		t.Lanes = append(t.Lanes, diagnosis.Lane{Node: node, Spans: []diagnosis.Span{}, Links: []diagnosis.DownLink{}})
		return &t.Lanes[lane[node]]
	}
	for _, n := range s.Nodes {
		l := add(n.Name)
		l.Spans = append(l.Spans, n.lives(s.End(), s.foundDead(n))...)
		for _, c := range s.campaigns(n) {
			l.Spans = append(l.Spans, stretch(c.from, c.to, "seeking", "", "looks for a leader in vain"))
		}
		for _, o := range s.outages(n) {
			if o.to.After(o.from) {
				l.Links = append(l.Links, diagnosis.DownLink{From: diagnosis.Time{Time: o.from}, To: diagnosis.Time{Time: o.to}, Peer: s.peerName(o), Why: o.cause()})
			}
		}
	}
	for _, r := range s.reigns {
		l := add(r.node)
		why := map[string]string{"stepped-down": "stepped down", "stopped": "its process stopped", "gone": "its process ended",
			"newer": "a newer leader was elected", "log-end": "led to the end of its log", "unseen": "a follower's log says so"}[r.how]
		l.Spans = append(l.Spans, stretch(r.from, r.to, "leader", r.term, why))
	}
	for i := range t.Lanes {
		l := &t.Lanes[i]
		sort.SliceStable(l.Spans, func(a, b int) bool { return l.Spans[a].From.Before(l.Spans[b].From.Time) })
		sort.SliceStable(l.Links, func(a, b int) bool { return l.Links[a].From.Before(l.Links[b].From.Time) })
		l.Spans = l.Spans[:min(len(l.Spans), mostSpans)]
		l.Links = l.Links[:min(len(l.Links), mostSpans)]
	}
	return t
}

// endings in plain words.
var endings = map[Ending]string{Clean: "stopped cleanly", Panic: "ended with a panic or an error", Aborted: "was ended by SIGQUIT",
	Snapshot: "restarted to load a snapshot", NoTrace: "ended without a word",
	Unseen: "ended in a hole of its log"}

// foundDead says whether a node's log stops and its peers find its port closed from then on.
func (s *Story) foundDead(n *Node) bool {
	for _, f := range s.Facts {
		if f.Signature == "fact:killed" && f.Node == n.Name && f.Capture("how") == "none" {
			return true
		}
	}
	return false
}

// lives gives the spans in which the node's process ran, and those between them. A log that ends says nothing of what
// follows, unless the node was found dead.
func (n *Node) lives(end time.Time, dead bool) []diagnosis.Span {
	var out []diagnosis.Span
	for i, r := range n.Runs {
		from := r.From
		if i == 0 && n.First.Before(from) && !n.First.IsZero() {
			from = n.First
		}
		out = append(out, stretch(from, r.To, "up", "", endings[r.How]))
		next, state := end, "down"
		if i+1 < len(n.Runs) {
			next = n.Runs[i+1].From
		} else if r.How == LogEnd && !dead {
			state = "unseen"
		}
		why := endings[r.How]
		if r.How == LogEnd && dead {
			why = "ended without a word: its peers find the port closed"
		}
		if state == "unseen" {
			why = "its log ends"
		}
		if next.Sub(r.To) > 100*time.Millisecond {
			out = append(out, stretch(r.To, next, state, "", why))
		}
	}
	return out
}

func stretch(from, to time.Time, state, term, why string) diagnosis.Span {
	if to.Before(from) {
		to = from
	}
	return diagnosis.Span{From: diagnosis.Time{Time: from}, To: diagnosis.Time{Time: to}, State: state, Term: term, Why: why}
}

func (s *Story) peerName(o *outage) string {
	if o.peer != nil {
		return o.peer.Name
	}
	return o.id
}

func (o *outage) cause() string {
	switch {
	case o.refused > 0:
		return "refused"
	case o.timeouts > 0:
		return "timeout"
	}
	return "missed"
}
