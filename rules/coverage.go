package rules

import (
	"sort"
	"strings"
)

// Coverage says how well each rule is proved and used.
type Coverage struct {
	Signatures []SignatureCover `json:"signatures"`
	Diagnoses  []DiagnosisCover `json:"diagnoses"`
}

// SignatureCover says what a signature has, and who uses it.
type SignatureCover struct {
	ID         string   `json:"id"`
	Match      int      `json:"match"` // samples that match
	Other      int      `json:"other"` // samples that must not
	UsedBy     []string `json:"used_by"`
	References int      `json:"references"`
	Effect     string   `json:"effect"`
	Normal     bool     `json:"normal"`
	Remedy     bool     `json:"remedy"`
}

// DiagnosisCover says what a diagnosis has, and which cases prove it.
type DiagnosisCover struct {
	ID         string   `json:"id"`
	Ways       int      `json:"ways"`
	Cases      []string `json:"cases"`     // that expect it
	Forbidden  int      `json:"forbidden"` // cases in which it must not be made
	Confirm    int      `json:"confirm"`
	References int      `json:"references"`
}

// Expected is one labelled case: the diagnoses that it wants; every other one that is not allowed is forbidden.
type Expected struct {
	Name    string
	Want    []string
	Allowed []string
}

// Cover measures a set against labelled cases and the set's own trials.
func (s *Set) Cover(cases []Expected) Coverage {
	for _, t := range s.Tests {
		cases = append(cases, Expected{Name: t.File + ": " + t.Name, Want: t.Want, Allowed: []string{"*"}})
	}
	used := s.users()
	out := Coverage{Signatures: []SignatureCover{}, Diagnoses: []DiagnosisCover{}}
	for _, sig := range s.Signatures {
		samples := sig.Lines.Get()
		out.Signatures = append(out.Signatures, SignatureCover{ID: sig.ID, Match: len(samples.Match), Other: len(samples.Other),
			UsedBy: sortedKeys(used[sig.ID]), References: len(sig.References), Effect: sig.Effect, Normal: sig.Normal != "", Remedy: sig.Remedy.Get() != ""})
	}
	for _, dg := range s.Diagnoses {
		c := DiagnosisCover{ID: dg.ID, Ways: len(dg.When), Cases: []string{}, Confirm: len(dg.Confirm.Get()), References: len(dg.References)}
		for _, x := range cases {
			switch {
			case has(x.Want, dg.ID):
				c.Cases = append(c.Cases, x.Name)
			case !has(x.Allowed, dg.ID) && !has(x.Allowed, "*"):
				c.Forbidden++
			}
		}
		sort.Strings(c.Cases)
		out.Diagnoses = append(out.Diagnoses, c)
	}
	return out
}

// users gives for each signature the diagnoses whose steps or shows name it.
func (s *Set) users() map[string]map[string]bool {
	used := map[string]map[string]bool{}
	use := func(ids []string, dg string) {
		for _, id := range ids {
			if used[id] == nil {
				used[id] = map[string]bool{}
			}
			used[id][dg] = true
		}
	}
	for _, dg := range s.Diagnoses {
		use(dg.Shows, dg.ID)
		for i := range dg.When {
			for j := range dg.When[i].Steps {
				st := &dg.When[i].Steps[j]
				use(st.See, dg.ID)
				use(st.Maybe, dg.ID)
				use(st.No, dg.ID)
			}
		}
	}
	return used
}

// UsedBy gives the diagnoses that name a signature, or a fact such as "fact:killed".
func (s *Set) UsedBy(id string) []string { return sortedKeys(s.users()[id]) }

func has(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// Searchable gives what a search looks at in a signature.
func (sig *Signature) Searchable() string {
	all := []string{sig.ID, sig.Title}
	for i := range sig.When {
		for _, l := range sig.When[i].literals() {
			all = append(all, l.Text)
		}
	}
	return strings.Join(append(all, sig.Category), " ")
}

// Searchable gives what a search looks at in a diagnosis.
func (dg *Diagnosis) Searchable() string {
	return strings.Join([]string{dg.ID, dg.Title, dg.Summary, strings.Join(strings.Fields(dg.Cause), " ")}, " ")
}
