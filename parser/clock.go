package parser

import (
	"time"

	"zlog/event"
)

// timeline is what one stream knows of time: the last record's, and how pfxlog's seconds are to be read.
//
//	dated   … 23:59:58          the next line says [71611.203]: it is on that day, or on the next
//	day     [86399.9] [0.1]     back by more than 12 h: midnight
//	start   [812.4]   [0.003]   back by more than 2 s: a new process; its time goes on from the last record
type timeline struct {
	last     stamp // of the last record that had a time
	dated    stamp // of the last whose time was not made of seconds
	seconds  event.Clock
	value    stamp // the last seconds as printed
	base     stamp // what they count from
	anchored bool  // base was set after the last dated record
}

// youngProcess: a log whose first seconds are below this began with its process. A day's log begins within
// this time of midnight once in 860 times.
const youngProcess = 100

// at gives a record's time from its own and its wrapper's. own.clock is ClockNone for a record without a time and
// ClockDay for pfxlog's bare seconds.
func (t *timeline) at(own, wrap stamp) stamp {
	s := own
	switch own.clock {
	case event.ClockNone:
		if wrap.clock == event.ClockNone {
			return t.last
		}
		s = t.inYear(wrap)
	case event.ClockDay:
		s = t.fromSeconds(own)
		if wrap.clock == event.ClockZoned {
			s = wrap
		}
	case event.ClockLocal:
		if wrap.clock == event.ClockZoned {
			s = inZone(own, wrap)
		}
		t.anchored = false
	default:
		t.anchored = false
	}
	t.last = s
	if hasDate(own, wrap) {
		t.dated = s
	}
	return s
}

// hasDate says whether a record's time is not made of pfxlog's seconds.
func hasDate(own, wrap stamp) bool {
	return own.clock != event.ClockDay || wrap.clock == event.ClockZoned
}

// before gives the time that a silence before a record counts from: that of the last record, or of the last with a date, if this one
// has a date and the seconds between were read as of long ago, because something else wrote them.
//
//	10:46:31.431   [1307.650]   10:46:31.451    no silence of ten hours
func (t *timeline) before(own, wrap stamp) stamp {
	if hasDate(own, wrap) && t.dated.clock == t.last.clock && t.last.before(t.dated) {
		return t.dated
	}
	return t.last
}

// inYear gives a wrapper's time without a year the year that puts it nearest to the last dated record.
func (t *timeline) inYear(wrap stamp) stamp {
	if wrap.clock != event.ClockDay || t.last.clock < event.ClockLocal {
		return wrap
	}
	w, year := wrap.time(), t.last.time().Year()
	best := wrap
	for y := year - 1; y <= year+1; y++ {
		d := time.Date(y, w.Month(), w.Day(), w.Hour(), w.Minute(), w.Second(), 0, time.UTC)
		s := stamp{sec: d.Unix(), nsec: wrap.nsec, clock: event.ClockLocal}
		if best.clock == event.ClockDay || s.since(t.last).Abs() < best.since(t.last).Abs() {
			best = s
		}
	}
	return best
}

// inZone corrects a time without a zone by its wrapper's: if the two differ by whole quarters of an hour, give or
// take 5 s, then that is the zone, and the record's own milliseconds are the better ones.
func inZone(own, wrap stamp) stamp {
	const quarter = 15 * 60
	d := wrap.since(own)
	q := int64(d.Round(quarter*time.Second) / time.Second)
	if rest := d - time.Duration(q)*time.Second; rest > 5*time.Second || rest < -5*time.Second {
		return own
	}
	s := own.add(q)
	s.clock = event.ClockZoned
	return s
}

// fromSeconds reads pfxlog's seconds since midnight or since the start of the process.
func (t *timeline) fromSeconds(v stamp) stamp {
	back := t.value.since(v)
	switch {
	case t.seconds == event.ClockNone:
		t.seconds = event.ClockDay
		if v.sec < youngProcess || v.sec >= 86400 {
			t.seconds = event.ClockStart
		}
		t.anchor(v)
	case !t.anchored:
		t.anchor(v)
	case t.seconds == event.ClockDay && back > 12*time.Hour:
		t.base.sec += 86400
	case t.seconds == event.ClockDay && back > 2*time.Second && v.sec < youngProcess,
		t.seconds == event.ClockDay && v.sec >= 86400,
		t.seconds == event.ClockStart && back > 2*time.Second:
		t.seconds = event.ClockStart
		t.anchor(v)
	}
	t.value = v
	s := stamp{sec: t.base.sec + v.sec, nsec: t.base.nsec + v.nsec, clock: t.base.clock}
	if s.nsec >= 1e9 {
		s.sec, s.nsec = s.sec+1, s.nsec-1e9
	}
	return s
}

// anchor sets base so that v comes right after the last record.
func (t *timeline) anchor(v stamp) {
	t.anchored = true
	last := t.last
	if last.clock == event.ClockNone {
		t.base = stamp{clock: t.seconds}
		return
	}
	if last.clock == event.ClockDay {
		last.clock = event.ClockStart
	}
	if t.seconds == event.ClockStart {
		t.base = stamp{sec: last.sec - v.sec, nsec: last.nsec - v.nsec, clock: last.clock}
		if t.base.nsec < 0 {
			t.base.sec, t.base.nsec = t.base.sec-1, t.base.nsec+1e9
		}
		return
	}
	midnight := last.sec - (last.sec%86400+86400)%86400
	t.base = stamp{sec: midnight, clock: last.clock}
	if midnight+v.sec < last.sec-12*3600 {
		t.base.sec += 86400
	}
}
