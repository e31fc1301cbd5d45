package rules

import (
	"regexp/syntax"
	"slices"
	"strings"
)

// chain tells whether a simple pattern matches, as regexp would and many times as fast: texts, or choices of texts, in one
// line and in this order, with anything between them.
//
//	unable to dial tls:.*(i/o timeout|deadline exceeded)
type chain struct{ links [][]string }

// newChain gives the chain of a pattern, nil if it is none.
func newChain(re *syntax.Regexp) *chain {
	c, texts := new(chain), []string(nil)
	for _, p := range sequence(re) {
		if p.Op == syntax.OpStar && p.Sub[0].Op == syntax.OpAnyCharNotNL {
			c.link(texts)
			texts = nil
			continue
		}
		if texts = each(texts, choice(p)); texts == nil {
			return nil
		}
	}
	if c.link(texts); len(c.links) == 0 {
		return nil
	}
	return c
}

// newNeeds gives the chains of which one is in each text that the pattern matches, if what is between a chain's texts may be
// several lines; nil if there is none.
func newNeeds(re *syntax.Regexp) []*chain {
	for re.Op == syntax.OpCapture {
		re = re.Sub[0]
	}
	ways := []*syntax.Regexp{re}
	if re.Op == syntax.OpAlternate {
		ways = re.Sub
	}
	var out []*chain
	for _, way := range ways {
		c := new(chain)
		c.need(way)
		if len(c.links) == 0 {
			return nil
		}
		out = append(out, c)
	}
	return out
}

// need adds what a part of a pattern needs.
func (c *chain) need(re *syntax.Regexp) {
	if texts := choice(re); texts != nil {
		c.link(texts)
		return
	}
	switch re.Op {
	case syntax.OpCapture, syntax.OpConcat, syntax.OpPlus:
		for _, sub := range re.Sub {
			c.need(sub)
		}
	}
}

// link adds a choice of texts, if it asks for something.
func (c *chain) link(texts []string) {
	if texts != nil && !slices.Contains(texts, "") {
		c.links = append(c.links, texts)
	}
}

// choice gives the texts that a part of a pattern stands for, nil if it is no choice of texts.
func choice(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpCapture:
		return choice(re.Sub[0])
	case syntax.OpLiteral:
		if text := string(re.Rune); re.Flags&syntax.FoldCase == 0 && !strings.ContainsAny(text, "\n\uFFFD") {
			return []string{text}
		}
	case syntax.OpEmptyMatch:
		return []string{""}
	case syntax.OpQuest:
		if texts := choice(re.Sub[0]); texts != nil {
			return append(texts, "")
		}
	case syntax.OpConcat:
		var out []string
		for _, sub := range re.Sub {
			if out = each(out, choice(sub)); out == nil {
				return nil
			}
		}
		return out
	case syntax.OpAlternate:
		var out []string
		for _, sub := range re.Sub {
			texts := choice(sub)
			if out = append(out, texts...); texts == nil || len(out) > mostTexts {
				return nil
			}
		}
		return out
	}
	return nil
}

// mostTexts bounds a choice: beyond, regexp is as quick.
const mostTexts = 16

// each gives every one of some texts, nil for none yet, with each of others behind it; nil if that cannot be said.
func each(texts, next []string) []string {
	if texts == nil {
		return next
	}
	if len(texts)*len(next) > mostTexts {
		return nil
	}
	var out []string
	for _, a := range texts {
		for _, b := range next {
			out = append(out, a+b)
		}
	}
	return out
}

// in says whether a line of the text has the chain's texts in their order. Of a choice the one that ends first leaves the
// most for what has to follow.
func (c *chain) in(text string) bool {
	for more := true; more; {
		var line string
		line, text, more = strings.Cut(text, "\n")
		if c.inLine(line) {
			return true
		}
	}
	return false
}

// inLine is in for a text that is one line, or counts as such.
func (c *chain) inLine(line string) bool {
	for _, texts := range c.links {
		end := -1
		for _, t := range texts {
			if i := strings.Index(line, t); i >= 0 && (end < 0 || i+len(t) < end) {
				end = i + len(t)
			}
		}
		if end < 0 {
			return false
		}
		line = line[end:]
	}
	return true
}
