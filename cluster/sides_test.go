package cluster

import (
	"fmt"
	"testing"
)

// five gives five members, of which the first leads, and the links that are lost from the 20th second to the 60th.
func five(lost ...[2]int) []string {
	servers := ""
	for i := 1; i <= 5; i++ {
		servers += fmt.Sprintf("{Suffrage:Voter~ID:ctrl%d~Address:tls:10.0.0.%d:6262}~", i, i)
	}
	var out []string
	for i := 1; i <= 5; i++ {
		n := fmt.Sprintf("ctrl%d", i)
		out = append(out, n+" 0 started id="+n, n+" 1 configured servers=["+servers+"]")
		if i == 1 {
			out = append(out, n+" 2 became-leader")
		}
		for _, at := range []int{20, 60} {
			for _, l := range lost {
				if l[0] == i {
					out = append(out, fmt.Sprintf("%s %d unreachable peer=ctrl%d why=timeout", n, at, l[1]))
				}
			}
		}
		out = append(out, n+" 70 waiting")
	}
	return out
}

func TestASplitIsToldFromOneLostLink(t *testing.T) {
	for _, x := range []struct {
		name, scope string
		lost        [][2]int
	}{
		{"two of five on one side", "all", [][2]int{{1, 3}, {1, 4}, {1, 5}, {2, 3}, {2, 4}, {2, 5}}},
		{"one of five alone", "all", [][2]int{{1, 2}, {1, 3}, {1, 4}, {1, 5}}},
		{"one link", "one", [][2]int{{1, 3}}},
		{"two links of one node, which reaches the rest", "one", [][2]int{{1, 3}, {1, 4}}},
	} {
		for _, f := range story(five(x.lost...)...).Facts {
			if f.Signature == "fact:link-down" && f.Capture("scope") != x.scope {
				t.Errorf("%s: %s to %s has scope %s, want %s", x.name, f.Node, f.Capture("peer"), f.Capture("scope"), x.scope)
			}
		}
		if facts(story(five(x.lost...)...), "link-down") == "" {
			t.Errorf("%s: no link is down", x.name)
		}
	}
}
