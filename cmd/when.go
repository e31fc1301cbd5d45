package cmd

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// when is a point in time as an operator gives it: a time, a time of day, or a span before the end of the logs. Only
// the first is known before the logs are read. The zero value stands for no time at all.
type when struct {
	at     time.Time     // the time; of a time of day, that of day 0
	before time.Duration // before the end of the logs
	clock  bool          // at is a time of day
}

// point reads a time (RFC 3339, or date and time, or a date; UTC without a zone), a time of day, or a span before the
// end of the logs.
func point(s string) (when, error) {
	if s == "" {
		return when{}, nil
	}
	if d, err := span(s); err == nil && d > 0 {
		return when{before: d}, nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			return when{at: t}, nil
		}
	}
	for _, layout := range []string{"15:04:05", "15:04"} {
		if t, err := time.Parse(layout, s); err == nil {
			return when{at: t, clock: true}, nil
		}
	}
	return when{}, fmt.Errorf("%q: want a time such as 2026-11-22T19:32:20Z, a time of day such as 19:32:20, or a span before the end such as 10m", s)
}

// span reads a length of time, of which whole days and weeks may be written as 7d and 2w, too.
func span(s string) (time.Duration, error) {
	for unit, hours := range map[string]int{"d": 24, "w": 7 * 24} {
		if n, ok := strings.CutSuffix(s, unit); ok {
			days, err := strconv.ParseUint(n, 10, 12)
			return time.Duration(days) * time.Duration(hours) * time.Hour, err
		}
	}
	return time.ParseDuration(s)
}

// pointKnown is point for what must be known without any logs; "" gives the zero time.
func pointKnown(s string) (time.Time, error) {
	w, err := point(s)
	if err == nil && !w.known() {
		err = fmt.Errorf("%q: want a date and a time", s)
	}
	return w.at, err
}

// known says whether the time is known before the logs are.
func (w when) known() bool { return w.before == 0 && !w.clock }

// on gives the time in logs that reach from begin to end: a time of day is the last one within them, or else that of
// the day on which they end.
func (w when) on(begin, end time.Time) time.Time {
	switch {
	case w.before > 0:
		return end.Add(-w.before)
	case !w.clock:
		return w.at
	}
	y, m, d := end.UTC().Date()
	at := time.Date(y, m, d, w.at.Hour(), w.at.Minute(), w.at.Second(), w.at.Nanosecond(), time.UTC)
	if before := at.AddDate(0, 0, -1); at.After(end) && !before.Before(begin) {
		return before
	}
	return at
}
