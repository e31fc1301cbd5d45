package parser

import (
	"zlog/event"

	"github.com/tidwall/gjson"
)

// parse reads one object:
//
//	{"file":"…/raft.go:827","func":"….Bootstrap","level":"info","msg":"…","time":"2026-11-22T19:22:42.391Z"}
//	{"time":"2026-11-22T19:22:42.391Z","level":"WARN","source":{"function":"…","file":"…","line":7},"msg":"…"}
//	{"namespace":"cluster","event_src_id":"ctrl1","timestamp":"2026-11-22T19:22:33.979Z","eventType":"…"}
//	{"@level":"info","@message":"…","@module":"raft","@timestamp":"2026-11-22T19:22:42.208Z"}
//
// An object that is not valid keeps its text as its message. Of one that was cut at the length limit the keys before
// the cut are read.
//
// Most objects are as encoders write them, and read in one pass; the others are left to gjson.
func (r *objectReader) parse(ev *event.Event) {
	o := object{objectReader: r, ev: ev}
	if ev.Cut > 0 || ev.Torn || !o.scan(ev.Text) {
		ev.Msg, ev.Level, ev.Func, ev.File, ev.Fields = "", 0, "", "", ev.Fields[:0]
		parseSlowly(ev)
	} else if o.end(); r.ascii {
		return
	}
	ev.Msg = valid(ev.Msg)
}

// parseSlowly is the twin of parse for any text.
func parseSlowly(ev *event.Event) {
	if ev.Cut == 0 && !event.IsJSON(ev.Text) || ev.Torn {
		ev.Msg = ev.Text
		return
	}
	o := object{ev: ev}
	gjson.Parse(ev.Text).ForEach(func(k, v gjson.Result) bool {
		x := valueOf(v)
		o.key(k.String(), &x)
		return true
	})
	o.end()
}

// object is what is remembered of an object's keys while they are read.
type object struct {
	*objectReader
	ev                       *event.Event
	space, kindOf, stampText string
	msg, lvl, stamp          bool
}

// key takes the next key.
func (o *object) key(key string, v *value) {
	ev := o.ev
	switch key {
	case "msg", "@message":
		if o.msg {
			addJSON(ev, key, v)
		} else {
			o.msg, ev.Msg = true, v.text
		}
	case "level", "@level":
		if o.lvl {
			addJSON(ev, key, v)
		} else {
			o.lvl, ev.Level = true, level(v.text)
		}
	case "func":
		set(&ev.Func, v.text)
	case "file":
		set(&ev.File, v.text)
	case "time", "@timestamp":
		if o.stamp {
			addJSON(ev, key, v)
		}
		o.stamp = true
	case "source":
		if !v.object || !o.source(v.raw) {
			addJSON(ev, key, v)
		}
	case "namespace":
		o.space = v.text
		addJSON(ev, key, v)
	case "eventType":
		o.kindOf = v.text
		addJSON(ev, key, v)
	case "timestamp":
		o.stampText = v.text
		addJSON(ev, key, v)
	default:
		addJSON(ev, key, v)
	}
}

// source takes slog's source, {"function":"…","file":"…","line":7}, and says whether it is that: has a function.
func (o *object) source(raw string) bool {
	if o.objectReader == nil {
		return o.sourceSlowly(raw)
	}
	if o.inner == nil {
		o.inner = &objectReader{}
	}
	keys, ok := o.inner.pairs(raw)
	if !ok {
		return o.sourceSlowly(raw)
	}
	var function, file, line *value
	for i := range keys {
		switch v := &keys[i].value; {
		case keys[i].key == "function" && function == nil:
			function = v
		case keys[i].key == "file" && file == nil:
			file = v
		case keys[i].key == "line" && line == nil:
			line = v
		}
	}
	switch {
	case function == nil:
		return false
	case line != nil && line.raw == "": // a text
		return o.sourceSlowly(raw)
	}
	set(&o.ev.Func, o.string(function)) // the strings of the outer object live as long as the event
	if file != nil && o.ev.File == "" && file.text != "" {
		o.ev.File = o.string(file) + ":"
		if line != nil {
			o.ev.File += line.raw
		}
	}
	return true
}

// sourceSlowly is the twin of source for any object.
func (o *object) sourceSlowly(raw string) bool {
	f := gjson.Get(raw, "function")
	if !f.Exists() {
		return false
	}
	set(&o.ev.Func, f.String())
	if file := gjson.Get(raw, "file").String(); o.ev.File == "" && file != "" {
		o.ev.File = file + ":" + gjson.Get(raw, "line").Raw
	}
	return true
}

// end makes a message of what has none.
func (o *object) end() {
	ev := o.ev
	switch {
	case !o.msg && !o.lvl && o.space != "" && (o.kindOf != "" || o.stampText != ""):
		ev.Level, ev.Msg = event.LevelInfo, o.space
		if o.kindOf != "" {
			ev.Msg += " " + o.kindOf
		}
	case !o.msg && !o.lvl && ev.Cut > 0:
		ev.Msg = ev.Text
	}
}

// set keeps the first of two equal keys.
func set(s *string, text string) {
	if *s == "" {
		*s = text
	}
}

// addJSON adds a key: strings without their quotes, everything else as its JSON text.
func addJSON(ev *event.Event, key string, v *value) {
	text := v.raw
	if text == "" {
		text = v.text
	}
	add(ev, key, text)
}
