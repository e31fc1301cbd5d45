// Package report turns a result into bytes: text for people, JSON for machines, and what goes along with a ticket.
// It knows nothing of YAML, patterns or parsing: a diagnosis carries all that is shown.
package report

import (
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"zlog/diagnosis"
)

// JSON writes the report contract zlog.report/v1, indented, ending in a line feed.
func JSON(w io.Writer, r *diagnosis.Result) error { return Encode(w, r, "  ") }

// Encode writes a value as JSON, on one line if there is no indent, ending in a line feed. JSON itself asks for escapes below
// U+0020 only; here all that Safe makes visible is escaped, for a log's line may stand in it, and a terminal may show it.
func Encode(w io.Writer, v any, indent string) error {
	enc := json.NewEncoder(escaper{w})
	enc.SetEscapeHTML(false)
	enc.SetIndent("", indent)
	return enc.Encode(v)
}

// escaper writes JSON on with what hides or moves text escaped as \u009b is. It wants whole runes.
type escaper struct{ w io.Writer }

func (e escaper) Write(p []byte) (int, error) {
	var out []byte
	done := 0
	for i := 0; i < len(p); {
		if p[i] < 0x7f { // what is below U+0020 is between the values
			i++
			continue
		}
		r, n := utf8.DecodeRune(p[i:])
		if hidden(r) {
			out = append(out, p[done:i]...)
			if r < 0x10000 {
				out = fmt.Appendf(out, `\u%04x`, r)
			} else {
				a, b := utf16.EncodeRune(r)
				out = fmt.Appendf(out, `\u%04x\u%04x`, a, b)
			}
			done = i + n
		}
		i += n
	}
	if done == 0 {
		return e.w.Write(p)
	}
	if _, err := e.w.Write(append(out, p[done:]...)); err != nil {
		return 0, err
	}
	return len(p), nil
}
