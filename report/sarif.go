package report

import (
	"encoding/json"
	"io"
	"net/url"
	"strings"

	"zlog/diagnosis"
)

// SARIF writes the diagnoses as SARIF 2.1.0, for code scanning pages and pipelines: a rule and a result for each
// diagnosis, its evidence as locations.
func SARIF(w io.Writer, r *diagnosis.Result) error {
	type object = map[string]any
	rules, results := []object{}, []object{}
	index := map[string]int{}
	for _, d := range r.Diagnoses {
		if _, ok := index[d.ID]; !ok {
			index[d.ID] = len(rules)
			rule := object{"id": d.ID, "shortDescription": object{"text": firstText(d.Title)}, "fullDescription": object{"text": firstText(d.Cause, d.Title)},
				"help": object{"text": firstText(remedy(d), d.Title)}, "defaultConfiguration": object{"level": sarifLevel(d.Severity)},
				"properties": object{"tags": []string{string(d.Severity), "openziti"}}}
			if len(d.References) > 0 && strings.HasPrefix(d.References[0], "http") {
				rule["helpUri"] = d.References[0]
			}
			rules = append(rules, rule)
		}
		locations, related := []object{}, []object{}
		for i, e := range d.Evidence {
			l := object{"physicalLocation": object{"artifactLocation": object{"uri": uri(e.Source)},
				"region": object{"startLine": max(e.Line, 1), "snippet": object{"text": Safe(clipText(e.Text, mostText))}}},
				"message": object{"text": saying(e)}}
			if e.Node != "" {
				l["logicalLocations"] = []object{{"name": Safe(e.Node), "kind": "resource"}}
			}
			if i == 0 {
				locations = append(locations, l)
			} else if i < mostEvidence {
				l["id"] = i
				related = append(related, l)
			}
		}
		results = append(results, object{"ruleId": d.ID, "ruleIndex": index[d.ID], "level": sarifLevel(d.Severity), "kind": "fail",
			"message": object{"text": firstText(d.Summary, d.Title)}, "locations": locations, "relatedLocations": related,
			"occurrenceCount": max(d.Count, 1), "properties": object{"role": d.Role, "confidence": d.Confidence, "nodes": d.Nodes, "severity": d.Severity}})
	}
	notes := []object{}
	ok := true
	for _, s := range r.Sources {
		if s.Error != "" {
			ok = false
			notes = append(notes, object{"level": "error", "message": object{"text": Safe(s.Error)}})
		}
	}
	run := object{
		"tool":        object{"driver": object{"name": "zlog", "version": firstText(r.Zlog.Version, "devel"), "rules": rules}},
		"invocations": []object{{"executionSuccessful": ok, "toolExecutionNotifications": notes}},
		"columnKind":  "utf16CodeUnits", "results": results,
		"properties": object{"verdict": r.Verdict},
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(object{"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": []object{run}})
}

func sarifLevel(s diagnosis.Severity) string {
	switch s {
	case diagnosis.Critical, diagnosis.Error:
		return "error"
	case diagnosis.Warning:
		return "warning"
	}
	return "note"
}

// firstText gives the first that is not empty, fit to be shown.
func firstText(all ...string) string {
	for _, s := range all {
		if s != "" {
			return show(s)
		}
	}
	return "-"
}

func remedy(d diagnosis.Diagnosis) string {
	var b strings.Builder
	for _, s := range d.Remediation {
		b.WriteString(s.Do + "\n")
		if s.Command != "" {
			b.WriteString("  " + s.Command + "\n")
		}
	}
	return strings.TrimSpace(b.String())
}

// uri makes a source's name a relative reference.
func uri(name string) string {
	u := url.URL{Path: strings.TrimLeft(strings.ReplaceAll(name, `\`, "/"), "/")}
	return u.String()
}
