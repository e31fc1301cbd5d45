package cluster

import (
	"fmt"
	"strings"
	"time"

	"zlog/diagnosis"
	"zlog/event"
)

// Preflight answers whether the nodes of these logs may be joined into one cluster: what must hold before
// "cluster add", each item ok, problem or unknown. candidate names the node that is to join; "" picks the node that
// waits, else the last one that no other knows, else the one that was added last.
func (s *Story) Preflight(candidate string) (joiner string, checks []diagnosis.Check) {
	j := s.joiner(candidate)
	if j == nil {
		return "", []diagnosis.Check{{Name: "joiner", State: "unknown", Says: "no log of a controller that could join is here",
			Remedy: "give the log of the node that is to join, and of one member"}}
	}
	var members []*Node
	for _, n := range s.Nodes {
		if n != j && isController(n) {
			members = append(members, n)
		}
	}
	checks = append(checks, s.checkBlank(j), checkIDs(j, members), checkNames(j, members), s.checkClusterIDs(j, members), checkVersions(j, members),
		s.checkAddress(j, members), s.checkCertificates(j, members), s.checkHealth(members), s.checkLogs(j, members))
	return j.Name, checks
}

func isController(n *Node) bool {
	for _, r := range n.Runs {
		if r.Start != nil || r.Blank != nil {
			return true
		}
	}
	return false
}

func (s *Story) joiner(name string) *Node {
	if name != "" {
		return s.node(name)
	}
	for _, n := range s.Nodes {
		if n.State == "waiting" {
			return n
		}
	}
	var alone, added *Node
	for _, n := range s.Nodes {
		if isController(n) && !s.known(n) {
			alone = n
		}
	}
	for _, m := range s.Matches {
		if m.Effect == "members-changed" && (m.Capture("command") == "0" || m.Capture("command") == "1") {
			if n := s.whose(m.Capture("member"), m.Capture("address")); n != nil && n.Name != m.Node && isController(n) {
				added = n
			}
		}
	}
	switch {
	case alone != nil:
		return alone
	case added != nil:
		return added
	case len(s.Nodes) > 1:
		return s.Nodes[len(s.Nodes)-1]
	}
	return nil
}

// known says whether another node has this one as a member, follows it, or was connected with it.
func (s *Story) known(n *Node) bool {
	for _, mb := range s.members {
		for _, sv := range mb.servers {
			if mb.node != n.Name && sv.id == n.ID {
				return true
			}
		}
	}
	for _, m := range s.Matches {
		if m.Node != n.Name && n.ID != "" && (m.Effect == "peer-connected" && m.Capture("peer") == n.ID || m.Effect == "became-follower" && m.Capture("leader") == n.ID) {
			return true
		}
	}
	return false
}

func check(name, state, says, remedy string, m *event.Match) diagnosis.Check {
	c := diagnosis.Check{Name: name, State: state, Says: says, Remedy: remedy}
	if m != nil {
		c.Source, c.Line = m.Source, m.Line
	}
	return c
}

// checkBlank is the check that the founding case lacked.
func (s *Story) checkBlank(j *Node) diagnosis.Check {
	var led, blank, joined *event.Match
	for _, m := range j.matches {
		switch m.Effect {
		case "founded", "became-leader", "cluster-id":
			if joined == nil {
				led = m
			}
		case "blank":
			led, joined, blank = nil, nil, m
		case "configured":
			if len(servers(m.Capture("servers"))) > 0 && joined == nil {
				led = m
			}
		case "log-short", "became-follower":
			if blank != nil && led == nil && (m.Effect == "log-short" || m.Capture("leader") != "") {
				joined = m
			}
		}
	}
	if joined != nil {
		return check("joiner is blank", "ok", j.Name+" started blank and was joined already; it is a member", "", joined)
	}
	switch {
	case led != nil:
		return check("joiner is blank", "problem", j.Name+" has raft state of its own: it founded a cluster or was in one",
			"stop it, move its data directory away, start it empty, and do not initialise it", led)
	case blank != nil:
		return check("joiner is blank", "ok", j.Name+" started without raft state and did not found a cluster", "", blank)
	}
	return check("joiner is blank", "unknown", "the log of "+j.Name+" does not show its start", "give its log from its start on", nil)
}

func checkIDs(j *Node, members []*Node) diagnosis.Check {
	if j.ID == "" {
		return check("ids differ", "unknown", "the id of "+j.Name+" is not in its log", "give its log from its start on", nil)
	}
	for _, m := range members {
		if m.ID == j.ID {
			return check("ids differ", "problem", j.Name+" and "+m.Name+" both have the id "+j.ID,
				"issue a certificate with a SPIFFE id of its own for the joiner", startOf(j))
		}
	}
	return check("ids differ", "ok", "no member has the id "+j.ID+" (by its configuration; the one in the certificate decides)", "", startOf(j))
}

func checkNames(_ *Node, _ []*Node) diagnosis.Check {
	return check("names differ", "unknown", "controller names come from the certificates' common names, which logs do not show",
		"compare: openssl x509 -in <cert> -noout -subject", nil)
}

func (s *Story) checkClusterIDs(j *Node, members []*Node) diagnosis.Check {
	for _, m := range s.Matches {
		if m.Effect == "refused-cluster" {
			return check("cluster ids agree", "problem", m.Node+" refused a peer of another cluster ("+m.Capture("theirs")+", its own is "+m.Capture("ours")+")",
				"wipe the data directory of the node that is to join", m)
		}
	}
	if j.ClusterID == "" {
		return check("cluster ids agree", "ok", j.Name+" shows no cluster id of its own", "", nil)
	}
	for _, m := range members {
		if m.ClusterID != "" && m.ClusterID != j.ClusterID {
			return check("cluster ids agree", "problem", j.Name+" has cluster id "+j.ClusterID+", "+m.Name+" has "+m.ClusterID,
				"wipe the data directory of the node that is to join", startOf(j))
		}
	}
	return check("cluster ids agree", "unknown", j.Name+" founded cluster "+j.ClusterID+"; the members' id is not in their logs", "", startOf(j))
}

func checkVersions(j *Node, members []*Node) diagnosis.Check {
	if j.Version == "" || len(members) == 0 {
		return check("versions agree", "unknown", "a version is missing from the logs", "give the logs from their start on", nil)
	}
	for _, m := range members {
		if m.Version != "" && m.Version != j.Version {
			return check("versions agree", "problem", fmt.Sprintf("%s runs %s, %s runs %s: the cluster would be read-only, or unable to talk", j.Name, j.Version, m.Name, m.Version),
				"install the same release everywhere first", startOf(j))
		}
	}
	says := "all run " + j.Version
	if j.Version == "v0.0.0" {
		return check("versions agree", "unknown", "all are local builds that print v0.0.0", "compare: ziti --version", startOf(j))
	}
	return check("versions agree", "ok", says, "", startOf(j))
}

func (s *Story) checkAddress(j *Node, members []*Node) diagnosis.Check {
	for _, m := range s.Matches {
		if m.Effect == "unreachable" && m.Node != j.Name && m.Capture("address") == j.Address && j.Address != "" && s.meets(m, j) == nil {
			return check("joiner can be reached", "problem", m.Node+" cannot reach "+j.Address+" ("+m.Capture("why")+")",
				"correct ctrl.options.advertiseAddress, open the port", m)
		}
	}
	for _, m := range members {
		for _, a := range m.Addresses {
			if a == j.Address && a != "" {
				return check("joiner can be reached", "problem", j.Name+" and "+m.Name+" advertise the same address "+a, "give the joiner an address of its own", startOf(j))
			}
		}
	}
	for _, m := range s.Matches {
		if m.Effect == "peer-connected" && m.Capture("peer") == j.ID && j.ID != "" {
			return check("joiner can be reached", "ok", m.Node+" was connected to "+j.Name, "", m)
		}
	}
	if j.Address == "" {
		return check("joiner can be reached", "unknown", "the advertised address of "+j.Name+" is not in the logs", "try: nc -z <host> <port> from each member", nil)
	}
	return check("joiner can be reached", "unknown", "no member has dialed "+j.Address+" yet", "try: nc -z <host> <port> from each member", nil)
}

// meets gives a later connection between the node of a failed dial and j.
func (s *Story) meets(failed *event.Match, j *Node) *event.Match {
	for _, m := range s.Matches {
		if m.Effect == "peer-connected" && m.Node == failed.Node && m.At.After(failed.At) && m.Capture("peer") == j.ID {
			return m
		}
	}
	return nil
}

func (s *Story) checkCertificates(j *Node, _ []*Node) diagnosis.Check {
	for _, m := range s.Matches {
		if m.Effect == "unreachable" && m.Capture("why") == "certificate" {
			return check("certificates are accepted", "problem", m.Node+" refuses the certificate at "+m.Capture("address"), "see zlog diagnose for the reason", m)
		}
	}
	for _, m := range s.Matches {
		if m.Effect == "peer-connected" && (m.Capture("peer") == j.ID || m.Node == j.Name) {
			return check("certificates are accepted", "ok", "a mesh connection with "+j.Name+" was made", "", m)
		}
	}
	return check("certificates are accepted", "unknown", "no connection with "+j.Name+" was tried yet",
		"check: openssl verify, and openssl x509 -noout -dates -ext subjectAltName", nil)
}

func (s *Story) checkHealth(members []*Node) diagnosis.Check {
	end := s.End()
	var leader *Node
	var bad []string
	for _, st := range s.At(end.Add(-time.Millisecond)) {
		for _, m := range members {
			if st.Node != m.Name {
				continue
			}
			switch st.Role {
			case "leader":
				leader = m
			case "candidate", "gone":
				bad = append(bad, m.Name+" is "+st.Role)
			}
		}
	}
	for _, u := range s.Unreached() {
		bad = append(bad, u.Reason)
	}
	stopped := 0
	for _, m := range members {
		if m.State == "stopped" {
			stopped++
		}
	}
	switch {
	case len(members) == 0:
		return check("cluster is healthy", "unknown", "no member's log is here", "give the members' logs", nil)
	case len(bad) > 0:
		return check("cluster is healthy", "problem", strings.Join(bad, ", "), "see zlog diagnose; mend the cluster before a join", nil)
	case leader != nil:
		return check("cluster is healthy", "ok", leader.Name+" leads", "", nil)
	case stopped == len(members):
		return check("cluster is healthy", "unknown", "every member's log ends with its shutdown", "start the members first", nil)
	}
	return check("cluster is healthy", "unknown", "no leader is named at the end of the logs", "run: ziti agent cluster list", nil)
}

func (s *Story) checkLogs(j *Node, members []*Node) diagnosis.Check {
	if len(members) == 0 {
		return check("all logs are here", "unknown", "only the log of "+j.Name+" is here", "give the members' logs, too", nil)
	}
	if w := s.Wanted(); len(w) > 0 {
		var names []string
		for _, x := range w {
			names = append(names, x.What)
		}
		return check("all logs are here", "problem", "missing: "+strings.Join(names, ", "), "give them too; the answer rests on what is here", nil)
	}
	return check("all logs are here", "ok", fmt.Sprintf("%d nodes, none is only spoken of", len(s.Nodes)), "", startOf(j))
}
