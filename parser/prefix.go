package parser

import "bytes"

// stern takes the pod and the container off that stern puts before each line, and with several namespaces theirs before
// both. The stream is the pod.
//
//	ziti-controller-0 ziti-controller {"file":…}
func (u *unwrapper) stern(line []byte, w *wrapped) bool {
	if u.sticky == wrapStern {
		return u.afterWords(line, u.words, w)
	}
	for u.words = 2; u.words <= 3; u.words++ {
		if *w = (wrapped{}); u.afterWords(line, u.words, w) && u.stamps.recognises(w.payload) {
			return true
		}
	}
	return false
}

// afterWords takes some names off; the last but one is the pod's, and the last the container's.
func (u *unwrapper) afterWords(p []byte, words int, w *wrapped) bool {
	for i := range words {
		word, rest, ok := field(p)
		if !ok && i == words-1 { // of an empty line
			word, rest = p, nil
		}
		if !isName(word) {
			return false
		}
		w.stream, w.ident, p = w.ident, word, rest
	}
	w.payload = p
	u.cutStamp(w)
	return true
}

// named takes what tools put before each line that run on several machines or files: the machine or the file with a colon
// behind, and of grep -n the line's number. The stream is the machine or the file.
//
//	ctrl1: {"file":…}              pdsh, clush
//	logs/ctrl1.log:17:{"file":…}   grep -Hn
func (u *unwrapper) named(line []byte, w *wrapped) bool {
	i := bytes.IndexByte(line[:min(len(line), 300)], ':')
	if i <= 0 || !isName(line[:i]) || isDigits(line[:i]) {
		return false
	}
	w.stream, w.payload = line[:i], line[i+1:]
	if n := bytes.IndexByte(w.payload[:min(len(w.payload), 20)], ':'); n > 0 && isDigits(w.payload[:n]) {
		w.payload = w.payload[n+1:]
	}
	blank := bytes.HasPrefix(w.payload, []byte(" "))
	if u.sticky != wrapNamed {
		u.words = 0
		if blank {
			u.words = 1
		}
	}
	if blank && u.words > 0 {
		w.payload = w.payload[1:]
	}
	return true
}

func isDigits(p []byte) bool {
	return len(p) > 0 && bytes.IndexFunc(p, func(r rune) bool { return r < '0' || r > '9' }) < 0
}
