package cmd

import (
	"context"
	"fmt"
	"path"
	"strings"
	"sync"
	"time"

	"zlog/cluster"
	"zlog/event"
	"zlog/parser"
	"zlog/tui"
)

// meanings says what the rules make of a line.
func (l *loader) meanings(e *event.Event) []tui.Meaning {
	select {
	case <-l.ready:
	default:
		return nil
	}
	var out []tui.Meaning
	for _, m := range l.a.set.Match(e) {
		for _, sig := range l.a.set.Signatures {
			if sig.ID == m.Signature {
				out = append(out, tui.Meaning{ID: sig.ID, Says: sig.Title})
			}
		}
	}
	return out
}

// ruleLines reads everything again, prefiltered, for the lines that some signatures match.
func (l *loader) ruleLines(ctx context.Context, pattern string, found func(source string, line int)) error {
	<-l.ready
	any := false
	for _, sig := range l.a.set.Signatures {
		ok, err := path.Match(pattern, sig.ID)
		if err != nil {
			return fmt.Errorf("rule:%s: %w", pattern, err)
		}
		any = any || ok
	}
	if !any {
		return fmt.Errorf("no rule is called %q", pattern)
	}
	emit := func(e *event.Event) {
		for _, m := range l.a.set.Match(e) {
			if ok, _ := path.Match(pattern, m.Signature); ok {
				found(e.Source, e.Line)
				return
			}
		}
	}
	opt := parser.Options{Filter: l.a.set.Filter(parser.PlainAlarms(), nil), Alarms: true, Told: true, Limits: l.in.limits}
	for _, s := range l.feeds() {
		if s.pump != nil {
			l.read(ctx, s.src.Name, s.pump.whole(), opt, emit)
		} else {
			s.src.Read(ctx, opt, emit)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

// nodeNames gives a fast NodeOf: a source's stream is that of the source where the stream is not known.
func nodeNames(st *cluster.Story) func(source, stream string) string {
	var mu sync.Mutex
	known := map[[2]string]string{}
	return func(source, stream string) string {
		mu.Lock()
		defer mu.Unlock()
		k := [2]string{source, stream}
		name, ok := known[k]
		if !ok {
			if name = st.NodeOf(source, stream); name == "" && stream != "" {
				name = stream
			}
			if name == "" && source != "-" {
				base := path.Base(source)
				name = strings.TrimSuffix(base, path.Ext(base))
			}
			known[k] = name
		}
		return name
	}
}

func offsets(st *cluster.Story) func(source, stream string) time.Duration {
	return func(source, stream string) time.Duration {
		name := st.NodeOf(source, stream)
		for _, n := range st.Nodes {
			if n.Name == name {
				return n.Offset
			}
		}
		return 0
	}
}
