package parser

import (
	"bytes"
	"strconv"
	"strings"

	"zlog/event"
)

// lookLogrus recognises time="2026-11-22T19:54:49Z" level=warning msg="…".
func (c *secondCache) lookLogrus(p []byte) (shape, bool) {
	const head = `time="`
	if !bytes.HasPrefix(p, []byte(head)) {
		return shape{}, false
	}
	at, n, _, _ := c.readStamp(p[len(head):])
	if n == 0 || !bytes.HasPrefix(p[len(head)+n:], []byte(`" level=`)) {
		return shape{}, false
	}
	return shape{kind: kindLogrus, format: formatLogrus, at: at}, true
}

// parseLogrus reads key=value pairs. Values that are not plain words are quoted as Go quotes them; keys are not
// quoted and may hold blanks (backoff time=10ms).
func parseLogrus(ev *event.Event, s string) {
	var msg bool
	for s != "" {
		key, value, rest, ok := pair(s)
		if !ok {
			break
		}
		switch s = rest; {
		case key == "time" && len(ev.Fields) == 0 && !msg:
		case key == "level" && ev.Level == event.LevelUnknown:
			ev.Level = level(value)
		case key == "msg" && !msg:
			msg, ev.Msg = true, value
		case key == "func" && ev.Func == "":
			ev.Func = value
		case key == "file" && ev.File == "":
			ev.File = value
		default:
			add(ev, key, value)
		}
	}
}

// pair cuts the next key=value off s.
func pair(s string) (key, value, rest string, ok bool) {
	s = strings.TrimLeft(s, " ")
	key, s, ok = strings.Cut(s, "=")
	if !ok || key == "" {
		return "", "", "", false
	}
	if strings.HasPrefix(s, `"`) {
		if q, err := strconv.QuotedPrefix(s); err == nil {
			value, _ = strconv.Unquote(q)
			return key, value, s[len(q):], true
		}
	}
	value, rest, _ = strings.Cut(s, " ")
	return key, value, rest, true
}
