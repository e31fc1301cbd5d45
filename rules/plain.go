package rules

import (
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// MaxFile is how many bytes a rule file may have. The built-in pack is some files of up to 150 KB.
const MaxFile = 8 << 20

// maxDepth is how deep nodes may stand in each other; the pack's deepest is at depth 9.
const maxDepth = 40

// parseFile gives the root node of a rule file that is one document without aliases and not too deep; nil if it is
// empty or has mistakes. An alias could stand for very much (a "YAML bomb"), and hides from the reader what a rule says.
func (d *decoder) parseFile(data string) *yaml.Node {
	whole := func(what string) *yaml.Node {
		d.mistakes = append(d.mistakes, Mistake{File: d.file, What: what})
		return nil
	}
	if len(data) > MaxFile {
		return whole(strconv.Itoa(len(data)) + " bytes; a rule file may have " + strconv.Itoa(MaxFile))
	}
	if root := d.nodes.read(data, d.lazy); root != nil {
		return root
	}
	dec := yaml.NewDecoder(strings.NewReader(data))
	var root, second yaml.Node
	if err := dec.Decode(&root); err != nil {
		if !errors.Is(err, io.EOF) {
			d.mistakes = append(d.mistakes, notYAML(d.file, err))
		}
		return nil
	}
	if err := dec.Decode(&second); err == nil {
		d.fail(&second, "a second document; a rule file is one document, without --- in it")
		return nil
	} else if !errors.Is(err, io.EOF) {
		d.mistakes = append(d.mistakes, notYAML(d.file, err))
		return nil
	}
	if len(root.Content) == 0 || root.Content[0].Tag == "!!null" {
		return nil
	}
	if !d.plain(root.Content[0], 0) {
		return nil
	}
	return root.Content[0]
}

// plain refuses aliases, anchors, tags of other languages, and what is too deep.
func (d *decoder) plain(n *yaml.Node, depth int) bool {
	switch {
	case depth > maxDepth:
		d.fail(n, "nested deeper than %d levels", maxDepth)
		return false
	case n.Kind == yaml.AliasNode:
		d.fail(n, "YAML aliases are not used in rules; write it out")
		return false
	case n.Anchor != "":
		d.fail(n, "YAML anchors are not used in rules; write it out")
		return false
	}
	ok := true
	for _, c := range n.Content {
		ok = d.plain(c, depth+1) && ok
	}
	return ok
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

// notYAML turns an error of the YAML library ("yaml: line 3: did not find expected key") into a mistake with its line.
func notYAML(file string, err error) Mistake {
	m := Mistake{File: file, What: "not YAML: " + strings.TrimPrefix(err.Error(), "yaml: ")}
	if p := yamlLine.FindStringSubmatch(err.Error()); p != nil {
		m.What = "not YAML: " + p[2]
		if m.Line, _ = strconv.Atoi(p[1]); m.Line > 0 {
			m.Col = 1
		}
	}
	return m
}
