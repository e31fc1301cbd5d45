package rules

import (
	"path"

	"go.yaml.in/yaml/v3"

	"zlog/diagnosis"
)

// Trial is a test of rules that a rule file brings along: logs, and what must and must not be diagnosed from them.
//
//	tests:
//	  - name: one peer disconnect is nothing
//	    logs: [ctrl1.log, {name: ctrl2.log, lines: '{"level":"info","msg":"peer disconnected"}'}]
//	    want: []
//	    not: ["*"]
type Trial struct {
	Name    string            `yaml:"name"`
	Logs    []Log             `yaml:"logs"`
	Want    []string          `yaml:"want"`    // diagnoses that must be made
	Not     []string          `yaml:"not"`     // diagnoses that must not be made; * stands for any text
	Matches []string          `yaml:"matches"` // signatures that must match a line
	Verdict diagnosis.Verdict `yaml:"verdict"` // "" for any

	File string `yaml:"-"` // the rule file that it stands in
	pos  position
}

// Log is one log of a trial: a file, found from the rule file's folder, or lines in place.
type Log struct {
	Name  string `yaml:"name"` // of the file, or for lines the name to show
	Lines string `yaml:"lines"`
}

// readNode implements nodeReader: a text is the name of a file.
func (l *Log) readNode(d *decoder, n *yaml.Node) {
	if n.Kind == yaml.ScalarNode {
		l.Name = n.Value
		return
	}
	type plain Log
	d.read(n, (*plain)(l))
	if l.Name == "" {
		d.fail(n, "a log without name")
	}
}

func (t *Trial) setPosition(p position) { t.pos = p }

// Position gives where the trial stands, as file:line:col.
func (t *Trial) Position() string { return t.pos.String() }

// Failures says what in a result is not as the trial wants it.
func (t *Trial) Failures(r *diagnosis.Result) []string {
	var out []string
	made, matched := map[string]bool{}, map[string]bool{}
	for _, d := range r.Diagnoses {
		made[d.ID] = true
	}
	for _, s := range r.Signatures {
		matched[s.ID] = true
	}
	for _, id := range t.Want {
		if !made[id] {
			out = append(out, "want "+id+", which was not diagnosed")
		}
	}
	for _, id := range t.Matches {
		if !matched[id] {
			out = append(out, "want a match of "+id+", but no line matched it")
		}
	}
	wanted := map[string]bool{}
	for _, id := range t.Want {
		wanted[id] = true
	}
	for _, id := range sortedKeys(made) {
		for _, p := range t.Not {
			if ok, _ := path.Match(p, id); ok && !wanted[id] {
				out = append(out, "diagnosed "+id+", which must not be (not: "+p+")")
				break
			}
		}
	}
	if t.Verdict != "" && t.Verdict != r.Verdict {
		out = append(out, "verdict "+string(r.Verdict)+", want "+string(t.Verdict))
	}
	return out
}

// trial checks a test's own shape and that the rules it names are there.
func (c *checker) trial(t *Trial) {
	fail := func(format string, args ...any) { c.fail(t.pos, t.Name, format, args...) }
	if t.Name == "" {
		fail("a test without name")
	}
	if len(t.Logs) == 0 {
		fail("a test without logs")
	}
	if len(t.Want)+len(t.Not)+len(t.Matches) == 0 && t.Verdict == "" {
		fail("a test that wants nothing; give want, not, matches or verdict")
	}
	for _, id := range t.Want {
		if c.set.diagByID[id] == nil {
			fail("no diagnosis %q%s", id, didYouMean(id, c.set.diagByID))
		}
	}
	for _, id := range t.Matches {
		if c.set.byID[id] == nil {
			fail("no signature %q%s", id, didYouMean(id, c.set.byID))
		}
	}
	for _, p := range t.Not {
		some := false
		for id := range c.set.diagByID {
			ok, err := path.Match(p, id)
			if err != nil {
				fail("not: %q is not a pattern", p)
				break
			}
			some = some || ok
		}
		if !some {
			fail("not: no diagnosis is like %q%s", p, didYouMean(p, c.set.diagByID))
		}
	}
	switch t.Verdict {
	case "", diagnosis.Problem, diagnosis.Healthy, diagnosis.NotAssessable:
	default:
		fail("verdict %q: want problem, healthy or not-assessable", t.Verdict)
	}
}
