package tui

import (
	"bytes"
	"regexp"
	"sort"
	"strings"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"
)

// needle is what is searched for: text in any case (unless it has capitals), or a regular expression if it has the
// signs of one and is valid.
type needle struct {
	text    string
	re      *regexp.Regexp // for painting, and for matching if special
	special bool
	lower   bool
	pending int // the direction to go in when there is an answer
}

func newNeedle(text string) *needle {
	n := &needle{text: text, lower: text == strings.ToLower(text)}
	flags := ""
	if n.lower {
		flags = "(?i)"
	}
	if strings.ContainsAny(text, `\^$*+?()[]{}|`) {
		if re, err := regexp.Compile(flags + text); err == nil {
			n.re, n.special = re, true
			return n
		}
	}
	n.re = regexp.MustCompile(flags + regexp.QuoteMeta(text)) // quoted: always valid
	return n
}

// query makes a query that a scan can run.
func (n *needle) query() *query { return &query{text: n.text, terms: 1, needle: n} }

func (n *needle) match() func([]byte) bool {
	if n.special {
		return n.re.Match
	}
	text := []byte(n.text)
	if !n.lower {
		return func(line []byte) bool { return bytes.Contains(line, text) }
	}
	var low []byte
	return func(line []byte) bool {
		low = lower(low[:0], line)
		return bytes.Contains(low, text)
	}
}

// paint marks what was found in text that has no styles yet.
func (n *needle) paint(m *Model, text string) string {
	on, off := "", ""
	if !m.opt.Color {
		on, off = "[", "]"
	}
	return n.re.ReplaceAllStringFunc(text, func(s string) string {
		if s == "" {
			return ""
		}
		return on + m.st.hit.Render(s) + off
	})
}

// show marks what was found. If none of it is in sight, because the line is long or because it stands in what the row
// leaves out (such as the function that logged), a piece of the line as written stands at the end, with the hit in it.
func (n *needle) show(m *Model, text, raw string, room int) string {
	if n.re.MatchString(text) {
		return n.paint(m, text)
	}
	at := n.re.FindStringIndex(raw)
	if at == nil || at[0] == at[1] {
		return text
	}
	hit := min(at[1]-at[0], 60)
	around := max(0, min(12, (room/2-hit)/2-2))
	a, b := max(0, at[0]-around), min(len(raw), at[0]+hit+around)
	for a > 0 && !utf8.RuneStart(raw[a]) {
		a--
	}
	for b < len(raw) && !utf8.RuneStart(raw[b]) {
		b++
	}
	piece := cut("  "+m.g.dots+clean(raw[a:b])+m.g.dots, room)
	return n.paint(m, cut(text, room-width(piece))+piece)
}

// hits gives the records that were found, of those that the filter keeps.
func (l *logPage) hits(m *Model) []uint32 {
	if l.query == nil {
		return l.search.ids
	}
	if k := [4]int{l.search.seq, len(l.search.ids), l.filter.seq, len(l.filter.ids)}; k != l.bothOf || l.both == nil {
		kept := make(map[uint32]bool, len(l.filter.ids))
		for _, id := range l.filter.ids {
			kept[id] = true
		}
		l.both, l.bothOf = []uint32{}, k
		for _, id := range l.search.ids {
			if kept[id] {
				l.both = append(l.both, id)
			}
		}
	}
	return l.both
}

// found says which hit the cursor is at, and of how many.
func (l *logPage) found(m *Model) string {
	t := "no hit"
	ids := l.hits(m)
	if n := len(ids); n > 0 {
		here := m.opt.Log.Row(l.id)
		i := sort.Search(n, func(i int) bool { return m.opt.Log.Row(ids[i]) >= here })
		if i < n && ids[i] == l.id {
			t = "hit " + count(i+1) + " of " + count(n)
		} else {
			t = plural(n, "hit")
		}
	}
	if l.search.running {
		t += " so far (" + itoa(l.search.percent()) + "%)"
	}
	return t
}

// hitBeyond says whether there is a hit in the direction of step.
func (l *logPage) hitBeyond(m *Model, step int) bool {
	n := len(l.search.ids)
	if n == 0 || step < 0 {
		return false
	}
	return m.opt.Log.Row(l.search.ids[n-1]) >= l.cur && l.query == nil
}

// nextHit goes to the next hit; here counts if the search has just begun.
func (l *logPage) nextHit(m *Model, step int, here bool) tea.Cmd {
	if l.find == nil {
		return m.refuse("nothing was searched for; / searches")
	}
	ids := l.hits(m)
	if len(ids) == 0 {
		if l.search.running {
			l.find.pending = step
			return nil
		}
		return m.refuse("“" + l.find.text + "” is in no line" + map[bool]string{true: " that the filter keeps"}[l.query != nil])
	}
	if here && step > 0 && l.has {
		row := m.opt.Log.Row(l.id)
		i := sort.Search(len(ids), func(i int) bool { return m.opt.Log.Row(ids[i]) >= row })
		if i < len(ids) && ids[i] == l.id {
			return nil
		}
	}
	return l.among(m, ids, step, "hit")
}

// searchRows searches the rows of a view that is a list.
func (m *Model) searchRows(step int, here bool) tea.Cmd {
	n := m.log.find
	if n == nil {
		return m.refuse("nothing was searched for; / searches")
	}
	texts := m.page().texts(m)
	cur := m.page().row()
	for i := range texts {
		d := i + 1
		if here {
			d = i
		}
		row := ((cur+step*d)%len(texts) + len(texts)) % len(texts)
		if n.re.MatchString(texts[row]) {
			m.page().move(m, row-cur)
			return nil
		}
	}
	return m.refuse("“" + n.text + "” is in no row of this view")
}
