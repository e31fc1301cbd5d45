package tui

import (
	tea "github.com/charmbracelet/bubbletea"
)

// sideways moves between list and detail, over the columns of the log, or through time.
func (m *Model) sideways(d int) tea.Cmd {
	switch m.view {
	case viewFindings:
		m.find.inText = d > 0
	case viewLog:
		step := 8
		if d > 1 {
			step = max(8, m.w/20)
		}
		m.log.left = max(0, min(m.log.left+d*step, 100_000))
	case viewTimeline:
		return m.lanes.step(m, d)
	}
	return nil
}

// into goes one level deeper: finding, evidence, log, record.
func (m *Model) into() tea.Cmd {
	switch m.view {
	case viewFindings:
		return m.show(viewEvidence)
	case viewEvidence:
		if e := m.evid.selected(); e != nil {
			return m.open(e.Source, e.Line)
		}
	case viewLog:
		if m.log.count(m) > 0 {
			m.log.whole = !m.log.whole
		}
	case viewTimeline:
		if o := m.lanes.selected(m); o != nil && o.Source != "" && o.Time.Equal(m.at) {
			return m.open(o.Source, o.Line)
		}
		return m.show(viewLog)
	case viewNodes:
		if s := m.pages[viewNodes].(*nodesPage).selected(m); s != nil && s.Source != "" {
			return m.open(s.Source, s.Line)
		}
		return m.refuse("no line tells this")
	case viewUnknown:
		if u := m.pages[viewUnknown].(*unknownPage).selected(m); u != nil {
			return m.open(u.Source, u.Line)
		}
	case viewSources:
		if row := m.page().row(); row < len(m.result.Sources) {
			return m.open(m.result.Sources[row].Name, 1)
		}
	}
	return nil
}

// open shows a line in the log.
func (m *Model) open(source string, line int) tea.Cmd {
	id, ok := m.locate(source, line)
	for n := 1; !ok && line == 1 && n < 1000; n++ { // a source need not begin with a record
		id, ok = m.locate(source, n)
	}
	if !ok {
		if len(m.now.Loading) > 0 {
			return m.refuse("that line is not in the log yet; still reading")
		}
		return m.refuse(clean(source) + ":" + itoa(line) + " is not in the log")
	}
	if n := len(m.back); m.view != viewLog && (n == 0 || m.back[n-1] != m.view) {
		m.back = append(m.back, m.view)
	}
	m.view = viewLog
	m.log.jump(m, id)
	return nil
}

// escape goes one level back: out of the detail, the record, the zoom, the search, the filter, then the view.
func (m *Model) escape() tea.Cmd {
	if m.leaveLevel() {
		return nil
	}
	if n := len(m.back); n > 0 {
		m.view = m.back[n-1]
		m.back = m.back[:n-1]
		m.page().enter(m)
		return nil
	}
	if m.view != viewFindings {
		m.view = viewFindings
		return nil
	}
	m.say("q quits")
	return nil
}

func (m *Model) leaveLevel() bool {
	l := m.log
	switch {
	case m.zoom:
		m.zoom = false
	case m.view == viewFindings && m.find.inText:
		m.find.inText = false
	case m.view == viewFindings && m.find.query != "":
		m.find.query = ""
		m.find.build(m)
	case m.view == viewUnknown && m.pages[viewUnknown].(*unknownPage).query != "":
		m.pages[viewUnknown].(*unknownPage).query = ""
	case m.view == viewLog && l.whole:
		l.whole = false
	case m.view == viewLog && l.find != nil:
		l.find = nil
		l.search.stop()
		l.search.ids = nil
	case m.view == viewLog && l.query != nil:
		l.query = nil
		l.filter.stop()
		l.filter.ids = nil
		l.settle(m)
	default:
		return false
	}
	return true
}

// quit goes back, and leaves from the first level.
func (m *Model) quit() tea.Cmd {
	if m.leaveLevel() {
		return nil
	}
	if len(m.back) > 0 {
		return m.escape()
	}
	m.done = true
	return tea.Quit
}

// hit goes to the next or previous hit of the last search.
func (m *Model) hit(step int) tea.Cmd {
	if m.view == viewLog {
		return m.log.nextHit(m, step, false)
	}
	return m.searchRows(step, false)
}

func (f *findings) foldable() bool {
	if f.cur >= len(f.items) {
		return false
	}
	return f.items[f.cur].under > 0 || f.items[f.cur].depth > 0
}

// something says whether the shown view has a row at its cursor.
func (m *Model) something() bool {
	switch m.view {
	case viewFindings:
		return m.find.diagnosis() != nil
	case viewEvidence:
		return m.evid.selected() != nil
	case viewLog:
		return m.log.count(m) > 0
	case viewTimeline:
		return len(m.now.Story) > 0
	case viewNodes:
		return m.pages[viewNodes].(*nodesPage).selected(m) != nil
	case viewUnknown:
		return m.pages[viewUnknown].(*unknownPage).selected(m) != nil
	}
	return m.page().row() < len(m.result.Sources)
}

// mouse answers the wheel and clicks.
func (m *Model) mouse(e tea.MouseMsg) tea.Cmd {
	if m.tooSmall() || m.prompt != nil {
		return nil
	}
	rows := 0
	switch e.Button {
	case tea.MouseButtonWheelDown:
		rows = 3
	case tea.MouseButtonWheelUp:
		rows = -3
	}
	switch {
	case rows != 0 && m.help != nil:
		m.help.list.move(rows)
	case rows != 0:
		m.note = ""
		for _, c := range m.wheel {
			if e.Y >= c.y0 && e.Y < c.y1 && e.X >= c.x0 && e.X < c.x1 {
				c.do(rows)
				return nil
			}
		}
		m.page().move(m, rows)
	case e.Action == tea.MouseActionPress && e.Button == tea.MouseButtonLeft && m.help == nil:
		m.note = ""
		for _, c := range m.click {
			if c.y == e.Y && e.X >= c.x0 && e.X < c.x1 {
				return c.do(m)
			}
		}
	}
	return nil
}
