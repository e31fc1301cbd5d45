package parser

import (
	"strings"

	"zlog/event"
)

// lookGolog recognises Go's standard logger, 2026/11/22 19:47:19 ERROR text k="v".
func (c *secondCache) lookGolog(p []byte) (shape, bool) {
	if len(p) < 21 || p[4] != '/' || p[10] != ' ' {
		return shape{}, false
	}
	at, n, _, z := c.readStamp(p)
	if n == 0 || z != zoneNone || n >= len(p) || p[n] != ' ' {
		return shape{}, false
	}
	return shape{kind: kindGolog, format: formatGolog, at: at}, true
}

// parseGolog reads the line; the level and the pairs at its end are what slog's default handler adds.
func parseGolog(ev *event.Event, s string) {
	_, s, _ = strings.Cut(s, " ")
	_, s, _ = strings.Cut(s, " ")
	ev.Msg = s
	word, rest, ok := strings.Cut(s, " ")
	if !ok || word != strings.ToUpper(word) || strings.HasPrefix(word, "ERR+") || word == "ERR" {
		return
	}
	if ev.Level = level(word); ev.Level == event.LevelUnknown {
		return
	}
	ev.Msg = rest
	for i := 0; i < len(rest) && i < 4096; {
		space := strings.IndexByte(rest[i:], ' ')
		if space < 0 {
			return
		}
		i += space + 1
		key, _, ok := strings.Cut(rest[i:], "=")
		if ok && isWord(key) && pairs(ev, rest[i:], true) {
			ev.Msg = strings.TrimRight(rest[:i], " ")
			return
		}
	}
}
