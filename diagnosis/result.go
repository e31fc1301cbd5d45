// Package diagnosis holds zlog's second noun: what went wrong, how sure that is, why, and what to do.
//
// Result is the whole answer of one run and the machine face of zlog: its JSON form is the report contract
// zlog.report/v1. Fields are added, never renamed. Nothing here knows how a diagnosis was found or is shown.
package diagnosis

import "time"

// Schema names the version of the JSON contract.
const Schema = "zlog.report/v1"

// Verdict is the one-word answer.
type Verdict string

// The verdicts.
const (
	Problem       Verdict = "problem"        // a diagnosis of severity warning or above
	Healthy       Verdict = "healthy"        // everything read, nothing found
	NotAssessable Verdict = "not-assessable" // too little was read to say
)

// Result is the whole answer. No slice in it is ever nil, and every slice is in a defined order.
type Result struct {
	Schema        string       `json:"schema"`
	Zlog          Tool         `json:"zlog"`
	Verdict       Verdict      `json:"verdict"`
	Story         []Moment     `json:"story"`
	Sources       []Source     `json:"sources"`
	Nodes         []Node       `json:"nodes"`
	Diagnoses     []Diagnosis  `json:"diagnoses"`
	Signatures    []Signature  `json:"signatures"`
	NotAssessable []Unassessed `json:"not_assessable"`
	Unrecognised  []Unknown    `json:"unrecognised"`
	Wanted        []Wanted     `json:"wanted"`
	Hidden        Hidden       `json:"hidden"`
	Asked         Question     `json:"asked"`
	Timeline      Timeline     `json:"timeline"`
	Redaction     *Redaction   `json:"redaction,omitempty"` // nil if nothing was asked to be taken out
}

// Tool says which zlog and which rules made a report.
type Tool struct {
	Version string `json:"version"`
	Rules   Rules  `json:"rules"`
}

// Rules counts the rules that took part and names the files they came from.
type Rules struct {
	Files      []string `json:"files"`
	Signatures int      `json:"signatures"`
	Diagnoses  int      `json:"diagnoses"`
}

// Question says which part of the answer was asked for, and what that leaves out.
type Question struct {
	Since   Time     `json:"since"` // "" for the beginning
	Until   Time     `json:"until"` // "" for the end
	Node    string   `json:"node"`  // "" for all
	Only    []string `json:"only"`
	Skip    []string `json:"skip"`
	LeftOut int      `json:"left_out"` // diagnoses that were found and not asked for
	Empty   bool     `json:"empty"`    // nothing that was read lies within since and until
}

// Moment is one line of the story: what happened to a node, in plain words.
type Moment struct {
	Time   Time   `json:"time"`
	Node   string `json:"node"`
	What   string `json:"what"`
	Source string `json:"source"`
	Line   int    `json:"line"`
	Count  int    `json:"count"`
}

// Source accounts for one input. Lines = Events + Continuation + Blank + Unparsed (a record of many lines is one
// event and continuations).
type Source struct {
	Name         string `json:"name"`
	Node         string `json:"node"`
	Format       string `json:"format"`
	Wrapper      string `json:"wrapper"`
	Bytes        int64  `json:"bytes"`
	Lines        int    `json:"lines"`
	Stored       int64  `json:"stored,omitempty"`       // lines that a log store has of it, of which Lines were fetched; their numbers count those. 0: all were read
	StoredBytes  int64  `json:"stored_bytes,omitempty"` // of these lines' texts, where the store counts them
	Events       int    `json:"events"`
	Continuation int    `json:"continuation"`
	Blank        int    `json:"blank"`
	Unparsed     int    `json:"unparsed"`
	CutBytes     int64  `json:"cut_bytes"` // of lines beyond the length limit
	First        Time   `json:"first"`
	Last         Time   `json:"last"`
	Gaps         []Gap  `json:"gaps"`
	Error        string `json:"error,omitempty"` // why it could not be read, or not to its end
}

// Known gives how many of a source's events say something: none if neither the format nor a time of any is known, as of an
// object that was cut before it came to them.
func (s *Source) Known() int {
	if s.Format == "" && s.First.IsZero() {
		return 0
	}
	return s.Events
}

// Gap is a span of a source in which lines are missing, or may be.
type Gap struct {
	From   Time   `json:"from"`
	To     Time   `json:"to"`
	Reason string `json:"reason"`
}

// ThisNode is the name of a node whose log was piped in, alone, and does not say who wrote it.
const ThisNode = "this node"

// Node is one controller (or router) that wrote events, as it was at the end of its log.
type Node struct {
	Name          string   `json:"name"`
	ID            string   `json:"id"`
	Address       string   `json:"address"`
	Version       string   `json:"version"`
	ClusterID     string   `json:"cluster_id"`
	Starts        int      `json:"starts"`
	LastState     string   `json:"last_state"`
	ClockOffsetMS int64    `json:"clock_offset_ms"`
	Clock         string   `json:"clock"` // what is known of its clock against the others', in plain words
	Sources       []string `json:"sources"`
}

// Role is what a diagnosis is to the others.
type Role string

// The roles.
const (
	RootCause    Role = "root-cause"
	Contributing Role = "contributing"
	Consequence  Role = "consequence"
	Transient    Role = "transient" // it happened and healed by itself
)

// Confidence is what the evidence earns.
type Confidence string

// The confidences, from strong to weak.
const (
	Certain  Confidence = "certain"
	Likely   Confidence = "likely"
	Possible Confidence = "possible"
)

// Rank gives 2 for certain, 1 for likely, 0 for anything else.
func (c Confidence) Rank() int {
	switch c {
	case Certain:
		return 2
	case Likely:
		return 1
	}
	return 0
}

// Diagnosis is one conclusion with everything a reader needs to act on it.
type Diagnosis struct {
	ID          string     `json:"id"`
	Title       string     `json:"title"`
	Role        Role       `json:"role"`
	Severity    Severity   `json:"severity"`
	Confidence  Confidence `json:"confidence"`
	Nodes       []string   `json:"nodes"`
	First       Time       `json:"first"`
	Last        Time       `json:"last"`
	Count       int        `json:"count"`
	Summary     string     `json:"summary"`
	Cause       string     `json:"cause"`
	Remediation []Step     `json:"remediation"`
	Prevention  string     `json:"prevention"`
	Confirm     []Confirm  `json:"confirm"`
	Rivals      []Rival    `json:"rivals"`
	Evidence    []Evidence `json:"evidence"`
	Explains    []string   `json:"explains"`
	ExplainedBy string     `json:"explained_by"`
	References  []string   `json:"references"`
}

// Step is one thing to do. Danger is "" or says what may be lost; Versions is "" or a range such as ">=1.2".
type Step struct {
	Do       string `json:"do"`
	Command  string `json:"command"`
	Danger   string `json:"danger"`
	Versions string `json:"versions"`
}

// Confirm is a safe, read-only command and what it prints if the diagnosis is right.
type Confirm struct {
	Command string `json:"command"`
	Expect  string `json:"expect"`
}

// Rival is another explanation of the same lines, and what tells the two apart.
type Rival struct {
	Cause string `json:"cause"`
	Tell  string `json:"tell"`
}

// Evidence is an event that shows a diagnosis. Text is the record as written, without its wrapper. A line that
// repeats is given once, with Count and the time of the last.
type Evidence struct {
	Source    string `json:"source"`
	Line      int    `json:"line"`
	Time      Time   `json:"time"`
	Node      string `json:"node"`
	Signature string `json:"signature"`
	Says      string `json:"says"` // what the line means, in plain words
	Text      string `json:"text"`
	Count     int    `json:"count"`
	Last      Time   `json:"last"`
}

// Signature sums up the matches of one signature.
type Signature struct {
	ID          string   `json:"id"`
	Title       string   `json:"title"`
	Severity    Severity `json:"severity"`
	Count       int      `json:"count"`
	First       Time     `json:"first"`
	Last        Time     `json:"last"`
	Nodes       []string `json:"nodes"`
	ExplainedBy string   `json:"explained_by"`
	Normal      string   `json:"normal"` // why it is harmless here, "" if it is not
}

// Unassessed names a diagnosis that could be neither made nor ruled out, or a limit of the logs (log-ends-early, …)
// beyond which nothing could.
type Unassessed struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
	Need   string `json:"need"` // the log that would let it be judged; "" for a diagnosis
}

// Limits that reports tell in words of their own.
const (
	LogNotGiven       = "log-not-given"      // a member is spoken of, and none of its log is here
	MemberUnreachable = "member-unreachable" // a member cannot be reached until the logs end, and its own log does not tell why
	LinesTwice        = "lines-twice"        // a log store has lines more than once
)

// Limit says whether it is a limit of the logs, and no diagnosis. What it needs is among Result.Wanted.
func (u Unassessed) Limit() bool { return u.Need != "" }

// Wanted is something that zlog would need to say more.
type Wanted struct {
	What string `json:"what"`
	Why  string `json:"why"`
	Node string `json:"node"` // whose log it is, if none of it is here; else ""
}

// Unknown is a group of warnings or errors that no signature knows.
type Unknown struct {
	Template string   `json:"template"`
	Level    string   `json:"level"`
	Count    int      `json:"count"`
	First    Time     `json:"first"`
	Last     Time     `json:"last"`
	Nodes    []string `json:"nodes"`
	Source   string   `json:"source"`
	Line     int      `json:"line"`
	Text     string   `json:"text"`
}

// Time is a time.Time whose JSON form is RFC 3339 in UTC with milliseconds, or "" for the zero time.
type Time struct{ time.Time }

// MarshalJSON implements json.Marshaler.
func (t Time) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte(`""`), nil
	}
	return []byte(`"` + t.UTC().Format("2006-01-02T15:04:05.000Z") + `"`), nil
}

// UnmarshalJSON implements json.Unmarshaler; it is the inverse of MarshalJSON.
func (t *Time) UnmarshalJSON(b []byte) error {
	if s := string(b); s == `""` || s == "null" {
		t.Time = time.Time{}
		return nil
	}
	v, err := time.Parse(`"2006-01-02T15:04:05.999Z07:00"`, string(b))
	if err == nil {
		t.Time = v.UTC()
	}
	return err
}
