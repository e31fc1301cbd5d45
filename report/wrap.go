package report

import (
	"strings"
	"unicode/utf8"

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

// narrow are the characters beyond ASCII that zlog's own texts have. Each takes one cell; before it tells the cells of any
// character, runewidth fills a table of 2 MB, which takes more than a millisecond.
const narrow = "·×…–→✓✔✗✘─│┄▂▇◆"

// other says whether a character may take none or two cells.
func other(r rune) bool { return (r < 0x20 || r > 0x7e) && !strings.ContainsRune(narrow, r) }

// Width gives the cells that a terminal needs for a text without controls.
func Width(s string) int {
	if strings.ContainsFunc(s, other) {
		return cells.StringWidth(s)
	}
	return utf8.RuneCountInString(s)
}

// truncate cuts a text off so that with a tail it takes at most so many cells, if it takes more.
func truncate(s string, width int, tail string) string {
	if strings.ContainsFunc(s, other) {
		return cells.Truncate(s, width, tail)
	}
	if utf8.RuneCountInString(s) <= width {
		return s
	}
	keep := max(width-Width(tail), 0)
	for i := range s {
		if keep == 0 {
			return s[:i] + tail
		}
		keep--
	}
	return s + tail
}

// Clip shortens a text to so many cells, with … for what is cut off its end.
func Clip(s string, width int) string {
	if Width(s) <= width {
		return s
	}
	return truncate(s, max(width, 1), "…")
}

// clipLeft shortens a text to so many cells, with … for what is cut off its beginning: of a path, the end tells.
func clipLeft(s string, width int) string {
	if Width(s) <= width {
		return s
	}
	rs := []rune(s)
	n, i := 1, len(rs)
	for i > 0 && n+Width(string(rs[i-1])) <= width {
		i--
		n += Width(string(rs[i]))
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
			head := truncate(word, width, "")
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
