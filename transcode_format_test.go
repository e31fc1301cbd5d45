package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// format writes an entry as one of OpenZiti's formatters does, without the final line feed. Lines that no logger
// wrote are the same in all of them.
type format struct {
	name    string
	text    func(*entry) string
	wrapped bool // take part in the product with all wrappers
}

// formats holds what --log-formatter gives in 1.x, 2.0 and 2.1, on a terminal and not.
var formats = []format{
	{"pfxlog JSON", func(e *entry) string { return e.raw }, true},
	{"slog JSON", slogJSON, true},
	{"slog JSON of named loggers", slogChannelJSON, false},
	{"slog JSON as slog has it by itself", slogOwnJSON, false},
	{"slog text", slogText, true},
	{"logrus text", logrusText, true},
	{"pfxlog by date", pretty(dateLabel, false), false},
	{"pfxlog by date in colour", pretty(dateLabel, true), true},
	{"pfxlog by day", pretty(dayLabel, false), true},
	{"pfxlog by day in colour", pretty(dayLabel, true), false},
	{"pfxlog by start", pretty(startLabel, false), true},
	{"pfxlog by start in colour", pretty(startLabel, true), false},
}

func formatNamed(name string) format {
	return formats[slices.IndexFunc(formats, func(f format) bool { return f.name == name })]
}

// slogJSON is the JSON of 2.1: common/logging's format.go and bridge.go of v2.1.0-pre2 over slog's JSONHandler. Time,
// level and msg come first, levels are in lower case, text is not made safe for HTML, and a data key that clashes
// stands twice.
//
//	{"time":"2026-11-22T19:32:20.471123456Z","level":"warn","msg":"failed to contact","file":…,"func":…,"time":500408954}
func slogJSON(e *entry) string {
	return slogObject(e, slogLevel(e.level), nil)
}

// slogChannelJSON is what logging.For("…") gives.
func slogChannelJSON(e *entry) string {
	return slogObject(e, slogLevel(e.level), []datum{{key: "channel", raw: `"controller.link"`}})
}

func slogObject(e *entry, level string, bound []datum) string {
	if e.level == "" {
		return e.raw
	}
	var b strings.Builder
	b.WriteString(`{"time":` + quoteJSON(slogTime(e)) + `,"level":"` + level + `","msg":` + quoteJSON(e.msg))
	if e.file != "" || e.fn != "" {
		b.WriteString(`,"file":` + quoteJSON(e.file) + `,"func":` + quoteJSON(e.fn))
	}
	for _, d := range slices.Concat(bound, e.data) {
		b.WriteString("," + quoteJSON(strings.TrimPrefix(d.key, "fields.")) + ":" + d.raw)
	}
	return b.String() + "}"
}

// slogOwnJSON is slog's JSONHandler with AddSource and no ReplaceAttr.
func slogOwnJSON(e *entry) string {
	if e.level == "" {
		return e.raw
	}
	file, line, _ := strings.Cut(e.file, ".go:")
	if line == "" {
		line = "0"
	}
	var b strings.Builder
	fmt.Fprintf(&b, `{"time":%s,"level":"%s","source":{"function":%s,"file":%s,"line":%s},"msg":%s`, quoteJSON(slogTime(e)),
		strings.ToUpper(slogLevel(e.level)), quoteJSON(e.fn), quoteJSON(file+".go"), line, quoteJSON(e.msg))
	for _, d := range e.data {
		b.WriteString("," + quoteJSON(strings.TrimPrefix(d.key, "fields.")) + ":" + d.raw)
	}
	return b.String() + "}"
}

func slogTime(e *entry) string {
	return e.at.Add(123456 * time.Nanosecond).Format(time.RFC3339Nano)
}

func slogLevel(level string) string {
	if level == "warning" {
		return "warn"
	}
	return level
}

// slogText is --log-formatter text of 2.1: slog's TextHandler.
//
//	time=2026-11-22T19:32:20.471Z level=error msg="failed to heartbeat to" file=… func=… "backoff time"=10ms leader-id=""
func slogText(e *entry) string {
	if e.level == "" {
		return e.raw
	}
	s := "time=" + e.at.Format("2006-01-02T15:04:05.000Z07:00") + " level=" + slogLevel(e.level) + " msg=" + slogQuote(e.msg)
	if e.file != "" || e.fn != "" {
		s += " file=" + slogQuote(e.file) + " func=" + slogQuote(e.fn)
	}
	for _, d := range e.data {
		s += " " + slogQuote(strings.TrimPrefix(d.key, "fields.")) + "=" + slogQuote(d.text)
	}
	return s
}

// slogQuote quotes as log/slog's text_handler.go does.
func slogQuote(s string) string {
	for _, r := range s {
		if r == ' ' || r == '"' || r == '=' || r < ' ' || r == 0x7f || r >= 0x80 && !unicode.IsPrint(r) {
			return strconv.Quote(s)
		}
	}
	if s == "" {
		return `""`
	}
	return s
}

// logrusText is logrus's TextFormatter: func and file behind msg if logrus found the caller itself, else among the
// sorted data. Keys are never quoted.
func logrusText(e *entry) string {
	if e.level == "" {
		return e.raw
	}
	s := "time=" + logrusQuote(e.at.Format(time.RFC3339)) + " level=" + e.level + " msg=" + logrusQuote(e.msg)
	data := slices.Clone(e.data)
	switch {
	case e.raft:
		data = append(data, datum{key: "file", text: e.file}, datum{key: "func", text: e.fn})
		slices.SortFunc(data, func(a, b datum) int { return strings.Compare(a.key, b.key) })
	case e.fn != "":
		s += " func=" + logrusQuote(e.fn) + " file=" + logrusQuote(e.file)
	}
	for _, d := range data {
		s += " " + d.key + "=" + logrusQuote(d.text)
	}
	return s
}

// logrusQuote quotes as logrus's text_formatter.go does.
func logrusQuote(s string) string {
	for _, c := range s {
		if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && !strings.ContainsRune("-._/@^+", c) {
			return strconv.Quote(s)
		}
	}
	return s
}

// pretty is pfxlog's own form (formatter.go of v0.6.10): no file, no clash of keys, fields in map order.
func pretty(label func(*entry) string, colour bool) func(*entry) string {
	paint := func(code, s string) string {
		if !colour {
			return s
		}
		return "\x1b[" + code + "m" + s + "\x1b[39m"
	}
	levels := map[string][2]string{"panic": {"  PANIC", "31"}, "fatal": {"  FATAL", "31"}, "error": {"  ERROR", "31"},
		"warning": {"WARNING", "33"}, "info": {"   INFO", "37"}, "debug": {"  DEBUG", "34"}, "trace": {"  TRACE", "90"}}
	return func(e *entry) string {
		if e.level == "" {
			return e.raw
		}
		fn := strings.TrimPrefix(e.fn, "github.com/openziti/")
		var fields []string
		for _, d := range e.data {
			switch d.key {
			case "_channels":
				fn += " |" + strings.Trim(d.text, "[]") + "|"
			case "_context":
				fn += " [" + d.text + "]"
			default:
				fields = append(fields, strings.TrimPrefix(d.key, "fields.")+"=["+d.text+"]")
			}
		}
		slices.Reverse(fields)
		msg := e.msg
		if len(fields) > 0 {
			msg = paint("96", "{"+strings.Join(fields, " ")+"} ") + msg
		}
		l := levels[e.level]
		return paint("34", "["+label(e)+"]") + " " + paint(l[1], l[0]) + " " + paint("36", fn) + ": " + msg
	}
}

func dateLabel(e *entry) string { return e.at.Format("2006-01-02 15:04:05.000") }

func dayLabel(e *entry) string {
	return fmt.Sprintf("%8.3f", e.at.Sub(e.at.Truncate(24*time.Hour)).Seconds())
}

func startLabel(e *entry) string { return fmt.Sprintf("%8.3f", e.since.Seconds()) }

// raftFile is a raft line in the file that raft.logFile names: hclog's plain form (intlogger.go), without the doubled
// bracket that OpenZiti's adapter adds.
//
//	2026-11-22T19:32:20.471Z [WARN]  failed to contact: server-id=ctrl3 time=500.408954ms
func raftFile(e *entry) string {
	level := map[string]string{"debug": "[DEBUG]", "info": "[INFO] ", "warning": "[WARN] ", "error": "[ERROR]"}[e.level]
	s := e.at.Format("2006-01-02T15:04:05.000Z0700") + " " + level + " " + e.msg
	if len(e.data) > 0 {
		s += ":"
	}
	for _, d := range e.data {
		text := d.text
		if d.key == "servers" {
			text = strings.TrimSuffix(strings.TrimPrefix(text, "["), "]")
		}
		if strings.ContainsFunc(text, func(r rune) bool { return r < '-' || r > '~' }) {
			text = strconv.Quote(text)
		}
		s += " " + strings.TrimPrefix(d.key, "fields.") + "=" + text
	}
	return s
}

// quoteJSON quotes without making the text safe for HTML, as slog, Docker and journald do.
func quoteJSON(s string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s)
	return strings.TrimSuffix(b.String(), "\n")
}
