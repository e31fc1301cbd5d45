package parser

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"zlog/event"
)

// TestRawSaysWhatIsCut: a line beyond the limit is one line nevertheless, and its end is counted.
func TestRawSaysWhatIsCut(t *testing.T) {
	for _, limit := range []int{10, 1 << 20} {
		for _, over := range []int{0, 1, 2, 3 << 20} {
			for _, end := range []string{"", "\n", "\nnext", "\nnext\n"} {
				long := strings.Repeat("x", limit+over)
				in := "first\n" + long + end
				sources, errs := Expand([]string{"-"}, strings.NewReader(in), DefaultLimits())
				if len(errs) > 0 {
					t.Fatal(errs)
				}
				lim := DefaultLimits()
				lim.Line = limit
				var got []string
				var back strings.Builder
				sources[0].Raw(context.Background(), lim, func(l RawLine) {
					got = append(got, fmt.Sprintf("%d: %d+%d %v", l.Number, len(l.Text), l.Cut, l.Ended))
					back.Write(l.Text)
					back.WriteString(strings.Repeat("x", l.Cut))
					if l.Ended {
						back.WriteByte('\n')
					}
				})
				if back.String() != in {
					t.Errorf("limit %d, %d over, %q: %q", limit, over, end, got)
				}
				if want := fmt.Sprintf("2: %d+%d %v", limit, over, end != ""); len(got) < 2 || got[1] != want {
					t.Errorf("limit %d, %d over, %q: %q, want %q", limit, over, end, got, want)
				}
			}
		}
	}
}

// TestALineThatFillsTheBufferIsNotTheEnd: a line as long as the limit ends where the buffer does, and reading goes on.
func TestALineThatFillsTheBufferIsNotTheEnd(t *testing.T) {
	const rec = `{"level":"info","msg":"x","time":"2026-11-22T19:32:10.401Z"}`
	for _, limit := range []int{300, 1 << 20} {
		for over := -2; over <= 2; over++ {
			for _, ahead := range []bool{false, true} {
				for _, end := range []string{"", "\n", "\n" + rec, "\n" + rec + "\n"} {
					long := strings.Repeat("x", limit+over)
					sources, _ := Expand([]string{"-"}, strings.NewReader(long+"\n"+long+end), DefaultLimits())
					lim := DefaultLimits()
					lim.Line = limit
					got := sources[0].Read(context.Background(), Options{Limits: lim, Ahead: ahead}, func(*event.Event) {})
					lines, events := int64(2), 0
					if len(end) > 1 {
						lines, events = 3, 1
					}
					if len(got) != 1 || int64(got[0].Lines) != lines || got[0].Events != events || got[0].CutBytes != int64(2*max(0, over)) {
						t.Errorf("limit %d, %d over, ahead %v, %q: %+v", limit, over, ahead, end, got)
					}
				}
			}
		}
	}
}
