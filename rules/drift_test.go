package rules

import (
	"fmt"
	"strings"
	"testing"
)

func TestDriftTellsWhereATextIsAndWhatIsGone(t *testing.T) {
	set := load(t, `
signatures:
  - {id: a-plain, title: A, category: x, severity: info, when: [{msg: peer has gone away}]}
  - {id: b-joined, title: B, category: x, severity: info, when: [{msg: one text made of two}]}
  - {id: c-form, title: C, category: x, severity: info, when: [{error: unable to reach peer ctrl2 at the door}]}
  - {id: d-gone, title: D, category: x, severity: info, when: [{msg: nobody writes this}], samples: {match: ['{"file":"github.com/openziti/ziti/v2/controller/x.go:1"}']}}
  - {id: e-raft, title: E, category: x, severity: info, when: [{msg: raft wrote this}], samples: {match: ['{"file":"github.com/hashicorp/raft@v1.7.1/raft.go"}']}}
  - {id: f-pattern, title: F, category: x, severity: info, when: [{msg: {regex: 'index \d+ is behind the leader'}, hint: is behind the leader}]}
`, "disable: [peer-lost, mesh-lost]")
	d := set.NewDrift()
	d.Module("github.com/openziti/ziti")
	if err := d.Add("x/a.go", []byte(`package x
import "fmt"
const a = "the peer has gone away"
var b = "one text " + "made of two"
func f(id string) { fmt.Errorf("unable to reach peer %s at %v", id, 1); log("index %d is behind the leader") }
`)); err != nil {
		t.Fatal(err)
	}
	if err := d.Add("x/b.go", []byte("package x\nvar again = `peer has gone away`\n")); err != nil {
		t.Fatal(err)
	}
	if d.Add("x/c.go", []byte("not go")) == nil {
		t.Error("no error for a file that is not Go")
	}
	var got []string
	for _, x := range d.Texts() {
		line := fmt.Sprintf("%s %s", x.Signature, x.State)
		for _, p := range x.Places {
			line += fmt.Sprintf(" %s:%d", p.File, p.Line)
		}
		got = append(got, line)
	}
	want := `a-plain found x/a.go:3 x/b.go:2
b-joined found x/a.go:4
c-form form x/a.go:5
d-gone gone
e-raft outside
f-pattern found x/a.go:5`
	if strings.Join(got, "\n") != want {
		t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), want)
	}
}
