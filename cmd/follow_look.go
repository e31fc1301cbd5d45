package cmd

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"zlog/cluster"
	"zlog/diagnosis"
	"zlog/follow"
	"zlog/report"
)

// look makes the answer anew and says what has changed. The next look waits for twice as long as this one took, so that
// looking takes a third of a processor at most.
func (l *live) look() {
	began := time.Now()
	l.matches, l.seen = 0, l.latest
	o := l.conclude()
	events, again := l.ledger.Observe(o.result.Diagnoses, func(d *diagnosis.Diagnosis) string { return l.over(o.story, d) }, began)
	l.again = again
	for _, ev := range events {
		l.say(ev)
	}
	if l.b.Kept() > mostLive {
		l.b.Forget(leastLive, l.ledger.Holds())
	}
	l.looked = time.Now()
	if len(events) > 0 && l.flags.state != "" {
		l.save()
	}
	l.next = time.Now().Add(min(2*time.Since(began), mostPause))
}

func (l *live) conclude() *outcome {
	all := append([]diagnosis.Source{}, l.others...)
	for _, s := range l.sources {
		all = append(all, s.live.Account())
	}
	for _, r := range l.resumed {
		all = append(all, r.Account)
	}
	l.in.sort(all)
	l.b.SetSources(all, !l.whole)
	for _, name := range slices.Sorted(maps.Keys(l.trouble)) {
		all = append(all, diagnosis.Source{Name: name, Error: l.trouble[name]})
	}
	return l.a.conclude(l.b, l.unknown, all)
}

// over says what ended a diagnosis, "" if it goes on. What the rules call transient is over when it shows.
func (l *live) over(s *cluster.Story, d *diagnosis.Diagnosis) string {
	if d.Role == diagnosis.Transient {
		return "it healed by itself"
	}
	lines := make([]cluster.Place, 0, len(d.Evidence))
	for i := range d.Evidence {
		lines = append(lines, cluster.Place{Source: d.Evidence[i].Source, Line: d.Evidence[i].Line})
	}
	m := s.Over(lines, l.latest)
	if m == nil {
		return ""
	}
	source := m.Source
	if source == "-" {
		source = "stdin"
	}
	return fmt.Sprintf("since %s, %s:%d of %s", m.At.UTC().Format("15:04:05"), source, m.Line, m.Node)
}

// say writes one line about an incident, and starts the command that wants to know.
func (l *live) say(ev follow.Event) {
	if l.hook != nil {
		l.hook.add(ev)
	}
	var err error
	if l.jsonl {
		err = report.Encode(l.e.out, ev, "")
	} else {
		err = report.Event(l.e.out, ev.Event, ev.Why, &ev.Diagnosis, l.e.colored(l.e.out))
	}
	if err != nil && l.failed == nil {
		l.failed = err
	}
}
