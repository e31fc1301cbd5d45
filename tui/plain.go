package tui

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

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
	if opt.Width > 0 {
		m.w = opt.Width
	}
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

// say writes a sentence, broken at spaces where the terminal's line ends.
func (p *plain) say(format string, args ...any) {
	for _, l := range wrap(p.m.fold(fmt.Sprintf(format, args...)), p.m.w) {
		fmt.Fprintln(p.out, l)
	}
}

// whole writes what is to be copied or read as it stands, unbroken.
func (p *plain) whole(format string, args ...any) {
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
	if !fresh {
		p.note()
	}
	switch {
	case u.Err != nil:
		p.say("Trouble: %s", clean(u.Err.Error()))
	case fresh && first:
		p.overview()
		if len(p.m.result.Diagnoses) > 0 {
			p.finding(1)
			p.say("Type copy for the command, evidence for the lines, next for the next finding, help for all that can be done.")
		}
	case fresh:
		p.m.note = ""
		for i := range p.m.result.Diagnoses {
			if d := &p.m.result.Diagnoses[i]; !before[d.ID] {
				p.say("New finding %d: %s, %s.", i+1, d.Severity, clean(d.Title))
			}
		}
	}
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
