package cluster

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"zlog/diagnosis"
)

// name gives every node a short name of its own: its id, else its stream's name, else its file's.
func name(ns []*Node) {
	base := func(n *Node) string {
		st := n.streams[0]
		switch {
		case n.ID != "":
			return n.ID
		case st.key.name != "":
			return st.key.name
		case st.key.source == "-" && len(ns) == 1:
			return diagnosis.ThisNode
		case st.key.source == "-":
			return "stdin"
		}
		return fileName(n)
	}
	same := map[string][]*Node{}
	for _, n := range ns {
		n.Name = base(n)
		same[n.Name] = append(same[n.Name], n)
	}
	for _, alike := range same {
		if len(alike) == 1 {
			continue
		}
		for _, n := range alike {
			switch key := n.streams[0].key; {
			case key.name != "" && key.name != n.Name:
				n.Name += " (" + key.name + ")" // as the wrapper calls it
			case n.ID == "" && key.name == "" && key.source != "-":
				n.Name = withoutEnding(apartFrom(n, alike))
			default:
				n.Name += " (" + apartFrom(n, alike) + ")"
			}
		}
	}
}

// fileName gives the name of a node's first source without folders, what rotation adds, and extension.
func fileName(n *Node) string {
	return withoutEnding(path.Base(strings.ReplaceAll(n.streams[0].key.source, `\`, "/")))
}

// withoutEnding gives a file's name without what rotation adds and without its extension.
func withoutEnding(file string) string {
	file = rotationStem(file)
	return strings.TrimSuffix(file, path.Ext(file))
}

// apartFrom gives as much of the end of a node's source as none of the others' sources ends with, in whole parts: "host2/ziti.log".
func apartFrom(n *Node, others []*Node) string {
	parts := func(o *Node) []string {
		return strings.Split(strings.ReplaceAll(rotationStem(o.streams[0].key.source), `\`, "/"), "/")
	}
	own, need := parts(n), 1
	for _, o := range others {
		theirs, same := parts(o), 0
		for same < min(len(own), len(theirs)) && own[len(own)-1-same] == theirs[len(theirs)-1-same] {
			same++
		}
		if same < len(own) {
			need = max(need, same+1)
		}
	}
	return strings.Join(own[len(own)-need:], "/")
}

// believeNames gives a node whose log does not say who wrote it, for it begins in the midst of a life, the id that it is named by, if
// the others speak of a controller of that id and no other log is that one's.
func (s *Story) believeNames() {
	if !slices.ContainsFunc(s.Nodes, func(n *Node) bool { return n.ID == "" && n.Name != "" }) {
		return
	}
	spoken := map[string]bool{"": true}
	for _, m := range s.Matches {
		for _, c := range m.Captures {
			switch c.Key {
			case "peer", "leader", "member":
				if !spoken[c.Value] {
					spoken[c.Value] = true
				}
			case "servers":
				for _, sv := range servers(c.Value) {
					spoken[sv.id] = true
				}
			}
		}
	}
	for _, n := range s.Nodes {
		if n.ID == "" && n.Name != "" && spoken[n.Name] && s.whose(n.Name, "") == nil {
			n.ID = n.Name
		}
	}
}

// rotation is what log rotation puts behind a name: ctrl.log.1, ctrl.log.2.gz, ctrl.log-20261122.zst, ctrl-2026….log.
var rotation = regexp.MustCompile(`(?:\.(?:gz|zst|bz2|xz)|\.\d{1,4}|[-.]\d{8}(?:[-T]\d{2,6})?|-\d{4}-\d{2}-\d{2}T[\d.:-]+)$`)

// rotationStem gives a source's name without what rotation adds.
func rotationStem(source string) string {
	for {
		cut := rotation.ReplaceAllString(source, "")
		ext := path.Ext(cut)
		if s := rotation.ReplaceAllString(strings.TrimSuffix(cut, ext), ""); ext == ".log" && s != "" {
			cut = s + ext
		}
		if cut == source || cut == "" {
			return source
		}
		source = cut
	}
}
