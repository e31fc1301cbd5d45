package rules

import (
	"fmt"
	"regexp"
	"sort"

	"go.yaml.in/yaml/v3"
)

// File is one rule file: its name for messages and its bytes.
type File struct {
	Name string
	Data []byte
}

// document is the shape of a rule file.
type document struct {
	Version    int        `yaml:"version"`
	Include    []string   `yaml:"include"` // more files of the built-in pack
	Signatures []ruleNode `yaml:"signatures"`
	Diagnoses  []ruleNode `yaml:"diagnoses"`
	Disable    []string   `yaml:"disable"` // ids of signatures and diagnoses that earlier files gave
}

// ruleNode keeps a rule's node until its id, and so the rule that it may override, is known.
type ruleNode struct{ node *yaml.Node }

func (r *ruleNode) readNode(_ *decoder, n *yaml.Node) { r.node = n }

// maxFile bounds a rule file; the built-in pack is well below 1 MiB.
const maxFile = 8 << 20

// Load reads rule files in order. A rule of an id that an earlier file gave overrides that rule's fields; an id twice
// in one file is a mistake. facts are the names of the story's facts that steps may use. The error, if any, is
// Mistakes: all of them.
func Load(files []File, facts []string) (*Set, error) {
	s := &Set{byID: map[string]*Signature{}, diagByID: map[string]*Diagnosis{}}
	var all Mistakes
	for _, f := range files {
		s.Files = append(s.Files, f.Name)
		all = append(all, s.loadFile(f)...)
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
	all = append(all, s.check(facts)...)
	if len(all) > 0 {
		sort.SliceStable(all, func(i, j int) bool { return all[i] < all[j] })
		return nil, all
	}
	var ls []literal
	for i, sig := range s.Signatures {
		for j := range sig.When {
			ls = append(ls, literal{sig.When[j].literal(), i})
		}
	}
	s.finder = newFinder(ls)
	return s, nil
}

func (s *Set) loadFile(f File) Mistakes {
	d := &decoder{file: f.Name}
	if len(f.Data) > maxFile {
		return Mistakes{fmt.Sprintf("%s: %d bytes; a rule file may have %d", f.Name, len(f.Data), maxFile)}
	}
	var root yaml.Node
	if err := yaml.Unmarshal(f.Data, &root); err != nil {
		return Mistakes{fmt.Sprintf("%s: %v", f.Name, err)}
	}
	if len(root.Content) == 0 {
		return nil
	}
	var doc document
	d.read(root.Content[0], &doc)
	seen := map[string]bool{}
	once := func(n *yaml.Node, kind, id string) bool {
		if id == "" {
			d.fail(n, "a rule without id")
			return false
		}
		if seen[kind+id] {
			d.fail(n, "%s %q is given twice in this file", kind, id)
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
		s.diagByID[id] = dg
	}
	no := false
	for _, id := range doc.Disable {
		sig, dg := s.byID[id], s.diagByID[id]
		if sig == nil && dg == nil {
			d.mistakes = append(d.mistakes, fmt.Sprintf("%s: disable: no rule %q", f.Name, id))
		}
		if sig != nil {
			sig.Enabled = &no
		}
		if dg != nil {
			dg.Enabled = &no
		}
	}
	return d.mistakes
}

func idOf(n *yaml.Node) string {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == "id" {
			return n.Content[i+1].Value
		}
	}
	return ""
}

var idShape = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
