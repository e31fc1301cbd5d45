package cmd

import (
	"context"
	"os"
	"strings"
	"testing"
)

func TestAnObjectThatIsCutBeforeItSaysAnythingIsNotHealthy(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	for in, want := range map[string]int{
		`{"a":[[[[`: exitTrouble, `{"level":"info","msg":"A`: exitTrouble, `{"level":"info","msg":"A","time":"2026-11-22T19:32:20.112Z"}`: exitOK,
	} {
		var out, errOut strings.Builder
		code := newEnv(strings.NewReader(in), &out, &errOut, os.DirFS("..")).run(context.Background(), []string{"diagnose", "--no-ignore", "-q"})
		if code != want {
			t.Errorf("%s: exit code %d, want %d; said %s%s", in, code, want, out.String(), errOut.String())
		}
	}
}
