package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"zlog/diagnosis"
)

// notAssessable lists what could be neither made nor ruled out.
func (t *text) notAssessable() {
	all := unclear(t.r)
	if len(all) == 0 {
		return
	}
	t.head("COULD NOT BE JUDGED", "")
	for i, u := range all {
		if i == 5 && !t.o.Verbose && len(all) > 6 {
			t.more(len(all) - i)
			break
		}
		t.para(span{"  - ", plain}, u.ID+": "+sentence(u.Reason), plain)
	}
}

// unclear gives the diagnoses that could be neither made nor ruled out; limits of the logs are told with what is wanted.
func unclear(r *diagnosis.Result) []diagnosis.Unassessed {
	return slices.DeleteFunc(slices.Clone(r.NotAssessable), diagnosis.Unassessed.Limit)
}

// unrecognised lists warnings and errors that no rule knows.
func (t *text) unrecognised() {
	all := t.r.Unrecognised
	if len(all) == 0 {
		return
	}
	lines := 0
	for _, u := range all {
		lines += u.Count
	}
	t.head("NOT RECOGNISED", fmt.Sprintf("%s, %s of level warning or above", count(len(all), "kind", "kinds"), count(lines, "line", "lines")))
	for i, u := range all {
		if i == 8 && !t.o.Verbose {
			t.more(len(all) - i)
			break
		}
		at := ""
		if u.Source != "" {
			at = "  " + t.pl.at(u.Source, u.Line)
		}
		if !u.First.IsZero() {
			at += "  " + t.pl.time(u.First)
		}
		if len(u.Nodes) > 0 {
			at += "  " + strings.Join(u.Nodes, ", ")
		}
		t.line(in(2), span{fmt.Sprintf("%s ×%s", u.Level, thousands(int64(u.Count))), yellow}, span{Clip(Safe(at), t.width-24), cyan})
		template := strings.ReplaceAll(Safe(u.Template), " | ", ": ")
		if !t.o.Verbose {
			template = Clip(template, 2*(t.width-6))
		}
		t.wide(span{"    > ", dim}, template)
		if t.o.Verbose && u.Text != "" {
			t.wide(span{"      e.g. ", dim}, Clip(Safe(Message(u.Text)), 1000))
		}
	}
}

// wide is para over the whole width, for what a log says.
func (t *text) wide(lead span, s string) {
	prose := t.prose
	t.prose = t.width
	t.para(lead, s, dim)
	t.prose = prose
}

// wanted lists what zlog would need to say more.
func (t *text) wanted() {
	if len(t.r.Wanted) == 0 {
		return
	}
	t.head("WOULD TELL MORE", "")
	for _, w := range t.r.Wanted {
		t.para(span{"  - ", plain}, w.What+": "+sentence(w.Why), plain)
	}
}

// read accounts for every source.
func (t *text) read() {
	t.head("WHAT WAS READ", strings.TrimSpace(t.pl.folder+"  "+t.pl.date))
	t.table()
	told := 0
	for i := range t.r.Sources {
		s := &t.r.Sources[i]
		if s.Error != "" {
			told++
		}
		if s.Error == "" || told <= mostListed || t.o.Verbose {
			t.trouble(s)
		}
	}
	if told > mostListed && !t.o.Verbose {
		t.more(told - mostListed)
	}
	t.clocks()
	if all, by := takenOut(t.r.Redaction); all != "" {
		t.para(in(2), all, dim)
		for _, s := range by {
			t.para(in(4), s, dim)
		}
	}
	t.para(in(2), t.made(), dim)
}

// mostListed is how many sources are listed; an archive may hold thousands. --verbose lists them all.
const mostListed = 50

// table gives the sources in columns; without the widest ones where they do not fit.
func (t *text) table() {
	rows := [][]string{{"source", "node", "version", "format", "lines", "unparsed", "from", "to"}}
	for _, s := range t.r.Sources {
		if s.Error != "" && s.Lines == 0 {
			continue
		}
		rows = append(rows, t.sourceRow(&s))
	}
	if len(rows) == 1 {
		return
	}
	left := 0
	if n := len(rows) - 1 - mostListed; n > 0 && !t.o.Verbose {
		rows, left = rows[:1+mostListed], n
	}
	columns := []int{0, 1, 2, 3, 4, 5, 6, 7}
	width := make([]int, len(rows[0]))
	total := func() int {
		n := 0
		for _, c := range columns {
			n += 2 + width[c]
		}
		return n
	}
	for _, row := range rows {
		for c, cell := range row {
			width[c] = max(width[c], Width(cell))
		}
	}
	for _, c := range []int{0, 1, 2, 3} {
		if over := total() - t.width; over > 0 && width[c] > 20 {
			width[c] = max(20, width[c]-over)
		}
	}
	for _, drop := range []int{7, 6, 3, 2, 1} {
		if total() > t.width {
			columns = slices.DeleteFunc(columns, func(c int) bool { return c == drop })
		}
	}
	for i, row := range rows {
		var line []span
		for _, c := range columns {
			cell := row[c]
			switch {
			case c == 4 || c == 5:
				cell = strings.Repeat(" ", max(0, width[c]-Width(cell))) + cell
			case c == 0:
				cell = pad(clipLeft(cell, width[c]), width[c])
			default:
				cell = pad(Clip(cell, width[c]), width[c])
			}
			st := plain
			if i == 0 {
				st = dim
			} else if c == 5 && strings.TrimSpace(cell) != "0" {
				st = yellow
			}
			line = append(line, in(2), span{cell, st})
		}
		t.line(line...)
	}
	if left > 0 {
		t.more(left)
	}
}

func (t *text) sourceRow(s *diagnosis.Source) []string {
	version := "-"
	for _, n := range t.r.Nodes {
		if n.Name == s.Node && n.Version != "" {
			version = n.Version
		}
	}
	format := s.Format
	if s.Wrapper != "" {
		format += " in " + s.Wrapper
	}
	short := func(at diagnosis.Time) string { return strings.TrimSuffix(t.pl.time(at), at.UTC().Format(".000")) }
	cells := []string{t.pl.source(s.Name), s.Node, version, format, thousands(int64(s.Lines)), thousands(int64(s.Unparsed)), short(s.First), short(s.Last)}
	for i := range cells {
		if cells[i] = Safe(cells[i]); cells[i] == "" {
			cells[i] = "-"
		}
	}
	return cells
}

// trouble says what went wrong with a source, and where lines are missing.
func (t *text) trouble(s *diagnosis.Source) {
	if s.Error != "" {
		t.para(span{"  ! ", yellow}, t.reason(s), plain)
	}
	if s.CutBytes > 0 {
		t.para(span{"  ! ", yellow}, fmt.Sprintf("%s: %s of overlong lines left out", t.pl.source(s.Name), Bytes(s.CutBytes)), plain)
	}
	for i, g := range s.Gaps {
		if i == 3 && len(s.Gaps) > 4 && !t.o.Verbose {
			t.more(len(s.Gaps) - i)
			break
		}
		t.para(span{"  ! ", yellow}, fmt.Sprintf("%s: gap from %s to %s: %s", t.pl.source(s.Name), t.pl.time(g.From), t.pl.time(g.To), g.Reason), plain)
	}
	if t.o.Verbose && s.Lines > 0 {
		t.para(span{"  - ", plain}, fmt.Sprintf("%s: %s, %s = %s + %s continued + %s blank + %s unparsed", t.pl.source(s.Name), Bytes(s.Bytes),
			count(s.Lines, "line", "lines"), count(s.Events, "event", "events"), thousands(int64(s.Continuation)), thousands(int64(s.Blank)), thousands(int64(s.Unparsed))), dim)
	}
}

// clocks says how far the times can be trusted.
func (t *text) clocks() {
	local, undated := false, false
	for _, s := range t.r.Sources {
		if s.First.IsZero() {
			continue
		}
		undated = undated || !dated(s.First)
		switch s.Wrapper { // these give a time with its zone
		case "journald-json", "journald-export", "docker-json", "cri", "syslog-5424", "journald-iso":
			continue
		}
		local = local || s.Format == "pfxlog-json" || s.Format == "pfxlog-text"
	}
	note := ""
	if local {
		note = "Times are taken as UTC; these logs have local time without a zone (their Z is just a letter)."
	}
	if undated {
		note += " Times of logs without dates count from midnight, or from the start of the process."
	}
	if note != "" {
		t.para(in(2), strings.TrimSpace(note), dim)
	}
	for _, n := range t.r.Nodes {
		if off := time.Duration(n.ClockOffsetMS) * time.Millisecond; off.Abs() >= 500*time.Millisecond {
			side := "ahead of"
			if off < 0 {
				side = "behind"
			}
			t.para(span{"  ! ", yellow}, fmt.Sprintf("the clock of %s is %s %s the others; times are as its log has them", n.Name, off.Abs().Round(10*time.Millisecond), side), plain)
		}
	}
}

// made says what made the report.
func (t *text) made() string {
	z := t.r.Zlog
	out := fmt.Sprintf("zlog %s, %s, %s", z.Version, count(z.Rules.Signatures, "signature", "signatures"), count(z.Rules.Diagnoses, "diagnosis", "diagnoses"))
	if t.o.Verbose && len(z.Rules.Files) > 0 {
		out += " of " + strings.Join(z.Rules.Files, ", ")
	}
	return out
}

// Bytes writes a size for people: "12.3 MB".
func Bytes(n int64) string {
	f, unit := float64(n), "B"
	for _, u := range []string{"kB", "MB", "GB", "TB"} {
		if f < 1000 {
			break
		}
		f, unit = f/1000, u
	}
	if unit == "B" {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", f, unit)
}
