package rules

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"
)

// plainBytes: no controls but line feeds and tabs, no invalid text, no other kinds of line ends, and no end of a document; and whether
// all is ASCII.
func plainBytes(data []byte) (ascii, plain bool) {
	ascii = true
	for i := 0; i < len(data); {
		if i+8 <= len(data) && plainEight(binary.LittleEndian.Uint64(data[i:])) {
			i += 8
			continue
		}
		c := data[i]
		if c < ' ' && c != '\n' && c != '\t' || c == 0x7f {
			return false, false
		}
		ascii = ascii && c < 0x80
		i++
	}
	for _, mark := range []string{"%", "---", "..."} {
		if bytes.HasPrefix(data, []byte(mark)) {
			return ascii, false
		}
	}
	return ascii, !bytes.Contains(data, []byte("\n---")) && !bytes.Contains(data, []byte("\n...")) && (ascii || plainRunes(data))
}

// plainEight: none of eight bytes is a control, DEL or beyond ASCII. It may say no of eight that are plain.
func plainEight(w uint64) bool {
	const each = 0x0101010101010101
	return (w|(w-each*' ')|(w+each))&(each*0x80) == 0
}

// plainRunes is plainBytes for what is not ASCII.
func plainRunes(data []byte) bool {
	for len(data) > 0 {
		if len(data) >= 8 && plainEight(binary.LittleEndian.Uint64(data)) {
			data = data[8:]
			continue
		}
		r, n := utf8.DecodeRune(data)
		switch {
		case r == utf8.RuneError && n == 1, r >= 0x80 && r < 0xa0, r == 0xfeff, r == 0x2028, r == 0x2029, r == 0xfffe, r == 0xffff:
			return false
		}
		data = data[n:]
	}
	return true
}
