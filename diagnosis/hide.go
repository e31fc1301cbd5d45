package diagnosis

import (
	"bufio"
	"fmt"
	"path"
	"sort"
	"strings"
)

// Hidden counts what a report leaves out because the operator has accepted it, and names the files that say so.
type Hidden struct {
	Diagnoses    int      `json:"diagnoses"`
	Signatures   int      `json:"signatures"`
	Unrecognised int      `json:"unrecognised"` // groups
	Files        []string `json:"files"`        // that hid something
}

// Accepted is what an operator knows and accepts: patterns of a .zlogignore file, or an earlier report.
type Accepted struct {
	lists []acceptedList
}

// acceptedList is what one file accepts.
type acceptedList struct {
	file      string
	ids       []string // patterns of ids of diagnoses and signatures
	templates []string // patterns of templates of unrecognised lines
	diagnoses map[string]map[string]bool
	groups    map[string]bool // level and template
}

// templatePrefix begins a pattern for unrecognised lines in a .zlogignore file.
const templatePrefix = "unrecognised:"

// Ignore takes the text of a .zlogignore file: a pattern a line, the id of a diagnosis or of a signature, or
// "unrecognised:" and a template. * stands for any text. What follows a # at the start of a line, or a # after a blank,
// is a comment. The error names every line that is wrong.
//
//	# our load balancer probes the port
//	tls-not-tls
//	unrecognised:probe from <addr> refused*
func (a *Accepted) Ignore(file, text string) error {
	l := acceptedList{file: file}
	var wrong []string
	lines := bufio.NewScanner(strings.NewReader(text))
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		p := strings.TrimSpace(lines.Text())
		template, unrecognised := strings.CutPrefix(p, templatePrefix)
		switch {
		case p == "" || strings.HasPrefix(p, "#"):
			continue
		case unrecognised:
			l.templates = append(l.templates, strings.TrimSpace(template))
			continue
		}
		p, _, _ = strings.Cut(p, " #")
		p = strings.TrimSpace(p)
		if strings.ContainsAny(p, " \t:/") {
			wrong = append(wrong, fmt.Sprintf("%s:%d: %q is no id of a diagnosis or signature; for lines that no rule knows write %s and their template", file, n, p, templatePrefix))
			continue
		}
		if _, err := path.Match(p, ""); err != nil {
			wrong = append(wrong, fmt.Sprintf("%s:%d: %q is not a pattern", file, n, p))
			continue
		}
		l.ids = append(l.ids, p)
	}
	if err := lines.Err(); err != nil {
		wrong = append(wrong, fmt.Sprintf("%s: %v", file, err))
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%s", strings.Join(wrong, "\n"))
	}
	a.lists = append(a.lists, l)
	return nil
}

// Baseline takes an earlier report. Its diagnoses are accepted on the nodes that it gives, and its groups of
// unrecognised lines; a diagnosis on another node is new.
func (a *Accepted) Baseline(file string, r *Result) {
	l := acceptedList{file: file, diagnoses: map[string]map[string]bool{}, groups: map[string]bool{}}
	for _, d := range r.Diagnoses {
		if l.diagnoses[d.ID] == nil {
			l.diagnoses[d.ID] = map[string]bool{}
		}
		for _, n := range d.Nodes {
			l.diagnoses[d.ID][n] = true
		}
	}
	for _, u := range r.Unrecognised {
		l.groups[u.Level+"\x00"+u.Template] = true
	}
	a.lists = append(a.lists, l)
}

// Hide takes what is accepted out of a result, and counts it. A consequence whose cause is taken out stands for itself.
func (a *Accepted) Hide(r *Result) {
	h := Hidden{Files: []string{}}
	used, gone := map[string]bool{}, map[string]bool{}
	diagnoses := []Diagnosis{}
	for _, d := range r.Diagnoses {
		if file := a.by(func(l *acceptedList) bool { return l.id(d.ID) || l.known(d) }); file != "" {
			used[file], gone[d.ID] = true, true
			h.Diagnoses++
			continue
		}
		diagnoses = append(diagnoses, d)
	}
	for i := range diagnoses {
		d := &diagnoses[i]
		if gone[d.ExplainedBy] {
			d.ExplainedBy = ""
			if d.Role == Consequence {
				d.Role = RootCause
			}
		}
		explains := []string{}
		for _, id := range d.Explains {
			if !gone[id] {
				explains = append(explains, id)
			}
		}
		d.Explains = explains
	}
	sort.SliceStable(diagnoses, func(i, j int) bool { return roleOrder[diagnoses[i].Role] < roleOrder[diagnoses[j].Role] })
	signatures := []Signature{}
	for _, s := range r.Signatures {
		if file := a.by(func(l *acceptedList) bool { return l.id(s.ID) }); file != "" {
			used[file] = true
			h.Signatures++
			continue
		}
		signatures = append(signatures, s)
	}
	unknown := []Unknown{}
	for _, u := range r.Unrecognised {
		if file := a.by(func(l *acceptedList) bool { return l.template(u) }); file != "" {
			used[file] = true
			h.Unrecognised++
			continue
		}
		unknown = append(unknown, u)
	}
	for f := range used {
		h.Files = append(h.Files, f)
	}
	sort.Strings(h.Files)
	r.Diagnoses, r.Signatures, r.Unrecognised, r.Hidden = diagnoses, signatures, unknown, h
}

// roleOrder is the order of roles in a report.
var roleOrder = map[Role]int{RootCause: 0, Contributing: 1, Consequence: 2, Transient: 3}

// by gives the file of the first list that accepts something, "" for none.
func (a *Accepted) by(accepts func(*acceptedList) bool) string {
	for i := range a.lists {
		if accepts(&a.lists[i]) {
			return a.lists[i].file
		}
	}
	return ""
}

func (l *acceptedList) id(id string) bool {
	for _, p := range l.ids {
		if ok, _ := path.Match(p, id); ok {
			return true
		}
	}
	return false
}

// known says whether the report that the list was made of has the diagnosis on every one of its nodes.
func (l *acceptedList) known(d Diagnosis) bool {
	nodes := l.diagnoses[d.ID]
	if nodes == nil {
		return false
	}
	for _, n := range d.Nodes {
		if !nodes[n] {
			return false
		}
	}
	return true
}

func (l *acceptedList) template(u Unknown) bool {
	for _, p := range l.templates {
		if like(p, u.Template) {
			return true
		}
	}
	return l.groups[u.Level+"\x00"+u.Template]
}

// like says whether a text is as a pattern in which * stands for any text, also for slashes and brackets.
func like(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == text
	}
	if !strings.HasPrefix(text, parts[0]) {
		return false
	}
	text = text[len(parts[0]):]
	for _, p := range parts[1 : len(parts)-1] {
		at := strings.Index(text, p)
		if at < 0 {
			return false
		}
		text = text[at+len(p):]
	}
	return strings.HasSuffix(text, parts[len(parts)-1])
}
