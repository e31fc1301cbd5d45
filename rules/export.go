package rules

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"zlog/diagnosis"
)

// Export writes rules in the languages of log stores and of others' rules.
//
//	signature, diagnosis ─► travellers ─► without what the language cannot say ─► query, alert or rule
//	                        (condition)   (a loss each; none is allowed unless Weaken)
//
// The lines in the store are taken to be as the controllers write them in JSON, one record an entry; a crash of Go's
// runtime is known by its first line.
type Export struct {
	To       string        // logsql, logql, vmalert, loki-ruler, sigma or elasticsearch
	Selector string        // the store's own filter for the controllers' logs, "" for the language's usual one
	Node     string        // the label or field that names the node, "" for node
	Cluster  string        // the label or field that names the cluster, "" if the selector leaves one cluster
	Window   time.Duration // how far back an alert, a metric or a count looks, 0 for ten minutes
	Keyword  string        // what Elasticsearch adds to a field's name for its unanalysed text, such as ".keyword"
	Weaken   bool          // leave out the conditions that the language cannot express, and say so
	Skip     bool          // leave out the rules that do not translate
}

// Languages are the languages that rules can be exported to.
var Languages = []string{"logsql", "logql", "vmalert", "loki-ruler", "sigma", "elasticsearch"}

// Loss is a condition that a language cannot express.
type Loss struct {
	Rule      string // such as "signature go-panic", or "diagnosis disk-full, way 2"
	Condition string // in the rule's words
	Why       string
	LeftOut   bool // the whole rule was left out for it
}

// Error gives one line.
func (l Loss) Error() string {
	return l.Rule + ": " + l.Condition + ": " + l.Why
}

// Losses are all losses of an export; an error, if they are not allowed.
type Losses []Loss

// Error gives a line a loss.
func (ls Losses) Error() string {
	lines := make([]string, len(ls))
	for i, l := range ls {
		lines[i] = l.Error()
	}
	return strings.Join(lines, "\n")
}

// traveller is one query, alert or rule to be: a signature, or one way to see a diagnosis.
type traveller struct {
	kind     string // signature or diagnosis
	id       string
	way      int // from 1; 0 for a signature and for the only way of a diagnosis
	title    string
	category string // of a diagnosis its kind
	severity diagnosis.Severity
	sure     diagnosis.Confidence // "" for a signature
	summary  string
	cause    string
	remedy   string
	normal   string
	links    []string

	when   *condition // of one event
	parts  []part     // by signature, for languages that correlate rules; all of when
	times  int        // at least so many events, at least 1
	in     time.Duration
	apart  bool     // counted node by node
	nodes  int      // on at least so many nodes
	by     []string // and by these fields
	then   *traveller
	losses Losses
}

// part is what one signature gives to a traveller.
type part struct {
	sig   *Signature
	when  *condition
	extra bool // more is asked of it than the signature asks
}

// name is unique in an export.
func (t *traveller) name() string {
	n := t.kind + "-" + t.id
	if t.way > 0 {
		n += "-" + strconv.Itoa(t.way)
	}
	return n
}

// called is how messages and comments name it.
func (t *traveller) called() string {
	if t.way > 0 {
		return t.kind + " " + t.id + ", way " + strconv.Itoa(t.way)
	}
	return t.kind + " " + t.id
}

// language is one way to write travellers.
type language struct {
	can   func(*Export, *leaf) string                 // why a condition cannot be said, "" if it can
	order bool                                        // it can say that one event follows another in time
	wakes bool                                        // its rules wake somebody
	write func(*Export, []*traveller) ([]byte, error) // one whole document
}

var languages = map[string]language{
	"logsql":        {can: canLogsQL, write: writeLogsQL},
	"logql":         {can: canLogQL, write: writeLogQL},
	"vmalert":       {can: canLogsQL, wakes: true, write: writeVMAlert},
	"loki-ruler":    {can: canLogQL, wakes: true, write: writeLokiRuler},
	"sigma":         {can: canSigma, order: true, write: writeSigma},
	"elasticsearch": {can: canElastic, write: writeElastic},
}

// Wakes says whether rules in a language wake somebody, so that those which only inform do not belong there.
func Wakes(to string) bool { return languages[to].wakes }

// Export writes the signatures and diagnoses that choose picks (all, if it is nil), in order of category and id, as one
// document. Conditions that the language cannot express are an error, Losses, which names them all; with Weaken they
// are left out instead, if something is left. With Skip the rules that do not translate are left out. The losses that
// were accepted, and the rules that were left out, are in the second value.
func (s *Set) Export(e Export, choose func(kind, id string) bool) ([]byte, Losses, error) {
	lang, ok := languages[e.To]
	if !ok {
		return nil, nil, fmt.Errorf("%q: want %s", e.To, strings.Join(Languages, ", "))
	}
	if e.Node == "" {
		e.Node = "node"
	}
	if e.Window == 0 {
		e.Window = 10 * time.Minute
	}
	var out []*traveller
	var refused, accepted Losses
	for _, t := range s.travellers(choose) {
		bad := t.fit(&e, lang)
		switch {
		case len(bad) > 0 && e.Skip:
			for _, l := range bad {
				l.LeftOut = true
				accepted = append(accepted, l)
			}
			continue
		case len(bad) > 0:
			refused = append(refused, bad...)
			continue
		}
		accepted = append(accepted, t.losses...)
		out = append(out, t)
	}
	if len(refused) > 0 {
		return nil, nil, refused
	}
	if len(out) == 0 {
		return nil, accepted, fmt.Errorf("no rule is left to export")
	}
	data, err := lang.write(&e, out)
	return data, accepted, err
}

// travellers gives what is chosen, in order of kind (diagnoses last), category and id.
func (s *Set) travellers(choose func(kind, id string) bool) []*traveller {
	var out []*traveller
	for _, sig := range s.Signatures {
		if choose == nil || choose("signature", sig.ID) {
			out = append(out, fromSignature(sig))
		}
	}
	for _, dg := range s.Diagnoses {
		if choose == nil || choose("diagnosis", dg.ID) {
			out = append(out, s.fromDiagnosis(dg)...)
		}
	}
	sort.SliceStable(out, func(i, j int) bool {
		a, b := out[i], out[j]
		switch {
		case a.kind != b.kind:
			return a.kind > b.kind
		case a.category != b.category:
			return a.category < b.category
		case a.id != b.id:
			return a.id < b.id
		}
		return a.way < b.way
	})
	return out
}

func fromSignature(sig *Signature) *traveller {
	t := &traveller{kind: "signature", id: sig.ID, title: sig.Title, category: sig.Category, severity: sig.Severity, cause: oneLine(sig.Meaning.Get()),
		remedy: oneLine(sig.Remedy.Get()), normal: oneLine(sig.Normal), links: sig.References, times: 1, apart: true}
	t.summary = sig.Title + " ({node})"
	if t.remedy == "" {
		t.remedy = "By itself it asks for nothing; zlog diagnose tells what it means beside other lines."
	}
	t.see(sig, nil)
	t.when = ofParts(t.parts)
	return t
}

// see adds a signature, with what a step asks of its captures.
func (t *traveller) see(sig *Signature, extra *condition) {
	c := sig.condition()
	if extra != nil {
		c = all(c, extra)
	}
	t.parts = append(t.parts, part{sig, c, extra != nil})
}

func ofParts(parts []part) *condition {
	list := make([]*condition, len(parts))
	for i := range parts {
		list[i] = parts[i].when
	}
	return some(list...)
}

// fit leaves out what the language cannot say, and tells why it may not travel at all: nil if it may.
func (t *traveller) fit(e *Export, lang language) Losses {
	lost := t.losses
	t.losses = nil
	if t.then != nil && !lang.order {
		lost = append(lost, t.loss(t.then.summary, "a query sees neither order nor distance in time of two lines"))
		t.then = nil
	}
	add := func(l *leaf, why string) {
		if !slices.ContainsFunc(lost, func(o Loss) bool { return o.Condition == l.says }) {
			lost = append(lost, t.loss(l.says, why))
		}
	}
	for one := t; one != nil; one = one.then {
		for i := range one.parts {
			one.parts[i].when = one.parts[i].when.bend(func(l *leaf) string { return lang.can(e, l) }, add, true)
			if one.parts[i].when == nil {
				return append(lost, t.loss("the rest", "no condition is left, so that every line would match"))
			}
		}
		one.when = ofParts(one.parts)
		if len(one.parts) == 0 {
			return lost
		}
	}
	for _, l := range [...][2]string{{"node", e.Node}, {"cluster", e.Cluster}} {
		what, label := l[0], l[1]
		if label != "" && e.To != "sigma" && slices.Contains(t.when.fields(nil), label) {
			return append(lost, t.loss("field "+label, "the "+what+"'s label has the same name; give another with --"+what+"-label"))
		}
	}
	if e.To == "sigma" && t.nodes > 1 && t.times > t.nodes {
		lost = append(lost, t.loss(fmt.Sprintf("%d times", t.times), "Sigma counts events or nodes, not both"))
		t.times = t.nodes
	}
	if !e.Weaken {
		return lost
	}
	t.losses = lost
	return nil
}

func (t *traveller) loss(condition, why string) Loss {
	return Loss{Rule: t.called(), Condition: condition, Why: why}
}

// by gives what a traveller's events are counted by: the cluster, the node if they are counted node by node (not where nodes
// are what is counted), and fields, each by its name in the language.
func (e *Export) by(t *traveller, name func(string) string) []string {
	var by []string
	if e.Cluster != "" {
		by = append(by, name(e.Cluster))
	}
	if t.apart && t.nodes <= 1 {
		by = append(by, name(e.Node))
	}
	for _, f := range t.by {
		by = append(by, name(f))
	}
	return by
}

// oneLine puts a text on one line.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
