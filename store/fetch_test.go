package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// memory is a store of lines in memory, which answers as a real one does, and fails when it is told to.
type memory struct {
	lines []Line
	fail  func(sel Selection) error
	mu    sync.Mutex
	asked int
}

var began = time.Date(2026, 11, 22, 19, 0, 0, 0, time.UTC)

func (m *memory) of(sel Selection) []Line {
	var out []Line
	for _, l := range m.lines {
		if at := time.Unix(0, l.Time); !at.Before(sel.Span.From) && at.Before(sel.Span.To) && (sel.Node == "" || sel.Node == l.Node) {
			out = append(out, l)
		}
	}
	return out
}

func (m *memory) Presence(_ context.Context, sel Selection, width time.Duration) ([]Bucket, error) {
	var out []Bucket
	open := map[string]int{}
	for _, l := range m.of(sel) {
		at := time.Unix(0, l.Time)
		if i := open[l.Node]; i > 0 && at.Truncate(width).Equal(out[i-1].First.Truncate(width)) {
			out[i-1].Count++
			out[i-1].Last = at
			continue
		}
		out = append(out, Bucket{Node: l.Node, Count: 1, Bytes: int64(len(l.Text)), First: at, Last: at})
		open[l.Node] = len(out)
	}
	return out, nil
}

func (m *memory) Lines(_ context.Context, sel Selection, want *Want, again func(), take func(Line) error) error {
	again()
	m.mu.Lock()
	m.asked++
	m.mu.Unlock()
	if m.fail != nil {
		if err := m.fail(sel); err != nil {
			return err
		}
	}
	for _, l := range m.of(sel) {
		wanted := want == nil || want.Plain && !strings.HasPrefix(l.Text, `{"`)
		if want != nil {
			for _, all := range want.Texts {
				wanted = wanted || strings.Contains(l.Text, all[0])
			}
		}
		if wanted {
			if err := take(l); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *memory) Windows(_ context.Context, sel Selection, spans []Span) ([]Line, error) {
	var out []Line
	for _, s := range spans {
		sel.Span = s
		out = append(out, m.of(sel)...)
	}
	return out, nil
}

func (m *memory) Near(_ context.Context, sel Selection, n int, last bool) ([]Line, error) {
	ls := m.of(sel)
	if last {
		return ls[max(0, len(ls)-n):], nil
	}
	return ls[:min(n, len(ls))], nil
}

func (m *memory) Values(context.Context, Selection, string) ([]string, error) { return nil, nil }
func (m *memory) Within(query, _, _ string) string                            { return query }
func (m *memory) Explain(Selection, *Want) Plan                               { return Plan{} }
func at(node string, after time.Duration, text string) Line {
	return Line{node, began.Add(after).UnixNano(), text}
}
func hour() Selection           { return Selection{Label: "node", Span: Span{began, began.Add(time.Hour)}} }
func record(text string) string { return `{"msg":"` + text + `"}` }

// fetched runs a fetch and gives each line as "node +seconds text since".
func fetched(t *testing.T, f *Fetch) ([]string, []Node, []Missing) {
	t.Helper()
	var out []string
	f.Emit = func(l Line, since time.Duration) error {
		s := fmt.Sprintf("%s +%g %s", l.Node, time.Unix(0, l.Time).Sub(began).Seconds(), l.Text)
		if since >= 0 {
			s += " after " + since.String()
		}
		out = append(out, s)
		return nil
	}
	nodes, missing, err := f.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return out, nodes, missing
}

func TestWhatIsNotFetchedIsNoSilence(t *testing.T) {
	m := &memory{}
	for i := range 60 { // a line a second, of which one in twenty matters
		text := record("noise")
		if i%20 == 0 {
			text = record("leader")
		}
		m.lines = append(m.lines, at("a", time.Duration(i)*time.Second, text))
	}
	m.lines = append(m.lines, at("a", 70*time.Second, record("noise")), at("a", 70*time.Second, record("leader")), at("a", 900*time.Second, record("noise")))
	got, nodes, _ := fetched(t, &Fetch{Store: m, Sel: hour(), Want: &Want{Texts: [][]string{{"leader"}}}})
	want := []string{
		`a +0 {"msg":"leader"}`,
		`a +20 {"msg":"leader"} after 1s`,
		`a +40 {"msg":"leader"} after 1s`,
		`a +70 {"msg":"noise"} after 11s`, // of the time that ends a silence, every line comes
		`a +70 {"msg":"leader"}`,
		`a +900 {"msg":"noise"} after 13m50s`, // both ends of a long silence come, and the last line
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if nodes[0].Stored != 63 || nodes[0].Lines != 6 {
		t.Errorf("%+v", nodes[0])
	}
}

func TestTextOverManyLinesComesWithWhatStandsBeforeIt(t *testing.T) {
	m := &memory{lines: []Line{at("a", 0, record("first")), at("a", time.Second, "panic: one"), at("a", time.Second+1, "goroutine 1"),
		at("a", 2*time.Second, record("noise")), at("b", 2*time.Second, record("noise")), at("a", 2*time.Second+5, "goroutine 2"), at("a", 9*time.Second, record("last")), at("b", 9*time.Second, record("last"))}}
	got, _, _ := fetched(t, &Fetch{Store: m, Sel: hour(), Want: &Want{Texts: [][]string{{"none"}}, Plain: true}})
	want := "a +0 {\"msg\":\"first\"}|a +1 panic: one|a +1.000000001 goroutine 1|b +2 {\"msg\":\"noise\"}|a +2 {\"msg\":\"noise\"}|a +2.000000005 goroutine 2|a +9 {\"msg\":\"last\"} after 6.999999995s|b +9 {\"msg\":\"last\"} after 7s"
	a, b := got, strings.Split(want, "|")
	slices.Sort(a)
	slices.Sort(b)
	if !slices.Equal(a, b) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(a, "\n"), strings.Join(b, "\n"))
	}
}

func TestChunksComeInOrderAndWhatFailsIsNamed(t *testing.T) {
	m := &memory{}
	for i := range 100 {
		m.lines = append(m.lines, at("a", time.Duration(i)*time.Second, record(fmt.Sprint(i))), at("b", time.Duration(i)*time.Second, record(fmt.Sprint(i))))
	}
	got, _, missing := fetched(t, &Fetch{Store: m, Sel: hour(), Chunk: 20, Workers: 3})
	if len(got) != 200 || len(missing) > 0 || m.asked < 10 {
		t.Fatalf("%d lines, %v, asked %d times", len(got), missing, m.asked)
	}
	for i, l := range got {
		if !strings.Contains(l, fmt.Sprintf(" +%d ", i/2)) {
			t.Fatalf("line %d is %s", i, l)
		}
	}
	m.fail = func(sel Selection) error {
		if sel.Span.From.Before(began.Add(55*time.Second)) && sel.Span.To.After(began.Add(55*time.Second)) {
			return errors.New("no")
		}
		return nil
	}
	got, _, missing = fetched(t, &Fetch{Store: m, Sel: hour(), Chunk: 20, Workers: 3})
	if len(missing) != 1 || len(got) >= 200 || len(got) < 170 || missing[0].Span.From.After(began.Add(55*time.Second)) || missing[0].Span.To.Before(began.Add(55*time.Second)) {
		t.Errorf("%d lines, missing %v", len(got), missing)
	}
}

func TestAQuestionThatIsTooMuchIsHalved(t *testing.T) {
	m := &memory{}
	for i := range 64 {
		m.lines = append(m.lines, at("a", time.Duration(i)*time.Second, record(fmt.Sprint(i))))
	}
	m.fail = func(sel Selection) error {
		if sel.Span.To.Sub(sel.Span.From) > 10*time.Second {
			return errTooMuch
		}
		return nil
	}
	got, _, missing := fetched(t, &Fetch{Store: m, Sel: hour()})
	if len(got) != 64 || len(missing) > 0 || !strings.HasPrefix(got[63], "a +63 ") {
		t.Errorf("%d lines, missing %v", len(got), missing)
	}
}

func TestNarrowLeavesOutWhatOthersCover(t *testing.T) {
	got := Narrow([][]string{{"became leader"}, {"leader"}, {"lost", "leader"}, {"quorum"}, {"quorum"}, {"a", "b"}, {"b", "a"}})
	if fmt.Sprint(got) != "[[leader] [quorum] [a b]]" {
		t.Errorf("%v", got)
	}
}
