package parser

import "bytes"

// indexOf is bytes.Index for a key whose byte at rare is one that lines seldom hold: looking for that byte alone is
// several times as fast.
func indexOf(p []byte, key string, rare int) int {
	for from := rare; from < len(p); {
		i := bytes.IndexByte(p[from:], key[rare])
		if i < 0 {
			return -1
		}
		at := from + i - rare
		if len(p)-at >= len(key) && string(p[at:at+len(key)]) == key {
			return at
		}
		from += i + 1
	}
	return -1
}

// lastIndexOf is bytes.LastIndex, likewise. The key is looked for near the end first.
func lastIndexOf(p []byte, key string, rare int) int {
	from := max(0, len(p)-near)
	if i := lastNear(p[from:], key, rare); i >= 0 {
		return from + i
	}
	if len(p) > near {
		return bytes.LastIndex(p, []byte(key))
	}
	return -1
}

// near is how many bytes from the end of a line its time is looked for first.
const near = 160

// lastNear is lastIndexOf for a short text.
func lastNear(p []byte, key string, rare int) int {
	last := -1
	for from := 0; ; from = last + 1 {
		i := indexOf(p[from:], key, rare)
		if i < 0 {
			return last
		}
		last = from + i
	}
}
