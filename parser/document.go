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
	longestName    = 128 // of a field with the names of those around it: of more, the end
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
	if len(line) < 2 || line[0] != '{' || line[len(line)-1] != '}' {
		return false
	}
	keys, ok := u.reader(0).keys(lent(line))
	if !ok {
		return false
	}
	d := document{u: u, textRank: len(event.ShipperLine), nameRank: len(event.ShipperNode)}
	d.read(keys, "", 0)
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
	// A level beside the record hides the record's own from the filter, and some escape letters that others do not.
	w.always, w.decoded = alarming(u.scratch) || bytes.Contains(line, []byte(`\u00`)), true
	return true
}

// reader gives what reads the objects that lie so deep in others.
func (u *unwrapper) reader(depth int) *objectReader {
	u.objects[depth].lend = true
	return &u.objects[depth]
}

// read looks at the fields of an object; path names it, with a dot behind.
func (d *document) read(keys []keyValue, path string, depth int) {
	for i := range keys {
		k := &keys[i]
		if depth == 0 && k.raw == "" && (k.key == "msg" || k.key == "@message") {
			d.own = true
		}
		if d.value(path+k.key, &k.value, depth); d.own || d.fields >= documentFields {
			return
		}
	}
}

// value looks at one field, whatever it holds.
func (d *document) value(key string, v *value, depth int) {
	d.fields++
	switch {
	case v.raw == "":
		d.string(key, d.u.reader(depth).string(v), depth)
	case depth >= documentDepth:
	case v.object:
		keys, ok := d.u.reader(depth + 1).keys(v.raw)
		if ok && d.record == "" && isRecord(keys) {
			d.record = v.raw
		} else if ok {
			d.read(keys, key[max(0, len(key)-longestName):]+".", depth+1)
		}
	case v.array():
		d.list(key, v.raw, depth+1)
	}
}

// list looks at a list: Kibana gives each field as one. Of several records in it none is the line.
func (d *document) list(key, raw string, depth int) {
	before, records := d.record, 0
	gjson.Parse(raw).ForEach(func(_, r gjson.Result) bool {
		d.record = ""
		v := valueOf(r)
		d.value(key, &v, depth)
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
func (d *document) string(key, s string, depth int) {
	if line := strings.TrimSpace(s); d.record == "" && strings.HasPrefix(line, "{") {
		if keys, ok := d.u.reader(depth + 1).keys(line); ok && isRecord(keys) {
			d.record = line
			return
		}
	}
	k := d.u.meaning(key)
	if k.line < d.textRank {
		d.text, d.textRank = s, k.line
	}
	if k.node < d.nameRank && isName([]byte(s)) {
		d.name, d.nameRank = s, k.node
	}
	if k.container {
		d.container = cmp.Or(d.container, s)
	}
	if k.stamp {
		if at, n, _, z := d.u.stamps.readStamp([]byte(s)); d.at.clock == event.ClockNone && n > 0 && n == len(s) && z != zoneNone {
			d.at = at
		}
	}
}

// keyMeaning is what a field's name says of it: which of event.ShipperLine and of event.ShipperNode it is, their number if none.
type keyMeaning struct {
	line, node       int
	container, stamp bool
}

// meaning gives what a name says, and keeps it.
func (u *unwrapper) meaning(key string) keyMeaning {
	if k, ok := u.keys[key]; ok {
		return k
	}
	k := keyMeaning{line: shipperRank(event.ShipperLine, key), node: shipperRank(event.ShipperNode, key)}
	switch key[strings.LastIndexByte(key, '.')+1:] {
	case "container_name", "containerName", "container":
		k.container = true
	case "@timestamp", "timestamp", "_time", "time", "ts":
		k.stamp = true
	}
	if u.keys == nil || len(u.keys) >= documentFields {
		u.keys = map[string]keyMeaning{}
	}
	if len(key) <= longestName {
		u.keys[strings.Clone(key)] = k
	}
	return k
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

// isRecord knows a record by its own keys, the first of each name.
func isRecord(keys []keyValue) bool {
	var seen, text uint
	for i := range keys {
		bit := recordKey(keys[i].key)
		if seen&bit == 0 && keys[i].raw == "" {
			text |= bit
		}
		seen |= bit
	}
	for _, sign := range recordSigns {
		if text&sign == sign {
			return true
		}
	}
	return false
}

// The keys by which a record is known, a bit each.
const (
	keyMsg = 1 << iota
	keyLevel
	keyTime
	keyAtMessage
	keyAtLevel
	keyNamespace
	keySource
)

// recordSigns are those that a record has together, as texts.
var recordSigns = []uint{keyMsg | keyLevel, keyMsg | keyTime, keyAtMessage | keyAtLevel, keyNamespace | keySource}

func recordKey(key string) uint {
	switch key {
	case "msg":
		return keyMsg
	case "level":
		return keyLevel
	case "time":
		return keyTime
	case "@message":
		return keyAtMessage
	case "@level":
		return keyAtLevel
	case "namespace":
		return keyNamespace
	case "event_src_id":
		return keySource
	}
	return 0
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
