package parser

import (
	"fmt"
	"strings"
	"testing"

	"zlog/event"
)

// TestAnObjectThatIsNoRecordIsNotRead: another program's lines may end in a time like logrus's; they say nothing of a
// controller, and a log of them is not a healthy one.
func TestAnObjectThatIsNoRecordIsNotRead(t *testing.T) {
	for _, line := range []string{
		`{"path":"/x","status":200,"time":"2026-11-22T19:34:25.178Z"}`,
		`{"path":"/x","request":{"level":"info","time":"2026-11-22T19:34:25.178Z"}}`,
		`{"_msg":"GET /x","level":"info","node":"a","time":"2026-11-22T19:34:25.178Z"}`,
	} {
		all, acc := readText(t, strings.Repeat(line+"\n", 3000), Options{})
		if acc.Unparsed != 3000 || acc.Lines != 3000 {
			t.Errorf("%s: %d records, account %+v", line, len(all), acc)
		}
	}
}

// TestALineOfARecordIsNoDocument: a record may quote another, or hold one, and stays what it is.
func TestALineOfARecordIsNoDocument(t *testing.T) {
	const inner = `{"level":"error","msg":"inner","time":"2026-11-22T19:34:25.178Z"}`
	for _, line := range []string{
		`{"body":` + quoteJSON(inner) + `,"level":"info","msg":"outer","time":"2026-11-22T19:34:25.178Z"}`,
		`{"event":` + inner + `,"level":"info","msg":"outer","time":"2026-11-22T19:34:25.178Z"}`,
		`{"time":"2026-11-22T19:34:25.178Z","level":"INFO","msg":"outer","event":` + inner + `}`,
	} {
		all, acc := readText(t, strings.Repeat(line+"\n", 3000), Options{})
		if len(all) != 3000 || acc.Wrapper != "" || all[2999].Msg != "outer" {
			t.Errorf("%s: %d records, account %+v", line, len(all), acc)
		}
	}
}

// TestRecordsAndDocumentsInOneLog: one tail of several files has both.
func TestRecordsAndDocumentsInOneLog(t *testing.T) {
	const record = `{"level":"info","msg":"plain","time":"2026-11-22T19:34:25.178Z"}`
	document := `{"message":` + quoteJSON(`{"level":"error","msg":"inside","time":"2026-11-22T19:34:25.178Z"}`) + `,"pod":"ctrl2","time":"2026-11-22T19:34:25.178Z"}`
	all, acc := readText(t, strings.Repeat(record+"\n"+document+"\n", 500), Options{})
	count := map[string]int{}
	for _, e := range all {
		count[e.Stream+" "+e.Msg]++
	}
	if count[" plain"] != 500 || count["ctrl2 inside"] != 500 || acc.Unparsed != 0 {
		t.Errorf("%v, account %+v", count, acc)
	}
}

// TestAListOfRecordsIsNoLine: one JSON document with many records is not taken for its first, and the remedy is named.
func TestAListOfRecordsIsNoLine(t *testing.T) {
	const record = `{"level":"error","msg":"inside","time":"2026-11-22T19:34:25.178Z"}`
	hit := `{"_source":{"message":` + quoteJSON(record) + `}}`
	for name, text := range map[string]string{
		"a list":                 "[" + record + "," + record + "]",
		"a list over lines":      "[\n  " + record + ",\n  {\"a\":\n1}\n]\n",
		"an object over lines":   "{\n  \"took\": 1,\n  \"hits\": []\n}\n",
		"a search's answer":      `{"took":1,"hits":{"hits":[` + hit + "," + hit + `]}}`,
		"entries of one of them": `{"entries":[` + record + "," + record + `],"node":"a"}` + "\n" + `{"entries":[` + record + "," + record + `],"node":"b"}`,
	} {
		all, acc := readText(t, text, Options{})
		if len(all) != 0 || acc.Events != 0 || !strings.Contains(acc.Error, "-: JSON that is not one document a line; make it so, such as with: jq -c") {
			t.Errorf("%s: %d records, account %+v", name, len(all), acc)
		}
	}
	all, acc := readText(t, `{"hits":[`+hit+`]}`, Options{})
	if len(all) != 1 || all[0].Msg != "inside" || acc.Error != "" {
		t.Errorf("a list of one: %d records, account %+v", len(all), acc)
	}
}

// TestADocumentHidesNoAlarm: a level of the document's own, or escapes that others do not write, do not keep an alarm inside from being
// read where a filter finds nothing in the line; what is no alarm is only counted.
func TestADocumentHidesNoAlarm(t *testing.T) {
	const quiet = `{"_msg":"{\"level\":\"info\",\"msg\":\"quiet\",\"time\":\"2026-11-22T19:34:25.178Z\"}","level":"info","node":"a"}`
	for name, line := range map[string]string{
		"a level beside it":       `{"level":"info","_msg":"{\"level\":\"error\",\"msg\":\"loud\",\"time\":\"2026-11-22T19:34:25.178Z\"}","node":"a"}`,
		"a level behind it":       `{"_msg":"{\"level\":\"error\",\"msg\":\"loud\",\"time\":\"2026-11-22T19:34:25.178Z\"}","level":"info","node":"a"}`,
		"quotes as numbers":       `{"level":"info","_msg":"{\u0022level\u0022:\u0022error\u0022,\u0022msg\u0022:\u0022loud\u0022,\u0022time\u0022:\u00222026-11-22T19:34:25.178Z\u0022}","node":"a"}`,
		"taken apart":             `{"level":"info","jsonPayload":{"level":"error","msg":"loud","time":"2026-11-22T19:34:25.178Z"},"node":"a"}`,
		"taken apart, with space": `{"level": "info", "jsonPayload": {"level": "error", "msg": "loud", "time": "2026-11-22T19:34:25.178Z"}, "node": "a"}`,
		"text":                    `{"level":"info","_msg":"[2026-11-22 19:34:25.178]   ERROR ziti/x.f: loud","node":"a"}`,
	} {
		text := strings.Repeat(quiet+"\n", 400) + line + "\n" + strings.Repeat(quiet+"\n", 10)
		nothing := func(string, []byte, []event.Mark) []event.Mark { return nil }
		all, acc := readText(t, text, Options{})
		some, acc2 := readText(t, text, Options{Filter: nothing, Alarms: true, Silence: 1 << 60})
		if len(all) != 411 || all[400].Msg != "loud" || acc.Events != 411 || acc2.Events != 411 {
			t.Fatalf("%s: without a filter %d records, accounts %+v, %+v", name, len(all), acc, acc2)
		}
		if len(some) != 1 || some[0].Msg != "loud" || some[0].Level != event.LevelError || some[0].Line != 401 {
			t.Errorf("%s: with a filter that finds nothing: %+v", name, some)
		}
	}
}

// TestADocumentKeepsLittle: however many fields a document has, and however long their names are, little of them is kept.
func TestADocumentKeepsLittle(t *testing.T) {
	var u unwrapper
	for n := range 3 {
		var b strings.Builder
		b.WriteString(`{"n":1.5`) // which is left to gjson
		for i := range 2 * mostKeys {
			fmt.Fprintf(&b, `,"%d %d":"%s"`, n, i, strings.Repeat(`\"`, 20))
		}
		for i := range 20 {
			fmt.Fprintf(&b, `,"%s%d":{"%d":"x"}`, strings.Repeat("k", 1000), i, i)
		}
		b.WriteString(`,"_msg":"x"}`)
		var w wrapped
		u.document([]byte(b.String()), &w)
		long := `{"` + strings.Repeat("k", 100_000) + `":{"` + strings.Repeat("l", 100_000) + `":"x"},"text":"` + strings.Repeat(`\"`, 300_000) + `"}`
		u.document([]byte(long), &w)
	}
	kept := 0
	for k := range u.keys {
		kept += len(k)
	}
	if len(u.keys) > documentFields || kept > documentFields*longestName {
		t.Errorf("%d names of %d bytes are kept", len(u.keys), kept)
	}
	for i := range u.objects {
		r := &u.objects[i]
		r.pairs("{}")
		if cap(r.list) > 2*mostKeys || cap(r.text) > keptText {
			t.Errorf("of depth %d room for %d keys and %d bytes is kept", i, cap(r.list), cap(r.text))
		}
	}
}
