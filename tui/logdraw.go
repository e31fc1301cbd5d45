package tui

import (
	"strings"

	"zlog/event"
)

func (l *logPage) status(m *Model) string {
	n := l.count(m)
	if n == 0 {
		return ""
	}
	t := count(l.cur+1) + "/" + count(n)
	return t
}

// filtered says how much the filter leaves: "12 of 4 813, 2 filters".
func (l *logPage) filtered(m *Model) string {
	t := count(len(l.filter.ids)) + " of " + count(m.opt.Log.Len()) + ", " + plural(l.query.terms, "filter")
	if l.filter.running {
		t += " (" + itoa(l.filter.percent()) + "%)"
	}
	return t
}

func (l *logPage) draw(m *Model, w, h int) []string {
	n := l.count(m)
	head := ""
	if l.query != nil {
		head = m.st.accent.Render("filter ") + clean(l.query.text) + m.st.dim.Render("  "+l.filtered(m))
	}
	if l.find != nil {
		if head != "" {
			head += "  "
		}
		head += m.st.accent.Render("search ") + clean(l.find.text) + m.st.dim.Render("  "+l.found(m))
	}
	var out []string
	if head != "" {
		out = append(out, head)
	}
	if n == 0 {
		return append(out, l.empty(m, w)...)
	}
	lh := h - len(out)
	if l.whole {
		if m.zoom {
			return append(out, l.wholeRecord(m, w, lh)...)
		}
		lh = max(3, lh/2)
	}
	l.show(n, lh)
	if !l.has {
		l.id, l.has = l.at(m, l.cur), true
		l.moment = m.opt.Log.Moment(l.id)
	}
	ids := make([]uint32, 0, lh)
	for r := l.top; r < min(l.top+lh, n); r++ {
		ids = append(ids, l.at(m, r))
	}
	y := 2 + len(out)
	nw := m.nodeWidth()
	for i, e := range m.opt.Log.Events(ids) {
		row := l.top + i
		rr := rows{}
		rr.clickRow(m, row, y+i, w)
		out = append(out, l.line(m, &e, ids[i], row == l.cur, w, nw))
	}
	if l.whole {
		for len(out) < h-max(0, h-len(out)) {
			out = append(out, "")
		}
		out = append(out, l.wholeRecord(m, w, h-len(out))...)
	}
	return out
}

// line draws one record.
func (l *logPage) line(m *Model, e *event.Event, id uint32, selected bool, w, nw int) string {
	return m.line(l.text(m, e, id, w, nw), selected, true, w)
}

func (l *logPage) text(m *Model, e *event.Event, id uint32, w, nw int) string {
	sign := " "
	switch {
	case l.marks[id]:
		sign = m.st.accent.Render(m.g.mark)
	case contains(l.evidence(m), id):
		sign = m.st.critical.Render(m.g.evidence)
	}
	node := m.node(e.Source, e.Stream)
	when := clock(e.Time)
	if w >= 140 && !e.Time.IsZero() {
		when = e.Time.UTC().Format("01-02 15:04:05.000")
	}
	if w < 60 && !e.Time.IsZero() {
		when = seconds(e.Time)
	}
	left := sign + when + " "
	if len(m.result.Nodes) != 1 || w >= 100 {
		left += m.nodeStyle(node, fit(clean(node), nw)) + " "
	}
	left += m.st.level(e.Level).Render(levelWords[e.Level]) + " "
	text := from(m.message(e), l.left)
	room := w - 1 - width(left)
	text = cut(text, room)
	if l.find != nil {
		text = l.find.show(m, text, e.Text, room)
	}
	if e.Level >= event.LevelWarning && l.find == nil {
		text = m.st.level(e.Level).Render(text)
	}
	return left + text
}

func contains(ids []uint32, id uint32) bool {
	for _, x := range ids {
		if x == id {
			return true
		}
	}
	return false
}

func (l *logPage) wholeRecord(m *Model, w, h int) []string {
	if !l.has || h < 2 {
		return nil
	}
	e := m.opt.Log.Events([]uint32{l.id})[0]
	lines := m.recordLines(&e, w)
	l.record.show(len(lines), h-1)
	m.wheel = append(m.wheel, wheelable{m.h - 1 - h, m.h - 1, 0, w, l.record.move})
	title := "Record"
	if len(lines) > h-1 {
		title += " (wheel, or + then j: more)"
	}
	out := []string{m.bar(title, w)}
	for i := l.record.top; i < min(l.record.top+h-1, len(lines)); i++ {
		out = append(out, lines[i])
	}
	return out
}

func (l *logPage) empty(m *Model, w int) []string {
	text := "No line was understood." + m.unread()
	switch {
	case l.query != nil && l.filter.running:
		text = "Nothing found so far; still looking."
	case l.query != nil:
		text = "No line passes the filter. f changes it, Esc takes it off."
		if doubt := l.query.doubt(m); doubt != "" {
			text += "\n" + m.g.danger + " " + doubt
		}
	case len(m.now.Loading) > 0 || m.changes == 0:
		text = "Reading; lines show here as soon as they are in order."
	case m.now.Live:
		text = "No line has come yet."
	}
	var out []string
	for _, part := range cleanLines(text) {
		for _, t := range wrap(part, w-1) {
			out = append(out, " "+t)
		}
	}
	return out
}

// selectedText gives the line under the cursor as written.
func (l *logPage) selectedText(m *Model) string {
	if !l.has || l.count(m) == 0 {
		return ""
	}
	return strings.TrimRight(m.opt.Log.Events([]uint32{l.id})[0].Text, "\n")
}
