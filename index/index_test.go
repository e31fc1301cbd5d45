package index

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"zlog/event"
)

// parse reads lines "ms level text"; a line that begins with a space goes on with the one before.
func parse(chunk io.Reader, emit func(*event.Event)) {
	data, _ := io.ReadAll(chunk)
	var e *event.Event
	for i, l := range strings.Split(strings.TrimSuffix(string(data), "\n"), "\n") {
		if strings.HasPrefix(l, " ") && e != nil {
			e.Lines++
			e.Text += "\n" + l
			continue
		}
		if e != nil {
			emit(e)
		}
		var ms int
		var level, text string
		if n, _ := fmt.Sscanf(l, "%d %s %s", &ms, &level, &text); n < 3 {
			e = nil
			continue
		}
		e = &event.Event{Line: i + 1, Lines: 1, Time: time.UnixMilli(int64(ms)).UTC(), Level: event.ParseLevel(level), Msg: text, Text: l}
	}
	if e != nil {
		emit(e)
	}
}

// filled gives an index of files made by make, each line of which is numbered.
func filled(t testing.TB, files, lines int) (*Index, []string) {
	t.Helper()
	x := New(parse)
	t.Cleanup(func() { x.Close() })
	var names []string
	for f := range files {
		name := filepath.Join(t.TempDir(), fmt.Sprintf("f%d.log", f))
		var b bytes.Buffer
		for i := range lines {
			switch {
			case i%50 == 49:
				b.WriteString(" goes on Needle\n")
			case i%97 == 96:
				b.WriteString("not understood Needle\n")
			default:
				fmt.Fprintf(&b, "%d %s line%d-%d%s\n", i*10+f, []string{"info", "warn", "error"}[i%3], f, i, map[bool]string{true: " NEEDLE"}[i%13 == 0])
			}
		}
		if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		file, err := x.Open(name, name)
		if err != nil {
			t.Fatal(err)
		}
		parse(file.Reader(int64(b.Len())), func(e *event.Event) { file.Add(e, 0) })
		names = append(names, name)
	}
	x.Order()
	return x, names
}

func TestOrderIsByTimeAndRowsFindTheirRecords(t *testing.T) {
	for _, files := range []int{1, 2, 5} {
		x, _ := filled(t, files, 5000)
		var last time.Time
		for row := range x.Len() {
			id := x.At(row)
			if x.Row(id) != row {
				t.Fatalf("%d files: row %d is found as %d", files, row, x.Row(id))
			}
			if at := x.Moment(id); at.Before(last) {
				t.Fatalf("%d files: row %d goes back in time", files, row)
			} else {
				last = at
			}
		}
		if x.Len() != x.Added() {
			t.Errorf("%d files: %d of %d records are in the order", files, x.Len(), x.Added())
		}
		at := x.Moment(x.At(x.Len() / 2))
		if row := x.Near(at); !x.Moment(x.At(row)).Equal(at) || row > 0 && !x.Moment(x.At(row-1)).Before(at) {
			t.Errorf("%d files: near %s is row %d", files, at, row)
		}
	}
}

func TestAClockThatIsOffIsTakenOut(t *testing.T) {
	x, names := filled(t, 2, 100)
	x.SetClock(func(source, _ string) time.Duration {
		if source == names[1] {
			return time.Hour
		}
		return 0
	})
	x.Order()
	if first := x.Head(x.At(0)); first.Source != names[1] {
		t.Errorf("the file whose clock is an hour fast does not come first")
	}
}

func TestRecordsAreReadBackAsTheyWere(t *testing.T) {
	x, names := filled(t, 3, 5000)
	for _, line := range []int{1, 32, 33, 49, 50, 64, 65, 4096, 4097, 4999} {
		id, ok := x.Find(names[1], line)
		if !ok {
			t.Errorf("line %d is not found", line)
			continue
		}
		e := x.Events([]uint32{id})[0]
		if want := fmt.Sprintf("line1-%d", e.Line-1); e.Msg != want || e.Source != names[1] || e.Line > line || line >= e.Line+e.Lines {
			t.Errorf("line %d reads back as %s:%d+%d %q, want %q", line, e.Source, e.Line, e.Lines, e.Msg, want)
		}
	}
	if _, ok := x.Find(names[1], 97); ok {
		t.Error("a line that is no record's is found")
	}
	var all []uint32
	for row := range x.Len() {
		all = append(all, x.At(row))
	}
	for i, e := range x.Events(all[2000:2500]) {
		if h := x.Head(all[2000+i]); h.Line != e.Line || h.Source != e.Source || !strings.HasSuffix(e.Msg, fmt.Sprint("-", e.Line-1)) {
			t.Fatalf("row %d reads back as %s", 2000+i, e.Text)
		}
	}
}

// slow is the scan's twin: it reads every record back.
func slow(x *Index, keep func(*event.Event) bool, word string) []uint32 {
	var out []uint32
	var ids []uint32
	for row := range x.Len() {
		ids = append(ids, x.At(row))
	}
	for i, e := range x.Events(ids) {
		if (keep == nil || keep(&e)) && strings.Contains(strings.ToLower(e.Text), word) {
			out = append(out, ids[i])
		}
	}
	return out
}

func TestScanFindsWhatReadingEveryRecordFinds(t *testing.T) {
	x, _ := filled(t, 3, 2500)
	errors := func(e *event.Event) bool { return e.Level == event.LevelError }
	for name, keep := range map[string]func(*event.Event) bool{"all": nil, "errors": errors} {
		for _, word := range []string{"needle", "line1-2000", "line", "nowhere"} {
			want := slow(x, keep, word)
			for way, q := range map[string]Query{
				"by need":  {Keep: keep, Need: []byte(word)},
				"by match": {Keep: keep, Match: func(l []byte) bool { return strings.Contains(strings.ToLower(string(l)), word) }},
				"by both":  {Keep: keep, Need: []byte(word), Match: func([]byte) bool { return true }},
			} {
				var got []uint32
				var done, total int64
				if err := x.Scan(context.Background(), q, func(ids []uint32, d, n int64) {
					got = append(got, ids...)
					done, total = d, n
				}); err != nil {
					t.Fatal(err)
				}
				if n := len(got); n != len(x.Arrange(got)) {
					t.Errorf("%s, %q %s: a record comes twice", name, word, way)
				}
				if !slices.Equal(x.Arrange(got), want) {
					t.Errorf("%s, %q %s: %d records, want %d", name, word, way, len(got), len(want))
				}
				if done != total || total == 0 {
					t.Errorf("%s, %q %s: ends at %d of %d", name, word, way, done, total)
				}
			}
		}
	}
	n := 0
	_ = x.Scan(context.Background(), Query{Keep: errors}, func(ids []uint32, _, _ int64) { n += len(ids) })
	if want := len(slow(x, errors, "")); n != want {
		t.Errorf("by heads alone: %d records, want %d", n, want)
	}
}

func TestSpooledRecordsKeepTheirLines(t *testing.T) {
	x := New(parse)
	spool, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer spool.Close()
	var end int64
	for _, name := range []string{"a.tgz/1", "a.tgz/2"} {
		f := x.Spooled(name, spool, end)
		for i := range 100 {
			e := event.Event{Source: name, Line: 3*i + 7, Lines: 2, Time: time.UnixMilli(int64(i)).UTC(), Level: event.LevelInfo, Text: fmt.Sprintf("%d info %s-%d\n more", i, name, i)}
			if err := f.Keep(&e); err != nil {
				t.Fatal(err)
			}
		}
		end = f.End()
	}
	x.Order()
	id, ok := x.Find("a.tgz/2", 3*60+7)
	if !ok {
		t.Fatal("not found")
	}
	if e := x.Events([]uint32{id})[0]; e.Msg != "a.tgz/2-60" || e.Line != 187 || e.Source != "a.tgz/2" || e.Lines != 2 {
		t.Errorf("reads back as %s:%d+%d %q", e.Source, e.Line, e.Lines, e.Msg)
	}
}

func BenchmarkScan(b *testing.B) {
	x, _ := filled(b, 1, 200_000)
	size := x.files[0].end
	for name, q := range map[string]Query{"need": {Need: []byte("nowhere")}, "match": {Match: func(l []byte) bool { return bytes.Contains(l, []byte("nowhere")) }}} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(size)
			for b.Loop() {
				_ = x.Scan(context.Background(), q, func([]uint32, int64, int64) {})
			}
		})
	}
}

// TestAnOlderOrderTakesNoNewerOnesPlace: who adds records and orders them has them all in the order, though another began to order
// before they were there and is slower.
func TestAnOlderOrderTakesNoNewerOnesPlace(t *testing.T) {
	x, _ := filled(t, 3, 20_000)
	for round := range 40 {
		var others sync.WaitGroup
		for range 3 {
			others.Go(x.Order)
		}
		for range 100 * round { // while the others are at it
			runtime.Gosched()
		}
		x.files[round%3].Add(&event.Event{Line: 20_001 + round, Lines: 1, Time: time.Unix(int64(1e9+round), 0)}, 0)
		x.Order()
		others.Wait()
		if x.Len() != x.Added() {
			t.Fatalf("round %d: %d records in the order, of %d", round, x.Len(), x.Added())
		}
	}
}
