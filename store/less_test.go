package store

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestOnceThereIsEnoughLessIsAskedFor: what no more is needed of is not fetched in later chunks, once all nodes that go on have enough.
func TestOnceThereIsEnoughLessIsAskedFor(t *testing.T) {
	m := &memory{}
	for i := range 100 {
		text := "applied"
		if i%10 == 0 {
			text = "leader"
		}
		m.lines = append(m.lines, at("a", time.Duration(i)*time.Second, record(text)))
		if i < 15 {
			m.lines = append(m.lines, at("b", time.Duration(i)*time.Second, record("leader"))) // ends early, and never has enough
		}
	}
	n := map[string]int{}
	f := &Fetch{Store: m, Sel: hour(), Want: &Want{Texts: [][]string{{"leader"}, {"applied"}}}, Less: &Want{Texts: [][]string{{"leader"}}}, Chunk: 10, Workers: 1}
	var all []string
	f.Emit = func(l Line, since time.Duration) error {
		if strings.Contains(l.Text, "applied") {
			n[l.Node]++
		}
		all = append(all, fmt.Sprintf("%s +%d %s", l.Node, time.Unix(0, l.Time).Sub(began)/time.Second, l.Text))
		return nil
	}
	f.Enough = func(node string) bool { return n[node] >= 20 }
	if _, missing, err := f.Run(t.Context()); err != nil || len(missing) > 0 {
		t.Fatal(err, missing)
	}
	got := strings.Join(all, "\n")
	if n["a"] < 20 || n["a"] > 60 || strings.Count(got, "a +") == 100 {
		t.Errorf("%d applied", n["a"])
	}
	if c := strings.Count(got, "leader"); c != 25 {
		t.Errorf("%d of 25 lines that are always needed", c)
	}
}

// TestManySilencesAreLookedAtWithCounts: where the lines that are fetched are rare among others, what stood before them is counted at once
// and not asked for one by one.
func TestManySilencesAreLookedAtWithCounts(t *testing.T) {
	m := &memory{}
	for i := range 3000 { // a line a second but for one pause, every fifth is fetched
		if i > 1501 && i < 1515 {
			continue
		}
		text := "noise"
		if i%5 == 0 {
			text = "leader"
		}
		m.lines = append(m.lines, at("a", time.Duration(i)*time.Second+time.Millisecond, record(text)))
	}
	near := &counting{memory: m}
	got, _, missing := fetched(t, &Fetch{Store: near, Sel: hour(), Want: &Want{Texts: [][]string{{"leader"}}}})
	if len(missing) > 0 || near.nears > 20 {
		t.Errorf("%d questions, missing %v", near.nears, missing)
	}
	for _, l := range got {
		if strings.Contains(l, "after 1") && !strings.Contains(l, "after 1s") && !strings.HasPrefix(l, "a +1515.001 ") {
			t.Error(l)
		}
		if strings.HasPrefix(l, "a +1515.001 ") && !strings.HasSuffix(l, "after 14s") {
			t.Error(l)
		}
	}
}

// counting counts the questions about the line before.
type counting struct {
	*memory
	nears int
}

func (c *counting) Near(ctx context.Context, sel Selection, n int, last bool) ([]Line, error) {
	c.mu.Lock()
	c.nears++
	c.mu.Unlock()
	return c.memory.Near(ctx, sel, n, last)
}
