package event

import (
	"fmt"
	"strings"
	"testing"
)

// TestWhatIsKeptStays: of matches of all sizes, whose texts and captures are overwritten afterwards, in a row longer than a Keeper takes
// room for at a time.
func TestWhatIsKeptStays(t *testing.T) {
	var k Keeper
	var kept, want []*Match
	for i := range 200 {
		lent := &Match{Signature: "s", Line: i, Text: fmt.Sprint(i, strings.Repeat("x", i*i%9000)), Count: 1}
		for j := range i % 7 * (i % 11) {
			lent.Captures = append(lent.Captures, Field{"key", fmt.Sprint(i, j)})
		}
		same := *lent
		same.Captures = append([]Field{}, lent.Captures...)
		want = append(want, &same)
		kept = append(kept, k.Keep(lent))
		if c := kept[i].Captures; c == nil || cap(c) != len(c) {
			t.Fatalf("match %d has room for %d captures of %d, which are the next one's", i, cap(c), len(c))
		}
		for j := range lent.Captures {
			lent.Captures[j].Value = "overwritten"
		}
		lent.Text = "overwritten"
	}
	for i, m := range kept {
		if got, want := fmt.Sprintf("%+v", *m), fmt.Sprintf("%+v", *want[i]); got != want {
			t.Fatalf("match %d is %.200s, want %.200s", i, got, want)
		}
	}
}
