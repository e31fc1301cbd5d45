package diagnosis

// TicketSchema names the version of a bundle's manifest.
const TicketSchema = "zlog.bundle/v1"

// Manifest says what is in a ticket bundle, so that the receiver can check it.
type Manifest struct {
	Schema    string       `json:"schema"`
	Zlog      Tool         `json:"zlog"`
	Made      Time         `json:"made"` // the last time in the logs, unless another was asked for
	Verdict   Verdict      `json:"verdict"`
	Diagnoses []string     `json:"diagnoses"`
	Redaction *Redaction   `json:"redaction,omitempty"`
	Logs      string       `json:"logs"` // excerpts, or whole
	Why       string       `json:"why"`  // why they are whole, if nobody asked for it
	Rules     []TicketFile `json:"rules"`
	Files     []TicketFile `json:"files"`
	Asked     []Asked      `json:"asked"`
}

// TicketFile is one file of a bundle, or a rule file that was used. The lines of an excerpt stand where they stood in
// the log; those that were left out are blank.
type TicketFile struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	Source string `json:"source,omitempty"` // of a log: what reports call it
	Node   string `json:"node,omitempty"`
	Lines  int    `json:"lines,omitempty"` // of the log
	Kept   int    `json:"kept,omitempty"`  // of them in the excerpt
}

// Asked is something that whoever gets the ticket will ask for.
type Asked struct {
	What    string `json:"what"`
	State   string `json:"state"` // present, partly, missing
	Says    string `json:"says"`
	Command string `json:"command"` // how to get it
}
