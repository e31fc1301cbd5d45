package rules

import (
	"strings"
	"testing"

	"zlog/event"
)

func TestADraftLoadsAndMatchesItsLine(t *testing.T) {
	for _, c := range []struct {
		name string
		e    event.Event
		want []string // texts that the draft holds
	}{
		{"ids and addresses are left out of the test", event.Event{Level: event.LevelError, Msg: "link to tls:10.0.0.7:6262 was dropped by router r-17", Fields: []event.Field{{Key: "routerId", Value: "r-17"}, {Key: "_context", Value: "ch"}}},
			[]string{"msg: was dropped by router", "router-id: routerId", "severity: error", "id: site-was-dropped-by-router"}},
		{"an error is a test of its own", event.Event{Level: event.LevelWarning, Msg: "could not store", Fields: []event.Field{{Key: "error", Value: "disk quota of 500 MB exceeded"}}},
			[]string{"msg: could not store", "error: disk quota of", "severity: warning"}},
		{"what YAML would misread is quoted", event.Event{Level: event.LevelInfo, Msg: "state: yes, #1 of {all}"}, []string{"severity: info"}},
		{"keys that differ in case make one capture", event.Event{Msg: "something happened", Fields: []event.Field{{Key: "peerId", Value: "1"}, {Key: "peer-id", Value: "2"}}}, []string{"peer-id: peer"}},
		{"a panic", event.Event{Level: event.LevelPanic, Msg: "panic: assignment to entry in nil map"}, []string{"severity: critical", "msg: 'panic: assignment to entry in nil map'"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			draft, err := Draft(&c.e, c.e.Msg, "another line")
			if err != nil {
				t.Fatal(err)
			}
			s, err := Load([]File{{Name: "draft.yaml", Text: string(draft)}}, nil)
			if err != nil {
				t.Fatalf("%v\n%s", err, draft)
			}
			if c.e.Text == "" {
				c.e.Text = c.e.Msg
				for _, f := range c.e.Fields {
					c.e.Text += " " + f.Value
				}
			}
			if len(s.Match(&c.e)) != 1 {
				t.Errorf("does not match its line:\n%s", draft)
			}
			for _, w := range c.want {
				if !strings.Contains(string(draft), w) {
					t.Errorf("no %q in\n%s", w, draft)
				}
			}
			if got := s.Signatures[0].Lines.Get(); len(got.Match) != 1 || got.Match[0] != c.e.Msg || len(got.Other) != 1 {
				t.Errorf("samples %+v", got)
			}
		})
	}
}

func TestALineOfNumbersAloneMakesNoDraft(t *testing.T) {
	if d, err := Draft(&event.Event{Msg: "12345 67890"}, "12345 67890", ""); err == nil {
		t.Errorf("draft:\n%s", d)
	}
}

func FuzzDraft(f *testing.F) {
	f.Add("link to tls:10.0.0.7:6262 was dropped", "disk quota of 500 MB", "peerId", "ctrl2")
	f.Add("a: b #c", "- x", "key: y", "\x00")
	f.Fuzz(func(t *testing.T, msg, err, key, value string) {
		e := &event.Event{Msg: msg, Fields: []event.Field{{Key: "error", Value: err}, {Key: key, Value: value}}}
		draft, fail := Draft(e, msg, "another line")
		if fail != nil {
			return
		}
		if _, fail := Load([]File{{Name: "draft.yaml", Text: string(draft)}}, nil); fail != nil && !strings.Contains(fail.Error(), "no plain text") {
			t.Fatalf("%v\n%s", fail, draft)
		}
	})
}
