package rules

import (
	"regexp/syntax"
	"strings"

	"github.com/tidwall/gjson"
)

// Literal is a text of a signature's test that a product must print for the test to hold.
type Literal struct {
	Signature string `json:"signature"`
	Field     string `json:"field"` // the field that it is looked for in
	Text      string `json:"text"`
	// Module is the Go module whose source should hold it, as the samples' file says
	// ("github.com/hashicorp/raft"), "" if they do not say.
	Module string `json:"module"`
}

// Literals gives the texts of every signature's tests, of a pattern the parts that must be there, in rule order.
func (s *Set) Literals() []Literal {
	var out []Literal
	for _, sig := range s.Signatures {
		module := sig.module()
		seen := map[string]bool{}
		for i := range sig.When {
			for _, l := range sig.When[i].literals() {
				if !seen[l.Field+"\x00"+l.Text] {
					seen[l.Field+"\x00"+l.Text] = true
					l.Signature, l.Module = sig.ID, module
					out = append(out, l)
				}
			}
		}
	}
	return out
}

// literals gives the texts of one alternative; levels, exceptions and numbers are none.
func (t *Test) literals() []Literal {
	var out []Literal
	for i := range t.Fields {
		f := &t.Fields[i]
		if f.Field == "level" {
			continue
		}
		switch f.op {
		case opContains, opIs, opPrefix, opSuffix:
			out = append(out, Literal{Field: f.Field, Text: f.text})
		case opIn:
			for _, x := range f.texts {
				out = append(out, Literal{Field: f.Field, Text: x})
			}
		case opRegex:
			for _, x := range requiredTexts(f.text) {
				out = append(out, Literal{Field: f.Field, Text: x})
			}
		}
	}
	return out
}

// requiredTexts gives the literal parts of a pattern that every match holds, of at least eight bytes.
func requiredTexts(pattern string) []string {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil
	}
	var out []string
	var walk func(re *syntax.Regexp)
	walk = func(re *syntax.Regexp) {
		switch re.Op {
		case syntax.OpLiteral:
			if len(re.Rune) >= 8 && re.Flags&syntax.FoldCase == 0 {
				out = append(out, string(re.Rune))
			}
		case syntax.OpConcat, syntax.OpCapture, syntax.OpPlus:
			for _, sub := range re.Sub {
				walk(sub)
			}
		}
	}
	walk(re)
	return out
}

// module reads the Go module that writes the line from the samples: the file "github.com/openziti/ziti/controller/…",
// or "github.com/hashicorp/raft@v1.7.1/raft.go".
func (sig *Signature) module() string {
	for _, sample := range sig.Lines.Get().Match {
		file := gjson.Get(sample, "file").String()
		if file == "" {
			if _, rest, ok := strings.Cut(sample, "file="); ok {
				file, _, _ = strings.Cut(rest, " ")
			}
		}
		parts := strings.Split(file, "/")
		if len(parts) < 4 || !strings.Contains(parts[0], ".") {
			continue
		}
		module := strings.Join(parts[:3], "/")
		module, _, _ = strings.Cut(module, "@")
		return module
	}
	return ""
}
