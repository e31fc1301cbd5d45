package rules

import (
	"bytes"
	"strings"

	"zlog/event"
)

// Template masks what differs between events alike: msg and error, in one line of at most 240 bytes. Words stay;
// quoted texts, addresses, times, ids and numbers become <…>. It is one pass without patterns, since in a storm of
// errors every second line comes here.
func Template(e *event.Event) string { return string(template(nil, e)) }

// template adds an event's template to dst.
func template(dst []byte, e *event.Event) []byte {
	text := e.Msg
	if err, ok := e.Field("error"); ok && err != "" {
		text += " | " + err
	}
	if nl := strings.IndexByte(text, '\n'); nl >= 0 {
		text = text[:nl]
	}
	const most = 1000
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "")
	}
	return maskText(dst, text)
}

// maskText adds a text to b and masks what differs, in at most 240 bytes.
func maskText(b []byte, text string) []byte {
	const out = 240
	start := len(b)
	for i := 0; i < len(text) && len(b)-start < out; {
		c := text[i]
		switch {
		case c == '"' || c == '\'':
			if end := strings.IndexByte(text[i+1:], c); end >= 0 && (c == '"' || end > 0 && (i == 0 || !isWord(text[i-1]))) {
				b = append(b, "<text>"...)
				i += end + 2
				continue
			}
			b = append(b, c)
			i++
		case isWord(c):
			end := i + 1
			for end < len(text) && (isWord(text[end]) || isJoint(text[end]) && end+1 < len(text) && isWord(text[end+1])) {
				end++
			}
			b = append(b, maskWord(text[i:end])...)
			i = end
		default:
			b = append(b, c)
			i++
		}
	}
	if len(b)-start > out {
		return append(append(b[:start], bytes.ToValidUTF8(b[start:start+out], nil)...), "…"...)
	}
	return b
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}

// isJoint are the characters that stand inside addresses, ids, times and names.
func isJoint(c byte) bool { return c == '.' || c == ':' || c == '-' || c == '/' || c == '+' }

// maskWord gives a word, or what stands for it if it holds a digit.
func maskWord(w string) string {
	digits, letters, colons, dots := 0, 0, 0, 0
	for i := 0; i < len(w); i++ {
		switch c := w[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c == ':':
			colons++
		case c == '.':
			dots++
		case isWord(c):
			letters++
		}
	}
	switch {
	case digits == 0:
		return w
	case letters == 0 && colons == 0 && dots <= 1:
		return "<n>"
	case strings.HasPrefix(w, "x509"), strings.HasPrefix(w, "base64"), w == "OAuth2", w == "utf8":
		return w // names of things, not values
	case colons > 0 && letters <= 3 && digits >= 12:
		return "<time>"
	case colons > 0 || dots == 3:
		return "<addr>"
	case w[0] >= '0' && w[0] <= '9' && letters <= digits+2 && len(w) < 14:
		return "<span>"
	}
	return "<id>"
}
