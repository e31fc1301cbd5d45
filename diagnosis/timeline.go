package diagnosis

// Timeline is the cluster's story as spans of time, one lane a node, on the common clock.
type Timeline struct {
	From  Time   `json:"from"`
	To    Time   `json:"to"`
	Lanes []Lane `json:"lanes"`
}

// Lane is what is known of one node over time. Spans of one layer do not overlap.
type Lane struct {
	Node  string     `json:"node"`
	Spans []Span     `json:"spans"`
	Links []DownLink `json:"links"` // when it could not reach whom
}

// Span is a stretch of a node's life. The states up, down and unseen tell of its process; leader and seeking lie over
// them.
type Span struct {
	From  Time   `json:"from"`
	To    Time   `json:"to"`
	State string `json:"state"` // up, down, unseen, leader, seeking
	Term  string `json:"term"`  // of a leader, "" if its log does not show it
	Why   string `json:"why"`   // what the span begins or ends with, in plain words
}

// DownLink is a span in which a node could not reach a peer.
type DownLink struct {
	From Time   `json:"from"`
	To   Time   `json:"to"`
	Peer string `json:"peer"`
	Why  string `json:"why"` // refused, timeout, missed
}
