package parser

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"zlog/event"
)

// lookLogrus recognises logrus's text, and slog's, which OpenZiti 2.1 writes for --log-formatter text:
//
//	time="2026-11-22T19:54:49Z" level=warning msg="…"
//	time=2026-11-22T19:54:49.203Z level=warn msg="…"
func (c *secondCache) lookLogrus(p []byte) (shape, bool) {
	s := shape{kind: kindLogrus, format: formatSlogText}
	rest, ok := bytes.CutPrefix(p, logrusHead)
	if !ok {
		return shape{}, false
	}
	after := " level="
	if quoted, ok := bytes.CutPrefix(rest, []byte(`"`)); ok {
		rest, after, s.format = quoted, `" level=`, formatLogrus
	}
	at, n, _, _ := c.readStamp(rest)
	if n == 0 || !bytes.HasPrefix(rest[n:], []byte(after)) {
		return shape{}, false
	}
	s.at = at
	return s, true
}

var logrusHead = []byte("time=")

// parseLogrus reads key=value pairs. Values that are not plain words are quoted as Go quotes them. logrus does not
// quote keys, which may hold blanks (backoff time=10ms); slog does ("backoff time"=10ms).
func parseLogrus(ev *event.Event, s string) {
	var stamp, msg bool
	for s != "" {
		key, value, rest, ok := pair(s)
		if !ok {
			break
		}
		switch s = rest; {
		case key == "time" && !stamp:
			stamp = true
		case key == "level" && ev.Level == event.LevelUnknown:
			ev.Level = level(value)
		case key == "msg" && !msg:
			msg, ev.Msg = true, value
		case key == "func" && ev.Func == "":
			ev.Func = value
		case key == "file" && ev.File == "":
			ev.File = value
		default:
			add(ev, key, unstacked(value))
		}
	}
}

// unstacked gives what an error says where slog's text has it as %+v prints it, which pkg/errors does with the cause first and a
// stack after each part:
//
//	dial tcp 10.99.2.3:6262: i/o timeout\nerror dialing peer tls:10.99.2.3:6262\n…mesh.(*impl).DialPeer\n\t…/mesh.go:656
//	error dialing peer tls:10.99.2.3:6262: dial tcp 10.99.2.3:6262: i/o timeout
func unstacked(value string) string {
	if !strings.Contains(value, "\n\t") {
		return value
	}
	lines := strings.Split(value, "\n")
	parts := slices.DeleteFunc(lines, func(l string) bool { return isFrame([]byte(l)) })
	if len(parts) == len(lines) {
		return value
	}
	slices.Reverse(parts)
	return strings.Join(parts, ": ")
}

// pair cuts the next key=value off s.
func pair(s string) (key, value, rest string, ok bool) {
	s = strings.TrimLeft(s, " ")
	if q, err := strconv.QuotedPrefix(s); err == nil && strings.HasPrefix(s[len(q):], "=") && q[0] == '"' {
		key, _ = strconv.Unquote(q)
		s = s[len(q)+1:]
	} else {
		key, s, ok = strings.Cut(s, "=")
		if !ok {
			return "", "", "", false
		}
	}
	if key == "" {
		return "", "", "", false
	}
	if strings.HasPrefix(s, `"`) {
		if q, err := strconv.QuotedPrefix(s); err == nil {
			return key, unquote(q), s[len(q):], true
		}
	}
	value, rest, _ = strings.Cut(s, " ")
	return key, value, rest, true
}

// unquote is strconv.Unquote for a text that strconv.QuotedPrefix gave: few have escapes.
func unquote(q string) string {
	if text := q[1 : len(q)-1]; strings.IndexByte(text, '\\') < 0 && utf8.ValidString(text) {
		return text
	}
	text, _ := strconv.Unquote(q)
	return text
}
