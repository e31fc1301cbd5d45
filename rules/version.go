package rules

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Range is a set of product versions: comparisons that must all hold, such as ">=1.2 <2.1". The zero Range holds
// every version.
type Range struct{ parts []bound }

type bound struct {
	op      string
	version [3]int
}

// readNode implements nodeReader.
func (r *Range) readNode(d *decoder, n *yaml.Node) {
	v, ok := ParseRange(n.Value)
	if !ok {
		d.fail(n, "versions %q: want comparisons such as \">=1.2 <2.1\"", n.Value)
	}
	*r = v
}

// ParseRange reads comparisons separated by blanks.
func ParseRange(s string) (Range, bool) {
	var r Range
	for _, f := range strings.Fields(s) {
		op := strings.TrimRight(f, "v0123456789.")
		v, ok := parseVersion(f[len(op):])
		if !ok || !strings.Contains(" >= <= > < = ", " "+op+" ") {
			return Range{}, false
		}
		r.parts = append(r.parts, bound{op, v})
	}
	return r, true
}

// Holds says whether a version such as "v1.6.8" is in the range. A version that cannot be read, and v0.0.0, which
// local builds print, are in every range.
func (r Range) Holds(version string) bool {
	v, ok := parseVersion(version)
	if !ok || v == [3]int{} {
		return true
	}
	for _, b := range r.parts {
		c := 0
		for i := range v {
			if v[i] != b.version[i] {
				c = 1
				if v[i] < b.version[i] {
					c = -1
				}
				break
			}
		}
		if !(c == 0 && strings.Contains(b.op, "=") || c > 0 && b.op[0] == '>' || c < 0 && b.op[0] == '<') {
			return false
		}
	}
	return true
}

func parseVersion(s string) (v [3]int, ok bool) {
	s = strings.TrimPrefix(s, "v")
	s, _, _ = strings.Cut(s, "-")
	parts := strings.Split(s, ".")
	if s == "" || len(parts) > 3 {
		return v, false
	}
	for i, p := range parts {
		n, err := strconv.Atoi(p)
		if err != nil {
			return v, false
		}
		v[i] = n
	}
	return v, true
}
