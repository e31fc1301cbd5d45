package tui

import (
	"strings"

	"zlog/diagnosis"
	"zlog/event"
)

// evidence is the second view: the lines that show the selected finding, and beneath them the selected line in full.
type evidence struct {
	rows
	d *diagnosis.Diagnosis
}

// learn follows the selected finding.
func (v *evidence) learn(m *Model) {
	d := m.find.diagnosis()
	if v.d == nil || d == nil || v.d.ID != d.ID {
		v.cur = 0
	}
	v.d = d
	n := 0
	if d != nil {
		n = len(d.Evidence)
	}
	v.show(n, v.h)
}

func (v *evidence) enter(m *Model) {
	v.learn(m)
	v.moment(m)
}

func (v *evidence) moment(m *Model) {
	if e := v.selected(); e != nil && !e.Time.IsZero() {
		m.at = e.Time.Time
		if id, ok := m.locate(e.Source, e.Line); ok {
			m.at = m.opt.Log.Moment(id)
		}
	}
}

func (v *evidence) selected() *diagnosis.Evidence {
	if v.d == nil || v.cur >= len(v.d.Evidence) {
		return nil
	}
	return &v.d.Evidence[v.cur]
}

func (v *evidence) move(m *Model, d int) {
	v.list.move(d)
	v.moment(m)
}

func (v *evidence) edge(m *Model, end bool) {
	v.rows.edge(m, end)
	v.moment(m)
}

func (v *evidence) texts(m *Model) []string {
	var out []string
	if v.d != nil {
		for i := range v.d.Evidence {
			e := &v.d.Evidence[i]
			out = append(out, e.Says+" "+e.Node+" "+e.Text)
		}
	}
	return out
}

func (v *evidence) status(*Model) string {
	if v.n == 0 {
		return ""
	}
	return count(v.cur+1) + "/" + count(v.n)
}

// evidenceRow is one line: when, who, what it means, where it stands.
func (m *Model) evidenceRow(e *diagnosis.Evidence, w int) string {
	left := clock(e.Time.Time) + " " + m.nodeStyle(e.Node, fit(clean(e.Node), m.nodeWidth())) + " "
	right := " " + m.place(e.Source, e.Line)
	if e.Count > 1 {
		right = " " + m.g.times + count(e.Count) + right
	}
	if w < 70 || width(right) > w/2 {
		right = ""
	}
	says := e.Says
	if says == "" {
		says = e.Text
	}
	says = clean(says)
	if room := w - width(left) - width(right) - width(says); room >= 40 && e.Says != "" { // what the line itself says
		return left + says + m.st.dim.Render(fit("  "+m.evidenceText(e), room)+right)
	}
	return left + fit(says, w-width(left)-width(right)) + m.st.dim.Render(right)
}

// evidenceText is what a line of evidence says, as the log shows it.
func (m *Model) evidenceText(e *diagnosis.Evidence) string {
	if id, ok := m.locate(e.Source, e.Line); ok {
		ev := m.opt.Log.Events([]uint32{id})[0]
		return m.message(&ev)
	}
	return clean(e.Text)
}

// place names a line; the folder is left out where the file's name is enough.
func (m *Model) place(source string, line int) string {
	if i := strings.LastIndexByte(source, '/'); i >= 0 {
		base, unique := source[i+1:], 0
		for _, s := range m.result.Sources {
			if s.Name == base || strings.HasSuffix(s.Name, "/"+base) {
				unique++
			}
		}
		if unique <= 1 {
			source = base
		}
	}
	return m.source(source) + ":" + itoa(line)
}

// source writes the name of a source.
func (m *Model) source(name string) string {
	if name == "-" {
		return "stdin"
	}
	return clean(name)
}

func (m *Model) nodeWidth() int {
	n := 5
	for i := range m.result.Nodes {
		n = max(n, width(clean(m.result.Nodes[i].Name)))
	}
	return min(n, 14)
}

func (v *evidence) draw(m *Model, w, h int) []string {
	if v.d == nil {
		text := "No finding is selected; 1 shows the findings."
		if len(m.result.Diagnoses) == 0 {
			text = "There is no finding, so no line shows one. 3 shows the log, 6 what no rule knows."
		}
		return wrap(" "+text, w)
	}
	if len(v.d.Evidence) == 0 {
		return []string{" This finding rests on no single line; 4 shows the timeline at its moment."}
	}
	sev := m.st.severity(v.d.Severity).Bold(true)
	out := []string{sev.Render(m.g.severity(v.d.Severity)+" ") + m.st.bold.Render(cut(clean(v.d.Title), w-2))}
	lh := min(len(v.d.Evidence), max(3, (h-2)/2))
	if m.zoom {
		lh = h - 1
	}
	v.show(len(v.d.Evidence), lh)
	for i := v.top; i < min(v.top+lh, v.n); i++ {
		v.clickRow(m, i, 3+i-v.top, w)
		out = append(out, m.line(m.evidenceRow(&v.d.Evidence[i], w-1), i == v.cur, true, w))
	}
	if m.zoom {
		return out
	}
	e := v.selected()
	out = append(out, m.bar(m.place(e.Source, e.Line), w))
	ev := event.Event{Source: e.Source, Line: e.Line, Time: e.Time.Time, Text: e.Text, Msg: e.Text}
	if id, ok := m.locate(e.Source, e.Line); ok {
		ev = m.opt.Log.Events([]uint32{id})[0]
	}
	for _, l := range m.recordLines(&ev, w) {
		if len(out) == h {
			break
		}
		out = append(out, l)
	}
	return append(out, m.around(e.Source, e.Line, w, h-len(out))...)
}

// around draws the log around a line, if there is room for some of it.
func (m *Model) around(source string, line, w, h int) []string {
	id, ok := m.locate(source, line)
	if !ok || h < 6 {
		return nil
	}
	n := m.opt.Log.Len()
	l := list{h: h - 2}
	l.n = n
	l.center(m.opt.Log.Row(id))
	var ids []uint32
	for r := l.top; r < min(l.top+l.h, n); r++ {
		ids = append(ids, m.opt.Log.At(r))
	}
	out := []string{"", m.bar("In the log (Enter)", w)}
	for i, e := range m.opt.Log.Events(ids) {
		t := m.log.text(m, &e, ids[i], w, m.nodeWidth())
		if ids[i] == id {
			t = m.g.cursor + cut(t, w-1)
		} else {
			t = " " + cut(t, w-1)
		}
		out = append(out, t)
	}
	return out
}

// locate finds a line in the log.
func (m *Model) locate(source string, line int) (uint32, bool) {
	if m.opt.Log.Len() == 0 {
		return 0, false
	}
	return m.opt.Log.Find(source, line)
}
