package redact

import (
	"slices"
	"strings"
)

// The patterns of addresses are slow, and most texts have nothing that they match. What follows says where they may match: at a
// colon, an arrow, or a word.

// mayDial says whether dialled may match: a scheme stands before a colon. A letter beyond ASCII may be folded to one within.
func mayDial(s string) bool {
	const longest = len("postgresql")
	for i := nextColon(s, 0); i < len(s); i = nextColon(s, i+1) {
		from := i
		for from > 0 && i-from <= longest && wordByte(s[from-1]) {
			from--
		}
		if from > 0 && s[from-1] >= 0x80 || slices.Contains(schemes, strings.ToLower(s[from:i])) {
			return true
		}
	}
	return false
}

// mayHavePort says whether withPort may match: before a colon and two digits there is a host, and before that, behind what may part
// them, a word.
func mayHavePort(s string) bool {
	for i := nextColon(s, 0); i < len(s); i = nextColon(s, i+1) {
		if i+2 >= len(s) || !digits(s[i+1:i+3]) {
			continue
		}
		from := i
		for from > 0 && hostByte(s[from-1]) {
			from--
		}
		host := from
		for from > 0 && strings.IndexByte(`'"[`, s[from-1]) >= 0 {
			from--
		}
		parted := from
		for from > 0 && strings.IndexByte(" :=", s[from-1]) >= 0 {
			from--
		}
		if host < i && from < parted && announces(s[:from]) {
			return true
		}
	}
	return false
}

// announces says whether a text ends in a word of withPort, or may by a letter beyond ASCII.
func announces(s string) bool {
	tail := s[max(0, len(s)-len("connect to")):]
	for i := range len(tail) {
		if tail[i] >= 0x80 {
			return true
		}
	}
	tail = strings.ToLower(tail)
	return slices.ContainsFunc(announcing, func(word string) bool { return strings.HasSuffix(tail, word) })
}

// mayName says whether named may match.
func mayName(s string) bool {
	for _, word := range []string{"tcp", "udp", "lookup ", "Host:", "DNS:", "ssh ", "resol"} {
		if strings.Contains(s, word) {
			return true
		}
	}
	for rest := s; ; {
		_, behind, found := strings.Cut(rest, "->")
		if !found {
			return false
		}
		end := 0
		for end < len(behind) && hostByte(behind[end]) {
			end++
		}
		if end > 0 && (end == len(behind) || strings.IndexByte(": ,", behind[end]) >= 0) {
			return true
		}
		rest = behind
	}
}

func nextColon(s string, from int) int {
	if i := strings.IndexByte(s[from:], ':'); i >= 0 {
		return from + i
	}
	return len(s)
}

func hostByte(c byte) bool { return wordByte(c) || c == '.' || c == '-' }
