package rules

import (
	"fmt"
	"regexp/syntax"
	"slices"
	"strings"
)

// dialect is how a language writes patterns that has not Go's syntax. Both have only the plain signs:
// . [] [^] * + ? {n,m} | ().
type dialect struct {
	escaped string // signs that stand for themselves only behind a backslash
	inClass string // and those within []
	whole   bool   // a pattern must match the whole value: there are no ^ and $
}

var (
	sigmaPattern  = dialect{escaped: `.^$*+?{}[]()|\`, inClass: `]\^-[`}
	lucenePattern = dialect{escaped: `.?+*|{}[]()"\#@&<>~^$`, inClass: `]\^-["`, whole: true}
)

// pattern rewrites a pattern of Go's syntax, or says why it cannot.
func (d dialect) pattern(re string) (string, error) {
	tree, err := syntax.Parse(re, syntax.Perl)
	if err != nil {
		return "", err
	}
	if !d.whole {
		return d.write(tree)
	}
	ways := []*syntax.Regexp{tree}
	if tree.Op == syntax.OpAlternate {
		ways = tree.Sub
	}
	var out []string
	for _, way := range ways {
		before, after := ".*", ".*"
		list := slices.Clone(sequence(way))
		if list[0].Op == syntax.OpBeginText {
			before, list = "", list[1:]
		}
		if n := len(list); n > 0 && list[n-1].Op == syntax.OpEndText {
			after, list = "", list[:n-1]
		}
		text := ""
		for _, sub := range list {
			s, err := d.part(sub)
			if err != nil {
				return "", err
			}
			text += s
		}
		out = append(out, before+text+after)
	}
	return strings.Join(out, "|"), nil
}

// part writes a part of a concatenation.
func (d dialect) part(re *syntax.Regexp) (string, error) {
	s, err := d.write(re)
	if err == nil && re.Op == syntax.OpAlternate {
		s = "(" + s + ")"
	}
	return s, err
}

func (d dialect) write(re *syntax.Regexp) (string, error) {
	switch re.Op {
	case syntax.OpEmptyMatch:
		return "", nil
	case syntax.OpLiteral:
		s := ""
		for _, r := range re.Rune {
			if re.Flags&syntax.FoldCase != 0 && strings.ToUpper(string(r)) != strings.ToLower(string(r)) {
				s += "[" + strings.ToLower(string(r)) + strings.ToUpper(string(r)) + "]"
			} else {
				s += d.quote(string(r))
			}
		}
		return s, nil
	case syntax.OpCharClass:
		return d.class(re.Rune), nil
	case syntax.OpAnyCharNotNL:
		if d.whole {
			return "[^\n]", nil
		}
		return ".", nil
	case syntax.OpAnyChar:
		if d.whole {
			return ".", nil
		}
		return "(.|\n)", nil
	case syntax.OpBeginText:
		if !d.whole {
			return "^", nil
		}
	case syntax.OpEndText:
		if !d.whole {
			return "$", nil
		}
	case syntax.OpCapture:
		s, err := d.write(re.Sub[0])
		return "(" + s + ")", err
	case syntax.OpConcat, syntax.OpAlternate:
		list := make([]string, len(re.Sub))
		for i, sub := range re.Sub {
			var err error
			if list[i], err = d.part(sub); err != nil {
				return "", err
			}
		}
		if re.Op == syntax.OpAlternate {
			return strings.Join(list, "|"), nil
		}
		return strings.Join(list, ""), nil
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat: // greedy or not: that changes no match
		s, err := d.write(re.Sub[0])
		if err != nil {
			return "", err
		}
		switch re.Sub[0].Op {
		case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL, syntax.OpCapture:
		default:
			s = "(" + s + ")"
		}
		switch re.Op {
		case syntax.OpStar:
			return s + "*", nil
		case syntax.OpPlus:
			return s + "+", nil
		case syntax.OpQuest:
			return s + "?", nil
		}
		switch re.Max {
		case re.Min:
			return fmt.Sprintf("%s{%d}", s, re.Min), nil
		case -1:
			return fmt.Sprintf("%s{%d,}", s, re.Min), nil
		}
		return fmt.Sprintf("%s{%d,%d}", s, re.Min, re.Max), nil
	}
	return "", fmt.Errorf("the pattern has %s where the language has none", re)
}

func (d dialect) quote(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune(d.escaped, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// class writes a class of letters, given as pairs of first and last.
func (d dialect) class(pairs []rune) string {
	var b strings.Builder
	b.WriteByte('[')
	const last = 0x10FFFF
	if n := len(pairs); n > 2 && pairs[0] == 0 && pairs[n-1] == last { // all but some
		b.WriteByte('^')
		pairs = pairs[1 : n-1]
		for i := 0; i < len(pairs); i += 2 {
			d.span(&b, pairs[i]+1, pairs[i+1]-1)
		}
	} else {
		for i := 0; i < len(pairs); i += 2 {
			d.span(&b, pairs[i], pairs[i+1])
		}
	}
	b.WriteByte(']')
	return b.String()
}

func (d dialect) span(b *strings.Builder, from, to rune) {
	letter := func(r rune) {
		if strings.ContainsRune(d.inClass, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	letter(from)
	if to > from {
		if to > from+1 {
			b.WriteByte('-')
		}
		letter(to)
	}
}
