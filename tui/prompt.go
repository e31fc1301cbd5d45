package tui

import (
	"strings"

	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/sahilm/fuzzy"
)

// promptKind is what a prompt asks for.
type promptKind int

// The prompts.
const (
	promptSearch promptKind = iota
	promptFilter
	promptPalette
)

// prompt is the line at the bottom while something is typed.
type prompt struct {
	kind  promptKind
	in    textinput.Model
	items []command // of the palette, best first
	cur   int
	bad   string // why the filter cannot be used as it stands
}

// command is one entry of the palette.
type command struct {
	name, key, desc string
	here            bool
	do              func(*Model) tea.Cmd
}

// ask opens a prompt. A filter or search that is on can be changed.
func (m *Model) ask(kind promptKind) tea.Cmd {
	in := textinput.New()
	in.Prompt = ""
	in.TextStyle, in.Cursor.Style = m.st.plain, m.st.cursor
	in.Cursor.SetMode(2) // no blinking: the screen is drawn only when something changes
	p := &prompt{kind: kind, in: in}
	switch kind {
	case promptFilter:
		p.in.SetValue(m.filterText())
		p.in.CursorEnd()
	case promptPalette:
		p.complete(m)
	}
	p.in.Focus()
	m.prompt = p
	return nil
}

func (m *Model) filterText() string {
	switch m.view {
	case viewFindings:
		return m.find.query
	case viewUnknown:
		return m.pages[viewUnknown].(*unknownPage).query
	}
	if m.log.query != nil {
		return m.log.query.text
	}
	return ""
}

// press takes a key while the prompt is open.
func (p *prompt) press(m *Model, k tea.KeyMsg) tea.Cmd {
	switch k.String() {
	case "esc":
		m.prompt = nil
		return nil
	case "enter":
		return p.accept(m)
	case "down", "tab", "ctrl+n":
		if p.kind == promptPalette {
			p.cur = min(p.cur+1, max(0, len(p.items)-1))
			return nil
		}
	case "up", "shift+tab", "ctrl+p":
		if p.kind == promptPalette {
			p.cur = max(0, p.cur-1)
			return nil
		}
	case "backspace":
		if p.in.Value() == "" {
			m.prompt = nil
			return nil
		}
	}
	p.in, _ = p.in.Update(k)
	switch p.kind {
	case promptPalette:
		p.complete(m)
	case promptFilter:
		p.bad = ""
		if m.view != viewLog {
			m.filterList(p.in.Value())
		} else if q, err := parseQuery(p.in.Value()); err != nil {
			p.bad = err.Error()
		} else if q != nil {
			p.bad = q.doubt(m)
		}
	}
	return nil
}

// filterList filters the findings or the groups as it is typed.
func (m *Model) filterList(text string) {
	switch m.view {
	case viewFindings:
		m.find.query = strings.TrimSpace(text)
		m.find.cur = 0
		m.find.build(m)
		m.find.selected(m)
	case viewUnknown:
		u := m.pages[viewUnknown].(*unknownPage)
		u.query, u.cur = strings.TrimSpace(text), 0
	}
}

func (p *prompt) accept(m *Model) tea.Cmd {
	text := p.in.Value()
	switch p.kind {
	case promptPalette:
		m.prompt = nil
		if p.cur >= len(p.items) {
			return m.refuse("no command is called “" + clean(text) + "”")
		}
		return p.items[p.cur].do(m)
	case promptSearch:
		m.prompt = nil
		return m.startSearch(text)
	}
	if m.view != viewLog {
		m.prompt = nil
		m.filterList(text)
		return nil
	}
	q, err := parseQuery(text)
	if err != nil {
		p.bad = err.Error()
		return nil
	}
	m.prompt = nil
	if q != nil {
		if doubt := q.doubt(m); doubt != "" {
			_ = m.refuse(doubt)
		}
	}
	return m.startFilter(q)
}

func (m *Model) startFilter(q *query) tea.Cmd {
	l := m.log
	l.filter.stop()
	l.query, l.filter.ids = q, nil
	if q == nil {
		l.settle(m)
		return nil
	}
	l.leave(m)
	return l.filter.start(m, jobFilter, q)
}

func (m *Model) startSearch(text string) tea.Cmd {
	l := m.log
	l.search.stop()
	l.search.ids, l.find = nil, nil
	if text == "" {
		return nil
	}
	l.find = newNeedle(text)
	cmd := l.search.start(m, jobSearch, l.find.query())
	if m.view == viewLog {
		l.find.pending = 1
		return cmd
	}
	return tea.Batch(cmd, m.searchRows(1, true))
}

// line draws the prompt in the footer.
func (p *prompt) line(m *Model) string {
	label := [...]string{"search /", "filter ", ":"}[p.kind]
	p.in.Width = max(4, m.w-width(label)-2)
	return m.st.accent.Render(label) + p.in.View()
}

// suggest draws what stands above the prompt.
func (p *prompt) suggest(m *Model, w, h int) []string {
	switch p.kind {
	case promptFilter:
		if m.view != viewLog {
			return []string{m.bar("letters in order; Enter keeps, empty takes off", w)}
		}
		hint := `level>=warn node=ctrl2 rule:raft-* since:10m peerId=ctrl3 word "exact" !not  (? has all)`
		if p.bad != "" {
			return []string{m.bar("", w), m.st.warning.Render(cut(m.g.danger+" "+p.bad, w))}
		}
		return []string{m.bar("", w), m.st.dim.Render(cut(hint, w))}
	case promptSearch:
		return []string{m.bar("any case unless you type capitals; regular expressions work", w)}
	}
	out := []string{m.bar("Commands", w)}
	n := max(1, min(h-1, 12))
	top := max(0, p.cur-n+1)
	for i := top; i < min(top+n, len(p.items)); i++ {
		c := p.items[i]
		t := fit(c.key, 10) + fit(c.name, 20) + c.desc
		if !c.here {
			t = m.st.dim.Render(t + " (not here)")
		}
		out = append(out, m.line(t, i == p.cur, true, w))
	}
	return out
}

// complete lists the commands that fit what is typed, best first.
func (p *prompt) complete(m *Model) {
	all := m.commands()
	text := strings.TrimSpace(p.in.Value())
	p.cur, p.items = 0, all
	if text == "" {
		return
	}
	names := make([]string, len(all))
	for i, c := range all {
		names[i] = c.name + " " + c.desc
	}
	p.items = nil
	for _, hit := range fuzzy.Find(text, names) {
		p.items = append(p.items, all[hit.Index])
	}
}

// commands gives every action by name, those that act here first, and what has no key of its own.
func (m *Model) commands() []command {
	var here, not []command
	for i := range m.acts {
		a := &m.acts[i]
		c := command{name: a.name, key: a.key.Help().Key, desc: a.key.Help().Desc, here: a.when == nil || a.when(m)}
		if c.here {
			c.do = a.do
			here = append(here, c)
			continue
		}
		c.do = func(m *Model) tea.Cmd { return m.refuse(a.key.Help().Desc + " " + a.where) }
		not = append(not, c)
	}
	for _, kind := range m.opt.Kinds {
		here = append(here, command{name: "report " + kind, desc: "write the report as " + kind, here: true,
			do: func(m *Model) tea.Cmd { return m.writeReport(kind) }})
	}
	return append(here, not...)
}
