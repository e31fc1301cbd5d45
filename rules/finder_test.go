package rules

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"sort"
	"strings"
	"testing"
)

// slowFind is the slow twin of finder.find: every place of every literal, sorted.
func slowFind(ls []literal, block []byte) []string {
	var out []string
	for _, l := range ls {
		for at := 0; at+len(l.text) <= len(block); at++ {
			if bytes.HasPrefix(block[at:], []byte(l.text)) {
				out = append(out, fmt.Sprint(at, " ", l.owner))
			}
		}
	}
	sort.Strings(out)
	return out
}

func quickFind(ls []literal, block []byte) []string {
	var out []string
	for _, p := range newFinder(append([]literal(nil), ls...), ordinary(block)).find(block, nil) {
		out = append(out, fmt.Sprint(p.at, " ", p.owner))
	}
	sort.Strings(out)
	return out
}

// ordinary counts a block as if it were ordinary lines, if its length is even.
func ordinary(block []byte) *common {
	if len(block)%2 == 1 {
		return nil
	}
	c := new(common)
	add(c, block)
	return c
}

// literalsOf cuts fuzzed text into literals; shorter ones than a finder takes are padded.
func literalsOf(words string) []literal {
	var ls []literal
	for i, w := range strings.Split(words, "\n") {
		for len(w) < shortestLiteral {
			w += "a"
		}
		ls = append(ls, literal{w, i})
	}
	return ls
}

func FuzzFinderFindsWhatContainsFinds(f *testing.F) {
	f.Add("peer\nlog not found\nnot found", []byte("error=log not found peerpeer"))
	f.Add("aaaa\naaaaa\naaaaaaaaaaaaaaaa", []byte(strings.Repeat("a", 40)))
	f.Add("abcd", []byte("abc"))
	f.Add("", []byte("aaaa"))
	f.Add(strings.Repeat("x", 300), []byte(strings.Repeat("x", 301)))
	f.Fuzz(func(t *testing.T, words string, block []byte) {
		if len(words) > 2000 || len(block) > 4000 {
			return
		}
		ls := literalsOf(words)
		long := bytes.Repeat(block, 1+5000/(len(block)+1)) // enough for it to be searched in parts
		for _, b := range [][]byte{block, long} {
			quick, slow := quickFind(ls, b), slowFind(ls, b)
			if strings.Join(quick, ",") != strings.Join(slow, ",") {
				t.Fatalf("finder %q, contains %q", quick, slow)
			}
		}
	})
}

func TestFinderFindsWhatContainsFindsInRandomText(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	random := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = "abc"[r.IntN(3)] // few letters, so that much is found
		}
		return string(b)
	}
	for round := range 300 {
		var ls []literal
		for i := range 1 + r.IntN(20) {
			ls = append(ls, literal{random(shortestLiteral + r.IntN(12)), i})
		}
		block := []byte(random(r.IntN(400) * (1 + 19*(round%2)))) // short, and long enough to be searched in parts
		if quick, slow := quickFind(ls, block), slowFind(ls, block); strings.Join(quick, ",") != strings.Join(slow, ",") {
			t.Fatalf("round %d: finder %q, contains %q", round, quick, slow)
		}
	}
}

// TestThePrefilterGoesOverALineOnce: the pack has no short text that the prefilter must look for. Each block would be searched
// twice for a single one; a text of less than longLiteral bytes wants a level beside it, so that it is tried on alarms alone.
func TestThePrefilterGoesOverALineOnce(t *testing.T) {
	ids := map[string]bool{}
	for _, name := range packFiles(t) {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		d := &decoder{extracts: map[string]*expr{}}
		var doc document
		d.read(readQuickly(string(data), true), &doc)
		for _, r := range doc.Signatures {
			var sig Signature
			d.read(r.node, &sig)
			for i := range sig.When {
				ids[sig.ID] = true
				if l := sig.When[i].literal(); len(l) < longLiteral && !sig.When[i].loud() {
					t.Errorf("%s: %s: the prefilter must look for %q", name, sig.ID, l)
				}
			}
		}
	}
	if len(ids) < 300 {
		t.Errorf("%d signatures", len(ids))
	}
}
