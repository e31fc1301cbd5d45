package main

import (
	"encoding/binary"
	"fmt"
	"strings"
	"time"
)

// wrapper puts what a collector adds around one physical line; the result ends with a line feed.
type wrapper struct {
	name  string
	names bool // it names the node, so that all nodes may share one stream
	wrap  func(node string, at time.Time, line string) string
}

var wrappers = []wrapper{
	{"journald short", true, func(node string, at time.Time, line string) string {
		return at.Format("Jan _2 15:04:05 ") + node + " ziti[123]: " + line + "\n"
	}},
	{"journald short-iso", true, func(node string, at time.Time, line string) string {
		return at.Format("2006-01-02T15:04:05-0700 ") + node + " ziti[123]: " + line + "\n"
	}},
	{"journald json", true, func(node string, at time.Time, line string) string {
		message := quoteJSON(line)
		if strings.Contains(line, "\x1b") { // journalctl writes what is not printable as numbers
			message = strings.ReplaceAll(fmt.Sprint([]byte(line)), " ", ",")
		}
		return fmt.Sprintf(`{"__CURSOR":"s=1","_HOSTNAME":"%s","MESSAGE":%s,"__REALTIME_TIMESTAMP":"%d","SYSLOG_IDENTIFIER":"ziti","_PID":"123"}`+"\n",
			node, message, at.UnixMicro())
	}},
	{"journald export", true, func(node string, at time.Time, line string) string {
		message := "MESSAGE=" + line
		if strings.Contains(line, "\x1b") {
			message = "MESSAGE\n" + string(binary.LittleEndian.AppendUint64(nil, uint64(len(line)))) + line
		}
		return fmt.Sprintf("__CURSOR=s=1\n__REALTIME_TIMESTAMP=%d\n_HOSTNAME=%s\n%s\nSYSLOG_IDENTIFIER=ziti\n_PID=123\n\n", at.UnixMicro(), node, message)
	}},
	{"docker json-file", false, func(_ string, at time.Time, line string) string {
		return `{"log":` + quoteJSON(line+"\n") + `,"stream":"stderr","time":"` + at.Format(time.RFC3339Nano) + "\"}\n"
	}},
	{"docker compose", true, func(node string, _ time.Time, line string) string {
		return fmt.Sprintf("%-9s | %s\n", node, line)
	}},
	{"CRI with pieces", false, func(_ string, at time.Time, line string) string {
		var b strings.Builder
		parts := pieces(line)
		for i, p := range parts {
			tag := " stderr P "
			if i == len(parts)-1 {
				tag = " stderr F "
			}
			b.WriteString(at.Format("2006-01-02T15:04:05.000000000Z") + tag + p + "\n")
		}
		return b.String()
	}},
	{"kubectl", true, func(node string, _ time.Time, line string) string {
		return "[pod/" + node + "/ziti-controller] " + line + "\n"
	}},
	{"a store's documents", true, func(node string, at time.Time, line string) string {
		return `{"_index":"logs","_source":{"@timestamp":"` + at.Format("2006-01-02T15:04:05.000Z07:00") + `","host":{"name":"` + node + `"},"message":` + quoteJSON(line) + "}}\n"
	}},
	{"stern", true, func(node string, _ time.Time, line string) string {
		return node + " ziti-controller " + line + "\n"
	}},
	{"pdsh", true, func(node string, _ time.Time, line string) string {
		return node + ": " + line + "\n"
	}},
	{"syslog 3164", true, func(node string, at time.Time, line string) string {
		return "<30>" + at.Format("Jan _2 15:04:05 ") + node + " ziti[123]: " + line + "\n"
	}},
	{"syslog 5424", true, func(node string, at time.Time, line string) string {
		return "<30>1 " + at.Format("2006-01-02T15:04:05.000000Z07:00") + " " + node + " ziti 123 - - " + line + "\n"
	}},
}

// pieces cuts a line within its words: in the middle of its message and near both ends.
func pieces(line string) []string {
	cuts := []int{9, len(line) / 2, len(line) - 3}
	if i := strings.Index(line, `"msg":"`); i >= 0 {
		if n := strings.IndexByte(line[i+7:], '"'); n > 3 {
			cuts[1] = i + 7 + n/2
		}
	}
	var out []string
	from := 0
	for _, c := range cuts {
		if c > from && c < len(line) {
			out = append(out, line[from:c])
			from = c
		}
	}
	return append(out, line[from:])
}
