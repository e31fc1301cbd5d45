package report

import (
	"fmt"
	"io"
	"strings"

	"zlog/diagnosis"
)

// What a Markdown report holds at most; GitHub takes 65,536 letters in a comment.
const (
	mdDiagnoses = 12
	mdEvidence  = 8
	mdMoments   = 25
	mdUnknown   = 10
	mdLine      = 1200
	mdMost      = 60_000
)

// Markdown writes the report so that it can be pasted into an issue or a forum: headline, nodes, diagnoses with folded
// evidence, commands in fences. Nothing in a log line ends a fence, a table or a fold, or becomes markup.
func Markdown(w io.Writer, p Page) error {
	r, err := clean(p.Result)
	if err != nil {
		return err
	}
	m := &markdown{}
	head, lede := headline(r)
	m.f("## %s\n\n", inline(head))
	if lede != "" {
		m.f("%s\n\n", inline(lede))
	}
	m.f("**Verdict:** %s", verdictSays(r.Verdict))
	if s := logSpan(r); s != "" {
		m.f(" · **Logs:** %s", s)
	}
	m.f(" · **zlog** %s", inline(r.Zlog.Version))
	if r.Redaction != nil {
		m.f(" · **Redacted:** %s", r.Redaction.Mode)
	}
	m.f("\n\n")
	m.nodes(r.Nodes)
	for _, d := range r.Diagnoses[:min(len(r.Diagnoses), mdDiagnoses)] {
		m.diagnosis(d)
	}
	if s := capped(len(r.Diagnoses), mdDiagnoses, "diagnoses"); s != "" {
		m.f("%s\n\n", s)
	}
	if len(r.Story) > 0 {
		m.fold("What happened", func() {
			m.f("| Time (UTC) | Node | What |\n| --- | --- | --- |\n")
			for _, s := range r.Story[:min(len(r.Story), mdMoments)] {
				m.f("| %s | %s | %s |\n", format(s.Time, "15:04:05.000"), cell(s.Node), cell(s.What))
			}
			m.f("\n")
			if s := capped(len(r.Story), mdMoments, "moments"); s != "" {
				m.f("%s\n\n", s)
			}
		})
	}
	m.rest(r)
	out := m.b.String()
	if len(out) > mdMost {
		out = m.shorten(out)
	}
	_, err = io.WriteString(w, out)
	return err
}

type markdown struct {
	b    strings.Builder
	ends []int // offsets where the report may be cut: between sections
}

func (m *markdown) f(s string, args ...any) { fmt.Fprintf(&m.b, s, args...) }

// shorten cuts a report that is too long for a comment between two sections.
func (m *markdown) shorten(out string) string {
	at := 0
	for _, e := range m.ends {
		if e < mdMost {
			at = e
		}
	}
	return out[:at] + "\nThe report was cut here to fit into a comment; the HTML and JSON reports have it all.\n"
}

func (m *markdown) nodes(nodes []diagnosis.Node) {
	if len(nodes) == 0 {
		return
	}
	m.f("| Node | At the end | Address | Version | Starts | Clock off by |\n| --- | --- | --- | --- | ---: | ---: |\n")
	for _, n := range nodes {
		m.f("| %s | %s | %s | %s | %d | %d ms |\n", cell(n.Name), cell(n.LastState), cell(n.Address), cell(n.Version), n.Starts, n.ClockOffsetMS)
	}
	m.f("\n")
	m.ends = append(m.ends, m.b.Len())
}

func (m *markdown) diagnosis(d diagnosis.Diagnosis) {
	m.f("### %s\n\n", inline(d.Title))
	m.f("`%s` · **%s** · %s · %s", d.ID, d.Severity, roleSays(d.Role), d.Confidence)
	if len(d.Nodes) > 0 {
		m.f(" · nodes: %s", inline(strings.Join(d.Nodes, ", ")))
	}
	if !d.First.IsZero() {
		m.f(" · %s", format(d.First, "2006-01-02 15:04:05"))
		if !d.Last.Equal(d.First.Time) {
			m.f(" to %s", format(d.Last, "15:04:05"))
		}
	}
	m.f("\n\n%s\n\n", inline(d.Summary))
	if d.Cause != "" && d.Cause != d.Summary {
		m.f("**Why:** %s\n\n", inline(d.Cause))
	}
	if len(d.Remediation) > 0 {
		m.f("**What to do**\n\n")
		for i, s := range d.Remediation {
			m.f("%d. %s", i+1, inline(s.Do))
			if s.Versions != "" {
				m.f(" (%s)", inline(s.Versions))
			}
			m.f("\n")
			if s.Danger != "" {
				m.f("\n   **Danger:** %s\n", inline(s.Danger))
			}
			if s.Command != "" {
				m.f("\n")
				m.fence(s.Command, "   ", "sh")
			}
		}
		m.f("\n")
	}
	for _, c := range d.Confirm {
		m.f("**Confirm**\n\n")
		m.fence(c.Command, "", "sh")
		if c.Expect != "" {
			m.f("expect: %s\n\n", inline(c.Expect))
		}
	}
	if len(d.Evidence) > 0 {
		m.fold(fmt.Sprintf("Evidence (%d %s)", len(d.Evidence), plural(len(d.Evidence), "line", "lines")), func() {
			for _, e := range d.Evidence[:min(len(d.Evidence), mdEvidence)] {
				m.f("%s %s, %s:%d", format(e.Time, "15:04:05.000"), inline(e.Node), inline(e.Source), e.Line)
				if e.Count > 1 {
					m.f(", %d times", e.Count)
				}
				if e.Says != "" {
					m.f(": %s", inline(e.Says))
				}
				m.f("\n\n")
				m.fence(clipText(e.Text, mdLine), "", "text")
			}
			if s := capped(len(d.Evidence), mdEvidence, "lines of evidence"); s != "" {
				m.f("%s\n\n", s)
			}
		})
	}
	m.ends = append(m.ends, m.b.Len())
}

// rest tells what was read, what is missing, and what no rule knows.
func (m *markdown) rest(r *diagnosis.Result) {
	if n := len(r.Unrecognised); n > 0 {
		m.fold(fmt.Sprintf("Warnings and errors that no rule knows (%d)", n), func() {
			for _, u := range r.Unrecognised[:min(n, mdUnknown)] {
				m.f("%d × %s, %s:%d\n\n", u.Count, u.Level, inline(u.Source), u.Line)
				m.fence(clipText(u.Text, mdLine), "", "text")
			}
			if s := capped(n, mdUnknown, "kinds of lines"); s != "" {
				m.f("%s\n\n", s)
			}
		})
	}
	if len(r.Wanted)+len(r.NotAssessable) > 0 {
		m.fold("What is missing", func() {
			for _, w := range r.Wanted {
				m.f("- %s: %s\n", inline(w.What), inline(w.Why))
			}
			for _, n := range unclear(r) {
				m.f("- `%s` could be neither found nor ruled out: %s\n", n.ID, inline(n.Reason))
			}
			m.f("\n")
		})
	}
	m.fold("What was read", func() {
		m.f("| Source | Node | Format | Lines | Not understood | From | To |\n| --- | --- | --- | ---: | ---: | --- | --- |\n")
		for _, s := range r.Sources[:min(len(r.Sources), mostSources)] {
			form := s.Format
			if s.Error != "" {
				form = "not read: " + s.Error
			}
			m.f("| %s | %s | %s | %d | %d | %s | %s |\n", cell(s.Name), cell(s.Node), cell(form), s.Lines, s.Unparsed,
				format(s.First, "2006-01-02 15:04:05"), format(s.Last, "2006-01-02 15:04:05"))
		}
		m.f("\n")
		if all, by := takenOut(r.Redaction); all != "" {
			m.f("%s\n\n", inline(all))
			for _, s := range by {
				m.f("- %s\n", inline(s))
			}
			m.f("\n")
		}
	})
}

func (m *markdown) fold(title string, body func()) {
	m.f("<details><summary>%s</summary>\n\n", title)
	body()
	m.f("</details>\n\n")
	m.ends = append(m.ends, m.b.Len())
}

// fence writes a block of code between fences that are longer than any run of backticks in it.
func (m *markdown) fence(text, indent, lang string) {
	longest, run := 2, 0
	for _, c := range text {
		if c == '`' {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	mark := strings.Repeat("`", longest+1)
	m.f("%s%s%s\n", indent, mark, lang)
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		m.f("%s%s\n", indent, line)
	}
	m.f("%s%s\n\n", indent, mark)
}

// inline writes a text so that it is nothing but text: what Markdown or HTML would take for markup is escaped, and
// names and numbers of GitHub's (@user, #7) do not become links.
func inline(s string) string {
	var b strings.Builder
	for i, c := range s {
		switch c {
		case '\n', '\r':
			b.WriteByte(' ')
		case '\\', '`', '*', '_', '{', '}', '[', ']', '(', ')', '#', '+', '!', '|', '~', '>', '$', '=':
			b.WriteByte('\\')
			b.WriteRune(c)
		case '<':
			b.WriteString("&lt;")
		case '&':
			b.WriteString("&amp;")
		case '@':
			b.WriteString("&#64;")
		case '-', '.': // a list, a rule, a heading's underline, at the start of a line alone
			if strings.TrimSpace(s[:i]) == "" || c == '.' && strings.Trim(s[:i], "0123456789 ") == "" {
				b.WriteByte('\\')
			}
			b.WriteRune(c)
		case ':': // https:// would become a link
			if strings.HasPrefix(s[i:], "://") {
				b.WriteString("&#58;")
			} else {
				b.WriteRune(c)
			}
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

// cell is inline for a table's cell.
func cell(s string) string {
	if strings.TrimSpace(s) == "" {
		return "–"
	}
	return inline(s)
}

func clipText(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + fmt.Sprintf(" … (%d bytes more)", len(s)-most)
}
