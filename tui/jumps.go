package tui

import (
	"sort"

	tea "github.com/charmbracelet/bubbletea"

	"zlog/event"
)

// jump shows a record, whatever the filter: one that hides it is taken off, and said so.
func (l *logPage) jump(m *Model, id uint32) {
	l.leave(m)
	if l.query != nil {
		row := l.rowOf(m, id)
		if row >= len(l.filter.ids) || l.filter.ids[row] != id {
			l.query = nil
			l.filter.stop()
			m.say("the filter hid this line and is off now")
		}
	}
	l.n = l.count(m)
	l.center(l.rowOf(m, id))
	l.goTo(m, l.cur, false)
}

// level finds the next or last record of at least a level.
func (l *logPage) level(m *Model, step int, least event.Level) tea.Cmd {
	keep := func(e *event.Event) bool { return e.Level >= least }
	word := "error"
	if least == event.LevelWarning {
		keep, word = func(e *event.Event) bool { return e.Level == event.LevelWarning }, "warning"
	}
	return l.seek(m, step, keep, word)
}

func (l *logPage) seek(m *Model, step int, keep func(*event.Event) bool, word string) tea.Cmd {
	row := -1
	if l.count(m) > 0 {
		if l.query == nil {
			row = m.opt.Log.Next(l.cur, step, keep)
		} else {
			for r := l.cur + step; r >= 0 && r < len(l.filter.ids); r += step {
				if h := m.opt.Log.Head(l.filter.ids[r]); keep(&h) {
					row = r
					break
				}
			}
		}
	}
	if row < 0 {
		return m.refuse("no " + word + " " + map[int]string{1: "after", -1: "before"}[step] + " this line")
	}
	l.leave(m)
	l.goTo(m, row, true)
	return nil
}

// evidence gives the records that show a diagnosis, in order.
func (l *logPage) evidence(m *Model) []uint32 {
	if l.places == nil && m.opt.Log.Len() > 0 {
		l.places = []uint32{}
		for i := range m.result.Diagnoses {
			for _, e := range m.result.Diagnoses[i].Evidence {
				if id, ok := m.opt.Log.Find(e.Source, e.Line); ok {
					l.places = append(l.places, id)
				}
			}
		}
		l.places = m.opt.Log.Arrange(l.places)
	}
	return l.places
}

// among goes to the next of some records, in their order; it says what there is none of.
func (l *logPage) among(m *Model, ids []uint32, step int, word string) tea.Cmd {
	if len(ids) == 0 {
		return m.refuse("there is no " + word)
	}
	here := m.opt.Log.Row(l.id)
	i := sort.Search(len(ids), func(i int) bool { return m.opt.Log.Row(ids[i]) >= here })
	switch {
	case step < 0:
		i--
	case i < len(ids) && ids[i] == l.id && l.has:
		i++
	}
	if i < 0 || i >= len(ids) {
		m.say("no more " + word + "s; going round")
		i = (i + len(ids)) % len(ids)
	}
	l.jump(m, ids[i])
	return nil
}

// mark sets or takes off a mark.
func (l *logPage) mark(m *Model) tea.Cmd {
	if !l.has {
		return m.refuse("there is no line to mark")
	}
	if l.marks[l.id] {
		delete(l.marks, l.id)
		m.say("mark taken off")
		return nil
	}
	l.marks[l.id] = true
	m.say(plural(len(l.marks), "mark") + "; ' goes to the next")
	return nil
}

func (l *logPage) marked(m *Model) []uint32 {
	var ids []uint32
	for id := range l.marks {
		ids = append(ids, id)
	}
	return m.opt.Log.Arrange(ids)
}
