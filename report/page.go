package report

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"zlog/diagnosis"
)

// Page is what a report for people is made from: the result, what stands around the evidence, and the time that the
// report bears. The zero time stands for the last time in the logs, so that the same logs give the same bytes.
type Page struct {
	Result   *diagnosis.Result
	Contexts []diagnosis.Context
	Made     time.Time
}

// What a page holds at most. What is left out is said on the page, and is in the JSON report.
const (
	mostDiagnoses  = 60
	mostEvidence   = 25 // of one diagnosis
	mostMoments    = 80
	mostUnknown    = 60
	mostSignatures = 200
	mostSources    = 200
	mostLanes      = 16
	mostMarks      = 60      // of one lane
	mostText       = 4 << 10 // bytes of one line
)

// clean copies a result with every text made fit to be shown: line feeds stay, all else that acts on its surroundings
// becomes visible, and very long texts are cut.
func clean(r *diagnosis.Result) (*diagnosis.Result, error) {
	data, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	out := &diagnosis.Result{}
	if err := json.Unmarshal(data, out); err != nil {
		return nil, err
	}
	cleanValue(reflect.ValueOf(out).Elem())
	return out, nil
}

func cleanValue(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		if s := show(v.String()); s != v.String() {
			v.SetString(s)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[diagnosis.Time]() {
			return
		}
		for i := range v.NumField() {
			cleanValue(v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			cleanValue(v.Index(i))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			cleanValue(v.Elem())
		}
	}
}

// show makes a text fit to be shown in a page. Lines stay lines, and tabs are blanks.
func show(s string) string {
	cut := 0
	if len(s) > mostText {
		end := mostText
		for end > 0 && !utf8.RuneStart(s[end]) {
			end--
		}
		s, cut = s[:end], len(s)-end
	}
	if strings.ContainsAny(s, "\n\t") {
		lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
		for i, l := range lines {
			lines[i] = Safe(strings.ReplaceAll(strings.TrimRight(l, "\r"), "\t", "    "))
		}
		s = strings.Join(lines, "\n")
	} else {
		s = Safe(s)
	}
	if cut > 0 {
		s += fmt.Sprintf(" … (%d bytes more)", cut)
	}
	return s
}

// headline gives the page's first words and the sentence under them.
func headline(r *diagnosis.Result) (head, lede string) {
	for _, d := range r.Diagnoses {
		if d.Severity.Rank() >= diagnosis.Warning.Rank() {
			return d.Title, d.Summary
		}
	}
	switch r.Verdict {
	case diagnosis.Healthy:
		lede = "Everything that was given could be read, and none of it shows a fault."
		for _, u := range r.NotAssessable {
			if u.Limit() {
				lede += " But " + sentence(u.Reason)
			}
		}
		return "Nothing wrong was found", lede
	case diagnosis.NotAssessable:
		if s := outOfReach(r); s != "" {
			return "Nothing wrong was found, and a member is out of reach", "Of what was given nothing shows a fault, but " + sentence(s)
		}
		return "Too little could be read to say", "See what was read, and what is missing."
	}
	return "Something is wrong", ""
}

// saying is what a line of evidence says in a few words: its signature's title, else the begin of what is shown of it.
func saying(e diagnosis.Evidence) string {
	if e.Says == "" && e.Text != "" {
		return Clip(e.Text, 120)
	}
	return firstText(e.Says, e.Signature)
}

func verdictSays(v diagnosis.Verdict) string {
	switch v {
	case diagnosis.Healthy:
		return "healthy"
	case diagnosis.NotAssessable:
		return "not assessable"
	}
	return "problem found"
}

func roleSays(r diagnosis.Role) string {
	switch r {
	case diagnosis.RootCause:
		return "root cause"
	case diagnosis.Transient:
		return "healed by itself"
	}
	return string(r)
}

// logEnd is the last time in the logs.
func logEnd(r *diagnosis.Result) time.Time {
	var end time.Time
	for _, s := range r.Sources {
		if s.Last.After(end) {
			end = s.Last.Time
		}
	}
	return end
}

// logBegin is the first time in the logs.
func logBegin(r *diagnosis.Result) time.Time {
	var begin time.Time
	for _, s := range r.Sources {
		if !s.First.IsZero() && (begin.IsZero() || s.First.Before(begin)) {
			begin = s.First.Time
		}
	}
	return begin
}

// logSpan says from when to when the logs go, "" if they bear no time.
func logSpan(r *diagnosis.Result) string {
	from, to := logBegin(r), logEnd(r)
	if from.IsZero() {
		return ""
	}
	end := to.UTC().Format("2006-01-02 15:04:05")
	if from.UTC().Format("2006-01-02") == to.UTC().Format("2006-01-02") {
		end = to.UTC().Format("15:04:05")
	}
	return from.UTC().Format("2006-01-02 15:04:05") + " to " + end + " UTC"
}

// counted writes a number with spaces between the thousands.
func counted[N int | int64](n N) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u202f" + s[i:]
	}
	return s
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// capped says what a page leaves out, "" for nothing.
func capped(all, shown int, what string) string {
	if all <= shown {
		return ""
	}
	return fmt.Sprintf("%d of %d %s are shown; the JSON report has them all.", shown, all, what)
}
