package event

import (
	"strings"
	"testing"

	"github.com/tidwall/gjson"
)

func TestJSONNestedBeyondAllReasonIsNone(t *testing.T) {
	nested := func(open, inner, closing string, n int) string {
		return strings.Repeat(open, n) + inner + strings.Repeat(closing, n)
	}
	for name, c := range map[string]struct {
		text string
		want bool
	}{
		"an object":               {`{"a":[1,{"b":"]}"}]}`, true},
		"none":                    {`{"a":`, false},
		"as deep as is read":      {nested(`{"a":`, "1", "}", deepest), true},
		"one deeper":              {nested(`{"a":`, "1", "}", deepest+1), false},
		"lists":                   {nested("[", "", "]", deepest+1), false},
		"never closed":            {strings.Repeat("[", 64<<20), false},
		"many beside each other":  {"[" + strings.Repeat("[],", 2*deepest) + "[]]", true},
		"brackets in a string":    {`{"a":"` + strings.Repeat(`[\"{`, deepest) + `"}`, true},
		"a string is never ended": {`{"a":"` + strings.Repeat(`[`, 2*deepest) + `\`, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := IsJSON(c.text); got != c.want || IsJSONBytes([]byte(c.text)) != got {
				t.Errorf("%v, want %v, of a string or of bytes", got, c.want)
			}
			if len(c.text) < 1<<20 && !tooDeep(c.text) && gjson.Valid(c.text) != c.want {
				t.Error("gjson does not think so")
			}
		})
	}
}
