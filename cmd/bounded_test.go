package cmd

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFilesThatAreReadWholeAreBounded(t *testing.T) {
	big := filepath.Join(t.TempDir(), "a.log")
	must(t, os.WriteFile(big, nil, 0o600))
	must(t, os.Truncate(big, 1<<40)) // a hole: it takes no room on the disk, and would in memory
	for _, args := range [][]string{
		{"diagnose", "--rules", big, "x"}, {"rules", "check", big}, {"redact", "-o", "-", "--redact-config", big, "x"}, {"diagnose", "--baseline", big, "x"},
	} {
		t.Setenv("XDG_CONFIG_HOME", t.TempDir())
		var out, errOut strings.Builder
		if code := newEnv(nil, &out, &errOut, os.DirFS("..")).run(context.Background(), args); code != exitTrouble || !strings.Contains(errOut.String(), "which is the most") {
			t.Errorf("%v: exit code %d, said %s", args, code, errOut.String())
		}
	}
}
