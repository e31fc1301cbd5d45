package parser

import "bytes"

// cri takes the form that Kubernetes keeps on the node off; P marks a piece of a long line, F the last one.
//
//	2026-11-22T19:22:42.208486814Z stderr F {"file":…}
func (u *unwrapper) cri(line []byte, w *wrapped) bool {
	if len(line) < 30 || line[10] != 'T' {
		return false
	}
	at, n, _, z := u.stamps.readStamp(line)
	if n == 0 || z == zoneNone || n >= len(line) || line[n] != ' ' {
		return false
	}
	out, rest, ok := field(line[n+1:])
	if !ok || string(out) != "stdout" && string(out) != "stderr" || len(rest) < 1 {
		return false
	}
	tag, payload := rest[:1], rest[1:]
	if i := bytes.IndexByte(rest, ' '); i > 0 {
		tag, payload = rest[:i], rest[i+1:]
	}
	if tag[0] != 'P' && tag[0] != 'F' || len(tag) > 1 && tag[1] != ':' {
		return false
	}
	w.at, w.ident, w.payload, w.partial = at, out, payload, tag[0] == 'P'
	return true
}

// kubectl takes the prefix of kubectl logs --prefix off, and the time of --timestamps after it. The stream is the
// pod.
//
//	[pod/ziti-controller-0/ziti-controller] 2026-11-22T19:22:42.208486814Z {"file":…}
func (u *unwrapper) kubectl(line []byte, w *wrapped) bool {
	const head = "[pod/"
	if !bytes.HasPrefix(line, []byte(head)) {
		return false
	}
	end := bytes.IndexByte(line[:min(len(line), 600)], ']')
	if end < 0 || end+1 < len(line) && line[end+1] != ' ' {
		return false
	}
	pod, container, ok := bytes.Cut(line[len(head):end], []byte("/"))
	if !ok {
		return false
	}
	w.stream, w.ident, w.payload = pod, container, line[min(end+2, len(line)):]
	u.cutStamp(w)
	return true
}

// compose takes the name that docker compose logs puts before each line off, its colours, and the time of
// --timestamps after it.
//
//	ctrl1-1  | {"file":…}
func (u *unwrapper) compose(line []byte, w *wrapped) bool {
	line = skipANSI(line)
	bar := bytes.IndexByte(line[:min(len(line), 300)], '|')
	if bar < 2 || line[bar-1] != ' ' {
		return false
	}
	name := bytes.TrimRight(line[:bar], " ")
	rest := skipANSI(line[bar+1:])
	if !isName(name) || len(rest) > 0 && rest[0] != ' ' {
		return false
	}
	w.stream, w.payload = name, bytes.TrimPrefix(rest[min(1, len(rest)):], []byte("\x1b[0m")) // the blank may be coloured, too
	u.cutStamp(w)
	return true
}

// skipANSI takes colour codes off the front.
func skipANSI(p []byte) []byte {
	for len(p) > 2 && p[0] == 0x1b && p[1] == '[' {
		m := bytes.IndexByte(p[:min(len(p), 24)], 'm')
		if m < 0 {
			return p
		}
		p = p[m+1:]
	}
	return p
}
