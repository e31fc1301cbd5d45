package report

import (
	"strings"

	"github.com/tidwall/gjson"
)

// longest is how much of a record is looked at for its message.
const longest = 16 << 10

// dull are the fields of a record that do not help to read its message: where it was written, when, how loud.
var dull = map[string]bool{
	"time": true, "level": true, "file": true, "func": true, "msg": true, "error": true, "source": true, "ts": true,
	"_context": true, "_channels": true, "channel": true, "@timestamp": true, "@level": true, "@message": true,
	"severity": true, "message": true, "arch": true, "os": true, "build-date": true, "go-version": true, "revision": true,
}

// Message gives the readable part of a record in its own words: its message, the error, and the short fields that
// belong to it, the shortest first. What is not recognised is given as it is, its first line.
func Message(text string) string { return read(text).within(1 << 20) }

// message is a record's readable part, taken apart.
type message struct {
	main  string   // message and error
	more  []string // key=value, the short ones first
	short int      // so many of them
}

// within puts a message together; fields that would make it wider than so many cells are left out.
func (m message) within(width int) string {
	out := m.main
	for i, f := range m.more {
		sep := ", "
		if i == 0 {
			sep = " ("
		}
		if Width(out)+Width(sep+f)+3 > width {
			if i == 0 {
				return out
			}
			return out + ", …)"
		}
		out += sep + f
	}
	if len(m.more) > 0 {
		out += ")"
	}
	return out
}

// read takes a record apart.
func read(text string) message {
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "")
	}
	text = uncoloured(strings.TrimSpace(text))
	if strings.HasPrefix(text, "{") && gjson.Valid(text) {
		return compose(objectPairs(text), text)
	}
	if pairs := logrusPairs(text); pairs != nil {
		return compose(pairs, text)
	}
	line, rest, _ := strings.Cut(text, "\n")
	line = strings.TrimSpace(unprefixed(line))
	if line == "" {
		line, _, _ = strings.Cut(rest, "\n")
	}
	return message{main: strings.TrimSpace(line)}
}

// uncoloured takes SGR sequences out: pfxlog colours its level on a terminal.
func uncoloured(s string) string {
	for {
		at := strings.Index(s, "\x1b[")
		if at < 0 {
			return s
		}
		end := at + 2
		for end < len(s) && (s[end] == ';' || s[end] >= '0' && s[end] <= '9') {
			end++
		}
		if end == len(s) || s[end] != 'm' {
			return s
		}
		s = s[:at] + s[end+1:]
	}
}

// unprefixed takes time, level and the writing function off a line of text.
//
//	[71611.203] WARNING ziti/controller.run: starting
//	2026-11-22T19:32:10.401Z [WARN]  raft: heartbeat timeout reached
func unprefixed(line string) string {
	stamp, rest, _ := strings.Cut(line, " ")
	if strings.HasPrefix(line, "[") {
		stamp, rest, _ = strings.Cut(line[1:], "]")
	}
	if stamp = strings.TrimSpace(stamp); stamp == "" || strings.Trim(stamp, "0123456789-:.+TZ") != "" {
		return line
	}
	level, rest, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
	switch strings.ToLower(strings.Trim(level, "[]")) {
	case "trace", "debug", "info", "warn", "warning", "error", "fatal", "panic":
	default:
		return line
	}
	rest = strings.TrimLeft(rest, " ")
	if who, what, ok := strings.Cut(rest, ": "); ok && !strings.Contains(who, " ") {
		return what
	}
	return rest
}

type pair struct{ key, value string }

func objectPairs(text string) []pair {
	var out []pair
	gjson.Parse(text).ForEach(func(k, v gjson.Result) bool {
		out = append(out, pair{k.String(), v.String()})
		return true
	})
	return out
}

// logrusPairs reads key=value and key="value" up to the line's end; nil if the text is not of that form.
//
//	time="2026-11-22T19:54:49Z" level=info msg="election won" file=… tally=1 term=2
//	time=2026-11-22T19:54:49.113Z level=info msg="peer connected" file=… peerId=ctrl2
func logrusPairs(text string) []pair {
	if !strings.HasPrefix(text, "time=") && !strings.HasPrefix(text, "level=") {
		return nil
	}
	var out []pair
	for rest := text; rest != ""; rest = strings.TrimLeft(rest, " ") {
		key, after, ok := strings.Cut(rest, "=")
		if !ok || strings.ContainsAny(key, " \"") {
			break
		}
		var value string
		if strings.HasPrefix(after, `"`) {
			end := 1
			for end < len(after) && after[end] != '"' {
				if after[end] == '\\' {
					end++
				}
				end++
			}
			value, rest = after[1:min(end, len(after))], after[min(end+1, len(after)):]
			value = strings.ReplaceAll(value, `\"`, `"`)
		} else {
			value, rest, _ = strings.Cut(after, " ")
		}
		out = append(out, pair{key, value})
	}
	return out
}

// compose puts the telling parts together: message: error, and key=value.
func compose(pairs []pair, text string) message {
	msg, err := "", ""
	var more, long []string
	for _, p := range pairs {
		switch {
		case p.key == "msg", p.key == "message" && msg == "", p.key == "@message":
			msg = p.value
		case p.key == "error":
			err = p.value
		case dull[p.key] || p.value == "" || p.value == "{}":
		case len(p.value) <= 24:
			more = append(more, Safe(p.key+"="+p.value))
		case len(p.value) <= 80:
			long = append(long, Safe(p.key+"="+p.value))
		}
	}
	switch {
	case msg == "" && err == "":
		return message{main: text}
	case msg == "":
		msg = err
	case err != "" && !strings.Contains(msg, err):
		msg += ": " + err
	}
	return message{strings.TrimSpace(Safe(msg)), append(more, long...), len(more)}
}
