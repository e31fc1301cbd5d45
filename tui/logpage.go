package tui

import (
	"sort"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// logPage is the third view: every record of all nodes in one order, filtered or not, with search, marks and jumps.
type logPage struct {
	list
	id      uint32 // the record under the cursor, which stays when rows move
	has     bool
	version uint64
	left    int // columns scrolled sideways
	follow  bool
	seen    int // rows in the log when follow mode was left
	whole   bool
	record  scroll
	moment  time.Time
	marks   map[uint32]bool
	search  job
	filter  job
	query   *query // the filter, nil for none
	find    *needle
	both    []uint32 // hits that the filter keeps, made of bothOf
	bothOf  [4]int
	places  []uint32 // records that are evidence, in order; nil when not known
}

func newLogPage() *logPage { return &logPage{marks: map[uint32]bool{}, follow: true} }

// rows gives how many rows there are to show: those the filter keeps, else all.
func (l *logPage) count(m *Model) int {
	if l.query != nil {
		return len(l.filter.ids)
	}
	return m.opt.Log.Len()
}

func (l *logPage) at(m *Model, row int) uint32 {
	if l.query != nil {
		return l.filter.ids[row]
	}
	return m.opt.Log.At(row)
}

// rowOf gives the row of a record, or the one that comes next.
func (l *logPage) rowOf(m *Model, id uint32) int {
	if m.opt.Log.Len() == 0 {
		return 0
	}
	row := m.opt.Log.Row(id)
	if l.query == nil {
		return row
	}
	return min(sort.Search(len(l.filter.ids), func(i int) bool { return m.opt.Log.Row(l.filter.ids[i]) >= row }), max(0, len(l.filter.ids)-1))
}

// goTo puts the cursor on a row and makes its time the selected moment.
func (l *logPage) goTo(m *Model, row int, centered bool) {
	l.n = l.count(m)
	if l.n == 0 {
		l.has = false
		return
	}
	row = max(0, min(row, l.n-1))
	if centered && (row < l.top || row >= l.top+l.h) {
		l.center(row)
	} else {
		l.to(row)
	}
	l.id, l.has = l.at(m, l.cur), true
	l.record.top = 0
	if t := m.opt.Log.Moment(l.id); !t.IsZero() {
		l.moment = t
		m.at = t
	}
}

// enter comes to the selected moment if another view changed it.
func (l *logPage) enter(m *Model) {
	l.n = l.count(m)
	if l.n == 0 || m.at.IsZero() || m.at.Equal(l.moment) {
		return
	}
	if l.follow && m.now.Live {
		return
	}
	l.leave(m)
	row := m.opt.Log.Near(m.at)
	if l.query != nil {
		row = l.rowOf(m, m.opt.Log.At(row))
	}
	at := m.at
	l.center(row)
	l.goTo(m, row, true)
	m.at, l.moment = at, at
}

// refresh takes in what was added: the cursor stays on its record, or at the end in follow mode.
func (l *logPage) refresh(m *Model) tea.Cmd {
	v := m.opt.Log.Version()
	if v == l.version {
		return nil
	}
	l.version = v
	l.places = nil
	var cmds []tea.Cmd
	if l.query != nil {
		cmds = append(cmds, l.filter.start(m, jobFilter, l.query))
	}
	if l.find != nil {
		cmds = append(cmds, l.search.start(m, jobSearch, l.find.query()))
	}
	l.settle(m)
	return tea.Batch(cmds...)
}

// settle finds the cursor's record again after rows moved.
func (l *logPage) settle(m *Model) {
	l.n = l.count(m)
	switch {
	case l.n == 0:
		l.cur, l.top = 0, 0
	case m.now.Live && l.follow:
		l.cur = l.n - 1
		l.show(l.n, l.h)
		l.id, l.has = l.at(m, l.cur), true
		l.seen = m.opt.Log.Len()
		if t := m.opt.Log.Moment(l.id); m.view == viewLog && !t.IsZero() {
			l.moment, m.at = t, t
		}
	case l.has:
		row := l.rowOf(m, l.id)
		off := l.cur - l.top
		l.cur, l.top = row, row-off
		l.show(l.n, l.h)
	}
}

// leave ends follow mode.
func (l *logPage) leave(m *Model) {
	if l.follow && m.now.Live {
		l.seen = m.opt.Log.Len()
	}
	l.follow = false
}

func (l *logPage) unseen(m *Model) int {
	return max(0, m.opt.Log.Len()-l.seen)
}

func (l *logPage) move(m *Model, d int) {
	if l.whole && m.zoom {
		l.record.move(d)
		return
	}
	if d < 0 {
		l.leave(m)
	}
	l.goTo(m, l.cur+d, false)
}

func (l *logPage) edge(m *Model, end bool) {
	if end {
		l.follow = m.now.Live
		l.goTo(m, l.count(m)-1, false)
		l.seen = m.opt.Log.Len()
		return
	}
	l.leave(m)
	l.goTo(m, 0, false)
}

func (l *logPage) height() int           { return l.h }
func (l *logPage) row() int              { return l.cur }
func (l *logPage) texts(*Model) []string { return nil }
