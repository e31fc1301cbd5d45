package redact

import (
	"strings"
	"testing"
)

// ssh2Key is a key as SSH2 writes it: four dashes, and a header that goes on in the next line.
const ssh2Key = `loaded ---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----
Comment: "3des-cbc, made by carolmeyer on \
zbox77 in 2031"
P2/56wAAAeIAAAA3aWYtbW9kbntzaWdue3JzYS1wa2NzMS1zaGExfSxlbmNyeXB0e3JzYS
c2VjcmV0c2VjcmV0c2VjcmV0
---- END SSH2 ENCRYPTED PRIVATE KEY ---- and went on
raft entered follower state on zbox`

func TestAKeyOfSSH2OverLines(t *testing.T) {
	lines := strings.Split(ssh2Key, "\n")
	out := strings.Join(redactLines(t, Secrets, lines), "\n")
	for _, v := range []string{"carolmeyer", "zbox77", "P2/56w", "c2VjcmV0"} {
		if strings.Contains(out, v) {
			t.Errorf("%q is there:\n%s", v, out)
		}
	}
	for _, v := range []string{"loaded ", " and went on", "raft entered follower state on zbox"} {
		if !strings.Contains(out, v) {
			t.Errorf("%q is gone:\n%s", v, out)
		}
	}
}

// TestABlockThatIsPassedOverIsKnownOf: of lines that are not needed only what begins and ends a block counts.
func TestABlockThatIsPassedOverIsKnownOf(t *testing.T) {
	for passed := 1; passed <= 5; passed++ {
		r, err := New(Secrets)
		if err != nil {
			t.Fatal(err)
		}
		s := r.Source("x")
		var out []string
		for i, l := range strings.Split(ssh2Key, "\n") {
			if i < passed {
				s.Skip([]byte(l))
			} else {
				out = append(out, string(s.Line([]byte(l))))
			}
		}
		all := strings.Join(out, "\n")
		if strings.Contains(all, "c2VjcmV0") || strings.Contains(all, "zbox77") || !strings.Contains(all, "raft entered follower state on zbox") {
			t.Errorf("after %d lines that were passed over:\n%s", passed, all)
		}
	}
}
