package redact

import (
	"strconv"
	"strings"
)

// escapes is a text with escapes such as \x70 or \u0070 in it, as %q of bytes and other languages write them.
var escapes = later(`(?:[\w+/=\-.~%:@!]*\\{1,4}(?:x|u00)[0-9a-fA-F]{2}){4,}[\w+/=\-.~%:@!]*`)

var escape = later(`\\{1,4}(?:x|u00)([0-9a-fA-F]{2})`)

// unescaped redacts what is written in escapes. What is taken out stands there as a token, and what stays as it was.
func (r *Redactor) unescaped(s string, depth int) string {
	if depth >= deepest || !strings.Contains(s, `\x`) && !strings.Contains(s, `\u00`) {
		return s
	}
	return escapes.get().ReplaceAllStringFunc(s, func(run string) string {
		plain := escape.get().ReplaceAllStringFunc(run, func(e string) string {
			c, _ := strconv.ParseUint(e[len(e)-2:], 16, 8)
			return string([]byte{byte(c)})
		})
		if !printable(plain) {
			return run
		}
		out := r.text(plain, depth+1)
		if out == plain {
			return run
		}
		var b strings.Builder
		for i := 0; i < len(out); i++ {
			if c := out[i]; c < ' ' || c == '"' || c == '\\' || c == '\'' || c >= 0x7f {
				b.WriteString(`\x` + strconv.FormatUint(uint64(c)|0x100, 16)[1:])
				continue
			}
			b.WriteByte(out[i])
		}
		return b.String()
	})
}
