package parser

import (
	"bytes"
	"strings"

	"zlog/event"
)

// lookPfxlog recognises pfxlog's pretty form, with and without colours (formatter.go of pfxlog v0.6):
//
//	[71611.203] WARNING ziti/controller/config.(*EdgeConfig).loadApiSection: [edge.api…] defaulted to 30m0s
//	[   0.001]    INFO …            since the start of the process
//	[2024-07-01 17:58:45.816]   ERROR …
func (c *secondCache) lookPfxlog(p []byte) (shape, bool) {
	var plain [128]byte
	if bytes.IndexByte(p[:min(len(p), len(plain))], 0x1b) >= 0 {
		p = appendPlain(plain[:0], p[:min(len(p), len(plain))])
	}
	if len(p) < 3 || p[0] != '[' {
		return shape{}, false
	}
	end := bytes.IndexByte(p[:min(len(p), 48)], ']')
	if end < 0 || labelled(p[end+1:]) == event.LevelUnknown {
		return shape{}, false
	}
	s := shape{kind: kindPfxlog, format: formatPfxlog}
	if at, n, _, _ := c.readStamp(p[1:end]); n > 0 && n == end-1 {
		s.at = at
		return s, true
	}
	var ok bool
	s.at, ok = readSeconds(bytes.TrimLeft(p[1:end], " "))
	return s, ok
}

// labelled gives the level of " WARNING …".
func labelled(p []byte) event.Level {
	word := bytes.TrimLeft(p[:min(len(p), 16)], " ")
	end := bytes.IndexByte(word, ' ')
	if end < 5 && string(word[:max(end, 0)]) != "INFO" {
		return event.LevelUnknown
	}
	switch w := string(word[:end]); w {
	case "PANIC", "FATAL", "ERROR", "WARNING", "INFO", "DEBUG", "TRACE":
		return event.ParseLevel(w)
	}
	return event.LevelUnknown
}

// readSeconds reads 71611.203.
func readSeconds(b []byte) (stamp, bool) {
	s := stamp{clock: event.ClockDay}
	n := 0
	for ; n < len(b) && n < 10 && isDigit(b[n]); n++ {
		s.sec = s.sec*10 + int64(b[n]-'0')
	}
	if n == 0 {
		return s, false
	}
	var digits int
	s.nsec, n, digits = readFraction(b, n)
	return s, n == len(b) && digits > 0
}

// parsePfxlog reads [stamp] LEVEL func |channels| [context]: {k=[v] k2=[v2]} msg, all but stamp and level optional.
func parsePfxlog(ev *event.Event, s string) {
	_, s, _ = strings.Cut(s, "]")
	word, s, _ := strings.Cut(strings.TrimLeft(s, " "), " ")
	ev.Level = level(word)
	full := s
	if i := strings.IndexAny(s, " :"); i >= 0 {
		ev.Func, s = s[:i], s[i:]
	}
	if rest, ok := strings.CutPrefix(s, " |"); ok {
		if channels, after, ok := strings.Cut(rest, "|"); ok {
			add(ev, "_channels", channels)
			s = after
		}
	}
	if rest, ok := strings.CutPrefix(s, " ["); ok {
		if context, after, ok := strings.Cut(rest, "]: "); ok {
			add(ev, "_context", context)
			s = ": " + after
		}
	}
	msg, ok := strings.CutPrefix(s, ":")
	if !ok {
		ev.Func, ev.Fields, ev.Msg = "", ev.Fields[:0], full
		return
	}
	ev.Msg = bracketed(ev, strings.TrimPrefix(msg, " "))
}

// bracketed reads {k=[v] k2=[v2]} and gives what follows. Values may hold brackets (servers=[[[]]]); if they do not
// balance, a value ends where the next key or the end of the fields looks like it.
func bracketed(ev *event.Event, s string) string {
	if !strings.HasPrefix(s, "{") {
		return s
	}
	before := len(ev.Fields)
	for rest := s[1:]; ; {
		key, after, ok := strings.Cut(rest, "=[")
		if !ok || key == "" || len(key) > 128 || strings.ContainsAny(key, "[]{}=") {
			break
		}
		end := valueEnd(after, true)
		if end < 0 {
			end = valueEnd(after, false)
		}
		if end < 0 {
			break
		}
		add(ev, key, after[:end])
		rest = after[end+1:]
		if strings.HasPrefix(rest, "}") {
			return strings.TrimPrefix(rest[1:], " ")
		}
		rest = rest[1:]
	}
	ev.Fields = ev.Fields[:before]
	return s
}

// valueEnd finds the bracket that ends a value: the one before "}" or before " key=[".
func valueEnd(s string, balanced bool) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '[':
			depth++
		case ']':
			if balanced && depth > 0 {
				depth--
				continue
			}
			next := s[i+1:]
			if next == "}" || strings.HasPrefix(next, "} ") || nextKey(next) {
				return i
			}
			if balanced {
				return -1
			}
		}
	}
	return -1
}

// nextKey: s goes on with " key=[".
func nextKey(s string) bool {
	if !strings.HasPrefix(s, " ") {
		return false
	}
	end := strings.IndexAny(s[:min(len(s), 128)], "=[]{}")
	return end > 1 && strings.HasPrefix(s[end:], "=[")
}

// stripANSI takes colour codes out.
func stripANSI(s string) string {
	if strings.IndexByte(s, 0x1b) < 0 {
		return s
	}
	return string(appendPlain(make([]byte, 0, len(s)), s))
}

// appendPlain adds a text without its colour codes to out.
func appendPlain[T string | []byte](out []byte, s T) []byte {
	for i := 0; i < len(s); i++ {
		if s[i] != 0x1b || i+1 == len(s) || s[i+1] != '[' {
			out = append(out, s[i])
			continue
		}
		for i += 2; i < len(s) && (isDigit(s[i]) || s[i] == ';'); i++ { // and what ends it
		}
	}
	return out
}
