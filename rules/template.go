package rules

import (
	"bytes"
	"strings"

	"zlog/event"
)

// Template masks what differs between events alike: msg and error, in one line of at most 240 bytes. Words stay;
// quoted texts, addresses, times, ids and numbers become <…>. It is one pass without patterns, since in a storm of
// errors every second line comes here.
func Template(e *event.Event) string {
	text, _ := template(nil, nil, e)
	return string(text)
}

// template adds an event's template to dst. It is made in spare, which it gives back grown.
func template(dst, spare []byte, e *event.Event) (template, grown []byte) {
	text := append(spare[:0], e.Msg...)
	if err, ok := e.Field("error"); ok && err != "" {
		text = append(append(text, " | "...), err...)
	}
	grown = text
	if nl := bytes.IndexByte(text, '\n'); nl >= 0 {
		text = text[:nl]
	}
	const most = 1000
	if len(text) > most {
		text = bytes.ToValidUTF8(text[:most], nil)
	}
	return maskText(dst, text), grown
}

// What a byte may be in a template.
const (
	inWord = 1 << iota // letters, digits, _ and what is not ASCII
	inNumber
	joint // stands inside addresses, ids, times and names
	quote
)

var classes = func() (all [256]uint8) {
	for i := range all {
		c := byte(i)
		switch {
		case c >= '0' && c <= '9':
			all[i] = inWord | inNumber
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80:
			all[i] = inWord
		case strings.IndexByte(".:-/+", c) >= 0:
			all[i] = joint
		case c == '"' || c == '\'':
			all[i] = quote
		}
	}
	return all
}()

func isWord(c byte) bool { return classes[c]&inWord != 0 }

// maskText adds a text to b and masks what differs, in at most 240 bytes.
func maskText(b, text []byte) []byte {
	const out = 240
	start, run := len(b), 0 // text[run:i] stays as it is
	i := 0
	for i < len(text) && len(b)-start+i-run < out {
		switch c := text[i]; {
		case isWord(c):
			end, has := wordEnd(text, i)
			if has&inNumber != 0 {
				b = append(append(b, text[run:i]...), maskWord(text[i:end])...)
				run = end
			}
			i = end
		case classes[c]&quote != 0:
			if end := bytes.IndexByte(text[i+1:], c); end >= 0 && (c == '"' || end > 0 && (i == 0 || !isWord(text[i-1]))) {
				b = append(append(b, text[run:i]...), "<text>"...)
				i += end + 2
				run = i
				continue
			}
			i++
		default:
			i++
		}
	}
	b = append(b, text[run:i]...)
	if len(b)-start > out {
		return append(append(b[:start], bytes.ToValidUTF8(b[start:start+out], nil)...), "…"...)
	}
	return b
}

// wordEnd gives where the word that begins at i ends, with the joints in it, and what it is made of.
func wordEnd(text []byte, i int) (end int, has uint8) {
	for end = i; end < len(text); end++ {
		class := classes[text[end]]
		if class&inWord == 0 && (class&joint == 0 || end+1 >= len(text) || !isWord(text[end+1])) {
			break
		}
		has |= class
	}
	return end, has
}

// maskWord gives a word, or what stands for it if it holds a digit.
func maskWord(w []byte) string {
	digits, letters, colons, dots := 0, 0, 0, 0
	for _, c := range w {
		switch {
		case classes[c]&inNumber != 0:
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
	case letters == 0 && colons == 0 && dots <= 1:
		return "<n>"
	case named(w):
		return string(w)
	case colons > 0 && letters <= 3 && digits >= 12:
		return "<time>"
	case colons > 0 || dots == 3:
		return "<addr>"
	case w[0] >= '0' && w[0] <= '9' && letters <= digits+2 && len(w) < 14:
		return "<span>"
	}
	return "<id>"
}

// named says whether a word with a digit is the name of a thing and no value.
func named(w []byte) bool {
	return bytes.HasPrefix(w, []byte("x509")) || bytes.HasPrefix(w, []byte("base64")) || string(w) == "OAuth2" || string(w) == "utf8"
}
