package report

import (
	"strings"

	"github.com/mattn/go-runewidth"
)

// cells measures what a terminal shows. It is set and not detected, so that the same report has the same breaks
// everywhere: characters of ambiguous width (… · ✘) count one.
var cells = func() *runewidth.Condition {
	c := runewidth.NewCondition()
	c.EastAsianWidth = false
	c.StrictEmojiNeutral = true
	return c
}()

// Width gives the cells that a terminal needs for a text without controls.
func Width(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] > 0x7e {
			return cells.StringWidth(s)
		}
	}
	return len(s)
}

// Clip shortens a text to so many cells, with … for what is cut off its end.
func Clip(s string, width int) string {
	if Width(s) <= width {
		return s
	}
	return cells.Truncate(s, max(width, 1), "…")
}

// clipLeft shortens a text to so many cells, with … for what is cut off its beginning: of a path, the end tells.
func clipLeft(s string, width int) string {
	if Width(s) <= width {
		return s
	}
	rs := []rune(s)
	n, i := 1, len(rs)
	for i > 0 && n+cells.RuneWidth(rs[i-1]) <= width {
		i--
		n += cells.RuneWidth(rs[i])
	}
	return "…" + string(rs[i:])
}

// pad fills a text up with blanks to so many cells.
func pad(s string, width int) string {
	if n := width - Width(s); n > 0 {
		return s + strings.Repeat(" ", n)
	}
	return s
}

// wrap breaks a text at blanks into lines of at most width cells. A longer word is broken where the line ends.
// It gives at least one line.
func wrap(s string, width int) []string {
	width = max(width, 8)
	var out []string
	line, used := "", 0
	for _, word := range strings.Fields(s) {
		w := Width(word)
		if used > 0 && used+1+w <= width {
			line, used = line+" "+word, used+1+w
			continue
		}
		if used > 0 {
			out = append(out, line)
		}
		for w > width {
			head := cells.Truncate(word, width, "")
			if head == "" { // cannot be: a character is at most two cells
				break
			}
			out = append(out, head)
			word = word[len(head):]
			w = Width(word)
		}
		line, used = word, w
	}
	return append(out, line)
}
