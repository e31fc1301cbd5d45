package cluster

import (
	"regexp"
	"strings"
)

// server is one entry of a raft configuration.
type server struct {
	id, address string
	voter       bool
}

// serverShape is how hashicorp/raft's Server is printed: {Suffrage:Voter ID:ctrl1 Address:tls:127.0.2.1:6262}.
// The list that a controller keeps has it as JSON, with 0 for a voter, or as ctrl1->tls:127.0.2.1:6262, which does not say who votes.
var (
	serverShape = regexp.MustCompile(`\{Suffrage:(\w+) ID:(\S*) Address:([^}\s]*)\}`)
	serverJSON  = regexp.MustCompile(`\{"Suffrage":(\d+),"ID":"([^"]*)","Address":"([^"]*)"\}`)
	serverArrow = regexp.MustCompile(`[ ,]([^\s,>]+)->([^\s,\]]+)`)
)

// servers reads all three. Of most matches text is empty, or of one kind, so it is looked at for what each kind must have first.
func servers(text string) []server {
	if text == "" {
		return nil
	}
	var out []server
	if strings.Contains(text, "{Suffrage:") {
		for _, m := range serverShape.FindAllStringSubmatch(text, 64) {
			out = append(out, server{m[2], m[3], m[1] == "Voter"})
		}
	}
	if strings.Contains(text, `{"Suffrage":`) {
		for _, m := range serverJSON.FindAllStringSubmatch(text, 64) {
			out = append(out, server{m[2], m[3], m[1] == "0"})
		}
	}
	if strings.Contains(text, "->") {
		for _, m := range serverArrow.FindAllStringSubmatch(text, 64) {
			out = append(out, server{m[1], m[2], true})
		}
	}
	return out
}
