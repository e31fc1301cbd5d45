package tui

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"zlog/diagnosis"
	"zlog/event"
)

// plain is the screen line by line, for screen readers and terminals that cannot draw: a command is read, lines are
// written, nothing is drawn over.
type plain struct {
	m     *Model
	out   *bufio.Writer
	verbs []verb
	quit  bool
	last  string // what Enter alone does again
}

// verb is a command; the help is made from the table.
type verb struct {
	names []string // the first is shown
	args  string
	help  string
	do    func(p *plain, arg string)
}

func verbs() []verb {
	return []verb{
		{[]string{"next", "n"}, "", "the next finding", func(p *plain, _ string) { p.step(1) }},
		{[]string{"previous", "p"}, "", "the previous finding", func(p *plain, _ string) { p.step(-1) }},
		{[]string{"findings"}, "", "list all findings", func(p *plain, _ string) { p.findings() }},
		{[]string{"finding"}, "NUMBER", "read a finding", func(p *plain, a string) { p.finding(number(a)) }},
		{[]string{"evidence", "e"}, "", "the lines that show this finding", func(p *plain, _ string) { p.evidence() }},
		{[]string{"open", "o"}, "NUMBER", "read the log from a line of the evidence", func(p *plain, a string) { p.open(number(a)) }},
		{[]string{"log", "l"}, "", "read on in the log, twenty lines; Enter repeats", func(p *plain, _ string) { p.lines() }},
		{[]string{"error"}, "", "go to the next error in the log", func(p *plain, _ string) { p.jump(event.LevelError) }},
		{[]string{"warning"}, "", "go to the next warning in the log", func(p *plain, _ string) { p.jump(event.LevelWarning) }},
		{[]string{"search", "/"}, "TEXT", "go to the next line with a text", func(p *plain, a string) { p.search(a) }},
		{[]string{"filter", "f"}, "FILTER", "keep only some lines, such as level>=warn node=ctrl2; nothing takes it off", func(p *plain, a string) { p.filter(a) }},
		{[]string{"timeline", "t"}, "", "what happened, in order", func(p *plain, _ string) { p.timeline() }},
		{[]string{"nodes"}, "", "the nodes at the moment of this finding", func(p *plain, _ string) { p.nodes() }},
		{[]string{"unrecognised", "u"}, "", "warnings and errors that no rule knows", func(p *plain, _ string) { p.unknown() }},
		{[]string{"sources", "s"}, "", "what was read and what was not", func(p *plain, _ string) { p.sources() }},
		{[]string{"copy", "c"}, "", "copy the command that the finding advises", func(p *plain, _ string) { p.run(p.m.show(viewFindings)); p.run(p.m.copyLine()) }},
		{[]string{"markdown"}, "", "copy the finding as Markdown", func(p *plain, _ string) { p.run(p.m.copyFinding()) }},
		{[]string{"report", "r"}, "[KIND]", "write the report into a file", func(p *plain, a string) { p.run(p.m.writeReport(a)) }},
		{[]string{"help", "h", "?"}, "", "this list", func(p *plain, _ string) { p.help() }},
		{[]string{"quit", "q"}, "", "leave", func(p *plain, _ string) { p.quit = true }},
	}
}

// Plain is Run without a screen: commands are lines from in, answers are lines to out.
func Plain(ctx context.Context, opt Options, in io.Reader, out io.Writer) error {
	opt.Color = false
	m := New(opt)
	m.w, m.h, m.clip.out = 80, 24, out
	p := &plain{m: m, out: bufio.NewWriter(out), verbs: verbs()}
	defer m.stop()
	lines := make(chan string)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(in); s.Scan(); {
			select {
			case lines <- s.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	p.say("zlog: reading. Type help for the commands, quit to leave.")
	updates, typed := opt.Updates, lines
	for !p.quit && p.out.Flush() == nil {
		select {
		case <-ctx.Done():
			return nil
		case u, ok := <-updates:
			if !ok {
				updates = nil
				continue
			}
			p.learn(u)
		case line, ok := <-typed:
			if !ok {
				return p.out.Flush()
			}
			p.command(line)
		}
	}
	return p.out.Flush()
}

func (p *plain) say(format string, args ...any) {
	fmt.Fprintln(p.out, p.m.fold(fmt.Sprintf(format, args...)))
}

func (p *plain) note() {
	if p.m.note != "" {
		p.say("%s", clean(p.m.note))
		p.m.note = ""
	}
}

// run carries a command out to its end and says what came of it.
func (p *plain) run(cmd tea.Cmd) {
	for cmd != nil {
		msg := cmd()
		if batch, ok := msg.(tea.BatchMsg); ok {
			for _, c := range batch {
				p.run(c)
			}
			break
		}
		if msg == nil {
			break
		}
		_, cmd = p.m.Update(msg)
	}
	p.note()
}

// learn says what changed, not what stayed.
func (p *plain) learn(u Update) {
	before := map[string]bool{}
	for _, d := range p.m.result.Diagnoses {
		before[d.ID] = true
	}
	first, fresh := p.m.changes == 0, u.Result != nil && u.Result != p.m.now.Result
	p.m.learn(u)
	p.m.log.version = 0
	switch {
	case u.Err != nil:
		p.say("Trouble: %s", clean(u.Err.Error()))
	case fresh && first:
		p.overview()
		if len(p.m.result.Diagnoses) > 0 {
			p.finding(1)
		}
	case fresh:
		for i := range p.m.result.Diagnoses {
			if d := &p.m.result.Diagnoses[i]; !before[d.ID] {
				p.say("New finding %d: %s, %s.", i+1, d.Severity, clean(d.Title))
			}
		}
	}
}

func (p *plain) overview() {
	r := p.m.result
	share := ""
	if p.m.now.Share < 1 {
		share = fmt.Sprintf(" This rests on the first %.0f percent; reading goes on.", 100*p.m.now.Share)
	}
	p.say("Verdict: %s. %s. %s.%s", r.Verdict, plural(len(r.Diagnoses), "finding"), strings.ReplaceAll(strip(p.m.extent()), " "+p.m.g.dot+" ", ", "), share)
}

func (p *plain) command(line string) {
	line = strings.TrimSpace(line)
	if line == "" {
		line = p.last
	}
	name, arg, _ := strings.Cut(line, " ")
	if strings.HasPrefix(line, "/") {
		name, arg = "/", line[1:]
	}
	if n := number(line); n > 0 {
		name, arg = "finding", line
	}
	for i := range p.verbs {
		for _, v := range p.verbs[i].names {
			if v == name {
				p.last = line
				p.verbs[i].do(p, strings.TrimSpace(arg))
				return
			}
		}
	}
	if name == "" {
		name = "nothing"
	}
	p.say("%s is no command. Type help for the commands.", clean(name))
}

func number(s string) int {
	n, _ := strconv.Atoi(strings.TrimSpace(s))
	return n
}

func (p *plain) help() {
	for _, v := range p.verbs {
		names := v.names[0]
		if len(v.names) > 1 {
			names += " (or " + strings.Join(v.names[1:], ", ") + ")"
		}
		if v.args != "" {
			names += " " + v.args
		}
		p.say("%s: %s.", names, v.help)
	}
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
	p.say("Severity %s, %s, %s, nodes %s, %s.", d.Severity, strings.ReplaceAll(string(d.Role), "-", " "), d.Confidence, clean(strings.Join(d.Nodes, ", ")), span(d.First.Time, d.Last.Time))
	p.labelled("What", d.Summary)
	p.labelled("Why", d.Cause)
	for i, s := range d.Remediation {
		p.labelled(fmt.Sprintf("Do, step %d", i+1), s.Do+versions(s.Versions))
		p.labelled("Danger", s.Danger)
		p.labelled("Command", s.Command)
	}
	for _, c := range d.Confirm {
		p.labelled("Confirm with the safe command", c.Command)
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
		p.say("%s %s %s: %s", clock(e.Time), clean(p.m.node(e.Source, e.Stream)), e.Level, p.m.message(&e))
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
		p.say("%s %s %s: %s", clock(e.Time), clean(p.m.node(e.Source, e.Stream)), e.Level, p.m.message(&e))
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
	}
	p.m.log.cur = 0
}

func (p *plain) timeline() {
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
	if len(p.m.result.Unrecognised) == 0 {
		p.say("Every warning and error that was read is known to a rule.")
	}
	for i := range p.m.result.Unrecognised {
		u := &p.m.result.Unrecognised[i]
		p.say("%s times, %s: %s. First at %s.", count(u.Count), u.Level, clean(u.Template), p.m.place(u.Source, u.Line))
	}
}

func (p *plain) sources() {
	for i := range p.m.result.Sources {
		p.say("%s", describe(&p.m.result.Sources[i]))
	}
}

func describe(s *diagnosis.Source) string {
	t := clean(s.Name) + ": "
	if s.Error != "" {
		t += "trouble: " + clean(s.Error) + "; "
	}
	t += plural(s.Lines, "line") + ", " + plural(s.Events, "event") + ", " + count(s.Unparsed) + " not understood"
	for _, g := range s.Gaps {
		t += "; gap " + span(g.From.Time, g.To.Time) + ": " + clean(g.Reason)
	}
	return t + "."
}
