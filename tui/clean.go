package tui

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// clean makes text from a log safe and visible in one line: control characters, escape sequences, bidi and zero-width
// tricks are shown, not executed. ESC becomes ␛, a line feed ⏎, U+202E becomes <U+202E>. At most two combining marks
// stay on a letter.
func clean(s string) string {
	if plainASCII(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	marks := 0
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			fmt.Fprintf(&b, "<%02X>", s[i])
			i++
			continue
		}
		i += n
		if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r) {
			if marks++; marks > 2 || hidden(r) {
				fmt.Fprintf(&b, "<U+%04X>", r)
				continue
			}
			b.WriteRune(r)
			continue
		}
		marks = 0
		switch {
		case r == '\n':
			b.WriteString(" ⏎ ")
		case r == '\t':
			b.WriteString("    ")
		case r < 0x20:
			b.WriteRune(0x2400 + r)
		case r == 0x7f:
			b.WriteRune(0x2421)
		case hidden(r):
			fmt.Fprintf(&b, "<U+%04X>", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func plainASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// hidden tells the runes that a reader would not see or that change how others are shown.
func hidden(r rune) bool {
	switch {
	case r >= 0x80 && r < 0xa0, // C1 controls
		unicode.Is(unicode.Cf, r),                            // bidi, zero-width, soft hyphen, tags, BOM
		unicode.Is(unicode.Co, r), unicode.Is(unicode.Cs, r), // private use
		r == 0x2028, r == 0x2029, // line and paragraph separators
		r == 0x034f, r == 0x115f, r == 0x1160, r == 0x17b4, r == 0x17b5, r == 0x3164, r == 0xffa0, // blank fillers
		r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0100 && r <= 0xe01ef: // variation selectors
		return true
	case r == ' ' || r == 0xa0:
		return false
	}
	return !unicode.IsGraphic(r)
}

// cleanLines is clean for text whose line breaks and tabs are to stay.
func cleanLines(s string) []string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i := range lines {
		lines[i] = clean(lines[i])
	}
	return lines
}
