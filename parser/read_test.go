package parser

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"zlog/diagnosis"
	"zlog/event"
)

// keep copies an event out of its callback, with the texts that are only lent, without what the filter found.
func keep(e *event.Event) event.Event {
	c := *e
	c.Marks, c.Marked = nil, false
	c.Text, c.Msg, c.Func, c.File = strings.Clone(e.Text), strings.Clone(e.Msg), strings.Clone(e.Func), strings.Clone(e.File)
	c.Fields = nil
	for _, f := range e.Fields {
		c.Fields = append(c.Fields, event.Field{Key: strings.Clone(f.Key), Value: strings.Clone(f.Value)})
	}
	return c
}

// readAll reads bytes as standard input.
func readAll(t testing.TB, in io.Reader, opt Options) ([]event.Event, []diagnosis.Source) {
	t.Helper()
	sources, errs := Expand([]string{"-"}, in, Limits{})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	var events []event.Event
	acc := sources[0].Read(context.Background(), opt, func(e *event.Event) { events = append(events, keep(e)) })
	return events, acc
}

// readText reads one source of plain text and checks its account.
func readText(t testing.TB, text string, opt Options) ([]event.Event, diagnosis.Source) {
	t.Helper()
	events, acc := readAll(t, strings.NewReader(text), opt)
	if len(acc) != 1 {
		t.Fatalf("%d accounts for one source: %+v", len(acc), acc)
	}
	balanced(t, acc[0])
	return events, acc[0]
}

func balanced(t testing.TB, s diagnosis.Source) {
	t.Helper()
	if s.Lines != s.Events+s.Continuation+s.Blank+s.Unparsed {
		t.Errorf("%s: %d lines, but %d events + %d continuations + %d blank + %d not understood",
			s.Name, s.Lines, s.Events, s.Continuation, s.Blank, s.Unparsed)
	}
}

// literals makes a Filter of byte strings.
func literals(words []string) Filter {
	return func(_ string, block []byte, marks []event.Mark) []event.Mark {
		for of, w := range words {
			for pos := 0; ; {
				i := bytes.Index(block[pos:], []byte(w))
				if i < 0 {
					break
				}
				marks = append(marks, event.Mark{At: pos + i, Of: of})
				pos += i + 1
			}
		}
		return marks
	}
}

func fieldsOf(e event.Event) map[string]string {
	m := map[string]string{}
	for _, f := range e.Fields {
		m[f.Key] = f.Value
	}
	return m
}

// quoteJSON quotes as Docker does: without guarding < > &.
func quoteJSON(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s)
	return strings.TrimSuffix(b.String(), "\n")
}

// A controller before 2.0 whose start fails prints the error with pkg/errors' stack, and then panics with it.
func TestAStackBesideNoRecordIsUnderstood(t *testing.T) {
	const start = `{"level":"info","msg":"starting ziti-controller","time":"2026-11-22T19:32:15.525Z"}` + "\n"
	stack := "unable to create fabric controller Unsupported edge datastore version: 44\n" +
		"github.com/openziti/ziti/controller/db.(*Migrations).migrate\n\tgithub.com/openziti/ziti/controller/db/migrations.go:52\n" +
		"go.etcd.io/bbolt.(*DB).Update\n\tgo.etcd.io/bbolt@v1.4.0/db.go:908\n" +
		"github.com/openziti/ziti/controller/db.RunMigrations.(*migrationManager).Migrate.func1\n\tgithub.com/openziti/storage@v0.4.5/boltz/migration.go:86\n" +
		"main.main\n\tgithub.com/openziti/ziti/ziti/main.go:53\nruntime.goexit\n\truntime/asm_amd64.s:1771\n"
	events, acc := readText(t, start+stack+"panic: Unsupported edge datastore version: 44\n\ngoroutine 1 [running]:\nmain.main()\n\tmain.go:53 +0xf\n", Options{})
	if len(events) != 2 || acc.Unparsed != 1 || events[1].Msg != "panic: Unsupported edge datastore version: 44" {
		t.Errorf("%d events, %d lines not understood", len(events), acc.Unparsed)
	}
	for _, line := range []string{"https://netfoundry.io/docs", "/var/lib/ziti/ctrl.db", "see github.com/openziti/ziti for more.", "github.com/openziti/ziti", "\tat 12:30", "\tx.go:", "a.b"} {
		if _, acc := readText(t, start+line+"\n", Options{}); acc.Unparsed != 1 {
			t.Errorf("%q is taken for a frame", line)
		}
	}
}
