package rules

import "testing"

func TestWhatBeginsAsADumpIsLikeOne(t *testing.T) {
	for _, msg := range []string{"panic: x", "fatal error: x", "unexpected fault address 0x1", "SIGQUIT: quit", "runtime: out of memory"} {
		if !dumpHead.MatchString(msg) || !likeDump(msg) {
			t.Errorf("%s: dumpHead %v, likeDump %v", msg, dumpHead.MatchString(msg), likeDump(msg))
		}
	}
	for _, msg := range []string{"", "pa", "Panic: x", "dial failed"} {
		if likeDump(msg) {
			t.Errorf("%q is like a dump", msg)
		}
	}
}
