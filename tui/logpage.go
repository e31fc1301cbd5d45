package tui

import (
	"sort"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"zlog/event"
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
func (l *logPage) status(m *Model) string {
	n := l.count(m)
	if n == 0 {
		return ""
	}
	t := count(l.cur+1) + "/" + count(n)
	if l.query != nil {
		t = count(l.cur+1) + " in " + l.filtered(m)
	}
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
	sign := " "
	switch {
	case l.marks[id]:
		sign = m.st.accent.Render(m.g.mark)
	case contains(l.evidence(m), id, m):
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
		text = l.find.paint(m, text)
	}
	if e.Level >= event.LevelWarning && l.find == nil {
		text = m.st.level(e.Level).Render(text)
	}
	return m.line(left+text, selected, true, w)
}

func contains(ids []uint32, id uint32, m *Model) bool {
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
	title := "Record"
	if len(lines) > h-1 {
		title += " (+ then j: more)"
	}
	out := []string{m.bar(title, w)}
	for i := l.record.top; i < min(l.record.top+h-1, len(lines)); i++ {
		out = append(out, lines[i])
	}
	return out
}

func (l *logPage) empty(m *Model, w int) []string {
	text := "No line was understood yet."
	switch {
	case l.query != nil && l.filter.running:
		text = "Nothing found so far; still looking."
	case l.query != nil:
		text = "No line passes the filter. f changes it, Esc takes it off."
	case len(m.now.Loading) > 0 || m.changes == 0:
		text = "Reading; lines show here as soon as they are in order."
	}
	return wrap(" "+text, w)
}

// selectedText gives the line under the cursor as written.
func (l *logPage) selectedText(m *Model) string {
	if !l.has || l.count(m) == 0 {
		return ""
	}
	return strings.TrimRight(m.opt.Log.Events([]uint32{l.id})[0].Text, "\n")
}
