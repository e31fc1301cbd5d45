package tui

import (
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"zlog/diagnosis"
)

// The smallest screen that can be drawn. Below, keys are ignored and a message says why.
const (
	leastWidth  = 30
	leastHeight = 8
)

// Model is the whole state of the screen.
type Model struct {
	opt  Options
	st   *styles
	g    *signs
	w, h int

	now     Update
	result  *diagnosis.Result // now.Result or an empty one
	changes int               // results so far
	ended   bool              // no more updates

	view   viewID
	back   []viewID
	pages  [viewCount]page
	find   *findings
	evid   *evidence
	log    *logPage
	lanes  *lanesPage
	zoom   bool      // the main pane alone
	at     time.Time // the selected moment, shared by all views
	prompt *prompt
	help   *helpPage
	note   string // what the last key did, until the next
	warn   bool   // note tells of a failure
	clip   clipboard
	acts   []action
	click  []clickable
	wheel  []wheelable
	done   bool
}

// New makes the model. It shows nothing until it is told its size.
func New(opt Options) *Model {
	if opt.Env == nil {
		opt.Env = func(string) string { return "" }
	}
	if opt.Log == nil {
		opt.Log = noLog{}
	}
	m := &Model{opt: opt, st: newStyles(opt.Color), g: newSigns(opt.ASCII), result: &diagnosis.Result{}}
	m.clip = clipboard{env: opt.Env, dir: opt.Dir}
	m.find, m.evid, m.log, m.lanes = &findings{open: map[string]bool{}, cmd: -1}, &evidence{}, newLogPage(), &lanesPage{}
	m.pages = [viewCount]page{m.find, m.evid, m.log, m.lanes, &nodesPage{}, &unknownPage{}, &sourcesPage{}}
	m.acts = actions()
	return m
}

// updateMsg carries the next Update; ok is false when there are no more.
type updateMsg struct {
	u  Update
	ok bool
}

func (m *Model) wait() tea.Cmd {
	if m.opt.Updates == nil {
		return nil
	}
	return func() tea.Msg {
		u, ok := <-m.opt.Updates
		return updateMsg{u, ok}
	}
}

// Init implements tea.Model.
func (m *Model) Init() tea.Cmd { return m.wait() }

// Update implements tea.Model.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.w, m.h = msg.Width, msg.Height
	case updateMsg:
		if !msg.ok {
			m.ended = true
			return m, nil
		}
		m.learn(msg.u)
		return m, tea.Batch(m.wait(), m.log.refresh(m))
	case jobMsg:
		return m, m.log.job(m, msg)
	case noteMsg:
		m.note, m.warn = msg.text, msg.bad
	case tea.KeyMsg:
		if msg.Type != tea.KeyRunes || len(msg.Runes) < 2 || msg.Paste {
			return m, m.press(msg)
		}
		var cmds []tea.Cmd // keys that came at once are keys one after the other
		for _, r := range msg.Runes {
			cmds = append(cmds, m.press(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}, Alt: msg.Alt}))
		}
		return m, tea.Batch(cmds...)
	case tea.MouseMsg:
		return m, m.mouse(msg)
	}
	return m, nil
}

// noteMsg is told in the footer until the next key.
type noteMsg struct {
	text string
	bad  bool
}

func (m *Model) say(text string) { m.note, m.warn = text, false }

// refuse says why a key does nothing here.
func (m *Model) refuse(text string) tea.Cmd {
	m.note, m.warn = text, true
	return nil
}

// learn takes an update. What is selected stays selected; that there is news, or no more to come, is told.
func (m *Model) learn(u Update) {
	fresh := u.Result != nil && u.Result != m.now.Result
	if m.now.Live && !u.Live && u.Err == nil {
		m.say("the input has ended; all that came is read")
	}
	if title := m.news(u.Result); fresh && m.changes > 0 && title != "" {
		m.say("new finding: " + title + map[bool]string{true: " (1 shows it)"}[m.view != viewFindings])
	}
	m.now = u
	if fresh {
		m.result = u.Result
		m.changes++
		m.find.learn(m)
		m.evid.learn(m)
		m.log.places = nil
		if m.at.IsZero() && len(m.result.Diagnoses) > 0 {
			m.at = m.result.Diagnoses[0].First.Time
		}
	}
}

// news gives the title of the first root cause that was not known before, "" if there is none.
func (m *Model) news(r *diagnosis.Result) string {
	if r == nil {
		return ""
	}
	for i := range r.Diagnoses {
		d := &r.Diagnoses[i]
		if d.Role == diagnosis.RootCause && !slices.ContainsFunc(m.result.Diagnoses, func(o diagnosis.Diagnosis) bool { return o.ID == d.ID }) {
			return d.Title
		}
	}
	return ""
}

// stop ends what runs in the background.
func (m *Model) stop() {
	m.log.search.stop()
	m.log.filter.stop()
}

// press takes a key: to an open prompt or help first, else to the action that it is bound to here.
func (m *Model) press(k tea.KeyMsg) tea.Cmd {
	if k.Type == tea.KeyCtrlC {
		m.done = true
		return tea.Quit
	}
	if m.tooSmall() {
		return nil
	}
	m.note = ""
	if k.Paste && m.prompt == nil {
		return m.refuse("pasted text is taken only where something is typed: / f :")
	}
	if m.prompt != nil {
		return m.prompt.press(m, k)
	}
	if m.help != nil {
		return m.help.press(m, k)
	}
	name := k.String()
	var other *action
	several := false
	for i := range m.acts {
		a := &m.acts[i]
		if !a.has(name) {
			continue
		}
		if a.when == nil || a.when(m) {
			return a.do(m)
		}
		several = other != nil
		other = a
	}
	if several {
		return m.refuse(other.key.Help().Key + ": there is nothing here that it could act on")
	}
	if other != nil {
		return m.refuse(other.key.Help().Key + " (" + other.key.Help().Desc + ") " + other.where)
	}
	return m.refuse(clean(name) + " does nothing here; ? lists the keys")
}

func (m *Model) tooSmall() bool { return m.w < leastWidth || m.h < leastHeight }

// show changes the view; Esc comes back.
func (m *Model) show(v viewID) tea.Cmd {
	if v == m.view {
		return nil
	}
	if n := len(m.back); n > 0 && m.back[n-1] == v {
		m.back = m.back[:n-1]
	} else {
		m.back = append(m.back, m.view)
		if len(m.back) > 20 {
			m.back = m.back[1:]
		}
	}
	m.view = v
	m.page().enter(m)
	return nil
}

func (m *Model) page() page { return m.pages[m.view] }

// node names the node that wrote an event.
func (m *Model) node(source, stream string) string {
	if m.now.NodeOf == nil {
		return ""
	}
	return m.now.NodeOf(source, stream)
}
