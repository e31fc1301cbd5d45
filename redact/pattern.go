package redact

import (
	"regexp"
	"sync"
)

// pattern is a regular expression that is compiled when it is first used: compiling all of them takes longer than the rest of
// a short run. A pattern is safe for concurrent use.
type pattern struct {
	text string
	once sync.Once
	re   *regexp.Regexp
}

// builtins are the patterns of this package.
var builtins []*pattern

func later(text string) *pattern {
	p := &pattern{text: text}
	builtins = append(builtins, p)
	return p
}

// get gives the compiled pattern. A wrong one is a mistake of zlog's own; TestPatternsCompile finds it.
func (p *pattern) get() *regexp.Regexp {
	p.once.Do(func() { p.re = regexp.MustCompile(p.text) })
	return p.re
}
