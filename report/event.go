package report

import (
	"fmt"
	"io"
	"strings"

	"zlog/diagnosis"
)

// Event writes one step of an incident as one line, whatever the logs hold: when, what happened to it, how bad it is,
// what it is, where, and in which words. kind is open, update or resolved; why is what changed, or what ended it.
func Event(w io.Writer, kind, why string, d *diagnosis.Diagnosis, color bool) error {
	at := d.Last
	if kind == "open" && at.IsZero() {
		at = d.First
	}
	when := "                   -"
	if !at.IsZero() {
		when = at.UTC().Format("2006-01-02T15:04:05Z")
	}
	parts := []string{d.Title}
	if len(d.Nodes) > 0 {
		parts = append(parts, strings.Join(d.Nodes, ", "))
	}
	if why != "" {
		parts = append(parts, why)
	}
	if kind != "resolved" && d.Summary != "" {
		parts = append(parts, strings.Join(strings.Fields(d.Summary), " "))
	}
	_, st := look(d.Severity)
	if kind == "resolved" {
		st = green
	}
	p := page{color: color}
	p.line(span{when + " ", plain}, span{fmt.Sprintf("%-8s %-8s", strings.ToUpper(kind), d.Severity), st}, span{"  " + strings.Join(parts, " · "), plain})
	_, err := w.Write(p.buf.Bytes())
	return err
}
