package redact

import (
	"net/netip"
	"strings"
)

// fold writes a data key without case, dots, dashes, underscores and spaces.
func fold(key string) string {
	plain := true
	for i := 0; i < len(key); i++ {
		if c := key[i]; c < 'a' || c > 'z' {
			plain = false
			break
		}
	}
	if plain {
		return key
	}
	var b [64]byte
	out := b[:0]
	for i := 0; i < len(key) && len(out) < len(b); i++ {
		switch c := key[i]; {
		case c >= 'A' && c <= 'Z':
			out = append(out, c|0x20)
		case c == '.' || c == '-' || c == '_' || c == ' ' || c == '@':
		default:
			out = append(out, c)
		}
	}
	return string(out)
}

// untouched keys hold what zlog reads and nobody needs to hide: where in the source code a line comes from, when, how
// bad it is, and versions.
var untouched = map[string]bool{"file": true, "func": true, "level": true, "time": true, "timestamp": true, "version": true,
	"goversion": true, "builddate": true, "revision": true, "serverversion": true, "localversion": true, "remoteversion": true,
	"routerversion": true, "arch": true, "os": true, "eventtype": true, "namespace": true, "module": true, "pooltype": true,
	"logger": true, "caller": true, "term": true, "index": true, "realtimetimestamp": true, "sourcerealtimetimestamp": true,
	"type": true, "entitytype": true, "priority": true, "transport": true, "useragentversion": true, "oid": true}

// secretWords make a key a secret's, wherever in it they stand.
var secretWords = []string{"passw", "passphrase", "secret", "apikey", "accesskey", "privatekey", "authorization", "cookie", "credential",
	"token", "bearer", "jwt", "recoverycode", "encryptionkey", "signingkey", "sharedkey", "accountkey", "sessionkey", "masterkey", "privkey", "zitipwd"}

// secretKeys are secrets' keys as a whole.
var secretKeys = map[string]bool{"pwd": true, "pass": true, "otp": true, "totp": true, "sig": true, "signature": true, "xamzsignature": true,
	"auth": true, "pin": true, "seed": true, "salt": true, "nonce": true, "ztsession": true, "xauth": true, "ott": true, "ottca": true, "erott": true, "csrf": true, "xsrf": true,
	"pgpass": true, "psk": true, "userpass": true, "hmac": true, "mfacode": true, "basicauth": true, "connectionstring": true, "dsn": true, "codeverifier": true}

// harmless ends make a key one about a secret: its name, its size, its time.
var harmless = []string{"id", "type", "count", "name", "audience", "audiences", "expires", "expiresat", "expiry", "expiration", "ttl",
	"timeout", "length", "size", "url", "uri", "endpoint", "path", "file", "limit", "lifetime", "duration", "issuer", "status", "method",
	"policy", "resetat", "age", "valid", "error", "enabled", "required", "minutes", "seconds", "bucket", "used", "remaining", "kind",
	"algorithm", "alg", "version", "hint", "state", "len",
	"attempts", "attempt", "changed", "failures", "errors", "usage", "source", "provider"}

// secretKey gives Secret for the folded key of a secret, else "".
func secretKey(f string) Class {
	if secretKeys[f] {
		return Secret
	}
	hit := strings.HasSuffix(f, "pwd")
	for _, w := range secretWords {
		if strings.Contains(f, w) {
			hit = true
			break
		}
	}
	if !hit {
		return ""
	}
	for _, h := range harmless {
		if strings.HasSuffix(f, h) {
			return ""
		}
	}
	return Secret
}

// classOf gives the class that a data key's values have, "" for none.
func (r *Redactor) classOf(key string) Class {
	f := fold(key)
	if c, ok := r.keys[f]; ok {
		if (c == Pod || c == Namespace) && r.mode < Strict {
			return ""
		}
		return c
	}
	if at := strings.Index(key, "secret-"); at >= 0 && at+7 < len(key) && key[at+7] >= '0' && key[at+7] <= '9' {
		return "" // a token that stands in a key
	}
	if c := secretKey(f); c != "" {
		return c
	}
	switch {
	case strings.HasSuffix(f, "hostname") || strings.HasSuffix(f, "dnsname"):
		return Host
	case strings.HasSuffix(f, "username"):
		return User
	case strings.HasSuffix(f, "servicename") || strings.HasSuffix(f, "service") && len(f) > 7:
		return Service
	case strings.HasSuffix(f, "identityname"):
		return Identity
	case strings.HasSuffix(f, "routername"):
		return Router
	case strings.HasSuffix(f, "email"):
		return Email
	}
	if r.mode < Strict {
		return ""
	}
	switch {
	case strings.Contains(f, "fingerprint") || strings.HasSuffix(f, "thumbprint"):
		return Fingerprint
	case strings.HasSuffix(key, "Id") || strings.HasSuffix(key, "ID") || strings.HasSuffix(key, "Ids") || strings.HasSuffix(key, "_id") || f == "id":
		return ID
	}
	return ""
}

// field redacts the text of a data field.
func (r *Redactor) field(key string, class Class, s string, depth int) string {
	if s == "" {
		return s
	}
	if class == "" && untouched[fold(key)] {
		return s
	}
	switch class {
	case "":
		if out := r.text(s, depth+1); out != s || !addressKey(key) {
			return out
		}
		return r.hostAndPort(s)
	case Node:
		r.node(s)
		if r.mode < Strict {
			return r.text(s, depth+1)
		}
		if shortName(s) {
			return r.put(Node, s)
		}
		return r.text(s, depth+1)
	case Secret:
		if emptyValue(s) {
			return s
		}
		return r.put(Secret, s)
	case Pod, Namespace:
		return r.podField(class, s, depth)
	case Host:
		return r.hostField(s, depth)
	case ID, Fingerprint:
		if len(s) > 128 || strings.ContainsAny(s, " \n") || strings.Trim(s, "0123456789") == "" {
			return r.text(s, depth+1)
		}
		return r.put(class, s)
	}
	return r.name(class, s, depth)
}

// node notes that s is what a controller calls itself.
func (r *Redactor) node(s string) { r.Keep(s) }

// name redacts the value of a key that holds a name.
func (r *Redactor) name(class Class, s string, depth int) string {
	v := strings.TrimSpace(s)
	if _, err := netip.ParseAddr(v); err == nil || len(v) > 256 || strings.ContainsAny(v, "\n{}") {
		return r.text(s, depth+1)
	}
	if (class == Service || class == Router) && r.commonOnly(v) {
		return s
	}
	if strings.Contains(v, "://") || strings.HasPrefix(v, "tls:") || strings.HasPrefix(v, "/") {
		return r.text(s, depth+1)
	}
	if r.stays(class, v) {
		return s
	}
	if emailShape.get().MatchString(v) && emailShape.get().FindString(v) == v {
		class = Email
	}
	if out := r.text(v, depth+1); tokensOnly(r, out) { // a host, an address, or already taken out
		return strings.Replace(s, v, out, 1)
	}
	return strings.Replace(s, v, r.put(class, v), 1)
}

// tokensOnly says whether a text consists of tokens and signs.
func tokensOnly(r *Redactor, s string) bool {
	some := false
	for _, w := range strings.FieldsFunc(s, func(c rune) bool { return strings.ContainsRune(" ,;/@:[]()", c) }) {
		if !r.isToken(w) {
			return false
		}
		some = true
	}
	return some
}

// commonOnly says whether each word of a name is one that OpenZiti's own texts use.
func (r *Redactor) commonOnly(s string) bool {
	for _, w := range strings.FieldsFunc(strings.ToLower(s), func(c rune) bool { return c < 'a' || c > 'z' }) {
		if !r.common[w] {
			return false
		}
	}
	return true
}

// hostField redacts the value of a key that holds hosts: one or several, with or without scheme and port.
func (r *Redactor) hostField(s string, depth int) string {
	if len(s) > 1024 || strings.ContainsAny(s, "\n{}\"=") {
		return r.text(s, depth+1)
	}
	if strings.Count(s, " ") > 0 && !strings.Contains(s, ",") {
		return r.text(s, depth+1)
	}
	parts := strings.Split(s, ",")
	for i, p := range parts {
		v := strings.TrimSpace(p)
		out := r.text(v, depth+1)
		if out == v {
			host, rest := v, ""
			if at := strings.LastIndexByte(v, ':'); at > 0 && digits(v[at+1:]) && !strings.Contains(v[:at], ":") {
				host, rest = v[:at], v[at:]
			}
			if _, err := netip.ParseAddr(host); err != nil && hostShape(host) {
				out = r.host(host) + rest
			}
		}
		parts[i] = strings.Replace(p, v, out, 1)
	}
	return strings.Join(parts, ",")
}

// addressKey: a key whose values are addresses, perhaps "hera:6262", in which nothing but the key tells a host.
func addressKey(key string) bool {
	f := fold(key)
	return strings.HasSuffix(f, "address") || strings.HasSuffix(f, "addr") || strings.HasSuffix(f, "endpoint")
}

// hostAndPort redacts the host of hera:6262.
func (r *Redactor) hostAndPort(s string) string {
	host, port, ok := strings.Cut(s, ":")
	if r.mode < Standard || !ok || !digits(port) || len(port) > 5 || !hostShape(host) {
		return s
	}
	return r.host(host) + ":" + port
}

func digits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return len(s) > 0
}

// hostShape: letters, digits, dots, dashes, with a letter.
func hostShape(s string) bool {
	letter := false
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c|0x20 >= 'a' && c|0x20 <= 'z' {
			letter = true
		} else if (c < '0' || c > '9') && c != '.' && c != '-' && c != '_' && (c != '*' || i > 0) {
			return false
		}
	}
	return letter && len(s) <= 253
}

// emptyValue: a secret's value that says nothing.
func emptyValue(s string) bool {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "", "null", "nil", "<nil>", "none", "true", "false", "redacted", "[redacted]", "<redacted>", "n/a", "unset", "undefined":
		return true
	}
	return strings.Trim(s, "*x•.") == ""
}
