package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os/exec"
	"strings"
	"sync"
	"time"

	"zlog/follow"
	"zlog/report"
)

// Bounds of --on-finding.
const (
	hookWorkers = 4
	hookQueue   = 64 // findings that wait for one worker; more are not told, and that is said
	hookOutput  = 2 << 10
)

// hook runs a command with each finding's JSON on its standard input. No shell has a part in it. The findings of one
// incident come one after the other, in order; those of different incidents side by side, four at most.
type hook struct {
	argv    []string
	timeout time.Duration
	queues  [hookWorkers]chan follow.Event
	wg      sync.WaitGroup
	ctx     context.Context
	cancel  context.CancelFunc

	mu  sync.Mutex
	err io.Writer
}

func newHook(command string, timeout time.Duration, errOut io.Writer) (*hook, error) {
	argv, err := words(command)
	if err != nil || len(argv) == 0 {
		return nil, fmt.Errorf("--on-finding %q: %w", command, errors.Join(err, noWords(argv)))
	}
	if argv[0], err = exec.LookPath(argv[0]); err != nil {
		return nil, fmt.Errorf("--on-finding: %w", err)
	}
	h := &hook{argv: argv, timeout: timeout, err: errOut}
	h.ctx, h.cancel = context.WithCancel(context.Background())
	for i := range h.queues {
		h.queues[i] = make(chan follow.Event, hookQueue)
		h.wg.Add(1)
		go h.work(h.queues[i])
	}
	return h, nil
}

func noWords(argv []string) error {
	if len(argv) == 0 {
		return errors.New("no command")
	}
	return nil
}

// add queues a finding.
func (h *hook) add(ev follow.Event) {
	sum := fnv.New32a()
	_, _ = io.WriteString(sum, ev.Diagnosis.ID)
	select {
	case h.queues[sum.Sum32()%hookWorkers] <- ev:
	default:
		h.say("--on-finding: too slow, %s of %s was not told", ev.Event, ev.Diagnosis.ID)
	}
}

func (h *hook) work(queue chan follow.Event) {
	defer h.wg.Done()
	for ev := range queue {
		if err := h.run(ev); err != nil {
			h.say("--on-finding: %s of %s: %v", ev.Event, ev.Diagnosis.ID, err)
		}
	}
}

// run runs the command once.
func (h *hook) run(ev follow.Event) error {
	data, err := json.Marshal(ev)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(h.ctx, h.timeout)
	defer cancel()
	c := exec.CommandContext(ctx, h.argv[0], h.argv[1:]...) //nolint:gosec // it is what the operator asked for, and no log has a say in it
	c.Stdin = bytes.NewReader(append(data, '\n'))
	c.WaitDelay = time.Second
	alone(c)
	var said clipped
	c.Stdout, c.Stderr = io.Discard, &said
	err = c.Run()
	switch {
	case err == nil:
		return nil
	case h.ctx.Err() != nil:
		return errors.New("not done when zlog ended")
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return fmt.Errorf("took more than %s", h.timeout)
	case len(said.kept) > 0:
		return fmt.Errorf("%w: %s", err, strings.TrimSpace(string(said.kept)))
	}
	return err
}

// close waits a moment for what is queued, then ends what runs.
func (h *hook) close(grace time.Duration) {
	for _, q := range h.queues {
		close(q)
	}
	done := make(chan struct{})
	go func() {
		h.wg.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(grace):
		h.cancel()
		<-done
	}
	h.cancel()
}

func (h *hook) say(format string, args ...any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	fmt.Fprintf(h.err, "zlog: %s\n", report.Safe(fmt.Sprintf(format, args...)))
}

// clipped keeps the first bytes that are written to it. It is no bytes.Buffer with a limit: io.Copy fills that past it.
type clipped struct{ kept []byte }

func (c *clipped) Write(p []byte) (int, error) {
	c.kept = append(c.kept, p[:min(hookOutput-len(c.kept), len(p))]...)
	return len(p), nil
}

// words splits a command line as a shell would without expanding anything: blanks divide, '…' and "…" join, and a
// backslash outside of '…' takes the next character as it is.
func words(s string) ([]string, error) {
	var out []string
	var b strings.Builder
	in, quote := false, rune(0)
	runes := []rune(s)
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		switch {
		case r == '\\' && quote != '\'':
			if i++; i == len(runes) {
				return nil, errors.New("ends with a backslash")
			}
			b.WriteRune(runes[i])
			in = true
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote, in = r, true
		case quote == 0 && (r == ' ' || r == '\t' || r == '\n'):
			if in {
				out = append(out, b.String())
				b.Reset()
				in = false
			}
		default:
			b.WriteRune(r)
			in = true
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("%c is not closed", quote)
	}
	if in {
		out = append(out, b.String())
	}
	return out, nil
}
