package event

import "strings"

// Keeper copies matches so that they share no text with the events that were matched. It takes room for some at a time, which is let go
// of with the last of them: a few, so that little is kept for the sake of one.
type Keeper struct {
	matches  []Match
	captures []Field
	text     strings.Builder
}

// What a Keeper takes room for at a time.
const (
	keptMatches  = 16      // 4.5 KB
	keptCaptures = 64      // 2 KB
	keptText     = 4 << 10 // some ten lines
)

// Keep gives a copy.
func (k *Keeper) Keep(m *Match) *Match {
	if len(k.matches) == 0 {
		k.matches = make([]Match, keptMatches)
	}
	c := &k.matches[0]
	k.matches = k.matches[1:]
	*c = *m
	size, n := len(m.Text), len(m.Captures)
	for i := range m.Captures {
		size += len(m.Captures[i].Value)
	}
	if k.text.Cap()-k.text.Len() < size {
		k.text.Reset()
		k.text.Grow(max(size, keptText))
	}
	from := k.text.Len()
	k.text.WriteString(m.Text)
	for i := range m.Captures {
		k.text.WriteString(m.Captures[i].Value)
	}
	all := k.text.String()[from:]
	take := func(n int) (s string) { s, all = all[:n], all[n:]; return s }
	c.Text = take(len(m.Text))
	if len(k.captures) <= n {
		k.captures = make([]Field, max(n+1, keptCaptures))
	}
	c.Captures, k.captures = k.captures[:n:n], k.captures[n:]
	for i, f := range m.Captures {
		c.Captures[i] = Field{f.Key, take(len(f.Value))}
	}
	return c
}
