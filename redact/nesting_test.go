package redact

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// TestNestingHidesNothing: a value is found however deep it stands, and so is the same text nested less deep behind it.
func TestNestingHidesNothing(t *testing.T) {
	quoted := func(s string) string {
		b, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	nest := map[string]func(string, int) string{
		"objects": func(v string, n int) string { return strings.Repeat(`{"k":`, n) + v + strings.Repeat("}", n) },
		"lists":   func(v string, n int) string { return strings.Repeat(`[{"k":`, n) + v + strings.Repeat("}]", n) },
		"texts": func(v string, n int) string {
			for range n % 12 { // each twice as long as the one in it
				v = quoted(`{"k":` + v + `}`)
			}
			return v
		},
		"base64": func(v string, n int) string {
			for range n % 12 {
				v = quoted(base64.StdEncoding.EncodeToString([]byte(`{"detail":` + v + `}`)))
			}
			return v
		},
	}
	for name, wrap := range nest {
		for n := range 100 {
			address, secret := fmt.Sprintf("10.7.3.%d", n+1), fmt.Sprintf("hunter%dSecret", n)
			value := quoted("tls:" + address + ":6262 password=" + secret)
			deep := `{"detail":` + wrap(value, n) + `,"level":"error","msg":"x"}`
			flat := `{"detail":` + value + `,"level":"error","msg":"x"}`
			for i, line := range redactLines(t, Standard, []string{deep, flat}) {
				for _, canary := range []string{address, secret} {
					if where := leak(line, canary); where != "" {
						t.Fatalf("%s, %d deep, line %d: %q is there %s: %s", name, n, i, canary, where, line)
					}
				}
				if !json.Valid([]byte(line)) {
					t.Fatalf("%s, %d deep, line %d: no JSON any more: %s", name, n, i, line)
				}
			}
		}
	}
}
