// Package rules turns events into matches and matches into diagnoses, by rules that are written in YAML.
//
//	event ─► Set.Match ─► match ─► (the cluster's story) ─► Set.Diagnose ─► diagnosis
//
// A signature is a rule about one event. A diagnosis is a correlation of matches and of facts of the story. The
// package knows nothing of files, log formats, the clock or terminals, and no text of OpenZiti's: those are in the
// rule files.
package rules

import (
	"time"

	"zlog/diagnosis"
	"zlog/event"
)

// Set is a checked, compiled set of rules. It is safe for concurrent use once loaded.
type Set struct {
	Files      []string // where the rules came from, in load order
	Signatures []*Signature
	Diagnoses  []*Diagnosis
	Tests      []Trial // of all files

	builtin   map[string]bool // names of files of the built-in pack
	effects   map[string]bool // that the built-in pack uses
	byID      map[string]*Signature
	diagByID  map[string]*Diagnosis
	ways      []way          // of all signatures, in their order
	literals  []literal      // of the ways, by number, without the late ones
	finder    func() *finder // of these; made when it is first asked for
	late      []lateField    // of ways with short literals that only records of level warning and above match: tried on each
	lateDumps []int          // and those that only dumps match: tried on what may be one
	short     *finder        // of these literals, if there are many of them
	marks     []event.Mark   // of the ways
}

// Signature is a rule about one event.
type Signature struct {
	ID         string             `yaml:"id"`
	Title      string             `yaml:"title"`
	Category   string             `yaml:"category"`
	Severity   diagnosis.Severity `yaml:"severity"`
	Versions   Range              `yaml:"versions"`
	When       []Test             `yaml:"when"`   // any of these alternatives
	Unless     []Test             `yaml:"unless"` // and none of these
	Effect     string             `yaml:"effect"`
	Capture    Captures           `yaml:"capture"`
	Normal     string             `yaml:"normal"`  // why it is harmless when no diagnosis claims it
	Meaning    Later[string]      `yaml:"meaning"` // the mechanism behind the line
	Causes     Later[[]string]    `yaml:"causes"`  // rival causes and what tells them apart
	Remedy     Later[string]      `yaml:"remedy"`
	References []string           `yaml:"references"`
	Lines      Later[Samples]     `yaml:"samples"`
	Enabled    *bool              `yaml:"enabled"`

	pos   position // where the last file that has it gives it
	files []string // every file that has it
	index int
}

// Samples are raw log lines that prove a signature: Match must match it, Other must not.
type Samples struct {
	Match []string `yaml:"match"`
	Other []string `yaml:"other"`
}

// Diagnosis is a correlation of matches and facts, with what to tell the operator.
type Diagnosis struct {
	ID         string                     `yaml:"id"`
	Title      string                     `yaml:"title"`
	Kind       string                     `yaml:"kind"` // fault, transient or client
	Severity   diagnosis.Severity         `yaml:"severity"`
	Summary    string                     `yaml:"summary"` // with {captured} values
	Cause      string                     `yaml:"cause"`
	Remedy     Later[[]diagnosis.Step]    `yaml:"remedy"`
	Prevention string                     `yaml:"prevention"`
	Confirm    Later[[]diagnosis.Confirm] `yaml:"confirm"`
	Rivals     Later[[]diagnosis.Rival]   `yaml:"rivals"`
	References []string                   `yaml:"references"`
	Explains   []string                   `yaml:"explains"` // diagnoses that are consequences of this one
	Hides      []string                   `yaml:"hides"`    // diagnoses that mean nothing beside this one
	Shows      []string                   `yaml:"shows"`    // signatures that it accounts for; added as evidence on its nodes
	When       []Variant                  `yaml:"when"`     // any of these
	Enabled    *bool                      `yaml:"enabled"`

	pos   position
	files []string
}

// Variant is one way to see a diagnosis: all its steps must hold for one choice of nodes and matches.
type Variant struct {
	Name       string               `yaml:"name"`
	Confidence diagnosis.Confidence `yaml:"confidence"`
	Severity   diagnosis.Severity   `yaml:"severity"` // "" for the diagnosis's own
	Kind       string               `yaml:"kind"`     // "" for the diagnosis's own
	Summary    string               `yaml:"summary"`  // "" for the diagnosis's own
	Blame      []string             `yaml:"blame"`    // node variables that the diagnosis is about; all bound ones if empty
	Steps      []Step               `yaml:"steps"`

	pos position
}

// Step is one condition of a variant. Exactly one of See, Maybe and No is set.
type Step struct {
	See    []string `yaml:"see"`   // one of these signatures or facts is there
	Maybe  []string `yaml:"maybe"` // evidence if it is there
	No     []string `yaml:"no"`    // none of these is there; not assessable where lines are missing
	As     string   `yaml:"as"`    // name of the match
	On     string   `yaml:"on"`    // node variable: binds it, or must be that node
	NotOn  []string `yaml:"not-on"`
	Where  Terms    `yaml:"where"` // captured value: constant, $variable or $match.capture; with !, >, <, >=, <=, ~ before it
	Bind   Terms    `yaml:"bind"`  // captured value: variable
	Within Window   `yaml:"within"`
	After  string   `yaml:"after"`  // a named match that comes before, on any node
	Before string   `yaml:"before"` // a named match that comes after
	Times  int      `yaml:"times"`  // at least so many, default 1
	In     Span     `yaml:"in"`     // Times within this timespan, default any
	Nodes  int      `yaml:"nodes"`  // on at least so many nodes

	pos position
}

// Terms are what a step asks of captured values, or calls them, in the order of their names. In YAML they are a mapping.
type Terms []Term

// Term is the name of a captured value, and a condition or a variable for it.
type Term struct{ Name, Of string }

// Window is a span around a named match.
type Window struct {
	Of   string `yaml:"of"`
	From Span   `yaml:"from"`
	To   Span   `yaml:"to"`
}

// Span is a duration in YAML ("5s", "-2s", "10m").
type Span struct{ time.Duration }

// Capture takes a value out of an event under a name. Alternatives are tried in order.
type Capture struct {
	Name string
	From []extract
}

// Captures are in the order of their names.
type Captures []Capture
