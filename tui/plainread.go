package tui

import (
	"fmt"
	"strings"

	"zlog/diagnosis"
	"zlog/event"
)

func (p *plain) overview() {
	r := p.m.result
	share := ""
	if p.m.now.Share < 1 {
		share = fmt.Sprintf(" This rests on the first %.0f percent; reading goes on.", 100*p.m.now.Share)
	}
	p.say("Verdict: %s. %s. %s.%s", r.Verdict, plural(len(r.Diagnoses), "finding"), strings.ReplaceAll(strip(p.m.extent()), " "+p.m.g.dot+" ", ", "), share)
}

func (p *plain) step(d int) { p.finding(p.m.find.cur + 1 + d) }

func (p *plain) findings() {
	p.overview()
	for i := range p.m.result.Diagnoses {
		d := &p.m.result.Diagnoses[i]
		p.say("%d: %s, %s, %s. %s", i+1, d.Severity, d.Role, clean(d.Title), clean(strings.Join(d.Nodes, ", ")))
	}
}

// finding reads the n-th diagnosis; the cursor of the findings is the number of it.
func (p *plain) finding(n int) {
	all := p.m.result.Diagnoses
	if n < 1 || n > len(all) {
		p.say("There is no finding %d; there are %d.", n, len(all))
		return
	}
	d := &all[n-1]
	p.m.find.items = []item{}
	for i := range all {
		p.m.find.items = append(p.m.find.items, item{d: &all[i]})
	}
	p.m.find.n = len(all)
	p.m.find.cur = n - 1
	p.m.find.selected(p.m)
	p.say("Finding %d of %d: %s.", n, len(all), clean(d.Title))
	p.say("Severity %s, %s, %s, on %s, %s.", d.Severity, strings.ReplaceAll(string(d.Role), "-", " "), d.Confidence, clean(strings.Join(d.Nodes, ", ")), span(d.First.Time, d.Last.Time))
	p.labelled("What", d.Summary)
	p.labelled("Why", d.Cause)
	for i, s := range d.Remediation {
		p.labelled(fmt.Sprintf("Do, step %d", i+1), s.Do+versions(s.Versions))
		p.labelled("Danger", s.Danger)
		p.command1("Command", s.Command)
	}
	for _, c := range d.Confirm {
		p.command1("Confirm with the safe command", c.Command)
		p.labelled("It shows", c.Expect)
	}
	for _, r := range d.Rivals {
		p.labelled("Or else", r.Cause+": "+r.Tell)
	}
	p.labelled("Prevent", d.Prevention)
	for _, r := range d.References {
		p.labelled("See", r)
	}
	p.say("Evidence: %s.", plural(len(d.Evidence), "line"))
}

func (p *plain) labelled(label, text string) {
	if text != "" {
		p.say("%s: %s", label, clean(text))
	}
}

func (p *plain) command1(label, text string) {
	if text != "" {
		p.whole("%s: %s", label, clean(text))
	}
}

func (p *plain) evidence() {
	d := p.m.find.diagnosis()
	if d == nil {
		p.say("There is no finding.")
		return
	}
	for i := range d.Evidence {
		e := &d.Evidence[i]
		p.say("%d: %s %s, %s. %s", i+1, full(e.Time.Time), clean(e.Node), clean(e.Says), p.m.place(e.Source, e.Line))
	}
}

func (p *plain) open(n int) {
	d := p.m.find.diagnosis()
	if d == nil || n < 1 || n > len(d.Evidence) {
		p.say("There is no line %d in the evidence.", n)
		return
	}
	p.m.open(d.Evidence[n-1].Source, d.Evidence[n-1].Line)
	p.note()
	p.lines()
}

const plainPage = 20

// lines reads twenty records from the cursor on and puts the cursor behind them.
func (p *plain) lines() {
	l, n := p.m.log, p.m.log.count(p.m)
	l.n = n
	if n == 0 {
		for _, t := range l.empty(p.m, 100) {
			p.say("%s", strings.TrimSpace(t))
		}
		return
	}
	if !l.has && !p.m.at.IsZero() {
		l.enter(p.m)
	}
	var ids []uint32
	for r := l.cur; r < min(l.cur+plainPage, n); r++ {
		ids = append(ids, l.at(p.m, r))
	}
	for _, e := range p.m.opt.Log.Events(ids) {
		p.whole("%s %s %s: %s", clock(e.Time), clean(p.m.node(e.Source, e.Stream)), e.Level, p.m.message(&e))
	}
	p.say("To line %s of %s.", count(l.cur+len(ids)), count(n))
	l.goTo(p.m, l.cur+plainPage, false)
	p.last = "log"
}

func (p *plain) jump(least event.Level) {
	p.m.log.n = p.m.log.count(p.m)
	p.run(p.m.log.level(p.m, 1, least))
	p.here()
}

// here reads the line under the cursor.
func (p *plain) here() {
	if l := p.m.log; l.has {
		e := p.m.opt.Log.Events([]uint32{l.id})[0]
		p.whole("%s %s %s: %s", clock(e.Time), clean(p.m.node(e.Source, e.Stream)), e.Level, p.m.message(&e))
	}
}

func (p *plain) search(text string) {
	p.m.view = viewLog
	if text != "" {
		p.run(p.m.startSearch(text))
	} else {
		p.run(p.m.hit(1))
	}
	if len(p.m.log.search.ids) > 0 {
		p.say("%s.", p.m.log.found(p.m))
		p.here()
	}
	p.last = "search"
}

func (p *plain) filter(text string) {
	p.m.view = viewLog
	q, err := parseQuery(text)
	if err != nil {
		p.say("%s", err)
		return
	}
	p.run(p.m.startFilter(q))
	if q != nil {
		p.say("%s.", p.m.log.filtered(p.m))
		if doubt := q.doubt(p.m); doubt != "" {
			p.say("%s.", doubt)
		}
	}
	p.m.log.cur = 0
}

func (p *plain) timeline() {
	if len(p.m.now.Story) == 0 {
		p.say("Nothing that the rules know happened.")
	}
	for i := range p.m.now.Story {
		o := &p.m.now.Story[i]
		times := ""
		if o.Count > 1 {
			times = ", " + count(o.Count) + " times"
		}
		p.say("%s %s %s%s", clock(o.Time.Time), clean(o.Node), clean(o.What), times)
	}
}

func (p *plain) nodes() {
	if p.m.now.States == nil {
		p.say("No node is known yet.")
		return
	}
	p.say("At %s:", full(p.m.at))
	for _, s := range p.m.now.States(p.m.at) {
		p.say("%s: %s, %s, %s.", clean(s.Node), s.Role, s.Sure, clean(s.Why))
	}
}

func (p *plain) unknown() {
	if !p.m.understood() {
		p.say("No line was understood.")
	} else if len(p.m.result.Unrecognised) == 0 {
		p.say("Every warning and error that was read is known to a rule.")
	}
	for i := range p.m.result.Unrecognised {
		u := &p.m.result.Unrecognised[i]
		p.say("%s times, %s: %s. First at %s.", count(u.Count), u.Level, clean(u.Template), p.m.place(u.Source, u.Line))
	}
}

func (p *plain) sources() {
	for i := range p.m.result.Sources {
		p.say("%s", p.m.describe(&p.m.result.Sources[i]))
	}
}

func (m *Model) describe(s *diagnosis.Source) string {
	t := m.source(s.Name) + ": "
	if s.Error != "" {
		t += "trouble: " + clean(s.Error) + "; "
	}
	t += plural(s.Lines, "line") + ", " + plural(s.Events, "event") + ", " + count(s.Unparsed) + " not understood"
	for _, g := range s.Gaps {
		t += "; gap " + span(g.From.Time, g.To.Time) + ": " + clean(g.Reason)
	}
	return t + "."
}
