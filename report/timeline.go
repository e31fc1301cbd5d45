package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"zlog/diagnosis"
)

// Timeline writes moments as a table: the time, then one column a node. A node that says nothing shows │, one whose
// process is known to be down a blank. width bounds the whole line; columns share what is left.
func Timeline(w io.Writer, all []diagnosis.Node, moments []diagnosis.Moment, width int) error {
	const stamp = 12
	var nodes []string
	for _, n := range all {
		nodes = append(nodes, n.Name)
	}
	if len(nodes) == 0 || len(moments) == 0 {
		_, err := fmt.Fprintln(w, "nothing to tell: no line with a meaning for the cluster was read")
		return err
	}
	col := (width - stamp - 2*len(nodes)) / len(nodes)
	col = max(14, min(col, 46))
	var b strings.Builder
	b.WriteString(column("time", stamp))
	for _, n := range nodes {
		b.WriteString("  " + column(Clip(Safe(n), col), col))
	}
	fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	down := map[string]bool{}
	day := ""
	for _, m := range moments {
		if d := m.Time.UTC().Format("2006-01-02"); d != day && !m.Time.IsZero() {
			day = d
			fmt.Fprintln(w, day)
		}
		at := map[string]bool{}
		for _, n := range strings.Split(m.Node, ", ") {
			at[n] = true
		}
		what := m.What
		if m.Count > 1 {
			what += fmt.Sprintf(" (×%d)", m.Count)
		}
		lines := wrap(Safe(what), col)
		for i, line := range lines {
			b.Reset()
			if i == 0 {
				b.WriteString(column(m.Time.UTC().Format("15:04:05.000"), stamp))
			} else {
				b.WriteString(column("", stamp))
			}
			for _, n := range nodes {
				cell := "│"
				switch {
				case at[n]:
					cell = line
				case down[n]:
					cell = ""
				}
				b.WriteString("  " + column(cell, col))
			}
			if _, err := fmt.Fprintln(w, strings.TrimRight(b.String(), " ")); err != nil {
				return err
			}
		}
		for n := range at {
			switch {
			case strings.HasPrefix(m.What, "started"):
				down[n] = false
			case strings.HasPrefix(m.What, "stopped"), strings.HasPrefix(m.What, "ended"), strings.HasPrefix(m.What, "failed to start"),
				strings.HasPrefix(m.What, "its log ends"):
				down[n] = true
			}
		}
	}
	for _, n := range all {
		if n.ClockOffsetMS != 0 || strings.HasPrefix(n.Clock, "not compared") && len(all) > 1 {
			fmt.Fprintf(w, "clock of %s: %s\n", Safe(n.Name), n.Clock)
		}
	}
	return nil
}

// States writes the cluster at a moment as a table that reads like "ziti agent cluster list", with reasons below. begin
// and end are those of the logs; width bounds the reasons.
func States(w io.Writer, states []diagnosis.State, at, begin, end time.Time, width int) error {
	rows := [][]string{{"ID", "ADDRESS", "VOTER", "ROLE", "TERM", "VERSION", "INDEX", "SURE"}}
	for _, s := range states {
		index := ""
		if s.Index > 0 {
			index = fmt.Sprint(s.Index)
		}
		rows = append(rows, []string{Safe(s.Node), Safe(s.Address), s.Voter, s.Role, Safe(s.Term), Safe(s.Version), index, s.Sure})
	}
	const layout = "2006-01-02 15:04:05.000"
	fmt.Fprintf(w, "the cluster at %s UTC\n", at.UTC().Format(layout))
	switch {
	case len(states) == 0:
		_, err := fmt.Fprintln(w, "\nnothing to show: no line with a meaning for the cluster was read")
		return err
	case at.After(end):
		fmt.Fprintf(w, "The logs end before that, at %s: this is how they left it.\n", end.UTC().Format(layout))
	case at.Before(begin):
		fmt.Fprintf(w, "The logs begin after that, at %s.\n", begin.UTC().Format(layout))
	}
	fmt.Fprintln(w)
	widths := make([]int, len(rows[0]))
	for _, r := range rows {
		for i, c := range r {
			widths[i] = max(widths[i], Width(c))
		}
	}
	for _, r := range rows {
		var b strings.Builder
		for i, c := range r {
			b.WriteString(column(c, widths[i]) + "  ")
		}
		fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	}
	fmt.Fprintln(w)
	for _, s := range states {
		line := fmt.Sprintf("%s: %s", Safe(s.Node), Safe(s.Why))
		if s.Source != "" {
			line += fmt.Sprintf(" (%s:%d)", Safe(s.Source), s.Line)
		}
		hang(w, "", line, width)
		for _, l := range s.Links {
			hang(w, "  ", fmt.Sprintf("link to %s: %s, %s", Safe(l.Peer), map[string]string{"yes": "up", "no": "down", "unknown": "not known"}[l.Up], Safe(l.Why)), width)
		}
	}
	return nil
}

// Checks writes a preflight: one item after the other, with what to do about it. width bounds the lines.
func Checks(w io.Writer, joiner string, checks []diagnosis.Check, width int) error {
	if joiner != "" {
		fmt.Fprintf(w, "May %s join the cluster?\n\n", Safe(joiner))
	}
	mark := map[string]string{"ok": "✓ ok", "problem": "✗ PROBLEM", "unknown": "? not known"}
	verdict := "nothing speaks against it"
	for _, c := range checks {
		if c.State == "problem" {
			verdict = "no: mend what is marked PROBLEM first"
		} else if c.State == "unknown" && verdict == "nothing speaks against it" {
			verdict = "nothing found against it, but look at what is not known"
		}
		where := ""
		if c.Source != "" {
			where = fmt.Sprintf(" (%s:%d)", Safe(c.Source), c.Line)
		}
		hang(w, column(mark[c.State], 11)+"  ", c.Name+": "+Safe(c.Says)+where, width)
		if c.Remedy != "" {
			hang(w, column("", 13)+"→ ", Safe(c.Remedy), width)
		}
	}
	_, err := fmt.Fprintf(w, "\n%s\n", verdict)
	return err
}

// hang writes a text behind a lead, with what does not fit into width below it.
func hang(w io.Writer, lead, text string, width int) {
	for i, line := range wrap(text, max(width-Width(lead), 24)) {
		if i == 1 {
			lead = column("", Width(lead))
		}
		fmt.Fprintln(w, lead+line)
	}
}

// column fills a text up with blanks to so many cells.
func column(s string, width int) string {
	if n := width - Width(s); n > 0 {
		return s + strings.Repeat(" ", n)
	}
	return s
}
