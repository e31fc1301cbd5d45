package tui

import (
	"fmt"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"zlog/event"
)

func itoa(n int) string { return strconv.Itoa(n) }

var levelWords = map[event.Level]string{event.LevelUnknown: "   ", event.LevelTrace: "trc", event.LevelDebug: "dbg", event.LevelInfo: "inf",
	event.LevelWarning: "WRN", event.LevelError: "ERR", event.LevelFatal: "FTL", event.LevelPanic: "PNC"}

// message is what a record says in one line: the message, then its data.
func (m *Model) message(e *event.Event) string {
	var b strings.Builder
	b.WriteString(clean(e.Msg))
	for _, f := range e.Fields {
		if f.Key == "_context" || f.Key == "_channels" {
			continue
		}
		b.WriteString("  " + clean(f.Key) + "=" + clean(clip(f.Value, 400)))
	}
	return b.String()
}

func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n] + "…"
}

// recordLines shows a whole record: what it means, what it says, its data, where it comes from.
func (m *Model) recordLines(e *event.Event, w int) []string {
	s := &sheet{m: m, w: w, ind: 6}
	for _, f := range e.Fields {
		s.ind = max(s.ind, min(width(clean(f.Key))+1, 16))
	}
	plain := m.st.plain.Render
	level := e.Level.String()
	if level == "" {
		level = "no level"
	}
	head := full(e.Time) + "  " + m.node(e.Source, e.Stream) + "  " + m.st.level(e.Level).Render(level)
	s.lines = append(s.lines, dline{text: head})
	if m.opt.Meanings != nil {
		for _, k := range m.opt.Meanings(e) {
			s.para("Means", k.Says+" ("+k.ID+")", m.st.accent.Render)
		}
	}
	s.para("Says", clip(e.Msg, 16<<10), m.st.bold.Render)
	for _, f := range e.Fields {
		k := clean(f.Key)
		if width(k) < s.ind {
			s.para(k, clip(f.Value, 8<<10), plain)
		} else {
			s.lines = append(s.lines, dline{text: m.st.accent.Render(cut(k, w))})
			s.para("", clip(f.Value, 8<<10), plain)
		}
	}
	if e.Func != "" || e.File != "" {
		s.para("Code", strings.TrimSpace(e.Func+"  "+e.File), m.st.dim.Render)
	}
	where := m.source(e.Source) + ":" + itoa(e.Line)
	if e.Lines > 1 {
		where += fmt.Sprintf(" (%d lines)", e.Lines)
	}
	if e.Stream != "" {
		where += ", stream " + clean(e.Stream)
	}
	s.para("Line", where, m.st.dim.Render)
	if e.Cut > 0 {
		s.para("Cut", plural(e.Cut, "byte")+" more are in the file", m.st.danger.Render)
	}
	var out []string
	for _, l := range s.lines {
		out = append(out, l.text)
	}
	return out
}

// nodeStyle gives each node a colour of its own, in order; the name stands beside it always.
func (m *Model) nodeStyle(node, text string) string {
	for i := range m.result.Nodes {
		if m.result.Nodes[i].Name == node {
			return m.st.node(i).Render(text)
		}
	}
	return text
}

// clickRow makes a list row answer a click.
func (r *rows) clickRow(m *Model, row, y, w int) {
	m.click = append(m.click, clickable{y, 0, w, func(m *Model) tea.Cmd {
		if d := row - m.page().row(); d != 0 {
			m.page().move(m, d)
			return nil
		}
		return m.into()
	}})
}
