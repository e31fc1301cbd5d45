package follow

import (
	"slices"
	"strings"
	"time"

	"zlog/diagnosis"
)

// The kinds of Event.
const (
	Open     = "open"
	Update   = "update"
	Resolved = "resolved"
)

// Event is one step of an incident. Why says what changed, or what ended it.
type Event struct {
	Event     string              `json:"event"`
	Why       string              `json:"why,omitempty"`
	Diagnosis diagnosis.Diagnosis `json:"diagnosis"`
}

// gone is how long a diagnosis must be missing before it counts as taken back: a line of another node that has not
// arrived yet may bring it back.
const gone = 250 * time.Millisecond

// Ledger folds the diagnoses of one look after another into incidents: each opens once, is updated when something that
// matters has changed, and is resolved once.
//
//	looks      d  d  d' d  -  -       d      d
//	events     O     U     R          O      R     (over, taken back, or said to be over)
type Ledger struct {
	Incidents map[string]*Incident `json:"incidents"` // by the diagnosis's id
}

// Incident is a diagnosis over time.
type Incident struct {
	Last    diagnosis.Diagnosis `json:"last"`
	Open    bool                `json:"open"`
	Newest  diagnosis.Time      `json:"newest"` // time of the newest line that shows it, as its node's clock said
	Tenfold int                 `json:"tenfold"`

	missing time.Time
}

// NewLedger gives an empty one.
func NewLedger() *Ledger { return &Ledger{Incidents: map[string]*Incident{}} }

// Observe takes what one look found and gives what is to be said. over gives why a diagnosis is over, "" if it is not.
// now is any clock that goes on; the ledger has to be asked again after a while if again is not zero.
func (l *Ledger) Observe(ds []diagnosis.Diagnosis, over func(*diagnosis.Diagnosis) string, now time.Time) (events []Event, again time.Duration) {
	present := map[string]bool{}
	for i := range ds {
		present[ds[i].ID] = true
	}
	for i := range ds {
		d := &ds[i]
		x := l.Incidents[d.ID]
		folded := d.Role == diagnosis.Consequence && present[d.ExplainedBy]
		switch {
		case x == nil && folded:
			continue
		case x == nil:
			x = &Incident{}
			l.Incidents[d.ID] = x
			events = append(events, x.opened(d))
		case !x.Open && (folded || !newest(d).After(x.Newest.Time)):
			continue
		case !x.Open && d.Role == diagnosis.Transient && !x.again(d):
			x.take(d)
			x.Newest.Time = newest(d)
			continue
		case !x.Open:
			events = append(events, x.opened(d))
		default:
			if why := x.changed(d); why != "" {
				events = append(events, Event{Update, why, *d})
				x.take(d)
			}
			x.Newest.Time = later(x.Newest.Time, newest(d))
		}
		x.missing = time.Time{}
		if why := over(d); why != "" {
			x.Open = false
			x.take(d)
			events = append(events, Event{Resolved, why, *d})
		}
	}
	for _, id := range l.open() {
		x := l.Incidents[id]
		if present[id] {
			continue
		}
		if x.missing.IsZero() {
			x.missing = now
		}
		if wait := x.missing.Add(gone).Sub(now); wait > 0 {
			again = max(again, wait)
			continue
		}
		x.Open = false
		events = append(events, Event{Resolved, "the logs do not show it any more", x.Last})
	}
	return events, again
}

// AnyOpen says whether an incident is open.
func (l *Ledger) AnyOpen() bool {
	for _, x := range l.Incidents {
		if x.Open {
			return true
		}
	}
	return false
}

// Clean drops what a file that was written by hand may hold and a Ledger does not.
func (l *Ledger) Clean() {
	for id, x := range l.Incidents {
		if x == nil {
			delete(l.Incidents, id)
		}
	}
}

// open gives the ids of the open incidents, in order.
func (l *Ledger) open() []string {
	var ids []string
	for id, x := range l.Incidents {
		if x.Open {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// Holds says whether an open incident rests on a line.
func (l *Ledger) Holds() func(source string, line int) bool {
	type place struct {
		source string
		line   int
	}
	held := map[place]bool{}
	for _, x := range l.Incidents {
		for _, e := range x.Last.Evidence {
			if x.Open {
				held[place{e.Source, e.Line}] = true
			}
		}
	}
	return func(source string, line int) bool { return held[place{source, line}] }
}

func (x *Incident) opened(d *diagnosis.Diagnosis) Event {
	x.Open = true
	x.take(d)
	x.Newest.Time = later(x.Newest.Time, newest(d))
	return Event{Event: Open, Diagnosis: *d}
}

// again says whether something that healed happened once more: a newer line of a signature that showed it before. A line of
// another one only goes along, such as that the leader of before a failover is back.
func (x *Incident) again(d *diagnosis.Diagnosis) bool {
	showed := map[string]bool{}
	for i := range x.Last.Evidence {
		showed[x.Last.Evidence[i].Signature] = true
	}
	for i := range d.Evidence {
		e := &d.Evidence[i]
		if showed[e.Signature] && later(e.Time.Time, e.Last.Time).After(x.Newest.Time) {
			return true
		}
	}
	return false
}

func (x *Incident) take(d *diagnosis.Diagnosis) {
	x.Last, x.Tenfold = *d, tenfold(d.Count)
}

// changed says what of a diagnosis has changed that a reader acts on.
func (x *Incident) changed(d *diagnosis.Diagnosis) string {
	was := &x.Last
	var why []string
	if fresh := slices.DeleteFunc(slices.Clone(d.Nodes), func(n string) bool { return slices.Contains(was.Nodes, n) }); len(fresh) > 0 {
		why = append(why, "also "+strings.Join(fresh, ", "))
	}
	if d.Severity != was.Severity {
		why = append(why, string(d.Severity)+", was "+string(was.Severity))
	}
	if d.Confidence.Rank() > was.Confidence.Rank() {
		why = append(why, string(d.Confidence)+", was "+string(was.Confidence))
	}
	if d.ExplainedBy != was.ExplainedBy {
		if d.ExplainedBy != "" {
			why = append(why, "a consequence of "+d.ExplainedBy)
		} else {
			why = append(why, "no longer a consequence of "+was.ExplainedBy)
		}
	}
	if tenfold(d.Count) > x.Tenfold {
		why = append(why, "it goes on")
	}
	return strings.Join(why, "; ")
}

// tenfold gives the number of digits.
func tenfold(n int) int {
	digits := 1
	for ; n >= 10; n /= 10 {
		digits++
	}
	return digits
}

// newest gives the time of the last line that shows a diagnosis, on its node's own clock, which no later line corrects.
func newest(d *diagnosis.Diagnosis) time.Time {
	var t time.Time
	for i := range d.Evidence {
		t = later(t, later(d.Evidence[i].Time.Time, d.Evidence[i].Last.Time))
	}
	return t
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
