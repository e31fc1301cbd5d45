package parser

import "bytes"

var dockerHead = []byte(`{"log":"`)

// docker takes Docker's json-file apart. A log without a line feed goes on in the next line; Docker cuts at 16 KB.
//
//	{"log":"{\"file\":…}\n","stream":"stderr","time":"2026-11-22T19:22:42.208486814Z"}
func (u *unwrapper) docker(line []byte, w *wrapped) bool {
	if !bytes.HasPrefix(line, dockerHead) || line[len(line)-1] != '}' {
		return false
	}
	text, end := decode(u.scratch[:0], line[len(dockerHead):])
	u.scratch = text
	rest := line[min(len(line), len(dockerHead)+end+1):]
	if end < 0 || len(rest) < 2 || bytes.Contains(rest, []byte(`"kubernetes":{`)) { // Fluent Bit's, which names the pod
		return false
	}
	if w.partial = !bytes.HasSuffix(text, []byte("\n")); !w.partial {
		text = text[:len(text)-1]
	}
	w.decoded = true
	w.payload, w.ident = text, keyString(rest, `"stream":"`)
	if stamp := keyString(rest, `"time":"`); stamp != nil {
		if at, n, _, z := u.stamps.readStamp(stamp); n == len(stamp) && z != zoneNone {
			w.at = at
		}
	}
	return w.at.clock != 0 || w.ident != nil
}
