package cmd

import (
	"bytes"
	"os"
	"strings"
	"syscall"
	"testing"
)

// TestWhatDoesNotArriveIsTrouble: whatever prints, a full disk is said in one line, and a reader that had enough is not.
func TestWhatDoesNotArriveIsTrouble(t *testing.T) {
	const logs = "../testdata/logs/failover"
	for _, args := range []string{"", "--help", "help diagnose", "--version", "version", "completion bash", "__complete d", "rules", "rules list", "rules show failover",
		"rules show raft-peer-added", "rules search raft", "rules coverage", "rules export --to logql raft-append-rejected", "rules explain failover " + logs,
		"diagnose " + logs, "diagnose -o json " + logs, "timeline " + logs, "state --at 1h " + logs, "redact -o - " + logs, "report -o json=- " + logs} {
		t.Run(args, func(t *testing.T) {
			t.Setenv("XDG_CONFIG_HOME", t.TempDir())
			var errOut bytes.Buffer
			var whole bytes.Buffer
			code := Main(strings.Fields(args), strings.NewReader(""), &whole, &errOut, os.DirFS(".."))
			if whole.Len() == 0 {
				t.Fatalf("prints nothing: exit code %d: %s", code, errOut.String())
			}
			before := errOut.String()
			errOut.Reset()
			if got := Main(strings.Fields(args), strings.NewReader(""), closed{syscall.ENOSPC}, &errOut, os.DirFS("..")); got != exitTrouble {
				t.Errorf("exit code %d", got)
			}
			if more := strings.TrimPrefix(errOut.String(), before); strings.Count(more, "\n") != 1 || !strings.Contains(more, syscall.ENOSPC.Error()) {
				t.Errorf("says %q, before %q", errOut.String(), before)
			}
		})
	}
	var errOut bytes.Buffer
	if code := Main([]string{"--help"}, strings.NewReader(""), closed{syscall.EPIPE}, &errOut, os.DirFS("..")); code != exitOK || errOut.Len() > 0 {
		t.Errorf("a reader that had enough: exit code %d: %s", code, errOut.String())
	}
}
