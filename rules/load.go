package rules

import (
	"slices"
	"sort"
	"sync"

	"go.yaml.in/yaml/v3"

	"zlog/event"
)

// File is one rule file: its name for messages and its text, parts of which the Set keeps.
type File struct {
	Name    string
	Text    string
	Lazy    bool // what few ask for is read then, and if all files are so, nothing is checked: it was all read and checked before, by a test
	Builtin bool // of the pack that zlog ships: every signature must have a sample that matches and one that must not
}

// document is the shape of a rule file.
type document struct {
	Version    int        `yaml:"version"`
	Signatures []ruleNode `yaml:"signatures"`
	Diagnoses  []ruleNode `yaml:"diagnoses"`
	Disable    []string   `yaml:"disable"` // ids of signatures and diagnoses that earlier files gave
	Tests      []Trial    `yaml:"tests"`   // logs with what must and must not be diagnosed; see zlog rules test
}

// ruleNode keeps a rule's node until its id, and so the rule that it may override, is known.
type ruleNode struct{ node *yaml.Node }

func (r *ruleNode) readNode(_ *decoder, n *yaml.Node) { r.node = n }

// Load reads rule files in order. A rule of an id that an earlier file gave overrides that rule's fields; an id twice
// in one file is a mistake. facts are the names of the story's facts that steps may use. The error, if any, is
// Mistakes: all of them.
func Load(files []File, facts []string) (*Set, error) {
	s := &Set{byID: map[string]*Signature{}, diagByID: map[string]*Diagnosis{}, builtin: map[string]bool{}, effects: map[string]bool{}}
	var all Mistakes
	d := &decoder{extracts: map[string]*expr{}}
	for _, f := range files {
		s.Files = append(s.Files, f.Name)
		if f.Builtin {
			s.builtin[f.Name] = true
		}
		all = append(all, s.loadFile(f, d)...)
	}
	broken := map[string]bool{} // a rule that could not be read whole is not checked: one mistake, one message
	for _, m := range all {
		broken[m.Rule] = true
	}
	for _, sig := range s.byID {
		if sig.Enabled == nil || *sig.Enabled {
			s.Signatures = append(s.Signatures, sig)
		}
	}
	sort.Slice(s.Signatures, func(i, j int) bool { return s.Signatures[i].ID < s.Signatures[j].ID })
	for i := range s.Signatures {
		s.Signatures[i].index = i
	}
	for _, dg := range s.diagByID {
		if dg.Enabled == nil || *dg.Enabled {
			s.Diagnoses = append(s.Diagnoses, dg)
		}
	}
	sort.Slice(s.Diagnoses, func(i, j int) bool { return s.Diagnoses[i].ID < s.Diagnoses[j].ID })
	if slices.ContainsFunc(files, func(f File) bool { return !f.Lazy }) { // the others, by themselves, are right: a test checks them
		for _, m := range s.check(facts) {
			if !broken[m.Rule] {
				all = append(all, m)
			}
		}
	}
	if len(all) > 0 {
		return nil, all.inOrderOf(s.Files)
	}
	var ls, late []literal
	var tests []lateTest
	for i, sig := range s.Signatures {
		for j := range sig.When {
			l, weak := literal{sig.When[j].literal(), len(s.marks)}, sig.When[j].loud()
			if weak && len(l.text) < longLiteral {
				late = append(late, l)
				if sig.When[j].levelled() {
					tests = append(tests, lateTest{l.owner, sig.When[j].first()})
				} else {
					s.lateDumps = append(s.lateDumps, l.owner)
				}
			} else {
				ls = append(ls, l)
			}
			s.ways = append(s.ways, way{i, &sig.When[j]})
			s.marks = append(s.marks, event.Mark{Of: l.owner, Weak: weak})
		}
	}
	s.literals, s.finder = ls, sync.OnceValue(func() *finder { return newFinder(ls, nil) })
	s.late = lateFields(tests)
	if len(late) > mostTried {
		s.short = newFinder(late, s.common())
	}
	return s, nil
}

// Signature gives an enabled or disabled signature by id, nil if there is none.
func (s *Set) Signature(id string) *Signature { return s.byID[id] }

// Diagnosis gives an enabled or disabled diagnosis by id, nil if there is none.
func (s *Set) Diagnosis(id string) *Diagnosis { return s.diagByID[id] }

// Nearest gives a hint such as `; did you mean "raft-peer-added"?` for an id that no rule has, "" if none is near.
func (s *Set) Nearest(id string) string { return s.nearest(id).String() }

func (s *Set) nearest(id string) hint {
	return func() string {
		all := map[string]bool{}
		for k := range s.byID {
			all[k] = true
		}
		for k := range s.diagByID {
			all[k] = true
		}
		return didYouMean(id, all).String()
	}
}

func (s *Set) loadFile(f File, d *decoder) Mistakes {
	d.file, d.lazy, d.mistakes = f.Name, f.Lazy, nil
	root := d.parseFile(f.Text)
	if root == nil {
		return d.mistakes
	}
	var doc document
	d.read(root, &doc)
	if doc.Version > 1 || doc.Version < 0 {
		d.fail(root, "version %d: this zlog reads rules of version 1", doc.Version)
	}
	seen := map[string]bool{}
	once := func(n *yaml.Node, kind, id string) bool {
		if id == "" {
			d.fail(n, "a %s without id", kind)
			return false
		}
		if seen[kind+id] {
			d.rule = id
			d.fail(n, "this %s is given twice in this file", kind)
			d.rule = ""
			return false
		}
		seen[kind+id] = true
		return true
	}
	for i := range doc.Signatures {
		n := doc.Signatures[i].node
		id := idOf(n)
		if !once(n, "signature", id) {
			continue
		}
		sig := &Signature{}
		if old := s.byID[id]; old != nil {
			*sig = *old
		}
		d.rule = id
		d.read(n, sig)
		d.rule = ""
		if f.Builtin {
			s.effects[sig.Effect] = true
		}
		sig.files = append(sig.files[:len(sig.files):len(sig.files)], f.Name)
		s.byID[id] = sig
	}
	for i := range doc.Diagnoses {
		n := doc.Diagnoses[i].node
		id := idOf(n)
		if !once(n, "diagnosis", id) {
			continue
		}
		dg := &Diagnosis{}
		if old := s.diagByID[id]; old != nil {
			*dg = *old
		}
		d.rule = id
		d.read(n, dg)
		d.rule = ""
		dg.files = append(dg.files[:len(dg.files):len(dg.files)], f.Name)
		s.diagByID[id] = dg
	}
	s.disable(d, root, doc.Disable)
	for i := range doc.Tests {
		doc.Tests[i].File = f.Name
	}
	s.Tests = append(s.Tests, doc.Tests...)
	return d.mistakes
}

// disable switches rules off that this file or an earlier one gave.
func (s *Set) disable(d *decoder, root *yaml.Node, ids []string) {
	no := false
	for i, id := range ids {
		sig, dg := s.byID[id], s.diagByID[id]
		if sig == nil && dg == nil {
			at := valueOf(root, "disable")
			if at.Kind == yaml.SequenceNode {
				at = at.Content[i]
			}
			d.fail(at, "disable: no rule %q%s", id, s.nearest(id))
		}
		if sig != nil {
			sig.Enabled = &no
		}
		if dg != nil {
			dg.Enabled = &no
		}
	}
}

func idOf(n *yaml.Node) string {
	if v := valueOf(n, "id"); v != nil {
		return v.Value
	}
	return ""
}

// valueOf gives the value of a key of a mapping, nil if there is none.
func valueOf(n *yaml.Node, key string) *yaml.Node {
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// isID: words of lower-case letters and digits, with a dash between them.
func isID(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9') && !(c == '-' && i > 0 && s[i-1] != '-') {
			return false
		}
	}
	return s != "" && s[len(s)-1] != '-'
}
