package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

func TestJSONDrivesNoTerminalAndSaysTheSame(t *testing.T) {
	const text = "a\x1b[2J\x7f\u009b31m\u202eb\u200b\U000e0041ü日😀<&>\"\\"
	for _, indent := range []string{"", "  "} {
		var b bytes.Buffer
		if err := Encode(&b, map[string]any{text: []string{text, "plain"}}, indent); err != nil {
			t.Fatal(err)
		}
		got := b.String()
		if strings.ContainsFunc(strings.ReplaceAll(got, "\n", ""), hidden) {
			t.Errorf("lets something through: %q", got)
		}
		if !strings.Contains(got, "ü日😀<&>") {
			t.Errorf("what harms nobody is not as it was: %s", got)
		}
		var back map[string][]string
		if err := json.Unmarshal(b.Bytes(), &back); err != nil || back[text][0] != text {
			t.Errorf("comes back as %q (%v)", back, err)
		}
	}
	var b bytes.Buffer
	if err := JSON(&b, result(t, "hostile")); err != nil || strings.ContainsFunc(strings.ReplaceAll(b.String(), "\n", ""), hidden) {
		t.Errorf("a report lets something through (%v)", err)
	}
}
