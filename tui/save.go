package tui

import (
	"bufio"
	"io"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
)

// save writes what the view shows, filtered as it is, into a new file and tells its path. The log is saved as it was
// written, line by line; other views as text.
func (m *Model) save() tea.Cmd {
	dir := m.opt.Dir
	if m.view != viewLog {
		texts, ext := m.page().texts(m), ".txt"
		if d := m.find.diagnosis(); m.view == viewFindings && d != nil {
			texts, ext = strings.Split(m.markdown(d), "\n"), ".md"
		}
		if len(texts) == 0 {
			return m.refuse("there is nothing to save here")
		}
		return func() tea.Msg {
			name, err := fresh(dir, "zlog-view", ext, func(w io.Writer) error { return writeLines(w, texts) })
			return saved("the view", name, err)
		}
	}
	n, log := m.log.count(m), m.opt.Log
	if n == 0 {
		return m.refuse("there is nothing to save here")
	}
	var ids []uint32 // of a filtered view; nil for all
	if m.log.query != nil {
		ids = m.log.filter.ids
	}
	return func() tea.Msg {
		name, err := fresh(dir, "zlog-view", ".log", func(w io.Writer) error {
			b := bufio.NewWriterSize(w, 1<<20)
			for at := 0; at < n; at += 256 {
				part := make([]uint32, 0, 256)
				for i := at; i < min(at+256, n); i++ {
					if ids != nil {
						part = append(part, ids[i])
					} else {
						part = append(part, log.At(i))
					}
				}
				for _, e := range log.Events(part) {
					if _, err := b.WriteString(e.Text + "\n"); err != nil {
						return err
					}
				}
			}
			return b.Flush()
		})
		return saved(plural(n, "line"), name, err)
	}
}

func writeLines(w io.Writer, lines []string) error {
	for _, l := range lines {
		if _, err := io.WriteString(w, clean(l)+"\n"); err != nil {
			return err
		}
	}
	return nil
}

func saved(what, name string, err error) tea.Msg {
	if err != nil {
		return noteMsg{"cannot save: " + err.Error(), true}
	}
	return noteMsg{text: what + " saved in " + name}
}

// writeReport writes the report in a kind, the preferred one for "".
func (m *Model) writeReport(kind string) tea.Cmd {
	if m.opt.Report == nil || m.changes == 0 {
		return m.refuse("there is no answer to report yet")
	}
	if kind == "" && len(m.opt.Kinds) > 0 {
		kind = m.opt.Kinds[0]
	}
	ext := map[string]string{"text": ".txt", "markdown": ".md"}[kind]
	if ext == "" {
		ext = "." + kind
	}
	result, dir, write := m.result, m.opt.Dir, m.opt.Report
	return func() tea.Msg {
		name, err := fresh(dir, "zlog-report", ext, func(w io.Writer) error { return write(kind, w, result) })
		return saved("report", name, err)
	}
}
