package rules

import (
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// group finds what the group of a simple pattern matches, as regexp would and several times as fast:
//
//	unable to dial (\S+?):       a text, a run of characters of a class, a text
//	^Node at (\S+)               anchored at the beginning, at the end or both
//
// It looks at bytes: what is not ASCII is in the class as a whole or not at all.
type group struct {
	begin, end    bool // anchored
	before, after string
	class         [256]bool
	least         int  // characters of the class
	lazy          bool // as few as will do
}

// newGroup gives the group of a pattern, nil if it is none of the simple ones.
func newGroup(re *syntax.Regexp) *group {
	g, seen, parts := new(group), false, sequence(re)
	for i, p := range parts {
		switch {
		case p.Op == syntax.OpBeginText && i == 0:
			g.begin = true
		case p.Op == syntax.OpEndText && i == len(parts)-1 && seen:
			g.end = true
		case p.Op == syntax.OpLiteral && p.Flags&syntax.FoldCase == 0 && !seen && g.before == "":
			g.before = string(p.Rune)
		case p.Op == syntax.OpLiteral && p.Flags&syntax.FoldCase == 0 && seen && g.after == "":
			g.after = string(p.Rune)
		case p.Op == syntax.OpCapture && !seen && g.run(p.Sub[0]):
			seen = true
		default:
			return nil
		}
	}
	switch {
	case !seen, g.before == "" && !g.begin, g.lazy && (g.after == "" || g.end):
		return nil
	case g.after != "" && !g.lazy && g.class[g.after[0]]: // it would have to go back
		return nil
	}
	return g
}

// run reads what is within the group.
func (g *group) run(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpPlus:
		g.least = 1
	case syntax.OpStar:
	default:
		return false
	}
	g.lazy = re.Flags&syntax.NonGreedy != 0
	switch of := re.Sub[0]; {
	case of.Op == syntax.OpAnyCharNotNL:
		for c := range g.class {
			g.class[c] = c != '\n'
		}
		return true
	case of.Op == syntax.OpCharClass:
		for i := 0; i < len(of.Rune); i += 2 {
			lo, hi := of.Rune[i], of.Rune[i+1]
			for c := lo; c <= min(hi, utf8.RuneSelf-1); c++ {
				g.class[c] = true
			}
			if hi < utf8.RuneSelf {
				continue
			}
			if lo > utf8.RuneSelf || hi != utf8.MaxRune {
				return false
			}
			for c := utf8.RuneSelf; c < len(g.class); c++ {
				g.class[c] = true
			}
		}
		return true
	}
	return false
}

// find gives what the group matches in the first match, and whether there is one.
func (g *group) find(text string) (string, bool) {
	for from := 0; ; from++ {
		i := 0
		if g.begin && !strings.HasPrefix(text, g.before) {
			return "", false
		} else if !g.begin {
			if i = strings.Index(text[from:], g.before); i < 0 {
				return "", false
			}
		}
		from += i
		if run, ok := g.at(text[from+len(g.before):]); ok || g.begin {
			return run, ok
		}
	}
}

// at gives the run that the text begins with, if what has to follow it does.
func (g *group) at(text string) (string, bool) {
	n := 0
	for n < len(text) && g.class[text[n]] {
		n++
	}
	if n < g.least {
		return "", false
	}
	if g.lazy {
		k := strings.Index(text[g.least:], g.after)
		if k < 0 || k+g.least > n {
			return "", false
		}
		return text[:k+g.least], true
	}
	rest, ok := strings.CutPrefix(text[n:], g.after)
	return text[:n], ok && (!g.end || rest == "")
}
