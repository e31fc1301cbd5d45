package rules

import (
	"regexp"
	"regexp/syntax"
	"sync"
)

// expr is a regular expression of a rule, in Go's syntax. Most are simple enough to be found without regexp, in less time;
// the others are compiled when they are first used.
type expr struct {
	text   string
	once   sync.Once // of what follows
	groups int
	re     func() *regexp.Regexp
	chain  *chain   // what tells a match, nil if regexp does
	needs  []*chain // if regexp does: without one of these there is none
	group  *group   // what finds the first group, nil if regexp does
}

// newExpr reads a pattern.
func newExpr(text string) (x *expr, err error) {
	x = &expr{text: text}
	x.once.Do(func() { err = x.read() })
	return x, err
}

// expr is newExpr for a rule of the file being read. A lazy reader leaves the pattern until it is used: it was read before, by a test.
func (d *decoder) expr(text string) (*expr, error) {
	if d.lazy {
		return &expr{text: text}, nil
	}
	return newExpr(text)
}

func (x *expr) read() error {
	tree, err := syntax.Parse(x.text, syntax.Perl)
	if err != nil {
		return err
	}
	x.groups, x.chain, x.needs, x.group = tree.MaxCap(), newChain(tree), newNeeds(tree), newGroup(tree)
	x.re = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(x.text) })
	return nil
}

// ready reads the pattern if that is still to be done.
func (x *expr) ready() { x.once.Do(func() { _ = x.read() }) }

// sequence gives the parts of a pattern that follow one another.
func sequence(re *syntax.Regexp) []*syntax.Regexp {
	if re.Op == syntax.OpConcat {
		return re.Sub
	}
	return []*syntax.Regexp{re}
}

// groupCount gives how many groups the pattern has.
func (x *expr) groupCount() int {
	x.ready()
	return x.groups
}

// in says whether a text has a match.
func (x *expr) in(text string) bool {
	x.ready()
	if x.chain != nil {
		return x.chain.in(text)
	}
	return x.may(text) && x.re().MatchString(text)
}

// may says whether a text has what each match needs. Most that have none are told so, in a tenth of the time.
func (x *expr) may(text string) bool {
	for _, c := range x.needs {
		if c.inLine(text) {
			return true
		}
	}
	return len(x.needs) == 0
}

// find gives what the first group matches in the first match, "" if nothing.
func (x *expr) find(text string) string {
	x.ready()
	if x.group != nil {
		if run, ok := x.group.find(text); ok {
			return run
		}
		return ""
	}
	if !x.may(text) {
		return ""
	}
	if m := x.re().FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}
