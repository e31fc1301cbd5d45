package tui

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/sahilm/fuzzy"

	"zlog/diagnosis"
)

func strip(s string) string { return ansi.Strip(s) }

// findings is the first view: the diagnoses, each with its consequences folded beneath, and the detail of one.
type findings struct {
	rows
	items  []item
	open   map[string]bool // root causes whose consequences are shown
	text   scroll
	inText bool // keys go to the detail
	cmd    int  // the selected command of the detail, -1 for the one that zlog would choose
	query  string
	shown  []dline
	split  bool // list and detail are both in sight
}

// item is a row: a diagnosis, or a note about what could not be said.
type item struct {
	d      *diagnosis.Diagnosis
	depth  int
	under  int // consequences beneath
	note   string
	detail []string
}

func (f *findings) id() string {
	if f.cur < len(f.items) && f.items[f.cur].d != nil {
		return f.items[f.cur].d.ID
	}
	return ""
}

func (f *findings) learn(m *Model) {
	id := f.id()
	f.build(m)
	f.cur = 0
	for i, it := range f.items {
		if id != "" && it.d != nil && it.d.ID == id {
			f.cur = i
		}
	}
	f.show(len(f.items), f.h)
}

// build lists what there is. Consequences stand beneath the diagnosis that explains them, to any depth.
func (f *findings) build(m *Model) {
	r := m.result
	f.items = nil
	byID := map[string]*diagnosis.Diagnosis{}
	for i := range r.Diagnoses {
		byID[r.Diagnoses[i].ID] = &r.Diagnoses[i]
	}
	top := func(d *diagnosis.Diagnosis) *diagnosis.Diagnosis {
		for range r.Diagnoses {
			up := byID[d.ExplainedBy]
			if up == nil || up == d {
				break
			}
			d = up
		}
		return d
	}
	if f.query != "" {
		f.fuzzy(m)
		f.show(len(f.items), f.h)
		return
	}
	for i := range r.Diagnoses {
		d := &r.Diagnoses[i]
		if top(d) != d {
			continue
		}
		it := item{d: d}
		var under []item
		for j := range r.Diagnoses {
			if c := &r.Diagnoses[j]; c != d && top(c) == d {
				under = append(under, item{d: c, depth: 1})
			}
		}
		it.under = len(under)
		f.items = append(f.items, it)
		if f.open[d.ID] {
			f.items = append(f.items, under...)
		}
	}
	unclear := slices.DeleteFunc(slices.Clone(r.NotAssessable), diagnosis.Unassessed.Limit)
	if n := len(unclear); n > 0 {
		it := item{note: m.g.unclear + " " + plural(n, "diagnosis") + " not assessable"}
		if n > 1 {
			it.note = m.g.unclear + " " + count(n) + " diagnoses not assessable"
		}
		for _, u := range unclear {
			it.detail = append(it.detail, u.ID+": "+u.Reason)
		}
		f.items = append(f.items, it)
	}
	if n := len(r.Wanted); n > 0 {
		it := item{note: m.g.wanted + " " + plural(n, "thing") + " would let zlog say more"}
		for _, u := range r.Wanted {
			it.detail = append(it.detail, u.What+": "+u.Why)
		}
		f.items = append(f.items, it)
	}
	f.show(len(f.items), f.h)
}

func (f *findings) fuzzy(m *Model) {
	var texts []string
	for _, d := range m.result.Diagnoses {
		texts = append(texts, d.Title+" "+d.ID+" "+strings.Join(d.Nodes, " "))
	}
	for _, hit := range fuzzy.Find(f.query, texts) {
		f.items = append(f.items, item{d: &m.result.Diagnoses[hit.Index]})
	}
}

func (f *findings) diagnosis() *diagnosis.Diagnosis {
	if f.cur < len(f.items) {
		return f.items[f.cur].d
	}
	return nil
}

func (f *findings) enter(m *Model) {}

// move moves in the list, or in the detail while that has the keys.
func (f *findings) move(m *Model, d int) {
	if f.inText {
		f.text.move(d)
		return
	}
	f.list.move(d)
	f.selected(m)
}

func (f *findings) selected(m *Model) {
	f.text.top, f.cmd = 0, -1
	if d := f.diagnosis(); d != nil && !d.First.IsZero() {
		m.at = d.First.Time
	}
	m.evid.learn(m)
}

// fits says whether all rows of the list are in sight, beside or above a detail.
func (f *findings) fits() bool { return f.split && f.n <= f.h }

func (f *findings) edge(m *Model, end bool) {
	n := 1 << 30
	if !end {
		n = -n
	}
	f.move(m, n)
}

func (f *findings) height() int {
	if f.inText {
		return f.text.h
	}
	return f.h
}

func (f *findings) texts(m *Model) []string {
	var out []string
	for _, it := range f.items {
		out = append(out, f.label(m, it, 200))
	}
	return out
}

func (f *findings) status(m *Model) string {
	if f.query != "" {
		return count(len(f.items)) + " of " + count(len(m.result.Diagnoses)) + ", 1 filter"
	}
	return ""
}

// toggle folds and unfolds the consequences of the selected root cause.
func (f *findings) toggle(m *Model) tea.Cmd {
	if f.cur >= len(f.items) {
		return nil
	}
	it := f.items[f.cur]
	switch {
	case it.d == nil, it.depth == 0 && it.under == 0:
		return m.refuse("it has no consequences to unfold")
	case it.depth > 0:
		for f.items[f.cur].depth > 0 {
			f.cur--
		}
		it = f.items[f.cur]
	}
	f.open[it.d.ID] = !f.open[it.d.ID]
	f.build(m)
	f.selected(m)
	return nil
}

// draw lays the list above the detail, or beside it where there is room.
func (f *findings) draw(m *Model, w, h int) []string {
	f.split = !m.zoom
	if m.zoom {
		if f.inText {
			return f.detail(m, 0, 2, w, h)
		}
		return f.listing(m, w, h, 0, 2)
	}
	if w >= 110 {
		lw := min(max(w*2/5, 44), 76)
		left := f.listing(m, lw, h, 0, 2)
		if room := h - len(left) - 2; room >= 16 && len(m.result.Timeline.Lanes) > 0 {
			left = append(append(left, "", m.bar("Timeline (4)", lw)), m.aside(lw, room)...)
			left = append(left, m.standing(lw, h-len(left))...)
		}
		right := f.detail(m, lw+3, 2, w-lw-3, h)
		if h >= 34 && w-lw-3 >= 80 {
			if lines := f.proof(m, w-lw-3, h-len(f.shown)-2); len(lines) > 2 {
				right = append(right[:min(len(f.shown)+1, len(right))], lines...)
			}
		}
		return m.side(left, lw, right, w-lw-3, h)
	}
	lh := min(max(len(f.items), 1), max(3, h/3))
	if f.inText {
		lh = min(lh, 2)
	}
	top := f.listing(m, w, lh, 0, 2)
	for len(top) < lh {
		top = append(top, "")
	}
	return append(append(top, m.bar("", w)), f.detail(m, 0, 2+lh+1, w, h-lh-1)...)
}

// listing draws the rows; y0 is where they begin on the screen.
func (f *findings) listing(m *Model, w, h, x0, y0 int) []string {
	f.show(len(f.items), h)
	if len(f.items) == 0 {
		return f.empty(m, w)
	}
	var out []string
	for i := f.top; i < min(f.top+h, len(f.items)); i++ {
		row := i
		m.click = append(m.click, clickable{y0 + i - f.top, x0, x0 + w, func(m *Model) tea.Cmd {
			f.inText = false
			f.to(row)
			f.selected(m)
			return nil
		}})
		out = append(out, m.line(f.label(m, f.items[i], w-1), i == f.cur, !f.inText, w))
	}
	return out
}

func (f *findings) label(m *Model, it item, w int) string {
	if it.d == nil {
		return m.st.dim.Render(cut(it.note, w))
	}
	d := it.d
	left := m.g.severity(d.Severity) + " " + fit(string(d.Severity), 8) + " "
	if it.depth > 0 {
		left = m.g.branch + " " + left
	}
	right := " " + strings.Join(d.Nodes, " ")
	if len(d.Nodes) > 3 {
		right = " " + plural(len(d.Nodes), "node")
	}
	if !d.First.IsZero() {
		right += " " + seconds(d.First.Time)
	}
	if d.Count > 1 {
		right += " " + m.g.times + count(d.Count)
	}
	title, under := clean(d.Title), ""
	if it.under > 0 {
		under = " " + m.g.closed + plural(it.under, "consequence")
		if f.open[d.ID] {
			under = " " + m.g.open + plural(it.under, "consequence")
		}
	}
	room := w - width(left) - width(right)
	if w < 70 || room < width(title+under) { // first the title, then what still fits
		right = ""
		if !d.First.IsZero() && w >= 44 {
			right = " " + seconds(d.First.Time)
		}
		room = w - width(left) - width(right)
	}
	if room < width(title+under) { // what is folded is told in any case
		under, _, _ = strings.Cut(under, "consequence")
	}
	title = cut(title, room-width(under)) + under
	return m.st.severity(d.Severity).Render(left) + fit(title, room) + m.st.dim.Render(clean(right))
}

// standing draws how the nodes stood at the moment, within another view, if there is room for all of them.
func (m *Model) standing(w, h int) []string {
	p := m.pages[viewNodes].(*nodesPage)
	all := p.states(m)
	if len(all) == 0 || len(all)+3 > h {
		return nil
	}
	out := []string{"", m.bar("Nodes (5)", w), p.head(m, all, w)}
	for i := range all {
		out = append(out, m.line(p.line(m, all, i, w), false, false, w))
	}
	return out
}

// aside draws the timeline within another view: it does not answer clicks there.
func (m *Model) aside(w, h int) []string {
	clicks := m.click
	p := *m.lanes
	p.sync(m)
	out := p.draw(m, w, h)
	m.click = clicks
	return out
}
