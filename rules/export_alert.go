package rules

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v3"
)

// writeVMAlert writes rule groups for vmalert, with VictoriaLogs as its source.
func writeVMAlert(e *Export, ts []*traveller) ([]byte, error) {
	return e.alerts(ts, "vlogs", e.logsQLCount)
}

// writeLokiRuler writes rule groups for Loki's ruler.
func writeLokiRuler(e *Export, ts []*traveller) ([]byte, error) {
	return e.alerts(ts, "", e.logQLCount)
}

// alerts writes one document of Prometheus's shape: a group a category, an alert a traveller.
func (e *Export) alerts(ts []*traveller, kind string, query func(*traveller) string) ([]byte, error) {
	var groups []*yaml.Node
	var rules *yaml.Node
	last := ""
	for _, t := range ts {
		name := "zlog-" + t.kind + "-" + t.category
		if name != last {
			last, rules = name, list()
			group := mapped("name", str(name))
			if kind != "" {
				pair(group, "type", str(kind))
			}
			pair(group, "interval", str("1m"))
			pair(group, "rules", rules)
			groups = append(groups, group)
		}
		rules.Content = append(rules.Content, e.alert(t, query(t)))
	}
	return documents(mapped("groups", list(groups...)))
}

func (e *Export) alert(t *traveller, query string) *yaml.Node {
	labels := mapped("severity", str(string(t.severity)), "kind", str(t.kind), "category", str(t.category))
	if t.sure != "" {
		pair(labels, "confidence", str(string(t.sure)))
	}
	notes := mapped("title", inTemplate(oneLine(t.title)), "summary", e.summary(t), "cause", inTemplate(t.cause), "remedy", inTemplate(t.remedy))
	if t.normal != "" {
		pair(notes, "harmless", inTemplate(t.normal))
	}
	if len(t.links) > 0 {
		pair(notes, "references", inTemplate(strings.Join(t.links, "\n")))
	}
	a := mapped("alert", str(t.alertName()), "expr", str(query), "labels", labels, "annotations", notes)
	a.HeadComment = strings.Join(t.remarks(), "\n")
	return a
}

// alertName is the rule's id, and which way it is.
func (t *traveller) alertName() string {
	return strings.TrimPrefix(t.name(), t.kind+"-")
}

// summary puts the alert's own labels and value in.
func (e *Export) summary(t *traveller) *yaml.Node {
	n := inTemplate(t.summary)
	n.Value = strings.NewReplacer("{node}", "{{ $labels."+logQLName(e.Node)+" }}", "{count}", "{{ $value }}").Replace(n.Value)
	return n
}

// inTemplate gives a text that a template engine leaves as it is.
func inTemplate(s string) *yaml.Node {
	return str(strings.ReplaceAll(s, "{{", `{{ "{{" }}`))
}

// str gives a string; of several lines as a block.
func str(s string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(s)
	return n
}

// mapped gives a mapping of keys and nodes, in order.
func mapped(pairs ...any) *yaml.Node {
	n := mapping()
	for i := 0; i+1 < len(pairs); i += 2 {
		pair(n, pairs[i].(string), pairs[i+1].(*yaml.Node))
	}
	return n
}

// strs gives a sequence of strings.
func strs(texts []string) *yaml.Node {
	n := list()
	for _, t := range texts {
		n.Content = append(n.Content, str(t))
	}
	return n
}

// documents writes YAML documents, one after the other.
func documents(roots ...*yaml.Node) ([]byte, error) {
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	for _, r := range roots {
		if err := enc.Encode(r); err != nil {
			return nil, err
		}
	}
	err := enc.Close()
	return b.Bytes(), err
}
