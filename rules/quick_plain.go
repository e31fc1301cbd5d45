package rules

import (
	"strings"
	"unicode/utf8"
)

// plainBytes: no controls but line feeds and tabs, no invalid text, no other kinds of line ends, and no end of a document; and whether
// all is ASCII.
func plainBytes(data string) (ascii, plain bool) {
	ascii = true
	if strings.HasPrefix(data, "%") || endsDocument(data) {
		return ascii, false
	}
	for i := 0; i < len(data); {
		if i+8 <= len(data) && plainEight(load8(data, i+8)) {
			i += 8
			continue
		}
		for end := min(i+8, len(data)); i < end; {
			c := data[i]
			if c >= utf8.RuneSelf {
				r, n := utf8.DecodeRuneInString(data[i:])
				if !plainRune(r, n) {
					return false, false
				}
				ascii = false
				i += n
				continue
			}
			if c < ' ' && c != '\n' && c != '\t' || c == 0x7f || c == '\n' && endsDocument(data[i+1:]) {
				return ascii, false
			}
			i++
		}
	}
	return ascii, true
}

// endsDocument says whether a line begins as one does that ends or begins a document.
func endsDocument(line string) bool {
	return len(line) >= 3 && (line[0] == '-' || line[0] == '.') && line[1] == line[0] && line[2] == line[0]
}

// plainEight: none of eight bytes is a control, DEL or beyond ASCII. It may say no of eight that are plain.
func plainEight(w uint64) bool {
	const each = 0x0101010101010101
	return (w|(w-each*' ')|(w+each))&(each*0x80) == 0
}

// plainRune says whether a character beyond ASCII, of so many bytes, is text.
func plainRune(r rune, n int) bool {
	return !(r == utf8.RuneError && n == 1 || r >= 0x80 && r < 0xa0 || r == 0xfeff || r == 0x2028 || r == 0x2029 || r == 0xfffe || r == 0xffff)
}
