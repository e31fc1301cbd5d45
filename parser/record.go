package parser

import (
	"strings"
	"unicode/utf8"

	"zlog/event"
)

// parse fills ev from the text of one record that is no object; ev.Text is set, and ev.Fields is empty.
func parse(ev *event.Event, k kind) {
	head, rest, _ := strings.Cut(ev.Text, "\n")
	head = strings.TrimRight(head, "\r")
	switch k {
	case kindLogrus:
		parseLogrus(ev, head)
	case kindPfxlog:
		parsePfxlog(ev, stripANSI(head))
	case kindHclog:
		parseHclog(ev, head)
	case kindGolog:
		parseGolog(ev, head)
	case kindDump:
		parseDump(ev, head)
		rest = ""
	default:
		ev.Msg = ev.Text
		rest = ""
	}
	if rest != "" {
		ev.Msg += "\n" + rest
	}
	ev.Msg = valid(ev.Msg)
}

// valid gives a message that can be printed.
func valid(msg string) string {
	if utf8.ValidString(msg) {
		return msg
	}
	return strings.ToValidUTF8(msg, "\uFFFD")
}

// add appends a data key. The first of two equal keys wins, and an error that is nil is none. A key that clashes with
// a part of the record is called what logrus calls it, fields.time, whatever the format: raft's "failed to contact"
// has such a key, and pfxlog, slog and hclog print it as time.
func add(ev *event.Event, key, value string) {
	switch key {
	case "time", "level", "msg":
		key = "fields." + key
	}
	if key == "error" && (value == "null" || value == "<nil>") {
		return
	}
	if len(ev.Fields) < 64 { // beyond, looking for the first would make a hostile line slow
		for i := range ev.Fields {
			if ev.Fields[i].Key == key {
				return
			}
		}
	}
	ev.Fields = append(ev.Fields, event.Field{Key: key, Value: value})
}

// level reads a level in lower or upper case or with a capital, which are the forms that AlarmLiterals knows. slog
// may print an offset: WARN+2, DEBUG-4.
func level(s string) event.Level {
	switch s { // as logrus writes them
	case "debug":
		return event.LevelDebug
	case "info":
		return event.LevelInfo
	case "warning":
		return event.LevelWarning
	case "error":
		return event.LevelError
	}
	s = strings.TrimSpace(s)
	s, _, _ = strings.Cut(s, "+")
	if strings.HasPrefix(s, "DEBUG-") {
		return event.LevelTrace
	}
	if s == "" || s[1:] != strings.ToLower(s[1:]) && s != strings.ToUpper(s) {
		return event.LevelUnknown
	}
	return event.ParseLevel(s)
}
