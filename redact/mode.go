// Package redact takes secrets and names out of logs and results, so that they can be handed over, and leaves what a
// diagnosis needs: texts, indexes, terms, versions, times, and which value is the same as which.
//
//	line ─► Learn (once over all input: what is sensitive, and what it is called)
//	line ─► Line  ─► object members by key ─► texts: what is encoded, key=value, patterns, known values ─► tokens
//
// A value is replaced by a token that says what it was and which one: ip-3, host-2, identity-7. The same value gets the
// same token wherever it stands, whole or inside a text, in all files of a run. Tokens are numbered in the order of
// appearance, so the same input gives the same output. What a token stands for is in Map, and nowhere else.
package redact

import "fmt"

// Mode is how much is taken out.
type Mode uint8

// The modes; each takes out what the one before it does.
const (
	Off      Mode = iota // nothing
	Secrets              // what gives access: passwords, tokens, keys, PEM blocks, credentials in URLs
	Standard             // also addresses, hosts, e-mail addresses and the names of users, identities, services, routers
	Strict               // also ids, fingerprints, paths, and the names of nodes, pods and namespaces
)

var modeNames = [...]string{"off", "secrets", "standard", "strict"}

// String gives the mode's name.
func (m Mode) String() string { return modeNames[m] }

// ParseMode reads a mode's name.
func ParseMode(s string) (Mode, error) {
	for i, n := range modeNames {
		if s == n {
			return Mode(i), nil
		}
	}
	return Off, fmt.Errorf("%q: want off, secrets, standard or strict", s)
}

// Class is what a value is; it is the first part of its token.
type Class string

// The classes. Own patterns add more.
const (
	Secret      Class = "secret"
	IP          Class = "ip"
	Host        Class = "host"
	Email       Class = "email"
	User        Class = "user"
	Identity    Class = "identity"
	Service     Class = "service"
	Router      Class = "router"
	Name        Class = "name" // of an identity, a service, a router: it is not told of which
	ID          Class = "id"
	Fingerprint Class = "fingerprint"
	Path        Class = "path"
	Node        Class = "node"
	Pod         Class = "pod"
	Namespace   Class = "namespace" // of Kubernetes
)

// from is the mode from which on a class is taken out.
func (c Class) from() Mode {
	switch c {
	case Secret:
		return Secrets
	case ID, Fingerprint, Path, Node, Pod, Namespace:
		return Strict
	}
	return Standard
}
