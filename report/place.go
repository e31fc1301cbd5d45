package report

import (
	"fmt"
	"strings"
	"time"

	"zlog/diagnosis"
)

// places names sources and times as shortly as they are still clear in one report.
type places struct {
	folder string            // what all sources' names begin with, up to a slash; "" for nothing
	label  map[string]string // of each source
	layout string            // of a time
	date   string            // of all times, "" if there are several or none
	offset map[string]time.Duration
	parts  map[string]bool // sources of which a store has more lines: a line's number says nothing, its time does
}

// stdin is what standard input is called on the page.
const stdin = "stdin"

func newPlaces(r *diagnosis.Result) *places {
	pl := &places{label: map[string]string{}, offset: map[string]time.Duration{}, parts: map[string]bool{}}
	var names []string
	for _, s := range r.Sources {
		names = append(names, s.Name)
		pl.parts[s.Name] = s.Stored > 0
	}
	pl.folder = commonFolder(names)
	for _, n := range names {
		pl.label[n] = strings.TrimPrefix(n, pl.folder)
		if n == "-" {
			pl.label[n] = stdin
		}
	}
	for _, n := range r.Nodes {
		pl.offset[n.Name] = time.Duration(n.ClockOffsetMS) * time.Millisecond
	}
	pl.dates(r)
	return pl
}

// dates chooses how times are written: without a date if all are of one day, without a year if all are of one year. The ends
// of the sources do not tell that alone: a clock that begins in 1970 is set to the day in the middle of a log.
func (pl *places) dates(r *diagnosis.Result) {
	days, years := map[string]bool{}, map[int]bool{}
	see := func(ts ...diagnosis.Time) {
		for _, t := range ts {
			if !t.IsZero() && dated(t) {
				days[t.UTC().Format(time.DateOnly)], years[t.UTC().Year()] = true, true
				pl.date = t.UTC().Format(time.DateOnly)
			}
		}
	}
	for _, s := range r.Sources {
		see(s.First, s.Last)
	}
	for _, m := range r.Story {
		see(m.Time)
	}
	for i := range r.Diagnoses {
		see(r.Diagnoses[i].First, r.Diagnoses[i].Last)
	}
	switch {
	case len(days) <= 1:
		pl.layout = "15:04:05.000"
		return
	case len(years) <= 1:
		pl.layout = "01-02 15:04:05.000"
	default:
		pl.layout = "2006-01-02 15:04:05.000"
	}
	pl.date = ""
}

// dated says whether a time has a date of its own: clocks that count from midnight or from the start of the process
// stand in 1970.
func dated(t diagnosis.Time) bool { return t.UTC().Year() > 1970 }

// time gives a time in the report's layout, "-" for none.
func (pl *places) time(t diagnosis.Time) string {
	switch {
	case t.IsZero():
		return "-"
	case !dated(t):
		return t.UTC().Format("15:04:05.000")
	}
	return t.UTC().Format(pl.layout)
}

// span gives a first and last time with the date, for a headline.
func (pl *places) span(first, last diagnosis.Time) string {
	if first.IsZero() {
		return ""
	}
	a := first.UTC().Format("2006-01-02 15:04:05")
	b := last.UTC().Format("2006-01-02 15:04:05")
	if !dated(first) {
		a = a[11:]
	}
	switch {
	case last.IsZero() || a == b:
		return a + " UTC"
	case len(a) < 19, a[:10] == b[:10]:
		b = b[11:]
	}
	return a + " to " + b + " UTC"
}

// source gives a source's short name.
func (pl *places) source(name string) string {
	if l, ok := pl.label[name]; ok {
		return l
	}
	return strings.TrimPrefix(name, pl.folder)
}

// at gives source:line, the source alone if its lines came from a store.
func (pl *places) at(source string, line int) string {
	if pl.parts[source] {
		return pl.source(source)
	}
	return fmt.Sprintf("%s:%d", pl.source(source), line)
}

// common gives a node's time with its clock's known offset taken out, for ordering.
func (pl *places) common(node string, t diagnosis.Time) time.Time { return t.Add(-pl.offset[node]) }

// commonFolder gives what all paths begin with, up to and with a slash.
func commonFolder(names []string) string {
	if len(names) == 0 {
		return ""
	}
	folder := names[0][:strings.LastIndexAny(names[0], `/\`)+1]
	for _, n := range names[1:] {
		for folder != "" && !strings.HasPrefix(n, folder) {
			folder = folder[:strings.LastIndexAny(folder[:len(folder)-1], `/\`)+1]
		}
	}
	return folder
}

// count gives "1 line", "2,345 lines".
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(int64(n)) + " " + many
}

// thousands writes a number with separators.
func thousands(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// list gives "a", "a and b", "a, b and c".
func list(names []string) string {
	switch n := len(names); n {
	case 0:
		return ""
	case 1:
		return names[0]
	default:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
}

// sentence gives a text with a full stop.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".!?:") {
		return s
	}
	return s + "."
}
