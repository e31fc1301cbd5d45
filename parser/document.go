package parser

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"zlog/event"

	"github.com/tidwall/gjson"
)

// The bounds of what is looked at of a document.
const (
	documentDepth  = 5
	documentFields = 1000
)

// document is a line inside what a log store, a shipper, or a tool that writes JSON has put around it, as text or taken
// apart. What else such documents hold is not told from one another by name: the record is known by its own keys.
//
//	{"_time":"…","_msg":"{\"level\":…}","node":"ctrl1"}                            VictoriaLogs
//	{"labels":{"pod":"ctrl1"},"line":"{\"level\":…}","timestamp":"…"}              logcli -o jsonl
//	{"message":"{\"level\":…}","podName":"ctrl1","containerName":"controller"}     stern -o json
//	{"_source":{"message":"{\"level\":…}","host":{"name":"ctrl1"}}}                Elasticsearch
//	{"jsonPayload":{"level":…},"resource":{"labels":{"pod_name":"ctrl1"}}}         Google Cloud
type document struct {
	u         *unwrapper
	own       bool   // it is a record itself
	several   bool   // it holds a list of records
	record    string // the first
	text      string // that is no record, and
	textRank  int    // how good a field it is in; their number if there is none
	name      string // of the node, and
	nameRank  int
	container string
	at        stamp
	fields    int
}

// document takes a document apart. It has a record, or text where records were seen before or that is known by itself.
func (u *unwrapper) document(line []byte, w *wrapped) bool {
	if len(line) < 2 || line[0] != '{' || line[len(line)-1] != '}' || !event.IsJSONBytes(line) {
		return false
	}
	d := document{u: u, textRank: len(event.ShipperLine), nameRank: len(event.ShipperNode)}
	d.read(gjson.ParseBytes(line), "", 0)
	payload := d.record
	if payload == "" {
		payload = strings.TrimRight(d.text, "\r\n")
	}
	u.scratch = append(u.scratch[:0], payload...)
	switch {
	case d.several:
		u.several = true
		return false
	case d.own:
		return false
	case d.record == "" && u.sticky == wrapDocument: // any text, and an empty one
		if d.textRank == len(event.ShipperLine) {
			return false
		}
	case !u.stamps.recognises(u.scratch):
		return false
	}
	u.names = append(append(u.names[:0], d.name...), d.container...)
	w.payload, w.stream, w.ident, w.at = u.scratch, u.names[:len(d.name)], u.names[len(d.name):], d.at
	w.always, w.decoded = true, true
	return true
}

// read looks at the fields of an object; path names it, with a dot behind.
func (d *document) read(object gjson.Result, path string, depth int) {
	object.ForEach(func(k, v gjson.Result) bool {
		if depth == 0 && v.Type == gjson.String && (k.Str == "msg" || k.Str == "@message") {
			d.own = true
		}
		d.value(path+k.Str, v, depth)
		return !d.own && d.fields < documentFields
	})
}

// value looks at one field, whatever it holds.
func (d *document) value(key string, v gjson.Result, depth int) {
	d.fields++
	switch {
	case v.Type == gjson.String:
		d.string(key, v.Str)
	case depth >= documentDepth:
	case v.IsObject() && d.record == "" && isRecord(v):
		d.record = v.Raw
	case v.IsObject():
		d.read(v, key+".", depth+1)
	case v.IsArray():
		d.list(key, v, depth+1)
	}
}

// list looks at a list: Kibana gives each field as one. Of several records in it none is the line.
func (d *document) list(key string, v gjson.Result, depth int) {
	before, records := d.record, 0
	v.ForEach(func(_, v gjson.Result) bool {
		d.record = ""
		d.value(key, v, depth)
		if d.record != "" {
			before = cmp.Or(before, d.record)
			records++
		}
		return records < 2 && d.fields < documentFields
	})
	d.record = before
	d.several = d.several || records > 1
}

// string looks at one field.
func (d *document) string(key, s string) {
	if line := strings.TrimSpace(s); d.record == "" && strings.HasPrefix(line, "{") && event.IsJSON(line) && isRecord(gjson.Parse(line)) {
		d.record = line
		return
	}
	if rank := shipperRank(event.ShipperLine, key); rank < d.textRank {
		d.text, d.textRank = s, rank
	}
	if rank := shipperRank(event.ShipperNode, key); rank < d.nameRank && isName([]byte(s)) {
		d.name, d.nameRank = s, rank
	}
	switch last := key[strings.LastIndexByte(key, '.')+1:]; last {
	case "container_name", "containerName", "container":
		d.container = cmp.Or(d.container, s)
	case "@timestamp", "timestamp", "_time", "time", "ts":
		if at, n, _, z := d.u.stamps.readStamp([]byte(s)); d.at.clock == event.ClockNone && n > 0 && n == len(s) && z != zoneNone {
			d.at = at
		}
	}
}

// shipperRank gives which of the names a field has, their number if none.
func shipperRank(names []string, key string) int {
	i := slices.IndexFunc(names, func(n string) bool {
		return strings.HasSuffix(key, n) && (len(key) == len(n) || key[len(key)-len(n)-1] == '.')
	})
	if i < 0 {
		return len(names)
	}
	return i
}

// isRecord knows a record by its own keys.
func isRecord(v gjson.Result) bool {
	has := func(keys ...string) bool {
		return !slices.ContainsFunc(keys, func(k string) bool { return v.Get(k).Type != gjson.String })
	}
	return has("msg", "level") || has("msg", "time") || has("@message", "@level") || has("namespace", "event_src_id")
}

// doubtful says whether an object that looks like a record by its time may be something else. Looking takes as long as
// parsing it, so it is done for the first lines, for one of many later ones, for those without a message, and for some more
// after each that was none.
func (a *account) doubtful(p []byte, s shape, line int) bool {
	return s.kind == kindJSON && s.format == formatPfxlogJSON && (a.closely(line) || !bytes.Contains(p, []byte(`"msg":`)))
}

// closely says whether a line is one of those that are looked at more closely.
func (a *account) closely(line int) bool { return line <= a.close || line%closeEvery == 0 }

const (
	closeFirst = 256
	closeEvery = 1024
)
