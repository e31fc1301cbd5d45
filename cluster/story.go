package cluster

import (
	"cmp"
	"slices"
	"sort"
	"time"

	"zlog/diagnosis"
	"zlog/event"
)

// Story is the cluster's history. It is not changed once told.
type Story struct {
	Nodes   []*Node
	Matches []*event.Match // of all nodes, by At, then arrival
	Facts   []*event.Match // by At
	Sources []diagnosis.Source

	growing bool           // its logs do
	telling []*event.Match // of Matches, see telling
	kinds   []string       // the type of each apply.kind
	members []membership
	kept    bool // the members are of lists that controllers keep, for raft's own lines are in no log
	reigns  []*reign
	gaps    []gap
}

// Node is one controller or router that wrote events.
type Node struct {
	Name      string
	ID        string
	Address   string
	Addresses []string // every address it was seen under, in order of appearance
	Version   string
	ClusterID string
	Sources   []string
	First     time.Time // of its lines, on the common clock
	Last      time.Time
	Offset    time.Duration // its clock less the common clock
	Pairs     int           // paired events that Offset rests on
	Runs      []*Run
	State     string // at the end of its log: leader, follower, candidate, stopped, waiting, running, unknown

	streams []*stream
	matches []*event.Match
	telling []*event.Match // of matches, see telling
	dropped []*event.Match // those of matches that say that the logger dropped lines
	risen   []apply        // see entries
	outages []*outage      // see Story.outages
	stub    bool           // its log ends with the very start of a process
	ahead   time.Duration  // by which its times jump ahead against those of the others, or back if below 0; 0 for not
	jumped  int            // the line at which they do
	leapt   *event.Match   // the last match before
}

// Run is one life of a process.
type Run struct {
	Start   *event.Match // nil if the log begins in its midst
	From    time.Time
	To      time.Time // of its last line
	How     Ending
	End     *event.Match // the line that says how it ended, nil for none
	Version string
	Blank   *event.Match // it found no raft state
	Failed  bool         // it gave up before it named itself

	begins bool         // its first line is the first that a process writes
	fresh  *event.Match // the last of its lines that only a start has
	filled *event.Match // the last snapshot that it took over or applied
}

// Ending is how a run ended.
type Ending string

// The endings. LogEnd means that the log stops while the process, as far as is known, went on; Unseen, that the lines
// that would tell are missing from the log's midst.
const (
	Clean    Ending = "clean"
	Panic    Ending = "panic"
	Aborted  Ending = "aborted"
	Snapshot Ending = "snapshot"
	NoTrace  Ending = "none"
	LogEnd   Ending = "log-end"
	Unseen   Ending = "unseen"
)

// Tell makes the story of all that was added.
func (b *Builder) Tell() *Story {
	s := &Story{Sources: b.sources, kinds: b.names, growing: b.growing}
	stubs := b.stubs()
	s.Nodes = nodes(b.order, stubs)
	align(s.Nodes)
	all := 0
	for _, n := range s.Nodes {
		n.stub = len(n.streams) == 1 && stubs[n.streams[0]]
		n.settle()
		all += len(n.matches)
	}
	s.Matches = make([]*event.Match, 0, all)
	for _, n := range s.Nodes {
		s.Matches = append(s.Matches, n.matches...)
	}
	sortMatches(s.Matches)
	s.telling = telling(s.Matches)
	s.identify()
	for _, n := range s.Nodes {
		n.runs()
	}
	s.membership()
	s.leadership()
	s.jumps()
	s.completeness()
	s.facts()
	sortMatches(s.Facts)
	for _, n := range s.Nodes {
		n.State = s.stateOf(n)
	}
	return s
}

func sortMatches(ms []*event.Match) {
	slices.SortStableFunc(ms, func(a, b *event.Match) int {
		if by := a.At.Compare(b.At); by != 0 {
			return by
		}
		return cmp.Compare(a.Seq, b.Seq)
	})
}

// rank puts the last of a node's matches among those of its signature and time by what its line says. Log stores lose the order of lines of
// one time; for lines that mean the same it says nothing, and which of them is shown must not rest on it. Lines that mean different
// things stay as they were written, and so do those of clocks that count whole seconds, in which much can happen.
func rank(ms []*event.Match) {
	at := len(ms) - 1
	if ms[at].Time.Nanosecond() == 0 {
		return
	}
	for i := at - 1; i >= 0 && ms[i].At.Equal(ms[at].At); i-- {
		a, b := ms[i], ms[at]
		if a.Signature != b.Signature || a.Source != b.Source {
			continue
		}
		if a.Text <= b.Text {
			return
		}
		if a.Seq < b.Seq { // not when told again
			a.Seq, b.Seq = b.Seq, a.Seq
			a.Silence, b.Silence = b.Silence, a.Silence // which goes before the first
		}
		ms[i], ms[at] = b, a
		at = i
	}
}

// settle puts a node's matches on the common clock and in order: lines stand out of order by some 100 ms within a
// node, so that a match moves ahead of those written before it if it is older by at most two seconds.
func (n *Node) settle() {
	n.matches, n.dropped = nil, nil
	var latest time.Time
	all := 0
	for _, st := range n.streams {
		all += len(st.matches)
	}
	n.matches = make([]*event.Match, 0, all)
	beside := false // two logs of one process: raft's own and the other
	for _, st := range n.streams {
		beside = beside || st.first.Before(latest)
		latest = later(latest, st.last)
		for _, m := range st.matches {
			m.Node = n.Name
			m.At = m.Time.Add(-n.Offset)
			m.LastAt = m.Last.Add(-n.Offset)
			if m.Effect == "lines-dropped" {
				n.dropped = append(n.dropped, m)
			}
			n.matches = append(n.matches, m)
			for i := len(n.matches) - 1; i > 0; i-- {
				early := n.matches[i-1].At.Sub(n.matches[i].At)
				if early <= 0 || early > 2*time.Second {
					break
				}
				n.matches[i-1], n.matches[i] = n.matches[i], n.matches[i-1]
			}
			rank(n.matches)
		}
		if f := st.first.Add(-n.Offset); !st.first.IsZero() && (n.First.IsZero() || f.Before(n.First)) {
			n.First = f
		}
		if l := st.last.Add(-n.Offset); !st.last.IsZero() && l.After(n.Last) {
			n.Last = l
		}
	}
	if beside {
		sortMatches(n.matches)
	}
	n.telling = telling(n.matches)
}

// telling gives the matches that mean something for the story: they have an effect, or a list of members. Most have not, and the
// story is gone through again and again.
func telling(all []*event.Match) []*event.Match {
	out := make([]*event.Match, 0, len(all)/2)
	for _, m := range all {
		if m.Effect != "" || m.Capture("servers") != "" || m.Capture("list") != "" {
			out = append(out, m)
		}
	}
	return out
}

// fact makes a fact of the story. because are the matches that it rests on, the telling one first.
func (s *Story) fact(name, node string, at time.Time, captures []event.Field, because ...*event.Match) *event.Match {
	f := &event.Match{Signature: "fact:" + name, Node: node, Time: at, At: at, Last: at, LastAt: at, Count: 1,
		Captures: captures}
	for _, m := range because {
		if m != nil {
			f.Because = append(f.Because, m)
		}
	}
	if len(f.Because) > 0 {
		f.Time, f.Source, f.Line, f.Seq = f.Because[0].Time, f.Because[0].Source, f.Because[0].Line, f.Because[0].Seq
	}
	s.Facts = append(s.Facts, f)
	return f
}

// between gives the telling matches from one time to another.
func (s *Story) between(from, to time.Time) []*event.Match {
	i := sort.Search(len(s.telling), func(i int) bool { return !s.telling[i].At.Before(from) })
	n := sort.Search(len(s.telling)-i, func(n int) bool { return s.telling[i+n].At.After(to) })
	return s.telling[i : i+n]
}

func (s *Story) node(name string) *Node {
	for _, n := range s.Nodes {
		if n.Name == name {
			return n
		}
	}
	return nil
}

// whose gives the node that another node calls id or address, nil if its log is not here.
func (s *Story) whose(id, address string) *Node {
	for _, n := range s.Nodes {
		if id != "" && n.ID == id {
			return n
		}
	}
	if address == "" {
		return nil
	}
	for _, n := range s.Nodes {
		for _, a := range n.Addresses {
			if a == address {
				return n
			}
		}
	}
	return nil
}
