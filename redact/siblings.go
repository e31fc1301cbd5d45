package redact

import "strings"

// passesOn are keys under which an object describes the same thing as the one around it.
var passesOn = map[string]bool{"initialstate": true, "finalstate": true, "entity": true, "data": true, "attributes": true, "state": true}

// described gives the class of what an object describes, by its entityType.
func described(s string, ms []member, of Class) Class {
	for _, m := range ms {
		if f := fold(m.key); f == "entitytype" || f == "entity" && s[m.from] == '"' {
			if c := kindOf(unquote(s[m.from:m.to])); c != "" {
				return c
			}
		}
	}
	return of
}

// kindOf gives the class of an entity type's names.
func kindOf(kind string) Class {
	switch k := strings.ToLower(kind); {
	case strings.HasPrefix(k, "identit"):
		return Identity
	case strings.HasPrefix(k, "service") && !strings.Contains(k, "polic"):
		return Service
	case strings.HasSuffix(k, "router") || strings.HasSuffix(k, "routers"):
		return Router
	case k == "user" || k == "users":
		return User
	case k == "host" || k == "hosts":
		return Host
	}
	return ""
}

// siblings gives classes to values whose neighbours say what they are: {"name":"password","value":"…"} and
// {"entityType":"services","name":"…"}.
func siblings(s string, ms []member) []Class {
	name, kind, value := -1, -1, -1
	for i, m := range ms {
		switch fold(m.key) {
		case "name", "key", "k", "header", "field", "option", "param":
			if name < 0 {
				name = i
			}
		case "entitytype", "entity", "kind", "type":
			kind = i
		case "value", "val", "v", "values":
			value = i
		}
	}
	if name < 0 || value < 0 && kind < 0 {
		return nil
	}
	out := make([]Class, len(ms))
	if value >= 0 {
		out[value] = secretKey(fold(unquote(s[ms[name].from:ms[name].to])))
	}
	if kind >= 0 && fold(ms[name].key) == "name" {
		out[name] = kindOf(unquote(s[ms[kind].from:ms[kind].to]))
	}
	return out
}
