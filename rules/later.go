package rules

import "go.yaml.in/yaml/v3"

// Later is a part of a rule that only those look at who are told of that rule: samples, what a line means, what to do. They are three
// quarters of the pack, so the built-in ones are read when they are asked for.
type Later[T any] struct {
	value T
	text  string // YAML that was not read yet, as quick left it: the key and what belongs to it
}

// Get gives the part.
func (l *Later[T]) Get() T {
	if l.text == "" {
		return l.value
	}
	var out T
	new(decoder).read(readQuickly(l.text, false).Content[1], &out)
	return out
}

// readNode implements nodeReader.
func (l *Later[T]) readNode(d *decoder, n *yaml.Node) {
	*l = Later[T]{}
	if n.Tag == unread {
		l.text = n.Value
		return
	}
	d.read(n, &l.value)
}

// readLater are the keys of rules whose values a lazy reader passes over.
func readLater(key string) bool {
	switch key {
	case "samples", "meaning", "causes", "remedy", "confirm", "rivals":
		return true
	}
	return false
}
