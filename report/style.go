package report

import (
	"bytes"
	"strings"

	"zlog/diagnosis"
)

// style is a set of SGR codes of the 16 basic colours, which the terminal's own theme chooses. No style carries a
// meaning that the words do not carry too.
type style string

const (
	plain  style = ""
	bold   style = "1"
	dim    style = "2"
	red    style = "1;31"
	yellow style = "1;33"
	green  style = "1;32"
	cyan   style = "36"
)

// span is a piece of a line in one style.
type span struct {
	text  string
	style style
}

// page is a report on its way to text. All that goes into it passes Safe in line, so that nothing from a log can
// reach the terminal's controls.
type page struct {
	buf    bytes.Buffer
	width  int  // cells of a line
	prose  int  // cells of a paragraph's line, for the eye's sake at most 100
	color  bool // SGR codes are wanted
	filled bool // something was written
}

// line writes one line of spans. It does not wrap.
func (p *page) line(spans ...span) {
	for len(spans) > 0 && strings.TrimSpace(spans[len(spans)-1].text) == "" {
		spans = spans[:len(spans)-1]
	}
	for i, s := range spans {
		t := Safe(s.text)
		if i == len(spans)-1 {
			t = strings.TrimRight(t, " ")
		}
		if p.color && s.style != plain {
			p.buf.WriteString("\x1b[" + string(s.style) + "m" + t + "\x1b[0m")
		} else {
			p.buf.WriteString(t)
		}
	}
	p.buf.WriteByte('\n')
	p.filled = true
}

// blank writes an empty line, but not as the first.
func (p *page) blank() {
	if p.filled {
		p.buf.WriteByte('\n')
	}
}

// head begins a section: an empty line and its name.
func (p *page) head(name string, note string) {
	p.blank()
	if note == "" {
		p.line(span{name, bold})
		return
	}
	if note = Safe(note); Width(name)+2+Width(note) > p.width {
		p.line(span{name, bold})
		p.para(in(2), note, dim)
		return
	}
	p.line(span{name, bold}, span{"  " + note, dim})
}

// para writes a wrapped paragraph. lead stands before its first line; the others are indented to where the text
// began.
func (p *page) para(lead span, text string, st style) {
	lead.text = Safe(lead.text)
	in := Width(lead.text)
	for i, l := range wrap(Safe(text), min(p.prose, p.width)-in) {
		if i > 0 {
			lead = span{strings.Repeat(" ", in), plain}
		}
		p.line(lead, span{l, st})
	}
}

// in is a lead of so many blanks.
func in(n int) span { return span{strings.Repeat(" ", n), plain} }

// look is how a severity is marked: a symbol in text presentation, and a colour.
func look(s diagnosis.Severity) (string, style) {
	switch s {
	case diagnosis.Critical, diagnosis.Error:
		return "✘", red
	case diagnosis.Warning:
		return "!", yellow
	}
	return "·", plain
}
