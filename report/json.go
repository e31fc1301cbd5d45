// Package report turns a result into bytes: text for people, JSON for machines, and what goes along with a ticket.
// It knows nothing of YAML, patterns or parsing: a diagnosis carries all that is shown.
package report

import (
	"encoding/json"
	"io"

	"zlog/diagnosis"
)

// JSON writes the report contract zlog.report/v1, indented, ending in a line feed.
func JSON(w io.Writer, r *diagnosis.Result) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}
