package store

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/tidwall/gjson"

	"zlog/event"
)

// victoriaLogs asks VictoriaLogs in LogsQL. It was seen with 1.26: answers are lines of JSON, a value is always a string, and
// time stands with as many digits of the second as it has.
//
//	{"_time":"2026-11-22T19:36:11.161Z","_msg":"{\"file\":…}","node":"ctrl1"}
type victoriaLogs struct {
	c *client

	mu     sync.Mutex
	shapes map[string]bool // by selection: whether the line is in _msg as it is
}

const vlQuery = "/select/logsql/query"

// base says in LogsQL what a selection is.
func (v *victoriaLogs) base(sel Selection, spans ...Span) string {
	var b strings.Builder
	for i, s := range append([]Span{sel.Span}, spans...) {
		switch {
		case i == 1:
			b.WriteString(" (")
		case i > 1:
			b.WriteString(" or ")
		}
		b.WriteString("_time:[" + s.From.UTC().Format(time.RFC3339Nano) + ", " + s.To.UTC().Format(time.RFC3339Nano) + ")")
	}
	if len(spans) > 0 {
		b.WriteString(")")
	}
	if sel.Query != "" {
		b.WriteString(" (" + sel.Query + ")")
	}
	if sel.Node != "" {
		b.WriteString(" " + strconv.Quote(sel.Label) + ":=" + strconv.Quote(sel.Node))
	} else {
		b.WriteString(" " + strconv.Quote(sel.Label) + ":*")
	}
	return b.String()
}

// Presence implements Store.
func (v *victoriaLogs) Presence(ctx context.Context, sel Selection, width time.Duration) ([]Bucket, error) {
	q := fmt.Sprintf("%s | stats by (_time:%ds, %s) count() n, sum_len(_msg) b, min(_time) lo, max(_time) hi", v.base(sel), max(1, int64(width/time.Second)), strconv.Quote(sel.Label))
	var out []Bucket
	err := v.rows(ctx, q, func() { out = nil }, func(row gjson.Result) error {
		b := Bucket{Node: row.Get(pathOf(sel.Label)).String(), Count: row.Get("n").Int(), Bytes: row.Get("b").Int()}
		var err1, err2 error
		b.First, err1 = time.Parse(time.RFC3339Nano, row.Get("lo").String())
		b.Last, err2 = time.Parse(time.RFC3339Nano, row.Get("hi").String())
		out = append(out, b)
		return torn(err1, err2)
	})
	slices.SortFunc(out, func(a, b Bucket) int { return cmp.Or(a.First.Compare(b.First), cmp.Compare(a.Node, b.Node)) })
	return out, err
}

// Lines implements Store.
func (v *victoriaLogs) Lines(ctx context.Context, sel Selection, want *Want, again func(), take func(Line) error) error {
	whole, err := v.whole(ctx, sel)
	if err != nil {
		return err
	}
	if !whole {
		return v.lines(ctx, sel, v.base(sel), again, take)
	}
	return v.lines(ctx, sel, v.base(sel)+v.filter(want)+" | fields _time, _msg, "+strconv.Quote(sel.Label), again, take)
}

// lines asks for lines.
func (v *victoriaLogs) lines(ctx context.Context, sel Selection, q string, again func(), take func(Line) error) error {
	return v.rows(ctx, q, again, func(row gjson.Result) error {
		l, _, err := v.line(sel, row)
		if err != nil {
			return err
		}
		if err := take(l); err != nil {
			return fmt.Errorf("%w: %w", errStop, err)
		}
		return nil
	})
}

// line reads a line from a row.
func (v *victoriaLogs) line(sel Selection, row gjson.Result) (Line, bool, error) {
	at := row.Get("_time").String()
	t, err := time.Parse(time.RFC3339Nano, at)
	if err != nil {
		return Line{}, false, torn(err)
	}
	text, whole := lineOf(flatten(row, "", nil), []string{sel.Label}, at)
	return Line{Node: row.Get(pathOf(sel.Label)).String(), Time: t.UnixNano(), Text: text}, whole, nil
}

// whole looks at one line of the selection for whether it is in _msg as it was written. If not, filters on its text would
// lose lines, so all are fetched.
func (v *victoriaLogs) whole(ctx context.Context, sel Selection) (bool, error) {
	key := sel.Query
	sel.Node = ""
	v.mu.Lock()
	known, ok := v.shapes[key]
	v.mu.Unlock()
	if ok {
		return known, nil
	}
	whole, any := true, false
	err := v.rows(ctx, v.base(sel)+" | limit 20", func() { whole, any = true, false }, func(row gjson.Result) error {
		l, ok, err := v.line(sel, row)
		any = true
		whole = whole && ok && l.Text != "" && l.Text == unfold(row.Get("_msg").String()) // where it has no _msg, VictoriaLogs says so in it
		return err
	})
	if err != nil || !any {
		return true, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.shapes == nil {
		v.shapes = map[string]bool{}
	}
	v.shapes[key] = whole
	return whole, nil
}

// filter says in LogsQL what is wanted. A pattern without signs is looked for as a text, with the help of what the store
// knows of words, so it is as exact as zlog's own. Several hundred of them are quick (1.26: some 2 s for 9 MB); one pattern of
// all would take minutes.
func (v *victoriaLogs) filter(want *Want) string {
	if want == nil {
		return ""
	}
	text := func(s string) string { return "_msg:~" + strconv.Quote(regexp.QuoteMeta(s)) }
	var or []string
	for _, all := range want.Texts {
		var and []string
		for _, s := range all {
			and = append(and, text(s))
		}
		if len(and) == 1 {
			or = append(or, and[0])
		} else {
			or = append(or, "("+strings.Join(and, " ")+")")
		}
	}
	if want.Plain {
		or = append(or, "!_msg:~"+strconv.Quote(objectHead))
	}
	return " (" + strings.Join(or, " or ") + ")"
}

// objectHead is how a JSON record begins.
const objectHead = `^\s*\{"`

// windowsAtOnce is how many spans one query names; each takes some 80 bytes.
const windowsAtOnce = 100

// Windows implements Store.
func (v *victoriaLogs) Windows(ctx context.Context, sel Selection, spans []Span) ([]Line, error) {
	var out []Line
	for part := range slices.Chunk(spans, windowsAtOnce) {
		var ls []Line
		sel.Span = Span{part[0].From, part[len(part)-1].To}
		q := v.base(sel, part...) + v.columns(ctx, sel)
		if err := v.lines(ctx, sel, q, func() { ls = nil }, func(l Line) error { ls = append(ls, l); return nil }); err != nil {
			return nil, err
		}
		out = append(out, ls...)
	}
	return out, nil
}

// columns spares what of a row is not needed, where the line is in one field.
func (v *victoriaLogs) columns(ctx context.Context, sel Selection) string {
	if whole, err := v.whole(ctx, sel); err == nil && whole {
		return " | fields _time, _msg, " + strconv.Quote(sel.Label)
	}
	return ""
}

// Near implements Store.
func (v *victoriaLogs) Near(ctx context.Context, sel Selection, n int, last bool) ([]Line, error) {
	desc := ""
	if last {
		desc = " desc"
	}
	var out []Line
	err := v.lines(ctx, sel, fmt.Sprintf("%s%s | sort by (_time%s) limit %d", v.base(sel), v.columns(ctx, sel), desc, n), func() { out = nil }, func(l Line) error {
		out = append(out, l)
		return nil
	})
	if last {
		slices.Reverse(out)
	}
	slices.SortStableFunc(out, func(a, b Line) int { return cmp.Compare(a.Time, b.Time) })
	return out, err
}

// Values implements Store.
func (v *victoriaLogs) Values(ctx context.Context, sel Selection, label string) ([]string, error) {
	var out []string
	err := v.rows(ctx, v.base(sel)+" "+strconv.Quote(label)+":* | stats by ("+strconv.Quote(label)+") count() n", func() { out = nil }, func(row gjson.Result) error {
		out = append(out, row.Get(pathOf(label)).String())
		return nil
	})
	slices.Sort(out)
	return out, err
}

// Within implements Store.
func (v *victoriaLogs) Within(query, label, value string) string {
	more := strconv.Quote(label) + ":=" + strconv.Quote(value)
	if query == "" {
		return more
	}
	return "(" + query + ") " + more
}

// Explain implements Store.
func (v *victoriaLogs) Explain(sel Selection, want *Want) Plan {
	return Plan{Query: v.base(sel) + v.filter(want) + " | fields _time, _msg, " + strconv.Quote(sel.Label), Widened: []string{
		"lines that were parsed into fields are fetched whole: a text may have been cut apart"}}
}

// rows asks a query and hands over each row of the answer.
func (v *victoriaLogs) rows(ctx context.Context, q string, again func(), take func(gjson.Result) error) error {
	return v.c.ask(ctx, question{path: vlQuery, form: url.Values{"query": {q}}}, func(r io.Reader) error {
		again()
		return rows(r, take)
	})
}

// mostRow is the longest row that is read: a line of 1 MiB, in which everything is escaped.
const mostRow = 8 << 20

// rows reads lines of JSON.
func rows(r io.Reader, take func(gjson.Result) error) error {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 64<<10), mostRow)
	for s.Scan() {
		row := bytes.TrimSpace(s.Bytes())
		if len(row) == 0 {
			continue
		}
		if !event.IsJSONBytes(row) {
			return fmt.Errorf("%w: no JSON in %q", errTorn, oneLine(string(row[:min(len(row), 60)])))
		}
		if err := take(gjson.Parse(string(row))); err != nil {
			return err
		}
	}
	if errors.Is(s.Err(), bufio.ErrTooLong) {
		return fmt.Errorf("%w: a line of more than %d MiB", errTooMuch, mostRow>>20)
	}
	return s.Err()
}

// torn says that something in an answer is not what it should be.
func torn(errs ...error) error {
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("%w: %s", errTorn, oneLine(err.Error()))
	}
	return nil
}

// pathOf guards a field's name against being taken for a path.
func pathOf(key string) string {
	return strings.NewReplacer(".", `\.`, "*", `\*`, "?", `\?`, "|", `\|`, "#", `\#`, "@", `\@`).Replace(key)
}
