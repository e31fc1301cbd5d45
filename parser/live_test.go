package parser

import (
	"reflect"
	"strings"
	"testing"

	"zlog/diagnosis"
	"zlog/event"
)

// lastRecord ends a text so that Source.Read has no torn last line to treat apart.
const lastRecord = "\n" + `{"level":"info","msg":"the end","time":"2026-11-22T19:22:42.391Z"}` + "\n"

// follow gives a text to a Live in pieces, whose sizes the bytes of cuts give.
func follow(text string, cuts []byte, opt Options) ([]event.Event, diagnosis.Source) {
	var events []event.Event
	l := NewLive("-", opt, func(e *event.Event) { events = append(events, keep(e)) })
	for i := 0; len(text) > 0; i++ {
		n := len(text)
		if i < len(cuts) {
			n = min(n, int(cuts[i]))
		}
		if _, err := l.Write([]byte(text[:n])); err != nil {
			return nil, diagnosis.Source{}
		}
		text = text[n:]
	}
	if l.acc.export.active { // a block that is cut off may be torn, and only Source.Read knows where the end is
		return nil, diagnosis.Source{}
	}
	return events, l.End()
}

// FuzzLive: a source that comes in pieces is read as if it had come at once.
func FuzzLive(f *testing.F) {
	for _, w := range wrappings {
		var text strings.Builder
		for _, c := range formatCases {
			text.WriteString(wrapAll(w, c.text))
		}
		f.Add(text.String(), []byte{1, 7, 100, 3, 250, 0, 9}, 1000)
	}
	f.Add(strings.Repeat("x", 300)+"\n{}", []byte{100, 100}, 99)
	f.Fuzz(func(t *testing.T, text string, cuts []byte, limit int) {
		text += lastRecord
		if len(text) > 1<<16 || magicOf([]byte(text)) != magicPlain || binaryData([]byte(text)[:min(len(text), headBytes)]) {
			return
		}
		if len(cuts) > 0 && cuts[0] < 32 { // what the input is, is told by its first piece
			cuts[0] = 255
		}
		opt := Options{Limits: Limits{Line: 100 + max(0, limit)%4096}}
		want, acc := readAll(t, strings.NewReader(text), opt)
		got, src := follow(text, cuts, opt)
		if src.Name == "" {
			return
		}
		balanced(t, src)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("in pieces:\n%+v\nat once:\n%+v", got, want)
		}
		if len(acc) != 1 || !reflect.DeepEqual(src, acc[0]) {
			t.Errorf("in pieces:\n%+v\nat once:\n%+v", src, acc)
		}
	})
}

func TestALineIsHandedOnWhenItHasEnded(t *testing.T) {
	const record = `{"level":"info","msg":"a","time":"2026-11-22T19:22:42.391Z"}`
	var got []string
	l := NewLive("a.log", Options{}, func(e *event.Event) { got = append(got, e.Msg) })
	for _, step := range []struct {
		write, want string
	}{
		{record[:20], ""}, {record[20:], ""}, {"\n", "a"}, {record + "\n" + record + "\n{", "a a a"},
	} {
		if _, err := l.Write([]byte(step.write)); err != nil {
			t.Fatal(err)
		}
		if s := strings.Join(got, " "); s != step.want {
			t.Errorf("after %q: %q, want %q", step.write, s, step.want)
		}
	}
	if l.Pending() != 1 {
		t.Errorf("%d bytes pending, want 1", l.Pending())
	}
}

func TestARecordOfManyLinesIsHandedOnOnceWhenItSettles(t *testing.T) {
	var got []string
	l := NewLive("a.log", Options{}, func(e *event.Event) { got = append(got, e.Msg) })
	write := func(s string) {
		if _, err := l.Write([]byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	write("time=\"2026-11-22T19:22:42Z\" level=error msg=first\n")
	if len(got) != 0 || !l.Holds() {
		t.Fatalf("%q was handed on though more lines may follow", got)
	}
	l.Settle(false)
	l.Settle(false)
	write("  more of the first\ntime=\"2026-11-22T19:22:43Z\" level=error msg=second\n")
	l.Settle(false)
	write("panic: third\n")
	l.Settle(false)
	if s := strings.Join(got, ","); s != "first,second" {
		t.Errorf("%q, want first,second", s)
	}
	l.Settle(true)
	src := l.End()
	if len(got) != 3 {
		t.Errorf("%q: the dump was not handed on once", got)
	}
	balanced(t, src)
	if src.Continuation != 1 || src.Events != 3 {
		t.Errorf("%+v", src)
	}
}

func TestALongLineThatComesInPiecesTakesNoMoreThanTheLimit(t *testing.T) {
	l := NewLive("a.log", Options{Limits: Limits{Line: 1 << 10}}, func(*event.Event) {})
	piece := []byte(strings.Repeat("x", 64<<10))
	for range 1600 {
		if _, err := l.Write(piece); err != nil {
			t.Fatal(err)
		}
	}
	if cap(l.rest) > 4<<10 {
		t.Errorf("%d bytes are kept of a line of 100 MB with a limit of 1 KB", cap(l.rest))
	}
	src := l.End()
	if src.CutBytes != 1600*64<<10-1<<10 || src.Lines != 1 {
		t.Errorf("%+v", src)
	}
}

func TestResumingGoesOnCounting(t *testing.T) {
	const record = `{"level":"info","msg":"a","time":"2026-11-22T19:22:42.391Z"}` + "\n"
	a := NewLive("a.log", Options{}, func(*event.Event) {})
	_, _ = a.Write([]byte(strings.Repeat(record, 5)))
	var line int
	b := NewLive("a.log", Options{}, func(e *event.Event) { line = e.Line })
	b.Resume(a.Account())
	_, _ = b.Write([]byte(record))
	src := b.End()
	if line != 6 || src.Lines != 6 || src.Events != 6 || src.Bytes != int64(6*len(record)) || src.Format != formatPfxlogJSON {
		t.Errorf("line %d, %+v", line, src)
	}
}

// TestResumingKnowsTheFormat: only the first objects of a source are looked at closely to tell slog's JSON from logrus's.
func TestResumingKnowsTheFormat(t *testing.T) {
	for format, head := range map[string]string{formatSlogJSON: `{"channel":"raft",`, formatPfxlogJSON: `{`} {
		lines := []byte(strings.Repeat(head+`"level":"info","msg":"a line","time":"2026-11-22T19:22:42.391Z"}`+"\n", 2*sureFormat))
		a, b := NewLive("x", Options{}, func(*event.Event) {}), NewLive("x", Options{}, func(*event.Event) {})
		if _, err := a.Write(lines); err != nil {
			t.Fatal(err)
		}
		b.Resume(a.Account())
		for range 3 {
			if _, err := b.Write(lines); err != nil {
				t.Fatal(err)
			}
		}
		if got := b.Account(); got.Format != format || got.Events != 8*sureFormat {
			t.Errorf("%d events are told as %s, want %s", got.Events, got.Format, format)
		}
	}
}

// TestObjectsBehindTextAreLookedAt: those that tell the format need not be the first records.
func TestObjectsBehindTextAreLookedAt(t *testing.T) {
	l := NewLive("x", Options{}, func(*event.Event) {})
	for _, line := range []string{"[   0.001]    INFO some/part.go: a text\n", `{"channel":"raft","level":"info","msg":"a line","time":"2026-11-22T19:22:42.391Z"}` + "\n"} {
		if _, err := l.Write([]byte(strings.Repeat(line, 2*sureFormat))); err != nil {
			t.Fatal(err)
		}
	}
	_, _ = l.Write([]byte(`{"channel":"raft","level":"info","msg":"the last","time":"2026-11-22T19:22:42.391Z"}` + "\n"))
	if got := l.End(); got.Format != formatSlogJSON || got.Events != 4*sureFormat+1 {
		t.Errorf("%d events are told as %s", got.Events, got.Format)
	}
}

// A hole longer than a line may be takes no room of the line behind it, however it comes; what it takes of the source does
// count, and where NULs mean something, as in the length of an export's value, a line keeps them.
func TestAHoleInPieces(t *testing.T) {
	hole := strings.Repeat("\x00", 1000)
	export := "__CURSOR=s=1\n__REALTIME_TIMESTAMP=1795378776376123\nMESSAGE\n\n\x00\x00\x00\x00\x00\x00\x00panic: one\n\n"
	for _, text := range []string{hole + lastRecord, "{}\n" + hole + lastRecord[1:], export + lastRecord, export[:len(export)-1] + hole + lastRecord} {
		text = strings.Repeat(lastRecord, 60) + text
		opt := Options{Limits: Limits{Line: 100}}
		want, acc := readAll(t, strings.NewReader(text), opt)
		for size := 1; size < 300; size += 7 {
			var got []event.Event
			l := NewLive("-", opt, func(e *event.Event) { got = append(got, keep(e)) })
			for rest := text; len(rest) > 0; rest = rest[min(size, len(rest)):] {
				if _, err := l.Write([]byte(rest[:min(size, len(rest))])); err != nil {
					t.Fatal(err)
				}
				given := len(text) - len(rest) + min(size, len(rest))
				if begun := given - strings.LastIndexByte(text[:given], '\n') - 1; l.Pending() != int64(begun) {
					t.Fatalf("%d bytes pending, want %d", l.Pending(), begun)
				}
			}
			if src := l.End(); !reflect.DeepEqual(src, acc[0]) || !reflect.DeepEqual(got, want) {
				t.Errorf("in pieces of %d:\n%+v\n%+v\nat once:\n%+v\n%+v", size, src, got, acc[0], want)
			}
		}
	}
}
