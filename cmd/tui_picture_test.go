package cmd

import (
	"fmt"
	"html"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"zlog/tui"
)

// TestPictures draws the pictures of the documentation from the real screen, in colour.
func TestPictures(t *testing.T) {
	for _, p := range []struct {
		file, name string
		w, h       int
		keys       []string
	}{
		{"findings.svg", "two-bootstrapped-join", 100, 30, nil},
		{"log.svg", "quorum-loss", 100, 30, []string{"enter", "enter", "/", "raft peer", "enter"}},
		{"timeline.svg", "quorum-loss", 100, 26, []string{"4"}},
	} {
		t.Run(p.file, func(t *testing.T) {
			_, l, last := load(t, false, nil, caseLogs(t, p.name)...)
			s := newTerminal(t, l, last, tui.Options{Color: true})
			s.size(p.w, p.h)
			s.keys(p.keys...)
			golden(t, filepath.Join("..", "docs", "pictures", p.file), svg(s.m.View(), p.w, p.h))
		})
	}
}

// The terminal's 16 colours as the pictures show them, and the size of a cell.
var palette = []string{"#1d2021", "#e5534b", "#57ab5a", "#d4a72c", "#539bf5", "#b083f0", "#39c5cf", "#adbac7",
	"#768390", "#ff7b72", "#7ee787", "#ffd866", "#79c0ff", "#d2a8ff", "#56d4dd", "#f0f6fc"}

const cellW, cellH = 8.4, 18.0

// style is what SGR sequences have set.
type style struct {
	fg, bg                int
	bold, faint, reversed bool
}

// svg draws a screen with SGR sequences, cell by cell, so that columns stand straight in any font.
func svg(view string, w, h int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" font-family="ui-monospace,Menlo,Consolas,monospace" font-size="14">`+"\n",
		cellW*float64(w)+20, cellH*float64(h)+20)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" rx="8" fill="%s"/>`+"\n", palette[0])
	for y, line := range strings.Split(view, "\n") {
		st := style{fg: 7, bg: -1}
		x, state := 0, byte(0)
		var run strings.Builder
		begin := 0
		flush := func() {
			if run.Len() > 0 {
				cells(&b, run.String(), begin, y, x-begin, st)
			}
			run.Reset()
			begin = x
		}
		for line != "" {
			seq, n, k, next := ansi.DecodeSequence(line, state, nil)
			line, state = line[k:], next
			if n == 0 {
				flush()
				st.set(seq)
				continue
			}
			run.WriteString(seq)
			x += n
		}
		flush()
	}
	return b.String() + "</svg>\n"
}

func cells(b *strings.Builder, text string, x, y, n int, st style) {
	fg, bg := st.fg, st.bg
	if st.reversed {
		fg, bg = max(bg, 0), fg
	}
	px, py := 10+cellW*float64(x), 10+cellH*float64(y)
	if bg >= 0 {
		fmt.Fprintf(b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>`+"\n", px, py, cellW*float64(n), cellH, palette[bg])
	}
	if strings.TrimSpace(text) == "" {
		return
	}
	extra := ""
	if st.bold {
		extra += ` font-weight="bold"`
	}
	if st.faint {
		extra += ` opacity="0.6"`
	}
	fmt.Fprintf(b, `<text x="%.1f" y="%.1f" textLength="%.1f" fill="%s"%s xml:space="preserve">%s</text>`+"\n", px, py+13.5, cellW*float64(n), palette[fg], extra, html.EscapeString(text))
}

// set takes one SGR sequence.
func (st *style) set(seq string) {
	if !strings.HasSuffix(seq, "m") {
		return
	}
	for _, p := range strings.Split(strings.Trim(seq, "\x1b[m"), ";") {
		var n int
		_, _ = fmt.Sscan(p, &n)
		switch {
		case n == 0:
			*st = style{fg: 7, bg: -1}
		case n == 1:
			st.bold = true
		case n == 2:
			st.faint = true
		case n == 7:
			st.reversed = true
		case n >= 30 && n <= 37:
			st.fg = n - 30
		case n >= 40 && n <= 47:
			st.bg = n - 40
		case n >= 90 && n <= 97:
			st.fg = n - 90 + 8
		}
	}
}
