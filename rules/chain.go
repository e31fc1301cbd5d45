package rules

import (
	"regexp/syntax"
	"strings"
)

// chain tells whether a simple pattern matches, as regexp would and many times as fast: texts, or choices of texts, in one
// line and in this order, with anything between them.
//
//	unable to dial tls:.*(i/o timeout|deadline exceeded)
type chain struct{ links [][]string }

// newChain gives the chain of a pattern, nil if it is none.
func newChain(re *syntax.Regexp) *chain {
	c, glued := new(chain), false
	for _, p := range sequence(re) {
		if p.Op == syntax.OpStar && p.Sub[0].Op == syntax.OpAnyCharNotNL {
			glued = false
			continue
		}
		texts := choice(p)
		if texts == nil || glued {
			return nil
		}
		c.links, glued = append(c.links, texts), true
	}
	if len(c.links) == 0 {
		return nil
	}
	return c
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
	case syntax.OpAlternate:
		var out []string
		for _, sub := range re.Sub {
			texts := choice(sub)
			if len(texts) != 1 {
				return nil
			}
			out = append(out, texts...)
		}
		return out
	}
	return nil
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
