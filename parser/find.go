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
	const near = 160
	last := -1
	from := max(0, len(p)-near)
	for {
		i := indexOf(p[from:], key, rare)
		if i < 0 {
			break
		}
		last = from + i
		from = last + 1
	}
	if last < 0 && len(p) > near {
		return bytes.LastIndex(p, []byte(key))
	}
	return last
}
