package tui

import (
	"strings"

	"github.com/sahilm/fuzzy"

	"zlog/diagnosis"
	"zlog/event"
)

// unknownPage is the sixth view: warnings and errors that no rule knows, in groups.
type unknownPage struct {
	rows
	query string
}

func (p *unknownPage) groups(m *Model) []*diagnosis.Unknown {
	var out []*diagnosis.Unknown
	all := m.result.Unrecognised
	if p.query == "" {
		for i := range all {
			out = append(out, &all[i])
		}
		return out
	}
	var texts []string
	for i := range all {
		texts = append(texts, all[i].Template)
	}
	for _, hit := range fuzzy.Find(p.query, texts) {
		out = append(out, &all[hit.Index])
	}
	return out
}

func (p *unknownPage) texts(m *Model) []string {
	var out []string
	for _, u := range p.groups(m) {
		out = append(out, u.Template+" "+u.Text)
	}
	return out
}

func (p *unknownPage) status(m *Model) string {
	if p.query != "" {
		return count(p.n) + " of " + count(len(m.result.Unrecognised)) + ", 1 filter"
	}
	return plural(p.n, "group")
}

func (p *unknownPage) selected(m *Model) *diagnosis.Unknown {
	if all := p.groups(m); p.cur < len(all) {
		return all[p.cur]
	}
	return nil
}

func (p *unknownPage) draw(m *Model, w, h int) []string {
	all := p.groups(m)
	if len(all) == 0 {
		text := "Every warning and error that was read is known to a rule."
		switch {
		case m.changes == 0:
			text = "Reading; warnings and errors that no rule knows show here."
		case !m.understood():
			text = "No line was understood, so there is none that a rule could have known. 7 tells what was read."
		case p.query != "":
			text = "No group matches the filter “" + p.query + "”. Esc clears it."
		}
		return wrap(" "+clean(text), w)
	}
	lh := min(len(all), max(3, h/2))
	if m.zoom {
		lh = h
	}
	p.show(len(all), lh)
	var out []string
	for i := p.top; i < min(p.top+lh, len(all)); i++ {
		u := all[i]
		p.clickRow(m, i, 2+i-p.top, w)
		l := event.ParseLevel(u.Level)
		left := fit(m.g.times+count(u.Count), 7) + " " + m.st.level(l).Render(levelWords[l]) + " "
		right := " " + clean(strings.Join(u.Nodes, " ")) + " " + seconds(u.First.Time)
		if w < 70 {
			right = ""
		}
		out = append(out, m.line(left+fit(clean(u.Template), w-1-width(left)-width(right))+m.st.dim.Render(right), i == p.cur, true, w))
	}
	if m.zoom {
		return out
	}
	u := all[p.cur]
	out = append(out, m.bar(m.place(u.Source, u.Line), w))
	ev := event.Event{Source: u.Source, Line: u.Line, Time: u.First.Time, Text: u.Text, Msg: u.Text, Level: event.ParseLevel(u.Level)}
	if id, ok := m.locate(u.Source, u.Line); ok {
		ev = m.opt.Log.Events([]uint32{id})[0]
	}
	for _, l := range m.recordLines(&ev, w) {
		if len(out) < h {
			out = append(out, l)
		}
	}
	return append(out, m.around(u.Source, u.Line, w, h-len(out))...)
}

// understood says whether any line was.
func (m *Model) understood() bool {
	for i := range m.result.Sources {
		if m.result.Sources[i].Events > 0 {
			return true
		}
	}
	return false
}

// sourcesPage is the seventh view: what was read and what was not.
type sourcesPage struct{ rows }

func (p *sourcesPage) texts(m *Model) []string {
	var out []string
	for _, s := range m.result.Sources {
		out = append(out, s.Name+" "+s.Node+" "+s.Error)
	}
	return out
}

func (p *sourcesPage) status(m *Model) string { return plural(len(m.result.Sources), "source") }

func (p *sourcesPage) draw(m *Model, w, h int) []string {
	var out []string
	for _, l := range m.now.Loading {
		if len(out) >= h/2 {
			break
		}
		t := "reading " + m.source(l.Source) + ": " + bytesText(l.Done)
		if l.Total > 0 {
			t += " of " + bytesText(l.Total) + " " + gauge(m, l.Done, l.Total, 20)
		}
		out = append(out, " "+m.st.accent.Render(t))
	}
	all := m.result.Sources
	if len(all) == 0 {
		if len(out) == 0 {
			out = append(out, " Nothing was read yet.")
		}
		return out
	}
	y := len(out)
	lh := max(1, min(len(all), (h-y)/2))
	if m.zoom {
		lh = h - y
	}
	p.show(len(all), lh)
	for i := p.top; i < min(p.top+lh, len(all)); i++ {
		s := &all[i]
		p.clickRow(m, i, 2+y+i-p.top, w)
		sign, style := m.g.good, m.st.good
		switch {
		case s.Error != "":
			sign, style = m.g.critical, m.st.critical
		case s.Unparsed > 0 || len(s.Gaps) > 0 || s.CutBytes > 0:
			sign, style = m.g.warning, m.st.warning
		}
		right := " " + fit(clean(s.Node), m.nodeWidth()) + " " + plural(s.Lines, "line")
		left := style.Render(fit(sign, 2)) + " "
		out = append(out, m.line(left+fit(tail(m.source(s.Name), w-1-width(left)-width(right)), w-1-width(left)-width(right))+right, i == p.cur, true, w))
	}
	if m.zoom {
		return out
	}
	for _, l := range p.detail(m, &all[p.cur], w) {
		if len(out) < h {
			out = append(out, l)
		}
	}
	return out
}

// tail keeps the end of a path, which tells more than its beginning.
func tail(s string, w int) string {
	if width(s) <= w {
		return s
	}
	return "…" + from(s, width(s)-w+1)
}

func gauge(m *Model, done, total int64, w int) string {
	n := int(int64(w) * done / max(total, 1))
	return strings.Repeat(m.g.leader, min(n, w)) + strings.Repeat(m.g.down, max(0, w-n))
}

func (p *sourcesPage) detail(m *Model, s *diagnosis.Source, w int) []string {
	sh := &sheet{m: m, w: w}
	plain := m.st.plain.Render
	if s.Error != "" {
		sh.para("Error", s.Error, m.st.critical.Render)
	}
	format := s.Format
	if s.Wrapper != "" {
		format += " in " + s.Wrapper
	}
	sh.para("Name", m.source(s.Name), m.st.bold.Render)
	sh.para("Node", s.Node, plain)
	sh.para("Format", format, plain)
	sh.para("Time", span(s.First.Time, s.Last.Time), plain)
	sh.para("Lines", count(s.Lines)+" = "+count(s.Events)+" events + "+count(s.Continuation)+" continuations + "+count(s.Blank)+
		" blank + "+count(s.Unparsed)+" not understood; "+bytesText(s.Bytes), plain)
	if s.CutBytes > 0 {
		sh.para("Cut", bytesText(s.CutBytes)+" of lines beyond the length limit", m.st.danger.Render)
	}
	for i, g := range s.Gaps {
		label := ""
		if i == 0 {
			label = "Gaps"
		}
		sh.para(label, span(g.From.Time, g.To.Time)+": "+g.Reason, m.st.danger.Render)
	}
	out := []string{m.bar("Source", w)}
	for _, l := range sh.lines {
		out = append(out, l.text)
	}
	return out
}
