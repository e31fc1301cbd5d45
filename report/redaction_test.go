package report

import (
	"bytes"
	"strings"
	"testing"

	"zlog/diagnosis"
)

// TestReportsSayWhatWasTakenOut: how much of each class, by source, in each report that people read.
func TestReportsSayWhatWasTakenOut(t *testing.T) {
	r := hostile()
	count := func(class string, n int) []diagnosis.ClassCount {
		return []diagnosis.ClassCount{{Class: class, Count: n}}
	}
	r.Redaction = &diagnosis.Redaction{Mode: "standard", Classes: []diagnosis.ClassCount{{Class: "secret", Count: 41}, {Class: "ip", Count: 7}},
		Sources: []diagnosis.RedactedSource{{Name: "one.log", Classes: count("secret", 41)}, {Name: "two.log", Classes: count("ip", 7)}, {Name: "three.log"}}}
	var text bytes.Buffer
	if err := Text(&text, r, TextOptions{Width: 100}); err != nil {
		t.Fatal(err)
	}
	for kind, out := range map[string]string{"text": text.String(), "markdown": string(markdownOf(t, r))} {
		for _, want := range []string{"standard", "41 secret, 7 ip", "one.log: 41 secret", "two.log: 7 ip", "three.log: nothing"} {
			if !strings.Contains(strings.ReplaceAll(out, "\\", ""), want) {
				t.Errorf("the %s does not say %q", kind, want)
			}
		}
	}
	page := pageOf(t, Page{Result: r})
	for _, want := range []string{`one.log</th><td>41 secret</td>`, `two.log</th><td>7 ip</td>`, `three.log</th><td>nothing</td>`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	r.Redaction.Mode = "off"
	if all, by := takenOut(r.Redaction); all != "" || by != nil {
		t.Errorf("nothing is redacted, and yet %q %q", all, by)
	}
}
