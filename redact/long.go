package redact

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// notice is what the text begins with that stands for a line which could not be looked at whole.
const notice = "[zlog: a line of "

// TooLong gives what stands for a line of n bytes of which only the head is there, and is called in its place both for Learn
// and for Line. A head is not redacted: what gives a value away may stand in what is missing, as the end of the
// object that it is in. A PEM block may have begun there, too. In mode Off the head stays.
func (s *Stream) TooLong(head []byte, n int) []byte {
	if s.r.mode == Off {
		return fmt.Appendf(head[:len(head):len(head)], " [zlog: %d bytes more are left out]", n-len(head))
	}
	s.pem, s.header = true, false
	return []byte(Notice(n))
}

// Notice stands for a line of n bytes.
func Notice(n int) string {
	return fmt.Sprintf("%s%d bytes is left out: too long to be redacted]", notice, n)
}

// IsNotice says whether a text stands for a line that was left out.
func IsNotice(s string) bool {
	digits, ok := strings.CutPrefix(s, notice)
	return ok && strings.TrimLeft(digits, "0123456789") == " bytes is left out: too long to be redacted]"
}

// clipped is what a text ends with that rules clipped.
const clipped = " …"

// seam redacts a text that may have been clipped: what stands at its end may be the beginning of a value that is known only whole, or
// lie in something that is a secret's.
func (r *Redactor) seam(s string) string {
	s, cut := strings.CutSuffix(s, clipped)
	if !cut {
		return r.Text(s)
	}
	s = s[:r.torn(s)]
	s = s[:strings.LastIndexAny(s, " \t\n\"',;")+1]
	s = s[:r.known.before(s)]
	return strings.TrimRight(r.Text(s), " ") + clipped
}

// torn gives where the value of a secret's key begins that is an object or a list without an end, len(s) if there is none.
func (r *Redactor) torn(s string) int {
	for i := 1; i < len(s); i++ {
		if s[i] != ':' && s[i] != '=' {
			continue
		}
		key, _ := keyBefore(s, i)
		if key == "" || r.classOf(key) != Secret {
			continue
		}
		from := space(s, i+1)
		if from < len(s) && (s[from] == '{' || s[from] == '[') && jsonEnd(s, from, 0) < 0 && (s[from] == '{' || strings.IndexByte(s[from:], ']') < 0) {
			return from
		}
	}
	return len(s)
}

// before gives where a known value begins of which the text has only the beginning, len(s) if it ends in none.
func (x *index) before(s string) int {
	low := strings.ToLower(s)
	if len(low) != len(s) {
		low = s
	}
	for i := max(0, len(low)-longestKnown); i+shortest <= len(low); i++ {
		b := x.starts[[3]byte{low[i], low[i+1], low[i+2]}]
		if b == nil || i > 0 && wordByte(low[i-1]) && wordByte(low[i]) {
			continue
		}
		for v := range b.class {
			if len(v) > len(low)-i && strings.HasPrefix(v, low[i:]) {
				return i
			}
		}
	}
	return len(s)
}

// A value that is longer than longestValue stands in the map with its head and what tells it from others.
const longestValue = 4 << 10

// shortened gives a value as the book keeps it.
func shortened(value string) string {
	if len(value) <= longestValue {
		return value
	}
	sum := sha256.Sum256([]byte(value))
	return fmt.Sprintf("%s… (%d bytes, sha256 %s)", strings.ToValidUTF8(value[:64], ""), len(value), hex.EncodeToString(sum[:]))
}
