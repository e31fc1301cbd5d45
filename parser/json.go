package parser

import (
	"zlog/event"

	"github.com/tidwall/gjson"
)

// parseJSON reads one object:
//
//	{"file":"…/raft.go:827","func":"….Bootstrap","level":"info","msg":"…","time":"2026-11-22T19:22:42.391Z"}
//	{"time":"2026-11-22T19:22:42.391Z","level":"WARN","source":{"function":"…","file":"…","line":7},"msg":"…"}
//	{"namespace":"cluster","event_src_id":"ctrl1","timestamp":"2026-11-22T19:22:33.979Z","eventType":"…"}
//	{"@level":"info","@message":"…","@module":"raft","@timestamp":"2026-11-22T19:22:42.208Z"}
//
// An object that is not valid keeps its text as its message. Of one that was cut at the length limit the keys before
// the cut are read.
func parseJSON(ev *event.Event) {
	if ev.Cut == 0 && !gjson.Valid(ev.Text) || ev.Torn {
		ev.Msg = ev.Text
		return
	}
	var space, kindOf, stampText string
	var msg, lvl, stamp bool
	gjson.Parse(ev.Text).ForEach(func(k, v gjson.Result) bool {
		switch key := k.String(); key {
		case "msg", "@message":
			if msg {
				addJSON(ev, key, v)
			} else {
				msg, ev.Msg = true, v.String()
			}
		case "level", "@level":
			if lvl {
				addJSON(ev, key, v)
			} else {
				lvl, ev.Level = true, level(v.String())
			}
		case "func":
			set(&ev.Func, v)
		case "file":
			set(&ev.File, v)
		case "time", "@timestamp":
			if stamp {
				addJSON(ev, key, v)
			}
			stamp = true
		case "source":
			if f := v.Get("function"); v.IsObject() && f.Exists() {
				set(&ev.Func, f)
				if file := v.Get("file").String(); ev.File == "" && file != "" {
					ev.File = file + ":" + v.Get("line").Raw
				}
			} else {
				addJSON(ev, key, v)
			}
		case "namespace":
			space = v.String()
			addJSON(ev, key, v)
		case "eventType":
			kindOf = v.String()
			addJSON(ev, key, v)
		case "timestamp":
			stampText = v.String()
			addJSON(ev, key, v)
		default:
			addJSON(ev, key, v)
		}
		return true
	})
	switch {
	case !msg && !lvl && space != "" && (kindOf != "" || stampText != ""):
		ev.Level, ev.Msg = event.LevelInfo, space
		if kindOf != "" {
			ev.Msg += " " + kindOf
		}
	case !msg && !lvl && ev.Cut > 0:
		ev.Msg = ev.Text
	}
}

// set keeps the first of two equal keys.
func set(s *string, v gjson.Result) {
	if *s == "" {
		*s = v.String()
	}
}

// addJSON adds a key: strings without their quotes, everything else as its JSON text.
func addJSON(ev *event.Event, key string, v gjson.Result) {
	if v.Type == gjson.String {
		add(ev, key, v.Str)
		return
	}
	add(ev, key, v.Raw)
}
