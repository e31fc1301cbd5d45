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
	return left + fit(clean(says), w-width(left)-width(right)) + m.st.dim.Render(right)
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
	return clean(source) + ":" + itoa(line)
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
		return []string{" No finding is selected; 1 shows the findings."}
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
	return out
}

// locate finds a line in the log.
func (m *Model) locate(source string, line int) (uint32, bool) {
	if m.opt.Log.Len() == 0 {
		return 0, false
	}
	return m.opt.Log.Find(source, line)
}
