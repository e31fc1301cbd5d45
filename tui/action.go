package tui

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"zlog/event"
)

// action is one thing that a key can do. The footer, the help and the palette are made from the table of actions, so
// they tell what is so. Of several actions on one key the first that acts here is done.
type action struct {
	name  string // for the palette and the tests
	key   key.Binding
	foot  int               // its place in the footer where it acts, from 1; 0: not there
	when  func(*Model) bool // nil: always
	where string            // what is wrong when it does not act: "works in the log"
	do    func(*Model) tea.Cmd
}

func (a *action) has(name string) bool {
	for _, k := range a.key.Keys() {
		if k == name {
			return true
		}
	}
	return false
}

func bind(help, desc string, keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, desc))
}

func in(views ...viewID) func(*Model) bool {
	return func(m *Model) bool {
		for _, v := range views {
			if m.view == v {
				return true
			}
		}
		return false
	}
}

func (m *Model) here() []*action {
	var out []*action
	for i := range m.acts {
		if a := &m.acts[i]; a.when == nil || a.when(m) {
			out = append(out, a)
		}
	}
	return out
}

const (
	inLog    = "works in the log (3)"
	inJumps  = "works in the log and the timeline (3, 4)"
	inLanes  = "works in the timeline (4)"
	onLine   = "needs a line"
	onResult = "needs a finding"
)

// also adds a condition.
func also(a, b func(*Model) bool) func(*Model) bool {
	return func(m *Model) bool { return a(m) && b(m) }
}

// actions is the live key map.
func actions() []action {
	return append(append(append(goActions(), logActions()...), timeActions()...), moveActions()...)
}

func goActions() []action {
	hasCommand := func(m *Model) bool { return m.view == viewFindings && m.find.diagnosis() != nil }
	hasFinding := func(m *Model) bool { return m.find.diagnosis() != nil }
	opens := also(in(viewEvidence, viewTimeline, viewNodes, viewUnknown, viewSources), (*Model).something)
	lines := also(in(viewEvidence, viewLog, viewUnknown, viewNodes, viewTimeline, viewSources), (*Model).something)
	whole := func(m *Model) bool { return m.log.whole }
	closed := func(m *Model) bool { return !m.log.whole }
	command := func(step int) func(*Model) tea.Cmd {
		return func(m *Model) tea.Cmd { return m.find.nextCommand(m, step) }
	}
	return []action{
		{name: "evidence", key: bind("enter", "evidence", "enter"), foot: 1, when: hasCommand, where: onResult, do: (*Model).into},
		{name: "open-log", key: bind("enter", "open in log", "enter"), foot: 1, when: opens, where: onLine, do: (*Model).into},
		{name: "record", key: bind("enter", "whole record", "enter"), foot: 1, when: also(also(in(viewLog), (*Model).something), closed), where: inLog, do: (*Model).into},
		{name: "close-record", key: bind("enter", "close record", "enter"), foot: 1, when: also(in(viewLog), whole), where: "works on an open record (3)", do: (*Model).into},
		{name: "copy-command", key: bind("y", "copy command", "y"), foot: 2, when: hasCommand, where: onResult, do: (*Model).copyLine},
		{name: "copy-line", key: bind("y", "copy line", "y"), foot: 2, when: lines, where: onLine, do: (*Model).copyLine},
		{name: "next-command", key: bind("c", "next command", "c"), foot: 3, when: hasCommand, where: "works on a finding (1)", do: command(1)},
		{name: "previous-command", key: bind("C", "previous command", "C"), when: hasCommand, where: "works on a finding (1)", do: command(-1)},
		{name: "fold", key: bind("space", "consequences", " ", "o"), foot: 3, when: func(m *Model) bool { return m.view == viewFindings && m.find.foldable() }, do: func(m *Model) tea.Cmd { return m.find.toggle(m) }, where: "works on a finding with consequences (1)"},
		{name: "copy-finding", key: bind("Y", "copy finding as Markdown", "Y"), when: hasFinding, do: (*Model).copyFinding, where: onResult},
		{name: "report", key: bind("r", "write report", "r"), foot: 7, when: func(m *Model) bool { return m.changes > 0 && m.opt.Report != nil }, do: func(m *Model) tea.Cmd { return m.writeReport("") }, where: "needs an answer; still reading"},
		{name: "save", key: bind("s", "save this view", "s"), foot: 7, do: (*Model).save},
		{name: "zoom", key: bind("+", "full screen", "+"), foot: 7, do: func(m *Model) tea.Cmd { m.zoom = !m.zoom; return nil }},
		{name: "palette", key: bind(":", "commands", ":"), foot: 8, do: func(m *Model) tea.Cmd { return m.ask(promptPalette) }},
		{name: "help", key: bind("?", "help", "?"), do: func(m *Model) tea.Cmd { m.help = newHelp(); return nil }},
		{name: "next-view", key: bind("tab", "next view", "tab"), do: func(m *Model) tea.Cmd { return m.show((m.view + 1) % viewCount) }},
		{name: "previous-view", key: bind("shift+tab", "previous view", "shift+tab"), do: func(m *Model) tea.Cmd { return m.show((m.view + viewCount - 1) % viewCount) }},
		view(viewFindings, "1"), view(viewEvidence, "2"), view(viewLog, "3"), view(viewTimeline, "4"), view(viewNodes, "5"), view(viewUnknown, "6"), view(viewSources, "7"),
		{name: "back", key: bind("esc", "one level back", "esc"), do: (*Model).escape},
		{name: "quit", key: bind("q", "back, then quit", "q"), do: (*Model).quit},
		{name: "quit-now", key: bind("ctrl+c", "quit at once", "ctrl+c"), do: func(m *Model) tea.Cmd { m.done = true; return tea.Quit }},
		{name: "suspend", key: bind("ctrl+z", "suspend (fg comes back)", "ctrl+z"), do: func(*Model) tea.Cmd { return tea.Suspend }},
		{name: "redraw", key: bind("ctrl+l", "draw the screen anew", "ctrl+l"), do: func(*Model) tea.Cmd { return tea.ClearScreen }},
	}
}

func view(v viewID, k string) action {
	return action{name: "view-" + viewNames[v], key: bind(k, viewNames[v], k), do: func(m *Model) tea.Cmd { return m.show(v) }}
}

func logActions() []action {
	jumps := also(in(viewLog, viewTimeline), func(m *Model) bool { return m.log.count(m) > 0 })
	searched := func(m *Model) bool { return m.log.find != nil }
	evidence := func(step int) func(*Model) tea.Cmd {
		return func(m *Model) tea.Cmd {
			return m.inLog(func() tea.Cmd { return m.log.among(m, m.log.evidence(m), step, "diagnosis") })
		}
	}
	return []action{
		{name: "search", key: bind("/", "search", "/"), foot: 5, do: func(m *Model) tea.Cmd { return m.ask(promptSearch) }},
		{name: "next-hit", key: bind("n", "next hit", "n"), foot: 2, when: searched, where: "needs a search; / searches", do: func(m *Model) tea.Cmd { return m.hit(1) }},
		{name: "previous-hit", key: bind("N", "previous hit", "N"), when: searched, where: "needs a search; / searches", do: func(m *Model) tea.Cmd { return m.hit(-1) }},
		{name: "filter", key: bind("f", "filter", "f"), foot: 5, when: in(viewFindings, viewLog, viewUnknown), where: "works in findings, log and unrecognised (1, 3, 6)", do: func(m *Model) tea.Cmd { return m.ask(promptFilter) }},
		{name: "next-error", key: bind("e", "next error", "e"), foot: 6, when: jumps, where: inJumps, do: level(1, event.LevelError)},
		{name: "previous-error", key: bind("E", "previous error", "E"), when: jumps, where: inJumps, do: level(-1, event.LevelError)},
		{name: "next-warning", key: bind("w", "next warning", "w"), when: jumps, where: inJumps, do: level(1, event.LevelWarning)},
		{name: "previous-warning", key: bind("W", "previous warning", "W"), when: jumps, where: inJumps, do: level(-1, event.LevelWarning)},
		{name: "next-evidence", key: bind("d", "next line of a diagnosis", "d"), foot: 6, when: jumps, where: inJumps, do: evidence(1)},
		{name: "previous-evidence", key: bind("D", "previous line of a diagnosis", "D"), when: jumps, where: inJumps, do: evidence(-1)},
		{name: "mark", key: bind("m", "mark the line", "m"), foot: 6, when: also(in(viewLog), (*Model).something), where: inLog, do: func(m *Model) tea.Cmd { return m.log.mark(m) }},
		{name: "next-mark", key: bind("'", "go to the next mark", "'"), when: func(m *Model) bool { return len(m.log.marks) > 0 }, where: "needs a mark; m in the log sets one", do: func(m *Model) tea.Cmd {
			m.show(viewLog)
			return m.log.among(m, m.log.marked(m), 1, "mark")
		}},
		{name: "follow", key: bind("F", "follow new lines", "F"), foot: 3, when: func(m *Model) bool { return m.now.Live }, where: "works on a growing log: --follow, or logs piped in", do: func(m *Model) tea.Cmd {
			m.show(viewLog)
			m.log.edge(m, true)
			m.log.settle(m)
			return nil
		}},
	}
}

// timeActions move through time and over columns.
func timeActions() []action {
	side := func(d int) func(*Model) tea.Cmd {
		return func(m *Model) tea.Cmd { return m.sideways(d) }
	}
	timed := also(in(viewTimeline), func(m *Model) bool { return m.lanes.timed(m) })
	far := func(m *Model) bool { return in(viewLog)(m) || timed(m) }
	scale := func(d int) func(*Model) tea.Cmd {
		return func(m *Model) tea.Cmd { return m.lanes.scale(m, d) }
	}
	return []action{
		{name: "earlier", key: bind("h/←", "earlier", "h", "left"), foot: 3, when: timed, where: inLanes, do: side(-1)},
		{name: "later", key: bind("l/→", "later", "l", "right"), foot: 3, when: timed, where: inLanes, do: side(1)},
		{name: "zoom-in", key: bind(">", "shorter time", ">"), foot: 4, when: timed, where: inLanes, do: scale(1)},
		{name: "zoom-out", key: bind("<", "longer time", "<"), foot: 4, when: also(timed, func(m *Model) bool { return m.lanes.zoom > 0 }), where: "needs a timeline that shows a part (> in 4)", do: scale(-1)},
		{name: "to-list", key: bind("h/←", "back to the list", "h", "left"), foot: 4, when: func(m *Model) bool { return m.view == viewFindings && m.find.inText }, where: "works in a finding's detail (1)", do: side(-1)},
		{name: "to-detail", key: bind("l/→", "into the detail", "l", "right"), foot: 4, when: func(m *Model) bool { return m.view == viewFindings && !m.find.inText }, where: "works in the findings (1)", do: side(1)},
		{name: "left", key: bind("h/←", "scroll left", "h", "left"), when: in(viewLog), where: inLog, do: side(-1)},
		{name: "right", key: bind("l/→", "scroll right", "l", "right"), when: in(viewLog), where: inLog, do: side(1)},
		{name: "far-left", key: bind("H", "left to the start", "H"), when: far, where: inJumps, do: side(-1000)},
		{name: "far-right", key: bind("L", "right by half a screen", "L"), when: far, where: inJumps, do: side(10)},
	}
}

func level(step int, least event.Level) func(*Model) tea.Cmd {
	return func(m *Model) tea.Cmd {
		return m.inLog(func() tea.Cmd { return m.log.level(m, step, least) })
	}
}

// inLog does something to the log's cursor from the moment on; in the timeline the moment goes along.
func (m *Model) inLog(do func() tea.Cmd) tea.Cmd {
	m.log.enter(m)
	cmd := do()
	if m.view == viewTimeline {
		m.lanes.sync(m)
	}
	return cmd
}

func moveActions() []action {
	move := func(rows int) func(*Model) tea.Cmd {
		return func(m *Model) tea.Cmd { m.page().move(m, rows); return nil }
	}
	pages := func(n, of int) func(*Model) tea.Cmd {
		return func(m *Model) tea.Cmd {
			if t := &m.find.text; m.view == viewFindings && m.find.fits() && !m.find.inText {
				t.move(n * max(1, t.h/of)) // a list that is all in sight needs no paging; its detail does
				return nil
			}
			m.page().move(m, n*max(1, m.page().height()/of))
			return nil
		}
	}
	edge := func(end bool) func(*Model) tea.Cmd {
		return func(m *Model) tea.Cmd { m.page().edge(m, end); return nil }
	}
	return []action{
		{name: "down", key: bind("j/↓", "down", "j", "down"), do: move(1)},
		{name: "up", key: bind("k/↑", "up", "k", "up"), do: move(-1)},
		{name: "half-down", key: bind("^d", "half a page down", "ctrl+d"), do: pages(1, 2)},
		{name: "half-up", key: bind("^u", "half a page up", "ctrl+u"), do: pages(-1, 2)},
		{name: "page-down", key: bind("pgdn/^f", "a page down", "pgdown", "ctrl+f"), do: pages(1, 1)},
		{name: "page-up", key: bind("pgup/^b", "a page up", "pgup", "ctrl+b"), do: pages(-1, 1)},
		{name: "first", key: bind("g/home", "first row", "g", "home"), do: edge(false)},
		{name: "last", key: bind("G/end", "last row", "G", "end"), do: edge(true)},
	}
}
