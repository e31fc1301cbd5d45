package report

import (
	"fmt"
	"strings"

	"zlog/diagnosis"
)

// mostTaken is for how many sources a report without a table says what was taken out of each.
const mostTaken = 12

// takenOut says what redaction took out: how much of each class in all, and by source, "" and nil if nothing was to be.
func takenOut(x *diagnosis.Redaction) (all string, by []string) {
	if x == nil || x.Mode == "off" {
		return "", nil
	}
	all = fmt.Sprintf("Taken out (%s): %s", x.Mode, classes(x.Classes))
	if len(x.Sources) > 1 {
		for _, s := range x.Sources[:min(len(x.Sources), mostTaken)] {
			by = append(by, fmt.Sprintf("%s: %s", show(s.Name), classes(s.Classes)))
		}
		if n := len(x.Sources) - len(by); n > 0 {
			by = append(by, fmt.Sprintf("%d more sources", n))
		}
	}
	return all, by
}

func classes(all []diagnosis.ClassCount) string {
	var parts []string
	for _, c := range all {
		parts = append(parts, fmt.Sprintf("%d %s", c.Count, c.Class))
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, ", ")
}
