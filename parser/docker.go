package parser

import (
	"bytes"
	"unicode/utf8"

	"github.com/tidwall/gjson"
)

var dockerHead = []byte(`{"log":"`)

// docker takes Docker's json-file apart. A log without a line feed goes on in the next line; Docker cuts at 16 KB.
//
//	{"log":"{\"file\":…}\n","stream":"stderr","time":"2026-11-22T19:22:42.208486814Z"}
func (u *unwrapper) docker(line []byte, w *wrapped) bool {
	if !bytes.HasPrefix(line, dockerHead) || line[len(line)-1] != '}' {
		return false
	}
	text, rest, ok := u.unquote(line[len(dockerHead):])
	if !ok || len(rest) < 2 || bytes.Contains(rest, []byte(`"kubernetes":{`)) { // Fluent Bit's, which names the pod
		return false
	}
	if w.partial = !bytes.HasSuffix(text, []byte("\n")); !w.partial {
		text = text[:len(text)-1]
	}
	w.decoded = true
	w.payload, w.ident = text, keyString(rest, `"stream":"`)
	if stamp := keyString(rest, `"time":"`); stamp != nil {
		if at, n, _, z := u.stamps.readStamp(stamp); n == len(stamp) && z != zoneNone {
			w.at = at
		}
	}
	return w.at.clock != 0 || w.ident != nil
}

// unquote decodes a JSON string whose opening quote is already off, and gives what follows its end. The text is
// valid until the next call.
func (u *unwrapper) unquote(p []byte) (text, rest []byte, ok bool) {
	out := u.scratch[:0]
	for {
		i := bytes.IndexByte(p, '\\')
		q := bytes.IndexByte(p, '"')
		if q < 0 {
			return nil, nil, false
		}
		if i < 0 || q < i {
			out = append(out, p[:q]...)
			u.scratch = out
			return out, p[q+1:], true
		}
		out = append(out, p[:i]...)
		if i+1 >= len(p) {
			return nil, nil, false
		}
		if p[i+1] == 'u' {
			if i+6 > len(p) {
				return nil, nil, false
			}
			if r, ok := hex4(p[i+2 : i+6]); ok && (r < 0xd800 || r > 0xdfff) {
				out = utf8.AppendRune(out, r)
			} else { // half of a pair: let gjson put the two together
				end := min(i+12, len(p))
				out = append(out, gjson.Parse(`"`+string(p[i:end])+`"`).String()...)
				p = p[end:]
				continue
			}
			p = p[i+6:]
			continue
		}
		out = append(out, escaped(p[i+1]))
		p = p[i+2:]
	}
}

// hex4 reads hexadecimal digits.
func hex4[T string | []byte](p T) (rune, bool) {
	var r rune
	for i := range len(p) {
		switch c := p[i]; {
		case isDigit(c):
			r = r<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}
