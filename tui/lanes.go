package tui

import (
	"strings"
	"time"

	"zlog/diagnosis"
)

// state gives the sign of a lane's state or of a node's role.
func (g *signs) state(s string) string {
	switch s {
	case "leader":
		return g.leader
	case "follower", "up":
		return g.follower
	case "cut":
		return g.cut
	case "candidate", "waiting", "starting", "seeking":
		return g.candidate
	case "stopped", "gone", "down":
		return g.down
	case "unseen", "":
		return g.silent
	}
	return g.running
}

func (s *styles) state(state string) func(...string) string {
	switch state {
	case "leader":
		return s.good.Render
	case "candidate", "waiting", "starting", "seeking", "cut":
		return s.warning.Render
	case "stopped", "gone", "down":
		return s.failure.Render
	case "follower", "up":
		return s.accent.Render
	}
	return s.dim.Render
}

// laneAt gives what a node was at a moment: of the layers of its lane the one that says most.
func laneAt(l *diagnosis.Lane, t time.Time) string {
	base := ""
	top := ""
	for i := range l.Spans {
		s := &l.Spans[i]
		if s.From.After(t) {
			break
		}
		if s.To.Before(t) {
			continue
		}
		switch s.State {
		case "leader":
			return "leader"
		case "seeking":
			top = "seeking"
		default:
			base = s.State
		}
	}
	if top != "" {
		return top
	}
	if base == "up" {
		for _, d := range l.Links {
			if !d.From.After(t) && !d.To.Before(t) {
				return "cut"
			}
		}
	}
	return base
}

// axis writes the times above the lanes.
func (p *lanesPage) axis(m *Model, nw int) string {
	cells := []byte(strings.Repeat(" ", p.cols+12))
	last := -20
	for c := 0; c < p.cols-8; c++ {
		if c-last >= 20 {
			copy(cells[c:], seconds(p.at(c)))
			last = c
		}
	}
	return m.st.dim.Render(fit("", nw+2) + string(cells[:p.cols]))
}

func (p *lanesPage) lane(m *Model, l *diagnosis.Lane, nw, here int) string {
	var b strings.Builder
	b.WriteString(" " + m.nodeStyle(l.Node, fit(clean(l.Node), nw)) + " ")
	run, state := "", "\x00"
	flush := func() {
		if run != "" {
			b.WriteString(m.st.state(state)(run))
		}
		run = ""
	}
	for c := range p.cols {
		t := p.at(c)
		s := laneAt(l, t)
		if c == here {
			flush()
			state = "\x00"
			b.WriteString(m.st.bold.Render(m.g.here))
			continue
		}
		if s != state {
			flush()
			state = s
		}
		run += m.g.state(s)
	}
	flush()
	return b.String()
}

// marks is the row of severity signs beneath the lanes: where findings have their evidence.
func (p *lanesPage) marks(m *Model, nw, here int) string {
	worst := make([]diagnosis.Severity, p.cols)
	for i := range m.result.Diagnoses {
		d := &m.result.Diagnoses[i]
		for _, e := range d.Evidence {
			if c := p.column(e.Time.Time); c >= 0 && d.Severity.Rank() > worst[c].Rank() {
				worst[c] = d.Severity
			}
		}
	}
	var b strings.Builder
	b.WriteString(" " + m.st.dim.Render(fit("found", nw)) + " ")
	for c, s := range worst {
		switch {
		case s != "":
			b.WriteString(m.st.severity(s).Render(m.g.severity(s)))
		case c == here:
			b.WriteString(m.st.bold.Render(m.g.here))
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}

func (p *lanesPage) legend(m *Model, w int) string {
	var parts []string
	for _, s := range [][2]string{{"leader", "leader"}, {"up", "follower, up"}, {"cut", "link lost"}, {"seeking", "no leader"}, {"down", "down"}} {
		parts = append(parts, m.st.state(s[0])(m.g.state(s[0]))+" "+s[1])
	}
	parts = append(parts, "blank silent", m.g.here+" moment")
	line := ""
	for _, p := range parts {
		if width(line)+2+width(p) < w {
			line += "  " + p
		}
	}
	return line
}
