package store

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"zlog/event"
)

// Shippers store a line in many shapes. This is the one table of them.
//
//	whole     {"_msg": "{\"level\":\"info\",\"msg\":…}"}                the line is in one field, and is taken from it
//	both      {"message": "{\"level\":…}", "level": "info", …}         the same: the field wins over what was parsed from it
//	parsed    {"level": "info", "msg": "…", "file": "…"}               the line is put together again
//	parsed    {"log.level": "info", "message": "…"}                    likewise, from names that were changed
//	text      {"message": "panic: …"}                                  a line that is no JSON
//
// lineFields are the fields in which a whole line is looked for, in this order. In the same order the first that is there is
// the message of a record that was parsed.
var lineFields = append(slices.Clone(event.ShipperLine), "msg")

// renamed are the fields of a parsed record that shippers call otherwise.
var renamed = map[string]string{"log.level": "level", "severity": "level", "lvl": "level", "log.origin.file.name": "file", "log.origin.function": "func",
	"error.message": "error"}

// recordFields show that a document is a parsed record and not a line of text with labels beside it.
var recordFields = []string{"level", "log.level", "severity", "lvl"}

// parsed says whether a document is a parsed record. VictoriaLogs adds a level to what comes from a journal, so there it
// takes more.
func parsed(fields []field) bool {
	level, journal, more := false, false, false
	for _, f := range fields {
		level = level || slices.Contains(recordFields, f.key)
		journal = journal || f.key == "PRIORITY"
		more = more || f.key == "msg" || f.key == "file" || f.key == "func"
	}
	return level && (more || !journal)
}

// own are fields that a shipper or store adds, and that no line had.
func own(key string) bool {
	return strings.HasPrefix(key, "_") && key != "_context" || strings.HasPrefix(key, "kubernetes.") || strings.HasPrefix(key, "host.") ||
		strings.HasPrefix(key, "agent.") || strings.HasPrefix(key, "ecs.") || strings.HasPrefix(key, "container.") || strings.HasPrefix(key, "cloud.") ||
		strings.HasPrefix(key, "log.") || strings.HasPrefix(key, "input.") || strings.HasPrefix(key, "data_stream.") ||
		slices.Contains([]string{"@timestamp", "@version", "stream", "tags", "type", "service.name", "event.dataset", "event.ingested"}, key)
}

// field is one flattened field of a document.
type field struct {
	key   string
	value gjson.Result
}

// flatten gives a document's fields, those inside objects with dots between their names.
func flatten(doc gjson.Result, prefix string, out []field) []field {
	doc.ForEach(func(k, v gjson.Result) bool {
		key := prefix + k.String()
		if v.IsObject() && strings.Count(key, ".") < 6 {
			out = flatten(v, key+".", out)
		} else {
			out = append(out, field{key, v})
		}
		return len(out) < 1000
	})
	return out
}

// lineOf gives the line that a document was made from, and whether it is in one field; labels are the names that the
// query added. at is the document's time, for records that have none of their own.
func lineOf(fields []field, labels []string, at string) (string, bool) {
	get := func(key string) (gjson.Result, bool) {
		for i := range fields {
			if fields[i].key == key {
				return fields[i].value, true
			}
		}
		return gjson.Result{}, false
	}
	first, msg := "", ""
	for _, key := range lineFields {
		v, ok := get(key)
		if !ok || v.Type != gjson.String {
			continue
		}
		if whole(v.Str) {
			return unfold(v.Str), true
		}
		if msg == "" && v.Str != "" {
			first, msg = key, v.Str
		}
	}
	if !parsed(fields) {
		return unfold(msg), true
	}
	return rebuild(fields, labels, first, msg, at), false
}

// whole says whether a text is a record by itself.
func whole(s string) bool {
	s = strings.TrimSpace(s)
	return strings.HasPrefix(s, `{"`) && strings.HasSuffix(s, "}") && event.IsJSON(s)
}

// unfold takes the line feed off that some shippers leave on.
func unfold(s string) string { return strings.TrimRight(s, "\r\n") }

// rebuild makes a JSON record of fields, with its keys in order, so that the same document gives the same line.
func rebuild(fields []field, labels []string, first, msg, at string) string {
	m := map[string]json.RawMessage{}
	for _, f := range fields {
		key := f.key
		if to, ok := renamed[key]; ok {
			key = to
		} else if key == first || own(key) || slices.Contains(labels, key) {
			continue
		}
		m[key] = json.RawMessage(f.value.Raw)
	}
	put := func(key, v string) {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if e.Encode(v) == nil {
			m[key] = bytes.TrimSpace(b.Bytes())
		}
	}
	put("msg", msg)
	if _, ok := m["time"]; !ok {
		put("time", at)
	}
	out, err := json.Marshal(m)
	if err != nil {
		return msg
	}
	return string(out)
}
