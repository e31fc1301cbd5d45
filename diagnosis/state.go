package diagnosis

// State is what is known of a node at a moment.
type State struct {
	Node      string `json:"node"`
	ID        string `json:"id"`
	Address   string `json:"address"`
	Version   string `json:"version"`
	ClusterID string `json:"cluster_id"`
	Role      string `json:"role"`   // leader, follower, candidate, waiting, starting, stopped, gone, unknown
	Term      string `json:"term"`   // the last that its log shows, "" if none
	Voter     string `json:"voter"`  // yes, no, unknown
	Index     uint64 `json:"index"`  // the last raft index that it is known to have applied, 0 if none
	Sure      string `json:"sure"`   // known: its own log says so; inferred: others' logs do; unknown
	Why       string `json:"why"`    // what the role rests on, in plain words
	Links     []Link `json:"links"`  // to every other member
	Since     Time   `json:"since"`  // since when it has the role
	Source    string `json:"source"` // of the line that the role rests on
	Line      int    `json:"line"`
}

// Link is one mesh connection as one side sees it.
type Link struct {
	Peer string `json:"peer"`
	Up   string `json:"up"` // yes, no, unknown
	Why  string `json:"why"`
}

// Check is one question of the preflight: may this node join that cluster?
type Check struct {
	Name   string `json:"name"`
	State  string `json:"state"` // ok, problem, unknown
	Says   string `json:"says"`
	Remedy string `json:"remedy"`
	Source string `json:"source"`
	Line   int    `json:"line"`
}
