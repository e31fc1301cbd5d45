package tui

import (
	"fmt"
	"sort"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"zlog/diagnosis"
)

// clickable is a span of the screen that answers a click.
type clickable struct {
	y, x0, x1 int
	do        func(*Model) tea.Cmd
}

// wheelable is a part of the screen in which the wheel scrolls something else than the view's rows.
type wheelable struct {
	y0, y1, x0, x1 int
	do             func(rows int)
}

// View implements tea.Model.
func (m *Model) View() string {
	if m.done {
		return ""
	}
	if m.w <= 0 || m.h <= 0 {
		return ""
	}
	m.click, m.wheel = m.click[:0], m.wheel[:0]
	var lines []string
	switch {
	case m.tooSmall():
		lines = m.small()
	case m.help != nil:
		lines = m.help.draw(m, m.w, m.h)
	default:
		lines = append(lines, m.header(), m.tabs())
		feet := m.feet()
		body := m.h - 2 - len(feet)
		var over []string
		if m.prompt != nil {
			over = m.prompt.suggest(m, m.w, body/2)
		}
		page := m.page().draw(m, m.w, body-len(over))
		for len(page) < body-len(over) {
			page = append(page, "")
		}
		lines = append(append(append(lines, page[:body-len(over)]...), over...), feet...)
	}
	if len(lines) > m.h {
		lines = lines[:m.h]
	}
	for i := range lines {
		lines[i] = cut(lines[i], m.w)
		if m.opt.ASCII {
			lines[i] = ansi.Truncate(m.fold(lines[i]), m.w, "~") // some stand-ins are wider
		}
	}
	return strings.Join(lines, "\n")
}

// small says that the screen is too small, in whatever room there is.
func (m *Model) small() []string {
	return wrap(fmt.Sprintf("Too small: %dx%d. zlog needs %dx%d. Ctrl-C quits.", m.w, m.h, leastWidth, leastHeight), max(m.w, 4))
}

// header tells the verdict, what it rests on, and what goes on.
func (m *Model) header() string {
	r := m.result
	var left string
	switch {
	case m.now.Err != nil:
		left = m.st.critical.Render(m.g.critical + " " + clean(m.now.Err.Error()))
	case m.changes == 0:
		left = m.st.bold.Render("reading" + m.g.dots)
	case r.Verdict == diagnosis.Healthy && (m.now.Live || m.now.Share < 1):
		left = m.st.good.Render(m.g.good + " healthy so far")
	case r.Verdict == diagnosis.Healthy:
		left = m.st.good.Render(m.g.good + " healthy")
	case r.Verdict == diagnosis.NotAssessable:
		left = m.st.warning.Bold(true).Render(m.g.unclear + " not assessable")
	default:
		sev := diagnosis.Info
		if len(r.Diagnoses) > 0 {
			sev = r.Diagnoses[0].Severity
		}
		roots := 0
		for _, d := range r.Diagnoses {
			if d.Role == diagnosis.RootCause {
				roots++
			}
		}
		left = m.st.severity(sev).Bold(true).Render(m.g.severity(sev) + " " + plural(roots, "problem"))
	}
	left = m.st.title.Render("zlog") + "  " + left
	right := m.extent()
	if p := m.loading(); p != "" {
		right = p
	}
	if live := m.liveness(); live != "" {
		right = live + "  " + right
	}
	room := m.w - width(left) - 1
	if room < 8 {
		return left
	}
	right = cut(right, room)
	return left + strings.Repeat(" ", max(1, m.w-width(left)-width(right))) + right
}

// extent tells how much was read.
func (m *Model) extent() string {
	events, failed := 0, 0
	for _, s := range m.result.Sources {
		events += s.Events
		if s.Error != "" {
			failed++
		}
	}
	if m.changes == 0 {
		return ""
	}
	t := plural(len(m.result.Nodes), "node") + " " + m.g.dot + " " + plural(len(m.result.Sources), "source") + " " + m.g.dot + " " + plural(events, "event")
	if failed > 0 {
		t = m.st.danger.Render(fmt.Sprintf("%s %d not read", m.g.danger, failed)) + " " + m.g.dot + " " + t
	}
	return t
}

// loading tells how far the sources are read.
func (m *Model) loading() string {
	if len(m.now.Loading) == 0 {
		return ""
	}
	var done, total int64
	known := true
	for _, p := range m.now.Loading {
		done += p.Done
		total += p.Total
		known = known && p.Total > 0
	}
	t := "reading " + bytesText(done)
	if known {
		t = fmt.Sprintf("reading %d%% of %s", 100*done/max(total, 1), bytesText(total))
	}
	if m.changes > 0 && m.now.Share < 1 {
		t += fmt.Sprintf(" %s answer from the first %.0f%%", m.g.dot, 100*m.now.Share)
	}
	return t
}

func (m *Model) liveness() string {
	if !m.now.Live {
		return ""
	}
	if m.log.follow {
		return m.st.good.Render("FOLLOW")
	}
	t := "paused"
	if n := m.log.unseen(m); n > 0 {
		t += ", " + count(n) + " new"
	}
	return m.st.warning.Render(t + " (F)")
}

// tabs names the views with their keys, the shown one in brackets or reversed. The names are shortened, those of the others
// down to their keys, so that all seven are there at any width.
func (m *Model) tabs() string {
	var b strings.Builder
	x, room, short, long := 0, len(viewNames[m.view]), len("Unrecognised"), 0
	for _, n := range viewNames {
		long += len(n) + 4
	}
	if long > m.w {
		switch short = (m.w-room-4)/6 - 4; {
		case short >= 3:
		case m.w >= 7*7:
			room, short = min(room, 3), 3
		default:
			room, short = min(room, max(m.w-6*3-4, 1)), 0
		}
	}
	for i, n := range viewNames {
		v := viewID(i)
		if v == m.view {
			n = n[:room]
		} else {
			n = n[:min(len(n), short)]
		}
		label := strings.TrimRight(fmt.Sprintf(" %d %s", i+1, n), " ") + " "
		m.click = append(m.click, clickable{1, x, x + len(label), func(m *Model) tea.Cmd { return m.show(v) }})
		x += len(label)
		if v == m.view {
			if !m.opt.Color {
				label = "[" + label[1:len(label)-1] + "]"
			}
			b.WriteString(m.st.tab.Render(label))
		} else {
			b.WriteString(m.st.dim.Render(label))
		}
	}
	return b.String()
}

// feet shows a prompt, or what the last key did (whole: it may be a path), or the keys that act here.
func (m *Model) feet() []string {
	if m.prompt != nil {
		return []string{m.prompt.line(m)}
	}
	if m.note == "" {
		return []string{m.footer()}
	}
	s := m.st.good
	if m.warn {
		s = m.st.warning
	}
	lines := wrap(clean(m.note), m.w)
	lines = lines[:min(len(lines), 4)]
	for i := range lines {
		lines[i] = s.Render(lines[i])
	}
	return lines
}

// footer names the keys that act here.
func (m *Model) footer() string {
	help := m.st.bold.Render("?") + " help"
	right := m.status()
	room := m.w - width(help) - 2
	if room-width(right) < 20 {
		right = ""
	}
	room -= width(right) + 1
	acts := m.here()
	sort.SliceStable(acts, func(i, j int) bool { return acts[i].foot < acts[j].foot })
	var b strings.Builder
	for _, a := range acts {
		if a.foot == 0 {
			continue
		}
		h := a.key.Help()
		t := m.st.bold.Render(h.Key) + " " + h.Desc + "  "
		if width(b.String())+width(t) > room {
			continue
		}
		b.WriteString(t)
	}
	b.WriteString(help)
	left := b.String()
	return left + strings.Repeat(" ", max(1, m.w-width(left)-width(right))) + right
}

// status is the place and the moment.
func (m *Model) status() string {
	t := ""
	if s, ok := m.page().(interface{ status(*Model) string }); ok {
		t = s.status(m)
	}
	if m.view != viewLog && !m.at.IsZero() {
		if t != "" {
			t += "  "
		}
		t += "@" + seconds(m.at)
	}
	return m.st.dim.Render(t)
}

// bar is the title line of a pane.
func (m *Model) bar(title string, w int) string {
	t := strings.Repeat(m.g.rule, 2) + " "
	if title == "" {
		return m.st.dim.Render(strings.Repeat(m.g.rule, w))
	}
	title = cut(title, w-5)
	rest := max(0, w-width(t)-width(title)-1)
	return m.st.dim.Render(t) + m.st.bold.Render(title) + " " + m.st.dim.Render(strings.Repeat(m.g.rule, rest))
}

// side puts two blocks beside each other with a line between them.
func (m *Model) side(a []string, aw int, b []string, bw, h int) []string {
	out := make([]string, h)
	for i := range out {
		var l, r string
		if i < len(a) {
			l = a[i]
		}
		if i < len(b) {
			r = b[i]
		}
		out[i] = fit(l, aw) + m.st.dim.Render(" "+m.g.here+" ") + cut(r, bw)
	}
	return out
}

// line draws a row with the cursor's sign, which is there without colours too.
func (m *Model) line(text string, selected, focused bool, w int) string {
	if !selected {
		return " " + cut(text, w-1)
	}
	if focused && m.opt.Color {
		return m.st.cursor.Render(fit(m.g.cursor+strip(text), w))
	}
	return m.g.cursor + cut(text, w-1)
}
