package event

import "github.com/tidwall/gjson"

// deepest bounds how deep objects and lists may stand in each other. gjson calls itself for each level and takes some 100 to 250
// bytes for it: a line of a megabyte took 250 MB, and one of six ended the process, for Go bounds a stack at 1 GB.
const deepest = 10_000

// IsJSON says whether a text is one JSON value, nested no deeper than anybody writes it.
func IsJSON(s string) bool { return !tooDeep(s) && gjson.Valid(s) }

// IsJSONBytes is IsJSON for bytes.
func IsJSONBytes(p []byte) bool { return !tooDeep(p) && gjson.ValidBytes(p) }

// tooDeep says whether brackets outside of strings are nested beyond deepest.
func tooDeep[T string | []byte](s T) bool {
	if len(s) <= deepest {
		return false
	}
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			for i++; i < len(s) && s[i] != '"'; i++ {
				if s[i] == '\\' {
					i++
				}
			}
		case '{', '[':
			if depth++; depth > deepest {
				return true
			}
		case '}', ']':
			depth--
		}
	}
	return false
}
