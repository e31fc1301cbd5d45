package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Safe makes text from outside fit for a terminal: what would move the cursor, change colours, reorder or hide text
// becomes a visible escape such as \x1b, \n or \u202e. What it gives is one line. Backslashes stay as they are, so
// that Safe(Safe(s)) is Safe(s); it is for eyes, not for decoding.
func Safe(s string) string {
	i := 0
	for i < len(s) {
		if c := s[i]; c >= 0x20 && c < 0x7f {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if (r == utf8.RuneError && n < 2) || hidden(r) {
			break
		}
		i += n
	}
	if i == len(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	b.WriteString(s[:i])
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n < 2:
			fmt.Fprintf(&b, `\x%02x`, s[i])
			n = 1
		case !hidden(r):
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < 0x80:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
		i += n
	}
	return b.String()
}

// hidden says whether a rune does something else than show itself: C0 and C1 controls, format characters (bidi marks,
// embeddings, overrides and isolates, zero-width space and joiners, soft hyphen, byte order mark, tags), line and
// paragraph separators, variation selectors, and fillers that show nothing.
func hidden(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7f && r < 0xa0:
		return true
	case r < 0xad:
		return false
	case r == 0x2028, r == 0x2029, r == 0x034f, r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0, r == 0x2800:
		return true
	}
	return unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Noncharacter_Code_Point)
}
