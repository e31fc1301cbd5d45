package rules

import (
	"bytes"
	"encoding/binary"
	"math/bits"
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
	for i := range e.Fields {
		if f := &e.Fields[i]; f.Key == "error" {
			if f.Value != "" {
				text = append(append(text, " | "...), f.Value...)
			}
			break
		}
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

// longest is how many bytes a template has at most.
const longest = 240

// maskText adds a text to b and masks what differs, in at most longest bytes. Only digits and quotes make a difference, and most
// bytes are neither.
func maskText(b, text []byte) []byte {
	start, run, least := len(b), 0, 0 // text[run:i] stays as it is, and no word begins before text[least]
	for i := plainEnd(text, 0); i < len(text); i = plainEnd(text, i) {
		if c := text[i]; classes[c]&quote != 0 {
			if end := quoteEnd(text, i); end > 0 {
				b = append(append(b, text[run:i]...), "<text>"...)
				i, run, least = end, end, end
			} else {
				i++
			}
			continue
		}
		from := i // where the digit's word begins
		for j := i - 1; j >= least && (isWord(text[j]) || classes[text[j]]&joint != 0 && isWord(text[j+1])); j-- {
			if isWord(text[j]) {
				from = j
			}
		}
		i, _ = wordEnd(text, i)
		b = append(append(b, text[run:from]...), maskWord(text[from:i])...)
		run, least = i, i
		if len(b)-start >= longest {
			break
		}
	}
	if b = append(b, text[run:]...); len(b)-start >= longest {
		return maskLong(b[:start], text)
	}
	return b
}

// plainEnd gives where the first digit or quote from i on is, the text's end if there is none. It looks at eight bytes at once.
func plainEnd(text []byte, i int) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	for i < len(text) {
		end := i + 8
		if end <= len(text) {
			x := binary.LittleEndian.Uint64(text[i:])
			// Below 128, a byte's sum has the high bit unless it is a digit, and its difference to 128 if it is 0.
			digits := ^((x ^ ones*'0') + ones*(0x80-10))
			if found := (digits | (highs - (x ^ ones*'"')) | (highs - (x ^ ones*'\''))) & highs; x&highs == 0 {
				if i += bits.TrailingZeros64(found) / 8; found != 0 {
					return i
				}
				continue
			}
		}
		for end = min(end, len(text)); i < end; i++ {
			if classes[text[i]]&(inNumber|quote) != 0 {
				return i
			}
		}
	}
	return i
}

// quoteEnd gives where the quoted text that begins at i ends, 0 if none does.
func quoteEnd(text []byte, i int) int {
	c := text[i]
	if end := bytes.IndexByte(text[i+1:], c); end >= 0 && (c == '"' || end > 0 && (i == 0 || !isWord(text[i-1]))) {
		return i + end + 2
	}
	return 0
}

// maskLong is maskText for any text, word by word.
func maskLong(b, text []byte) []byte {
	start, run := len(b), 0 // text[run:i] stays as it is
	i := 0
	for i < len(text) && len(b)-start+i-run < longest {
		switch c := text[i]; {
		case isWord(c):
			end, has := wordEnd(text, i)
			if has&inNumber != 0 {
				b = append(append(b, text[run:i]...), maskWord(text[i:end])...)
				run = end
			}
			i = end
		case classes[c]&quote != 0:
			if end := quoteEnd(text, i); end > 0 {
				b = append(append(b, text[run:i]...), "<text>"...)
				i, run = end, end
				continue
			}
			i++
		default:
			i++
		}
	}
	b = append(b, text[run:i]...)
	if len(b)-start > longest {
		return append(append(b[:start], bytes.ToValidUTF8(b[start:start+longest], nil)...), "…"...)
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
	var all uint64
	for _, c := range w {
		all += counts[c]
	}
	digits, letters, colons, dots := all&0xffff, all>>16&0xffff, all>>32&0xffff, all>>48
	switch {
	case letters == 0 && colons == 0 && dots <= 1:
		return "<n>"
	case named(w):
		return string(w)
	case colons > 0 && letters <= 3 && digits >= 12:
		return "<time>"
	case colons > 0 || dots == 3:
		return "<addr>"
	case classes[w[0]]&inNumber != 0 && letters <= digits+2 && len(w) < 14:
		return "<span>"
	}
	return "<id>"
}

// counts are what maskWord counts: digits, letters, colons and dots, 16 bits each, which hold what a template is made of.
var counts = func() (all [256]uint64) {
	for i := range all {
		switch {
		case classes[i]&inNumber != 0:
			all[i] = 1
		case i == ':':
			all[i] = 1 << 32
		case i == '.':
			all[i] = 1 << 48
		case classes[i]&inWord != 0:
			all[i] = 1 << 16
		}
	}
	return all
}()

// named says whether a word with a digit is the name of a thing and no value.
func named(w []byte) bool {
	switch w[0] {
	case 'x':
		return bytes.HasPrefix(w, []byte("x509"))
	case 'b':
		return bytes.HasPrefix(w, []byte("base64"))
	case 'O':
		return string(w) == "OAuth2"
	case 'u':
		return string(w) == "utf8"
	}
	return false
}
