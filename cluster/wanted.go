package cluster

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"zlog/diagnosis"
	"zlog/event"
)

// The limits of a story. They stand beside the ids of diagnoses in Result.NotAssessable.
const (
	limitAbsent = diagnosis.LogNotGiven       // a member is spoken of, and none of its log is here
	limitLate   = "log-begins-late"           // a log begins after the others', in the midst of a process's life
	limitMid    = "log-begins-midway"         // all logs begin there
	limitHole   = "log-has-a-hole"            // lines in a log's midst are missing
	limitEarly  = "log-ends-early"            // a log stops without an end while the others' go on
	limitStart  = "log-ends-at-start"         // a log stops before it shows what came of a start
	limitRaft   = "log-without-raft"          // a controller's log has no line of raft
	limitEmpty  = "log-is-empty"              // a log that was given has no line
	limitBack   = "log-goes-back-in-time"     // a log's times go back without a start
	limitAhead  = "log-jumps-ahead-in-time"   // a log's times jump ahead, and by the other logs no such time passed
	limitLost   = diagnosis.MemberUnreachable // a member cannot be reached until the logs end, and its own log does not tell why
)

// mostAbsent is how many members without a log are named.
const mostAbsent = 16

// Wanted names what would let zlog say more: the logs of members that are spoken of but not here, the rest of logs that
// stop while the others go on, what is missing in their midst, and raft's own lines where they went to another file.
func (s *Story) Wanted() []diagnosis.Wanted {
	out := []diagnosis.Wanted{}
	for _, a := range s.absent() {
		out = append(out, diagnosis.Wanted{Node: a.id, What: a.need(s.Begin()), Why: a.why})
	}
	for _, src := range s.empty() {
		out = append(out, diagnosis.Wanted{What: "the lines of " + src, Why: "it is empty"})
	}
	for _, n := range s.Nodes {
		for _, g := range s.gapsOf(n) {
			out = append(out, diagnosis.Wanted{What: g.need(), Why: g.says()})
		}
	}
	if names := s.withoutRaft(); len(names) > 0 {
		out = append(out, diagnosis.Wanted{What: raftFiles(names), Why: "their logs have no line of raft at all: they are written to another file, or nowhere, as by 2.1.0-pre2 without such a setting"})
	}
	if names := s.midway(); len(names) > 0 {
		out = append(out, diagnosis.Wanted{What: sinceStart(names), Why: "no log shows a start"})
	}
	return out
}

// Limits names what the story cannot judge, because lines are missing: one entry for all logs that were not given, and
// one for each log that has a gap.
func (s *Story) Limits() []diagnosis.Unassessed {
	var out []diagnosis.Unassessed
	var names, needs []string
	for _, a := range s.absent() {
		names, needs = append(names, a.id), append(needs, a.need(s.Begin()))
	}
	switch {
	case len(names) == 1:
		out = append(out, diagnosis.Unassessed{ID: limitAbsent, Reason: names[0] + " is spoken of and its log is not here: what only that tells cannot be judged", Need: needs[0]})
	case len(names) > 1:
		out = append(out, diagnosis.Unassessed{ID: limitAbsent, Reason: strings.Join(names, ", ") + " are spoken of and their logs are not here: what only those tell cannot be judged",
			Need: strings.Join(needs, "; ")})
	}
	for _, src := range s.empty() {
		out = append(out, diagnosis.Unassessed{ID: limitEmpty, Reason: src + " is empty", Need: "the lines of " + src})
	}
	out = append(append(out, s.setBack()...), s.setAhead()...)
	ids := map[gapKind]string{gapLate: limitLate, gapHole: limitHole, gapEarly: limitEarly, gapStart: limitStart}
	for _, n := range s.Nodes {
		for _, g := range s.gapsOf(n) {
			out = append(out, diagnosis.Unassessed{ID: ids[g.kind], Reason: g.reason(), Need: g.need()})
		}
	}
	if names := s.withoutRaft(); len(names) > 0 {
		out = append(out, diagnosis.Unassessed{ID: limitRaft, Reason: "no line of raft is in the log of " + listed(names) +
			": elections, lost votes and changes of members show in other lines, or not at all", Need: raftFiles(names)})
	}
	if names := s.midway(); len(names) > 0 {
		out = append(out, diagnosis.Unassessed{ID: limitMid, Reason: "no log shows a start: what came before cannot be judged", Need: sinceStart(names)})
	}
	return out
}

// withoutRaft names the controllers in whose logs no line of raft is.
func (s *Story) withoutRaft() []string {
	var names []string
	for _, n := range s.Nodes {
		if isController(n) && n.raftless() {
			names = append(names, n.Name)
		}
	}
	return names
}

// raftFiles says what is wanted of them.
func raftFiles(names []string) string {
	return "the raft log file of " + listed(names) + " (raft.logFile or cluster.logFile in the configuration)"
}

// listed gives the first of some names, for a sentence.
func listed(names []string) string { return strings.Join(names[:min(len(names), mostAbsent)], ", ") }

// sinceStart says what is wanted of logs that begin in the midst of a process's life.
func sinceStart(names []string) string {
	if len(names) == 1 {
		return "the log of " + names[0] + " from its last start on"
	}
	return "the logs of " + listed(names) + " from their last starts on"
}

// works says whether a node's log shows a controller that came through its start.
func (n *Node) works() bool {
	return slices.ContainsFunc(n.streams, func(st *stream) bool { return len(st.applied) > 0 }) ||
		slices.ContainsFunc(n.telling, func(m *event.Match) bool {
			return works[m.Effect] || seeking[m.Effect] || m.Effect == "became-follower"
		})
}

// midway names the controllers at work if no log shows a start: nobody tells how things came to be as they are. Of other logs, such
// as a router's, it is not known how a start looks.
func (s *Story) midway() []string {
	var names []string
	for _, n := range s.Nodes {
		if isController(n) || len(n.Runs) > 0 && !n.beginsLate() {
			return nil
		}
		if n.works() {
			names = append(names, n.Name)
		}
	}
	return names
}

// Unreached names the members that another could not reach from some time on until the logs end, if their own logs do
// not tell why: a log may be missing, or end before that.
func (s *Story) Unreached() []diagnosis.Unassessed {
	var out []diagnosis.Unassessed
	told := map[string]bool{}
	for _, n := range s.Nodes {
		for _, o := range s.outages(n) {
			if o.shut != nil || o.id == "" || told[o.id] || o.to.Sub(o.from) < endTogether || s.heardOf(o) {
				continue
			}
			if o.peer != nil {
				if last := lastRun(o.peer); last == nil || last.How != LogEnd || o.peer.Last.After(o.to) {
					continue
				}
			}
			told[o.id] = true
			how := map[string]string{"refused": "finds the port of " + o.id + " closed", "timeout": "gets no answer from " + o.id}[o.cause()]
			if how == "" {
				how = "cannot reach " + o.id
			}
			at := ""
			if o.addr != "" {
				at = " (" + o.addr + ")"
			}
			out = append(out, diagnosis.Unassessed{ID: limitLost, Reason: fmt.Sprintf("%s %s from %s until the logs end; only the log of %s tells why", n.Name, how, clock(o.from), o.id),
				Need: "the log of " + o.id + at + " from shortly before " + clock(o.from) + " on"})
		}
	}
	return out
}

// heardOf says whether a member that one node cannot reach was taken out, or is in touch with some node afterwards.
func (s *Story) heardOf(o *outage) bool {
	for _, m := range s.telling {
		switch {
		case removes(m) && m.Capture("member") == o.id:
			return true
		case m.At.Before(o.to):
		case (m.Effect == "peer-connected" || m.Effect == "replicating") && (m.Capture("peer") == o.id || o.addr != "" && m.Capture("address") == o.addr):
			return true
		case m.Effect == "became-follower" && m.Capture("leader") == o.id:
			return true
		}
	}
	return false
}

// absentee is a member that is spoken of and none of whose log is here.
type absentee struct{ id, address, why string }

func (a absentee) need(begin time.Time) string {
	at := ""
	if a.address != "" {
		at = " (" + a.address + ")"
	}
	return "the log of " + a.id + at + " from " + clock(begin) + " on"
}

// absent gives the members, and the controllers that a node was connected with or followed, whose logs are not here.
func (s *Story) absent() []absentee {
	var out []absentee
	seen := map[string]bool{}
	add := func(id, address, why string) {
		if id != "" && !seen[id] && len(seen) < 1000 {
			seen[id] = true
			if s.whose(id, address) == nil && len(out) < mostAbsent {
				out = append(out, absentee{id, address, why})
			}
		}
	}
	for _, m := range s.members {
		for _, sv := range m.servers {
			add(sv.id, sv.address, "it is a member of the cluster, and only its own log tells what it did")
		}
	}
	for _, m := range s.telling {
		switch m.Effect {
		case "peer-connected":
			add(m.Capture("peer"), m.Capture("address"), m.Node+" was connected with it, and only its own log tells what it did")
		case "became-follower":
			add(m.Capture("leader"), "", m.Node+" followed it, and only its own log tells what it did")
		}
	}
	return out
}

// empty names the sources without a line, at most mostAbsent.
func (s *Story) empty() []string {
	var out []string
	for _, src := range s.Sources {
		if src.Lines == 0 && src.Stored == 0 && src.Error == "" && len(out) < mostAbsent {
			name := src.Name
			if name == "-" {
				name = "standard input"
			}
			out = append(out, name)
		}
	}
	return out
}

// gapsOf gives a node's gaps, several holes as one that has them all.
func (s *Story) gapsOf(n *Node) []gap {
	var out []gap
	for _, g := range s.gaps {
		if g.node != n || g.kind == gapStart && s.stuckNode(n) { // what came of that start is known
			continue
		}
		if k := len(out) - 1; k >= 0 && g.kind == gapHole && out[k].kind == gapHole {
			out[k].to, out[k].lost, out[k].more = g.to, out[k].lost+g.lost, out[k].more+1
			continue
		}
		out = append(out, g)
	}
	return out
}

func (s *Story) stuckNode(n *Node) bool {
	for _, f := range s.Facts {
		if f.Signature == "fact:start-stuck" && f.Node == n.Name {
			return true
		}
	}
	return false
}

// says tells of a gap in a few words that follow "the log of ctrl1".
func (g gap) says() string {
	entries := ""
	if g.lost >= leastLost {
		entries = fmt.Sprintf(": %d raft entries that others applied by then are not in it", g.lost)
	}
	length := spell(g.to.Sub(g.from))
	if g.kind == gapHole && g.more == 0 && g.lost < leastLost && g.sign == nil && g.why != "" {
		return "lines are missing between " + clock(g.from) + " and " + clock(g.to) + ": " + g.why
	}
	switch g.kind {
	case gapLate:
		return "it begins " + length + " after the others', in the midst of a process's life"
	case gapHole:
		switch {
		case g.more > 0:
			return fmt.Sprintf("lines are missing in %d places between %s and %s%s", g.more+1, clock(g.from), clock(g.to), entries)
		case g.lost < leastLost && g.sign != nil && g.sign.Effect == "peer-connected":
			entries = ": " + g.sign.Node + " connected with it meanwhile"
		case g.lost < leastLost && g.sign != nil:
			entries = ": " + g.sign.Node + " found its port closed meanwhile"
		case g.lost < leastLost:
			entries = ": the others did not lose it, so it did not end there"
		}
		return "lines of " + length + " are missing from " + clock(g.from) + " on" + entries
	case gapStart:
		return "it stops right after a start, at " + clock(g.from) + ", before it shows what came of that"
	}
	return "it stops " + length + " before the others', without a word about an end" + entries
}

// reason is says as a sentence of its own.
func (g gap) reason() string {
	if rest, ok := strings.CutPrefix(g.says(), "it "); ok {
		return "the log of " + g.node.Name + " " + rest
	}
	return "in the log of " + g.node.Name + " " + g.says()
}

// need names what would close a gap.
func (g gap) need() string {
	switch g.kind {
	case gapLate:
		return "the log of " + g.node.Name + " before " + clock(g.to)
	case gapHole:
		return "the log of " + g.node.Name + " from " + clock(g.from) + " to " + clock(g.to)
	}
	return "the log of " + g.node.Name + " from " + clock(g.from) + " on"
}

func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") }
