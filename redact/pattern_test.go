package redact

import "testing"

func TestPatternsCompile(t *testing.T) {
	for _, p := range builtins {
		p.get()
	}
	if len(builtins) < 50 {
		t.Errorf("only %d patterns", len(builtins))
	}
}
