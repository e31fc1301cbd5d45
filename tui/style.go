package tui

import (
	"io"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"zlog/diagnosis"
	"zlog/event"
)

// styles use the terminal's own 16 colours, so that light and dark backgrounds both work. Nothing is said by colour
// alone: each has a word or a sign beside it.
type styles struct {
	title, dim, bold, accent, command, danger, good lipgloss.Style
	cursor, hit, tab                                lipgloss.Style
	critical, failure, warning, info                lipgloss.Style
	plain                                           lipgloss.Style
	nodes                                           []lipgloss.Style
}

func newStyles(color bool) *styles {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetHasDarkBackground(true) // not asked: no style depends on it
	r.SetColorProfile(termenv.Ascii)
	if color {
		r.SetColorProfile(termenv.ANSI)
	}
	c := func(n string) lipgloss.Style { return r.NewStyle().Foreground(lipgloss.Color(n)) }
	st := &styles{
		title: r.NewStyle().Bold(true), bold: r.NewStyle().Bold(true), dim: r.NewStyle().Faint(true), plain: r.NewStyle(),
		accent: c("6"), command: c("6").Bold(true), danger: c("3").Bold(true), good: c("2").Bold(true),
		cursor: r.NewStyle().Reverse(true), hit: c("0").Background(lipgloss.Color("3")), tab: r.NewStyle().Bold(true).Reverse(true),
		critical: c("1").Bold(true), failure: c("1"), warning: c("3"), info: c("4"),
	}
	for _, n := range nodeColors {
		st.nodes = append(st.nodes, c(n))
	}
	return st
}

func (s *styles) severity(v diagnosis.Severity) lipgloss.Style {
	switch v {
	case diagnosis.Critical:
		return s.critical
	case diagnosis.Error:
		return s.failure
	case diagnosis.Warning:
		return s.warning
	}
	return s.info
}

func (s *styles) level(l event.Level) lipgloss.Style {
	switch {
	case l >= event.LevelFatal:
		return s.critical
	case l == event.LevelError:
		return s.failure
	case l == event.LevelWarning:
		return s.warning
	case l <= event.LevelDebug && l != event.LevelUnknown:
		return s.dim
	}
	return s.plain
}

// signs are the characters beyond letters, with ASCII stand-ins for terminals without them.
type signs struct {
	critical, failure, warning, info, good, unclear, wanted string
	rule, cursor, branch, more, dots, dot, times            string
	danger, note, mark, evidence, here                      string
	leader, follower, cut, candidate, running, down, silent string
	open, closed, up, dn                                    string
}

func newSigns(ascii bool) *signs {
	if ascii {
		return &signs{"X", "E", "!", "i", "OK", "?", "+", "-", ">", "`-", "...", "...", "-", "x", "!", "*", "m", "*", "|",
			"#", "=", "-", "?", "~", "x", " ", "v", ">", "^", "v"}
	}
	return &signs{"✘", "●", "▲", "·", "✔", "?", "+", "─", "▌", "└", "…", "…", "·", "×", "▲", "◂", "⚑", "◆", "│",
		"█", "━", "┅", "≈", "─", "╳", " ", "▾", "▸", "▴", "▾"}
}

func (g *signs) severity(v diagnosis.Severity) string {
	switch v {
	case diagnosis.Critical:
		return g.critical
	case diagnosis.Error:
		return g.failure
	case diagnosis.Warning:
		return g.warning
	}
	return g.info
}

// fold makes text fit for a terminal without characters beyond ASCII. What has no stand-in becomes ?, a cell each.
func (m *Model) fold(s string) string {
	if !m.opt.ASCII || plainASCII(s) {
		return s
	}
	s = folder.Replace(s)
	var b strings.Builder
	for _, r := range s {
		switch {
		case r < 0x7f:
			b.WriteRune(r)
		case r >= 0x2400 && r < 0x2420:
			b.WriteString("^" + string(r-0x2400+0x40))
		default:
			b.WriteString(strings.Repeat("?", ansi.StringWidth(string(r))))
		}
	}
	return b.String()
}

var folder = strings.NewReplacer("–", "-", "—", "-", "…", "~", "·", "-", "⏎", "/", "←", "<", "→", ">", "↓", "v", "↑", "^", "“", `"`, "”", `"`,
	"✔", "+", "×", "x", "≥", ">=", "’", "'")

// nodeColors are those of the 16 that can be read on light and on dark backgrounds, and say nothing else.
var nodeColors = []string{"6", "5", "4", "2"}

func (s *styles) node(i int) lipgloss.Style { return s.nodes[i%len(s.nodes)] }
