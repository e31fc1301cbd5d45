package redact

import (
	"os"
	"strings"
	"testing"
)

// TestHardCanaries looks for values that stand in testdata/hard.txt in forms which are easily missed: cut, escaped,
// encoded, in prose, in another program's words. Each line is a log of its own, so nothing but it gives its value away.
func TestHardCanaries(t *testing.T) {
	data, err := os.ReadFile("testdata/hard.txt")
	if err != nil {
		t.Fatal(err)
	}
	mode, class := Off, ""
	planted := map[string]int{}
	for n, line := range strings.Split(string(data), "\n") {
		if head, ok := strings.CutPrefix(line, "## "); ok {
			name := ""
			class, name, _ = strings.Cut(head, " ")
			if mode, err = ParseMode(name); err != nil {
				t.Fatalf("line %d: %v", n+1, err)
			}
			continue
		}
		if line == "" || line[0] == '#' {
			continue
		}
		text, values, ok := strings.Cut(line, " @@ ")
		if !ok || mode == Off {
			t.Fatalf("line %d: no class, or no value", n+1)
		}
		out := redactLines(t, mode, []string{text})[0]
		if out == text {
			t.Errorf("line %d: nothing was taken out of %s", n+1, text)
		}
		if again := redactLines(t, mode, []string{out})[0]; again != out {
			t.Errorf("line %d changes again\n  was %s\n  now %s", n+1, out, again)
		}
		for value := range strings.SplitSeq(values, " ;; ") {
			planted[class]++
			if where := leak(out, value); where != "" {
				t.Errorf("line %d: %q is there %s\n  was %s\n  is  %s", n+1, value, where, text, out)
			}
		}
	}
	all := 0
	for _, n := range planted {
		all += n
	}
	for _, want := range []string{"secret", "ip", "host", "email", "user", "identity", "service", "router", "id", "fingerprint", "path", "node", "pod", "namespace"} {
		if planted[want] == 0 {
			t.Errorf("no %s is planted", want)
		}
	}
	if all < 120 {
		t.Errorf("only %d values are planted", all)
	}
	t.Logf("%d values: %v", all, planted)
}
