package report

import (
	"slices"
	"testing"
)

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		name, in string
		width    int
		want     []string
	}{
		{"short", "a b", 10, []string{"a b"}},
		{"at blanks", "one two three four", 9, []string{"one two", "three", "four"}},
		{"a word that fills the line", "12345678 a", 8, []string{"12345678", "a"}},
		{"a long word is broken", "abcdefghijkl", 8, []string{"abcdefgh", "ijkl"}},
		{"wide characters count two", "節点二節点 a", 8, []string{"節点二節", "点 a"}},
		{"nothing is one empty line", "", 8, []string{""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := wrap(c.in, c.width); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestNarrowTextsAreMeasuredAsOthersAre: without runewidth's table as with it.
func TestNarrowTextsAreMeasuredAsOthersAre(t *testing.T) {
	texts := []string{"", "plain", "3 × 4 … 5 · 6", "✘ problem", "節点 ✘", "a\u0301b", "\u200b", "\xff", "☺️", "\t"}
	for _, r := range narrow {
		texts = append(texts, string(r), "a"+string(r)+"b")
	}
	for r := rune(0); r < 0x180; r++ {
		texts = append(texts, "a"+string(r))
	}
	for _, s := range texts {
		if got, want := Width(s), cells.StringWidth(s); got != want {
			t.Errorf("%q takes %d cells, want %d", s, got, want)
		}
		for width := range 8 {
			for _, tail := range []string{"", "…"} {
				if got, want := truncate(s, width, tail), cells.Truncate(s, width, tail); got != want {
					t.Errorf("%q cut to %d cells with %q is %q, want %q", s, width, tail, got, want)
				}
			}
		}
	}
}

func TestClip(t *testing.T) {
	for _, c := range []struct {
		in         string
		width      int
		right, cut string // Clip, clipLeft
	}{
		{"abc", 3, "abc", "abc"},
		{"abcdef", 3, "ab…", "…ef"},
		{"節点二節点", 5, "節点…", "…節点"},
		{"節点二節点", 4, "節…", "…点"},
	} {
		if got := Clip(c.in, c.width); got != c.right {
			t.Errorf("Clip(%q, %d) = %q, want %q", c.in, c.width, got, c.right)
		}
		if got := clipLeft(c.in, c.width); got != c.cut {
			t.Errorf("clipLeft(%q, %d) = %q, want %q", c.in, c.width, got, c.cut)
		}
	}
}

func TestCommonFolder(t *testing.T) {
	for _, c := range []struct {
		names []string
		want  string
	}{
		{nil, ""},
		{[]string{"ctrl1.log"}, ""},
		{[]string{"-"}, ""},
		{[]string{"/var/log/ctrl1.log"}, "/var/log/"},
		{[]string{"/var/log/ctrl1.log", "/var/log/ctrl2.log"}, "/var/log/"},
		{[]string{"a/ctrl1/z.log", "a/ctrl2/z.log"}, "a/"},
		{[]string{"/a.log", "b.log"}, ""},
		{[]string{"/a.log", "/b.log"}, "/"},
		{[]string{"logs/", "logs/a.log"}, "logs/"},
	} {
		if got := commonFolder(c.names); got != c.want {
			t.Errorf("commonFolder(%q) = %q, want %q", c.names, got, c.want)
		}
	}
}
