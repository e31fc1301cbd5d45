package parser

import "bytes"

// wrapper is what a collector put around a line.
type wrapper uint8

const (
	wrapNone wrapper = iota
	wrapDocker
	wrapJournalJSON
	wrapSyslog3164
	wrapSyslog5424
	wrapCRI
	wrapKubectl
	wrapJournalShort
	wrapJournalISO
	wrapDocument
	wrapCompose
	wrapStern
	wrapNamed
	wrapStamp
	wrapExport // blocks of lines: see export.go
	wrapCount
)

// wrapperNames as diagnosis.Source.Wrapper gives them. A bare stamp is what kubectl logs --timestamps adds (docker
// logs --timestamps adds the same).
var wrapperNames = [wrapCount]string{
	"", "docker-json", "journald-json", "syslog-3164", "syslog-5424", "cri", "kubectl", "journald-short",
	"journald-iso", "document", "compose", "stern", "named", "kubectl", "journald-export",
}

// wrapped is a line taken apart. Its slices point into the line or into the unwrapper's scratch memory.
type wrapped struct {
	payload []byte
	stream  []byte // host, container, pod or service
	ident   []byte // what in the stream writes: process, stdout or stderr. Records do not go on across it
	at      stamp
	partial bool // the record goes on in the next line
	always  bool // the filter cannot see the payload in the raw line
	decoded bool // the payload is not in the raw line byte by byte
}

// unwrapper takes wrappers off. The one that fitted last is tried first.
type unwrapper struct {
	stamps  secondCache
	objects [documentDepth + 2]objectReader // of an object, and of those in it
	keys    map[string]keyMeaning
	scratch []byte
	names   []byte
	sticky  wrapper
	several bool       // a document held a list of records
	words   int        // before a line of stern's; 1 if named puts a blank behind the colon
	inner   *unwrapper // of docker's lines in another collector's
}

// unwrap takes line apart. Wrappers that plain text may look like must have a payload that is recognised, unless
// they were seen in this source before.
func (u *unwrapper) unwrap(line []byte, c *secondCache, w *wrapped) wrapper {
	if u.sticky != wrapNone {
		if *w = (wrapped{}); u.try(u.sticky, line, w) {
			return u.sticky
		}
	}
	for k := wrapDocker; k <= wrapStamp; k++ {
		if k == u.sticky {
			continue
		}
		if *w = (wrapped{}); !u.try(k, line, w) {
			continue
		}
		if k == wrapCompose || k == wrapStamp || k == wrapKubectl || k == wrapStern || k == wrapNamed {
			if !c.recognises(w.payload) {
				continue
			}
		}
		u.sticky = k
		return k
	}
	return wrapNone
}

// recognises says whether a payload is a line of some format, or one of docker's.
func (c *secondCache) recognises(payload []byte) bool {
	s := c.look(payload)
	return s.kind != kindUnknown && s.kind != kindBlank || bytes.HasPrefix(payload, dockerHead)
}

// within takes docker's json-file off a payload: what reads that file and sends it on wraps it once more. Outside stays
// what names the node; the inner time is nearer to the record.
func (u *unwrapper) within(w *wrapped) {
	if !bytes.HasPrefix(w.payload, dockerHead) {
		return
	}
	if u.inner == nil {
		u.inner = &unwrapper{}
	}
	var in wrapped
	if !u.inner.docker(w.payload, &in) {
		return
	}
	w.payload, w.partial, w.always = in.payload, in.partial, alarming(in.payload) // its escapes are escaped
	if in.at.clock != 0 {
		w.at = in.at
	}
	if len(w.ident) == 0 {
		w.ident = in.ident
	}
}

func (u *unwrapper) try(k wrapper, line []byte, w *wrapped) bool {
	switch k {
	case wrapDocker:
		return u.docker(line, w)
	case wrapJournalJSON:
		return u.journalJSON(line, w)
	case wrapSyslog3164:
		return u.syslog3164(line, w)
	case wrapSyslog5424:
		return u.syslog5424(line, w)
	case wrapCRI:
		return u.cri(line, w)
	case wrapKubectl:
		return u.kubectl(line, w)
	case wrapJournalShort:
		return u.journalShort(line, w)
	case wrapJournalISO:
		return u.journalISO(line, w)
	case wrapDocument:
		return u.document(line, w)
	case wrapCompose:
		return u.compose(line, w)
	case wrapStern:
		return u.stern(line, w)
	case wrapNamed:
		return u.named(line, w)
	case wrapStamp:
		return u.bareStamp(line, w)
	}
	return false
}

// bareStamp takes "2026-11-22T19:22:42.208486814Z " off.
func (u *unwrapper) bareStamp(line []byte, w *wrapped) bool {
	if len(line) < 21 || line[10] != 'T' {
		return false
	}
	at, n, _, z := u.stamps.readStamp(line)
	if n == 0 || z == zoneNone || n < len(line) && line[n] != ' ' || bracketLevel(line[n:]) {
		return false
	}
	w.at, w.payload = at, line[min(n+1, len(line)):]
	return true
}

// cutStamp takes a bare stamp off the payload if there is one.
func (u *unwrapper) cutStamp(w *wrapped) {
	stream, ident := w.stream, w.ident
	u.bareStamp(w.payload, w)
	w.stream, w.ident = stream, ident
}

// field cuts the text up to the next blank off p.
func field(p []byte) (word, rest []byte, ok bool) {
	i := bytes.IndexByte(p, ' ')
	if i <= 0 {
		return nil, p, false
	}
	return p[:i], p[i+1:], true
}

// isName: the text of a host, container or service name.
func isName(p []byte) bool {
	for _, c := range p {
		if !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'z') && c != '-' && c != '_' && c != '.' && c != '@' && c != ':' && c != '/' {
			return false
		}
	}
	return len(p) > 0 && len(p) <= 253
}
