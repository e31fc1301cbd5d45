package tui

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"zlog/diagnosis"
)

// lanesPage is the fourth view: a lane for each node over time, and beneath what happened around the moment.
type lanesPage struct {
	list  // over the lanes
	story list
	begin time.Time
	end   time.Time
	zoom  int // how often halved
	cols  int
}

// window gives the time that the lanes show: all, or a part around the moment.
func (p *lanesPage) window(m *Model) (time.Time, time.Time) {
	a, b := m.result.Timeline.From.Time, m.result.Timeline.To.Time
	if a.IsZero() || p.zoom == 0 {
		return a, b
	}
	d := b.Sub(a) >> p.zoom
	at := m.at
	if at.IsZero() || at.Before(a) || at.After(b) {
		at = a.Add(b.Sub(a) / 2)
	}
	from := at.Add(-d / 2)
	if from.Before(a) {
		from = a
	}
	if from.Add(d).After(b) {
		from = b.Add(-d)
	}
	return from, from.Add(d)
}

// column gives where a moment stands, -1 outside.
func (p *lanesPage) column(t time.Time) int {
	if t.Before(p.begin) || t.After(p.end) || p.cols == 0 || !p.end.After(p.begin) {
		return -1
	}
	return min(int(float64(t.Sub(p.begin))/float64(p.end.Sub(p.begin))*float64(p.cols)), p.cols-1)
}

func (p *lanesPage) at(col int) time.Time {
	return p.begin.Add(time.Duration(float64(p.end.Sub(p.begin)) * (float64(col) + 0.5) / float64(max(p.cols, 1))))
}

func (p *lanesPage) enter(m *Model) { p.sync(m) }

// sync brings the list of what happened to the moment.
func (p *lanesPage) sync(m *Model) {
	if m.at.IsZero() {
		return
	}
	row := 0
	for i := range m.now.Story {
		if !m.now.Story[i].Time.After(m.at) {
			row = i
		}
	}
	p.story.n = len(m.now.Story)
	p.story.center(row)
}

// move walks what happened, row by row; the moment goes along.
func (p *lanesPage) move(m *Model, d int) {
	p.story.show(len(m.now.Story), p.story.h)
	p.story.move(d)
	if p.story.cur < len(m.now.Story) {
		if t := m.now.Story[p.story.cur].Time.Time; !t.IsZero() {
			m.at = t
		}
	}
}

func (p *lanesPage) edge(m *Model, end bool) {
	if end {
		p.move(m, len(m.now.Story))
	} else {
		p.move(m, -len(m.now.Story))
	}
}

func (p *lanesPage) height() int { return p.story.h }
func (p *lanesPage) row() int    { return p.story.cur }

func (p *lanesPage) texts(m *Model) []string {
	var out []string
	for i := range m.now.Story {
		out = append(out, m.now.Story[i].Node+" "+m.now.Story[i].What)
	}
	return out
}

// step moves the moment sideways by a column.
func (p *lanesPage) step(m *Model, d int) tea.Cmd {
	if p.cols == 0 || !p.end.After(p.begin) {
		return m.refuse("there is no time to move in")
	}
	col := p.column(m.at)
	if col < 0 {
		col = p.cols / 2
	} else {
		col += d
	}
	m.at = p.at(max(0, min(col, p.cols-1)))
	p.sync(m)
	return nil
}

// timed says whether there is time to move in.
func (p *lanesPage) timed(m *Model) bool {
	t := &m.result.Timeline
	return len(t.Lanes) > 0 && t.To.After(t.From.Time)
}

func (p *lanesPage) scale(_ *Model, d int) tea.Cmd {
	p.zoom = max(0, min(p.zoom+d, 20))
	return nil
}

func (p *lanesPage) status(_ *Model) string {
	if !p.end.After(p.begin) {
		return ""
	}
	return spell(p.end.Sub(p.begin)) + " shown"
}

func (p *lanesPage) draw(m *Model, w, h int) []string {
	if len(m.result.Timeline.Lanes) == 0 {
		if m.changes == 0 {
			return []string{" Reading; the nodes' time shows here as soon as there is an answer."}
		}
		return []string{" No node wrote anything that could be placed in time."}
	}
	nw := m.nodeWidth()
	for _, l := range m.result.Timeline.Lanes {
		nw = max(nw, min(width(clean(l.Node)), 14))
	}
	p.cols = max(w-nw-3, 10)
	p.begin, p.end = p.window(m)
	here := p.column(m.at)
	out := []string{p.axis(m, nw)}
	lanes := m.result.Timeline.Lanes
	room := max(1, min(len(lanes), h/2-3))
	p.show(len(lanes), room)
	for i := p.top; i < min(p.top+room, len(lanes)); i++ {
		out = append(out, p.lane(m, &lanes[i], nw, here))
	}
	out = append(out, p.marks(m, nw, here))
	if len(lanes) > room {
		out[0] = cut(out[0], w-20) + " " + itoa(room) + " of " + itoa(len(lanes)) + " nodes"
	}
	for y := 2; y < 2+len(out); y++ {
		for c := range p.cols {
			col := c
			m.click = append(m.click, clickable{y, nw + 2 + c, nw + 3 + c, func(m *Model) tea.Cmd {
				m.at = p.at(col)
				p.sync(m)
				return nil
			}})
		}
	}
	out = append(out, p.legend(m, w))
	bar := "What happened"
	if !m.at.IsZero() {
		bar = "What happened around " + full(m.at)
	}
	out = append(out, m.bar(bar, w))
	return append(out, p.moments(m, w, h-len(out), 2+len(out))...)
}

func (p *lanesPage) moments(m *Model, w, h, y int) []string {
	p.story.show(len(m.now.Story), h)
	var out []string
	nw := m.nodeWidth()
	for i := p.story.top; i < min(p.story.top+h, p.story.n); i++ {
		nw = max(nw, min(width(clean(m.now.Story[i].Node)), 20))
	}
	for i := p.story.top; i < min(p.story.top+h, p.story.n); i++ {
		row, o := i, &m.now.Story[i]
		m.click = append(m.click, clickable{y + i - p.story.top, 0, w, func(m *Model) tea.Cmd {
			if row == p.story.cur {
				return m.into()
			}
			p.move(m, row-p.story.cur)
			return nil
		}})
		left := clock(o.Time.Time) + " " + m.nodeStyle(o.Node, fit(clean(o.Node), nw)) + " "
		right := ""
		if o.Count > 1 {
			right = " " + m.g.times + count(o.Count)
		}
		if o.Source != "" && w >= 90 {
			right += " " + m.place(o.Source, o.Line)
		}
		text := left + fit(clean(o.What), w-1-width(left)-width(right)) + m.st.dim.Render(right)
		out = append(out, m.line(text, i == p.story.cur, true, w))
	}
	if len(out) == 0 {
		out = []string{" Nothing that the rules know happened."}
	}
	return out
}

// selected gives the line of what happened at the cursor.
func (p *lanesPage) selected(m *Model) *diagnosis.Moment {
	if p.story.cur < len(m.now.Story) {
		return &m.now.Story[p.story.cur]
	}
	return nil
}
