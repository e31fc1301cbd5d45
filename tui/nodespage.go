package tui

import (
	"strconv"
	"strings"

	"zlog/diagnosis"
)

// nodesPage is the fifth view: the cluster as of the selected moment, and beneath what that rests on.
type nodesPage struct{ rows }

func (p *nodesPage) states(m *Model) []diagnosis.State {
	if m.now.States == nil {
		return nil
	}
	return m.now.States(m.at)
}

func (p *nodesPage) texts(m *Model) []string {
	var out []string
	for _, s := range p.states(m) {
		out = append(out, s.Node+" "+s.Role+" "+s.Why+" "+s.Address)
	}
	return out
}

func (p *nodesPage) selected(m *Model) *diagnosis.State {
	if all := p.states(m); p.cur < len(all) {
		return &all[p.cur]
	}
	return nil
}

func (p *nodesPage) draw(m *Model, w, h int) []string {
	all := p.states(m)
	if len(all) == 0 {
		if m.changes == 0 {
			return []string{" Reading; nodes show here as soon as they are known."}
		}
		return []string{" No node is known: no line that was read tells of one."}
	}
	out := []string{p.head(m, all, w)}
	lh := max(2, min(len(all), h/2-1))
	if m.zoom {
		lh = h - 1
	}
	p.show(len(all), lh)
	for i := p.top; i < min(p.top+lh, len(all)); i++ {
		p.clickRow(m, i, 3+i-p.top, w)
		out = append(out, m.line(p.line(m, all, i, w), i == p.cur, true, w))
	}
	if m.zoom {
		return out
	}
	return append(out, p.detail(m, &all[p.cur], w, h-len(out))...)
}

// narrow says that there is no room for index and links.
func (p *nodesPage) narrow(w int) bool { return w < 64 }

func (p *nodesPage) width(m *Model, all []diagnosis.State) int {
	nw := max(m.nodeWidth(), 6)
	for i := range all {
		nw = max(nw, min(width(clean(all[i].Node)), 16))
	}
	return nw
}

// head names the columns and the moment that they are of.
func (p *nodesPage) head(m *Model, all []diagnosis.State, w int) string {
	t := "  " + fit("node", p.width(m, all)) + " " + fit("role", 10) + " " + fit("voter", 8) + fit("term", 6)
	if !p.narrow(w) {
		t += fit("index", 9) + fit("links", 7)
	}
	t += fit("how sure", 9)
	for _, when := range []string{"at " + full(m.at), "at " + seconds(m.at)} {
		if m.at.IsZero() {
			when = "at the end"
		}
		if room := w - 2 - width(t); room > width(when) {
			t += strings.Repeat(" ", room-width(when)) + when
			break
		}
	}
	return m.st.dim.Render(cut(t, w))
}

// line draws a node's state in one row.
func (p *nodesPage) line(m *Model, all []diagnosis.State, i, w int) string {
	s := &all[i]
	up, known := 0, 0
	for _, l := range s.Links {
		if l.Up == "yes" {
			up++
		}
		if l.Up != "unknown" {
			known++
		}
	}
	index, links := "", ""
	if s.Index > 0 {
		index = strconv.FormatUint(s.Index, 10)
	}
	if known > 0 {
		links = itoa(up) + "/" + itoa(len(s.Links))
	}
	t := m.g.state(s.Role) + " " + m.nodeStyle(s.Node, fit(clean(s.Node), p.width(m, all))) + " " + m.st.state(s.Role)(fit(s.Role, 10)) + " " + fit(s.Voter, 8) + fit(s.Term, 6)
	if !p.narrow(w) {
		t += fit(index, 9) + fit(links, 7)
	}
	return t + m.st.dim.Render(s.Sure)
}

func (p *nodesPage) detail(m *Model, s *diagnosis.State, w, h int) []string {
	sh := &sheet{m: m, w: w}
	plain := m.st.plain.Render
	since := ""
	if !s.Since.IsZero() {
		since = " since " + full(s.Since.Time)
	}
	sh.para("Role", s.Role+since+": "+s.Why, m.st.bold.Render)
	var facts []string
	for _, f := range [][2]string{{"id", s.ID}, {"address", s.Address}, {"version", s.Version}, {"cluster", s.ClusterID}} {
		if f[1] != "" {
			facts = append(facts, f[0]+" "+f[1])
		}
	}
	if s.Index > 0 {
		facts = append(facts, "raft index "+strconv.FormatUint(s.Index, 10))
	}
	sh.para("Is", strings.Join(facts, ", "), plain)
	for i, l := range s.Links {
		label := ""
		if i == 0 {
			label = "Links"
		}
		word := map[string]string{"yes": "connected", "no": "not connected", "unknown": "unknown"}[l.Up]
		sh.para(label, l.Peer+": "+word+", "+l.Why, plain)
	}
	for i := range m.result.Nodes {
		if n := &m.result.Nodes[i]; n.Name == s.Node {
			t := plural(n.Starts, "start") + ", at the end of its log " + n.LastState
			if n.ClockOffsetMS != 0 {
				t += ", its clock is off by " + strconv.FormatInt(n.ClockOffsetMS, 10) + " ms"
			}
			var names []string
			for _, name := range n.Sources {
				names = append(names, m.source(name))
			}
			sh.para("Log", t+"; "+strings.Join(names, ", "), plain)
		}
	}
	if s.Source != "" {
		sh.para("Line", m.source(s.Source)+":"+itoa(s.Line)+" (Enter opens it)", m.st.dim.Render)
	}
	out := []string{m.bar(clean(s.Node), w)}
	for _, l := range sh.lines {
		if len(out) < h {
			out = append(out, l.text)
		}
	}
	return out
}
