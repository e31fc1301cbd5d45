package rules

import (
	"strings"

	"zlog/event"
)

// Template masks what differs between events alike: msg and error, in one line of at most 240 bytes. Words stay;
// quoted texts, addresses, times, ids and numbers become <…>. It is one pass without patterns, since in a storm of
// errors every second line comes here.
func Template(e *event.Event) string {
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
	return maskText(text)
}

// maskText masks what differs in a text, of which it gives at most 240 bytes.
func maskText(text string) string {
	const out = 240
	var b strings.Builder
	b.Grow(len(text))
	for i := 0; i < len(text) && b.Len() < out; {
		c := text[i]
		switch {
		case c == '"' || c == '\'':
			if end := strings.IndexByte(text[i+1:], c); end >= 0 && (c == '"' || end > 0 && (i == 0 || !isWord(text[i-1]))) {
				b.WriteString("<text>")
				i += end + 2
				continue
			}
			b.WriteByte(c)
			i++
		case isWord(c):
			end := i + 1
			for end < len(text) && (isWord(text[end]) || isJoint(text[end]) && end+1 < len(text) && isWord(text[end+1])) {
				end++
			}
			b.WriteString(maskWord(text[i:end]))
			i = end
		default:
			b.WriteByte(c)
			i++
		}
	}
	if b.Len() > out {
		return strings.ToValidUTF8(b.String()[:out], "") + "…"
	}
	return b.String()
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
