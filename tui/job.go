package tui

import (
	"context"
	"path"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"zlog/event"
)

// jobKind says whose answer a jobMsg is.
type jobKind int

const (
	jobFilter jobKind = iota
	jobSearch
)

// job is a scan of the log in the background. Its answers grow: each jobMsg replaces the one before.
type job struct {
	ids         []uint32 // found so far, in order
	done, total int64
	running     bool
	seq         int
	cancel      context.CancelFunc
	err         error
	query       *query
	began       time.Time
	again       bool // over a log that has grown: what was found before stays until all is looked at
	stale       bool // the log grew meanwhile
}

// jobMsg carries what a job has found so far.
type jobMsg struct {
	kind        jobKind
	seq         int
	ids         []uint32
	done, total int64
	last        bool
	same        bool // ids is not set: nothing new was found
	err         error
	next        <-chan jobMsg
}

func (j *job) stop() {
	if j.cancel != nil {
		j.cancel()
		j.cancel = nil
	}
	j.running, j.again, j.stale = false, false, false
	j.seq++
}

// rerunMsg asks for a scan anew, if it is still the one that was asked for.
type rerunMsg struct {
	kind jobKind
	seq  int
}

// rerun scans anew because the log has grown. A scan that is under way is not broken off, or it would never come to its
// end on a log that grows all the time; the next one follows it after a pause as long as it took.
func (j *job) rerun(m *Model, kind jobKind) tea.Cmd {
	if j.running {
		j.stale = true
		return nil
	}
	cmd := j.start(m, kind, j.query)
	j.again = true
	return cmd
}

func (j *job) percent() int { return int(100 * j.done / max(j.total, 1)) }

// start begins a scan; what was found before stays until there is an answer.
func (j *job) start(m *Model, kind jobKind, q *query) tea.Cmd {
	j.stop()
	if q == nil {
		return nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	j.cancel, j.running, j.err, j.done, j.query, j.began = cancel, true, nil, 0, q, time.Now()
	ch := make(chan jobMsg)
	go m.scan(ctx, jobMsg{kind: kind, seq: j.seq}, q, q.keep(m), ch)
	return receive(ch)
}

func receive(ch <-chan jobMsg) tea.Cmd {
	return func() tea.Msg {
		msg, ok := <-ch
		if !ok {
			return nil
		}
		msg.next = ch
		return msg
	}
}

// scan runs in its own goroutine. It hands over what it has whenever the screen asks for more, and at least half as
// much again as before, so that sorting stays cheap; it ends with ctx.
func (m *Model) scan(ctx context.Context, head jobMsg, q *query, keep func(*event.Event) bool, ch chan<- jobMsg) {
	defer close(ch)
	log := m.opt.Log
	var all []uint32
	sent := -1
	ruled, err := m.ruled(ctx, q)
	found := func(ids []uint32, done, total int64) {
		all = append(all, ids...)
		last := done >= total && ids == nil
		if last || len(all) > 2*sent && len(all) < 1<<20 {
			msg := head
			msg.done, msg.total, msg.last = done, total, last
			msg.ids = log.Arrange(all)
			if last {
				select {
				case ch <- msg:
				case <-ctx.Done():
				}
				return
			}
			select {
			case ch <- msg:
				sent = len(all)
			default:
			}
			return
		}
		select { // no news but how far it is
		case ch <- jobMsg{kind: head.kind, seq: head.seq, done: done, total: total, same: true}:
		default:
		}
	}
	if err == nil && ruled != nil {
		err = m.sift(ctx, q, keep, ruled, found)
	} else if err == nil {
		err = log.Scan(ctx, Scan{Keep: keep, Need: q.need(), Match: q.match()}, found)
	}
	if err != nil && ctx.Err() == nil {
		msg := head
		msg.err, msg.last = err, true
		select {
		case ch <- msg:
		case <-ctx.Done():
		}
	}
}

// ruled gives the records that the rules in the query matched, nil if it names none.
func (m *Model) ruled(ctx context.Context, q *query) ([]uint32, error) {
	if len(q.rules) == 0 {
		return nil, nil
	}
	ids := []uint32{}
	for _, p := range q.rules {
		if m.opt.RuleLines == nil {
			break
		}
		if err := m.opt.RuleLines(ctx, p, func(source string, line int) {
			if id, ok := m.opt.Log.Find(source, line); ok {
				ids = append(ids, id)
			}
		}); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// sift applies the rest of a query to records that rules found.
func (m *Model) sift(ctx context.Context, q *query, keep func(*event.Event) bool, ids []uint32, found func([]uint32, int64, int64)) error {
	match, need := q.match(), q.need()
	total := int64(len(ids))
	for at := 0; at < len(ids); at += 256 {
		if err := ctx.Err(); err != nil {
			return err
		}
		part := ids[at:min(at+256, len(ids))]
		var out []uint32
		for i, e := range m.opt.Log.Events(part) {
			if (keep == nil || keep(&e)) && strings.Contains(strings.ToLower(e.Text), string(need)) && (match == nil || match([]byte(e.Text))) {
				out = append(out, part[i])
			}
		}
		if out != nil {
			found(out, int64(at), total)
		}
	}
	found(nil, total, total)
	return nil
}

// job takes an answer.
func (l *logPage) job(m *Model, msg jobMsg) tea.Cmd {
	j := &l.filter
	if msg.kind == jobSearch {
		j = &l.search
	}
	if msg.seq != j.seq {
		return nil
	}
	if msg.err != nil {
		j.running = false
		return m.refuse(msg.err.Error())
	}
	j.done, j.total = msg.done, msg.total
	if msg.same || j.again && !msg.last {
		return receive(msg.next)
	}
	var next tea.Cmd
	j.ids = msg.ids
	if msg.last {
		if j.stale {
			seq := j.seq
			next = tea.Tick(min(time.Since(j.began), 10*time.Second), func(time.Time) tea.Msg { return rerunMsg{msg.kind, seq} })
		}
		j.running, j.again, j.stale = false, false, false
		if j.cancel != nil {
			j.cancel()
			j.cancel = nil
		}
	}
	if msg.kind == jobFilter {
		l.settle(m)
		if !l.has && l.n > 0 {
			l.goTo(m, 0, false)
		}
	} else if l.find != nil && l.find.pending != 0 && (len(j.ids) > 0 || msg.last) {
		step := l.find.pending
		if msg.last || l.hitBeyond(m, step) {
			l.find.pending = 0
			l.nextHit(m, step, true)
		}
	}
	return tea.Batch(receive(msg.next), next)
}

// wild reports whether a name matches a pattern with *.
func wild(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return err == nil && ok || pattern == name
}
