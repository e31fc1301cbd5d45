package tui

import (
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	tea "github.com/charmbracelet/bubbletea"

	"zlog/diagnosis"
)

// sink is the terminal: whole writes, one at a time, so that a copy does not fall into the middle of a frame.
type sink struct {
	*os.File
	mu sync.Mutex
}

// Write implements io.Writer.
func (s *sink) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.File.Write(p)
}

// clipboard copies through the terminal with OSC 52, which works over ssh; where the terminal cannot, into a file.
type clipboard struct {
	out io.Writer
	env func(string) string
	dir string
}

// mostOSC52 is the longest sequence that is sent; tmux and many terminals drop longer ones (100 000 bytes and less).
const mostOSC52 = 74_994

// sequence gives what to send to the terminal, "" if it cannot copy, and by which way.
//
// tmux answers OSC 52 itself if set-clipboard is on, and passes it on if allow-passthrough is on: both are sent.
// screen passes on what comes in its own envelope.
func (c clipboard) sequence(text string) (seq, way string) {
	osc := "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte(text)) + "\a"
	term := c.env("TERM")
	switch {
	case len(osc) > mostOSC52, term == "dumb", term == "linux", term == "":
		return "", ""
	case c.env("TMUX") != "":
		return "\x1bPtmux;\x1b" + osc + "\x1b\\" + osc, "through tmux (OSC 52)"
	case strings.HasPrefix(term, "screen"):
		var b strings.Builder
		for s := osc; s != ""; {
			n := min(len(s), 240)
			b.WriteString("\x1bP" + s[:n] + "\x1b\\")
			s = s[n:]
		}
		return b.String(), "through screen (OSC 52)"
	}
	return osc, "to the clipboard (OSC 52)"
}

// copy gives the command that copies text; what names it in the footer.
func (m *Model) copy(what, text string) tea.Cmd {
	if text == "" {
		return m.refuse("there is nothing to copy here")
	}
	c := m.clip
	return func() tea.Msg {
		if seq, way := c.sequence(text); seq != "" && c.out != nil {
			if _, err := io.WriteString(c.out, seq); err == nil {
				return noteMsg{text: "copied " + what + " " + way}
			}
		}
		name, err := fresh(c.dir, "zlog-copy", ".txt", func(w io.Writer) error {
			_, err := io.WriteString(w, text+"\n")
			return err
		})
		if err != nil {
			return noteMsg{"cannot copy " + what + ": " + err.Error(), true}
		}
		return noteMsg{text: "this terminal cannot copy; " + what + " is in " + name}
	}
}

// fresh writes a new file, numbered if the name is taken, and gives its path. Logs may hold secrets: mode 0600.
func fresh(dir, base, ext string, write func(io.Writer) error) (string, error) {
	for n := 1; n < 1000; n++ {
		name := base + ext
		if n > 1 {
			name = fmt.Sprintf("%s-%d%s", base, n, ext)
		}
		name = filepath.Join(dir, name)
		f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if os.IsExist(err) {
			continue
		}
		if err != nil {
			return "", err
		}
		err = write(f)
		if e := f.Close(); err == nil {
			err = e
		}
		if full, e := filepath.Abs(name); e == nil {
			name = full
		}
		return name, err
	}
	return "", fmt.Errorf("%s: too many files of this name", filepath.Join(dir, base+ext))
}

// copyLine copies the selected command or line.
func (m *Model) copyLine() tea.Cmd {
	switch m.view {
	case viewFindings:
		cmd := m.find.command()
		if cmd.text == "" {
			return m.refuse("this finding has no command to copy; Y copies it all")
		}
		what := "“" + cmd.text + "”"
		if cmd.danger != "" {
			what = "DANGER, " + cmd.danger + ": " + what
		}
		return m.copy(what, cmd.text)
	case viewEvidence:
		if e := m.evid.selected(); e != nil {
			return m.copy("the line", e.Text)
		}
	case viewLog:
		return m.copy("the line", m.log.selectedText(m))
	case viewUnknown:
		if u := m.pages[viewUnknown].(*unknownPage).selected(m); u != nil {
			return m.copy("the line", u.Text)
		}
	}
	texts := m.page().texts(m)
	if row := m.page().row(); row < len(texts) {
		return m.copy("the row", texts[row])
	}
	return m.refuse("there is nothing to copy here")
}

func (m *Model) copyFinding() tea.Cmd {
	d := m.find.diagnosis()
	return m.copy("the finding as Markdown", m.markdown(d))
}

// markdown writes a finding for a ticket.
func (m *Model) markdown(d *diagnosis.Diagnosis) string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n%s, %s, %s", clean(d.Title), d.Severity, d.Role, d.Confidence)
	if len(d.Nodes) > 0 {
		fmt.Fprintf(&b, ", %s", clean(strings.Join(d.Nodes, ", ")))
	}
	if !d.First.IsZero() {
		fmt.Fprintf(&b, ", %s UTC", span(d.First.Time, d.Last.Time))
	}
	fmt.Fprintf(&b, " (`%s`)\n\n**%s**\n\n%s\n", d.ID, clean(d.Summary), clean(d.Cause))
	if len(d.Remediation) > 0 {
		b.WriteString("\n### What to do\n\n")
		for i, s := range d.Remediation {
			fmt.Fprintf(&b, "%d. %s%s\n", i+1, clean(s.Do), versions(s.Versions))
			if s.Danger != "" {
				fmt.Fprintf(&b, "   **Danger:** %s\n", clean(s.Danger))
			}
			if s.Command != "" {
				fmt.Fprintf(&b, "   ```\n   %s\n   ```\n", clean(s.Command))
			}
		}
	}
	if len(d.Confirm) > 0 {
		b.WriteString("\n### Confirm\n\n")
		for _, c := range d.Confirm {
			fmt.Fprintf(&b, "```\n%s\n```\n%s\n", clean(c.Command), clean(c.Expect))
		}
	}
	if len(d.Evidence) > 0 {
		b.WriteString("\n### Evidence\n\n")
		for i := range d.Evidence {
			e := &d.Evidence[i]
			says := clean(e.Says)
			if says != "" {
				says = ": " + says
			}
			fmt.Fprintf(&b, "- %s %s, %s%s\n  ```\n  %s\n  ```\n", full(e.Time.Time), clean(e.Node), m.place(e.Source, e.Line), says, clean(e.Text))
		}
	}
	for _, r := range d.References {
		fmt.Fprintf(&b, "\n%s\n", clean(r))
	}
	return b.String()
}
