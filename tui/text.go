package tui

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
)

// width is the cells that s takes on the screen; styles take none.
func width(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] >= 0x7f {
			return ansi.StringWidth(s)
		}
	}
	return len(s)
}

// fit cuts or fills s to exactly w cells.
func fit(s string, w int) string {
	if w <= 0 {
		return ""
	}
	n := width(s)
	if n > w {
		s = cut(s, w)
		n = width(s)
	}
	return s + strings.Repeat(" ", w-n)
}

// cut shortens s to w cells, with an ellipsis where something is left out.
func cut(s string, w int) string {
	if w <= 0 {
		return ""
	}
	return ansi.Truncate(s, w, "…")
}

// from leaves out the first n cells of s.
func from(s string, n int) string {
	if n <= 0 {
		return s
	}
	return ansi.TruncateLeft(s, n, "")
}

// wrap breaks s into lines of at most w cells, at spaces only, so that ids and paths can be copied whole; words that
// are too long are broken where the line ends.
func wrap(s string, w int) []string {
	w = max(w, 4)
	var out []string
	line, used := "", 0
	for _, word := range strings.Split(s, " ") {
		n := width(word)
		if used > 0 && used+1+n <= w {
			line, used = line+" "+word, used+1+n
			continue
		}
		if used > 0 {
			out = append(out, line)
		}
		for n > w {
			head := ansi.Truncate(word, w, "")
			if head == "" {
				break
			}
			out = append(out, head)
			word = word[len(head):]
			n = width(word)
		}
		line, used = word, n
	}
	if used > 0 {
		out = append(out, line)
	}
	return out
}

// count writes 4813 as "4 813".
func count(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}

// plural gives "1 node", "3 nodes".
func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(n) + " " + one + "s"
}

func bytesText(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.0f KB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%d B", n)
}

// clock writes a time of day; what it was counted from is shown in full elsewhere.
func clock(t time.Time) string {
	if t.IsZero() {
		return "            "
	}
	return t.UTC().Format("15:04:05.000")
}

func seconds(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("15:04:05")
}

func full(t time.Time) string {
	if t.IsZero() {
		return "no time"
	}
	return t.UTC().Format("2006-01-02 15:04:05.000")
}

// span writes from when and for how long.
func span(a, b time.Time) string {
	switch {
	case a.IsZero():
		return ""
	case b.IsZero() || a.Equal(b):
		return full(a)
	case b.Sub(a) < 12*time.Hour:
		return full(a) + " for " + spell(b.Sub(a))
	}
	return full(a) + " to " + full(b)
}

// spell writes a duration as people do.
func spell(d time.Duration) string {
	switch d = d.Abs(); {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < 2*time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < 2*time.Hour:
		return fmt.Sprintf("%.0f min", d.Minutes())
	case d < 48*time.Hour:
		return fmt.Sprintf("%.1f h", d.Hours())
	}
	return fmt.Sprintf("%.1f days", d.Hours()/24)
}
