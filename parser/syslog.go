package parser

import "bytes"

// priority takes "<13>" off.
func priority(p []byte) ([]byte, bool) {
	if p[0] != '<' {
		return nil, false
	}
	i := bytes.IndexByte(p[:min(len(p), 6)], '>')
	if i < 2 {
		return nil, false
	}
	for _, c := range p[1:i] {
		if !isDigit(c) {
			return nil, false
		}
	}
	return p[i+1:], true
}

// syslog3164 takes "<13>Nov 22 19:22:42 host ziti[123]: " off. Without the priority it is journald's short form.
func (u *unwrapper) syslog3164(line []byte, w *wrapped) bool {
	p, ok := priority(line)
	if !ok {
		return false
	}
	if u.journalShort(p, w) || u.journalISO(p, w) {
		return true
	}
	at, rest, ok := monthStamp(p) // a local socket's lines have no host
	if !ok {
		return false
	}
	colon := bytes.IndexByte(rest[:min(len(rest), 256)], ':')
	if colon <= 0 || bytes.IndexByte(rest[:colon], ' ') >= 0 {
		return false
	}
	w.at, w.ident = at, rest[:colon]
	w.payload = bytes.TrimPrefix(rest[colon+1:], []byte(" "))
	return true
}

// syslog5424 takes "<13>1 2026-11-22T19:22:42.208Z host app pid msgid [sd] " off.
func (u *unwrapper) syslog5424(line []byte, w *wrapped) bool {
	p, ok := priority(line)
	if !ok || !bytes.HasPrefix(p, []byte("1 ")) {
		return false
	}
	when, p, ok1 := field(p[2:])
	host, p, ok2 := field(p)
	start := p
	_, p, ok3 := field(p)
	_, p, ok4 := field(p)
	ident := start[:max(0, len(start)-len(p)-1)]
	_, p, ok5 := field(p)
	if !(ok1 && ok2 && ok3 && ok4 && ok5) {
		return false
	}
	if at, n, _, z := u.stamps.readStamp(when); n == len(when) && z != zoneNone {
		w.at = at
	} else if string(when) != "-" {
		return false
	}
	if p, ok = structured(p); !ok {
		return false
	}
	p = bytes.TrimPrefix(bytes.TrimPrefix(p, []byte(" ")), []byte("\xef\xbb\xbf"))
	if string(host) != "-" {
		w.stream = host
	}
	w.ident, w.payload = ident, p
	return true
}

// structured takes "-" or "[id k="v"][…]" off; in a value, a backslash guards quotes and brackets.
func structured(p []byte) (rest []byte, ok bool) {
	if len(p) > 0 && p[0] == '-' {
		return p[1:], true
	}
	if len(p) == 0 || p[0] != '[' {
		return nil, false
	}
	quoted := false
	for i := 0; i < len(p); i++ {
		switch {
		case p[i] == '\\' && quoted:
			i++
		case p[i] == '"':
			quoted = !quoted
		case p[i] == ']' && !quoted && (i+1 == len(p) || p[i+1] != '['):
			return p[i+1:], true
		}
	}
	return nil, false
}
