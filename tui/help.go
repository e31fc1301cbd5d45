package tui

import (
	"strings"

	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"
)

// helpPage lists the live key map: the keys that act here first. Typing filters it.
type helpPage struct {
	list
	in textinput.Model
}

func newHelp() *helpPage {
	in := textinput.New()
	in.Prompt = ""
	in.Cursor.SetMode(2)
	in.Focus()
	return &helpPage{in: in}
}

func (p *helpPage) press(m *Model, k tea.KeyMsg) tea.Cmd {
	switch k.String() {
	case "esc", "enter":
		m.help = nil
	case "?", "q":
		if p.in.Value() == "" {
			m.help = nil
			return nil
		}
		p.in, _ = p.in.Update(k)
	case "down", "ctrl+n":
		p.move(1)
	case "up", "ctrl+p":
		p.move(-1)
	case "pgdown", "ctrl+d":
		p.move(p.h)
	case "pgup", "ctrl+u":
		p.move(-p.h)
	default:
		p.in, _ = p.in.Update(k)
		p.to(0)
	}
	return nil
}

func (p *helpPage) draw(m *Model, w, h int) []string {
	needle := strings.ToLower(strings.TrimSpace(p.in.Value()))
	fits := func(s string) bool { return needle == "" || strings.Contains(strings.ToLower(s), needle) }
	var body []string
	add := func(title string, lines []string) {
		if len(lines) > 0 {
			body = append(append(append(body, m.st.bold.Render(title)), lines...), "")
		}
	}
	var here, not []string
	for i := range m.acts {
		a := &m.acts[i]
		k := a.key.Help()
		if !fits(k.Key + " " + k.Desc + " " + a.name) {
			continue
		}
		if a.when == nil || a.when(m) {
			here = append(here, "  "+m.st.accent.Render(fit(k.Key, 10))+" "+k.Desc)
		} else {
			not = append(not, m.st.dim.Render("  "+fit(k.Key, 10)+" "+k.Desc+" "+a.where))
		}
	}
	add("Keys in "+viewNames[m.view], here)
	add("Keys elsewhere", not)
	var more []string
	for _, t := range []string{
		"filter: level>=warn level=error node=ctrl2 node!=ctrl1 rule:raft-* source:ctrl1*",
		"filter: since:10m (before the end) since:19:36:20 until:2026-11-22T19:40",
		"filter: peerId=ctrl3 peerId!=ctrl* error=\"connection refused\" (fields of the line, as the log shows them)",
		"filter: word (letters in order, close together)  \"exact text\"  !word",
		"search: any case unless you type capitals; regular expressions work",
		"the moment (@ in the footer) is the same in all views: log, timeline, nodes",
		"signs: " + m.g.critical + " critical  " + m.g.failure + " error  " + m.g.warning + " warning  " + m.g.info + " info  " + m.g.evidence + " line of a finding  " + m.g.mark + " mark",
		"the wheel scrolls what is under the pointer; a click selects, a second one opens; a click on a command chooses it",
		"shift and drag selects text with the mouse; --no-mouse leaves the mouse to the terminal",
	} {
		if fits(t) {
			for _, l := range wrap(t, w-4) {
				more = append(more, "  "+l)
			}
		}
	}
	add("More", more)
	if len(body) == 0 {
		body = []string{"  no key is about “" + clean(needle) + "”"}
	}
	p.n, p.h = len(body), h-2
	p.top = max(0, min(p.cur, len(body)-p.h))
	p.cur = p.top
	out := []string{m.st.title.Render("Help") + m.st.dim.Render("  type to filter, Esc closes, "+m.g.up+m.g.dn+" scroll  ") + p.in.View(), m.bar("", w)}
	for i := p.top; i < min(p.top+p.h, len(body)); i++ {
		out = append(out, cut(body[i], w))
	}
	return out
}
