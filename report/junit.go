package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"zlog/diagnosis"
)

// JUnit writes the diagnoses as JUnit test cases: one from warning up fails, one below passes with what it says as
// output. A source that could not be read is an error, and a diagnosis that could not be assessed is skipped.
func JUnit(w io.Writer, r *diagnosis.Result) error {
	type note struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
	type testCase struct {
		Class   string `xml:"classname,attr"`
		Name    string `xml:"name,attr"`
		Failure *note  `xml:"failure"`
		Error   *note  `xml:"error"`
		Skipped *note  `xml:"skipped"`
		Out     string `xml:"system-out,omitempty"`
	}
	type suite struct {
		XMLName  xml.Name   `xml:"testsuite"`
		Name     string     `xml:"name,attr"`
		Tests    int        `xml:"tests,attr"`
		Failures int        `xml:"failures,attr"`
		Errors   int        `xml:"errors,attr"`
		Skipped  int        `xml:"skipped,attr"`
		Time     string     `xml:"timestamp,attr,omitempty"`
		Cases    []testCase `xml:"testcase"`
	}
	s := suite{Name: "zlog", Time: format(diagnosis.Time{Time: logEnd(r)}, "2006-01-02T15:04:05")}
	for _, src := range r.Sources {
		c := testCase{Class: "zlog.sources", Name: Safe(src.Name)}
		if src.Error != "" {
			s.Errors++
			c.Error = &note{Message: Safe(src.Error), Type: "unreadable"}
		}
		s.Cases = append(s.Cases, c)
	}
	for _, d := range r.Diagnoses {
		c := testCase{Class: "zlog." + d.ID, Name: Safe(d.Title)}
		if len(d.Nodes) > 0 {
			c.Name += " (" + Safe(strings.Join(d.Nodes, ", ")) + ")"
		}
		body := tell(d)
		if d.Severity.Rank() >= diagnosis.Warning.Rank() {
			s.Failures++
			c.Failure = &note{Message: firstText(d.Summary, d.Title), Type: string(d.Severity), Text: body}
		} else {
			c.Out = body
		}
		s.Cases = append(s.Cases, c)
	}
	for _, n := range r.NotAssessable {
		s.Skipped++
		s.Cases = append(s.Cases, testCase{Class: "zlog." + n.ID, Name: n.ID, Skipped: &note{Message: firstText(n.Reason)}})
	}
	s.Tests = len(s.Cases)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(s); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// tell is a diagnosis in a few plain lines.
func tell(d diagnosis.Diagnosis) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s, %s\n%s\n", d.Severity, roleSays(d.Role), d.Confidence, firstText(d.Cause, d.Summary))
	for i, s := range d.Remediation {
		fmt.Fprintf(&b, "%d. %s\n", i+1, show(s.Do))
		if s.Command != "" {
			fmt.Fprintf(&b, "   %s\n", Safe(s.Command))
		}
	}
	for _, e := range d.Evidence[:min(len(d.Evidence), mostEvidence)] {
		fmt.Fprintf(&b, "%s:%d %s\n", Safe(e.Source), e.Line, Safe(clipText(e.Text, mdLine)))
	}
	return b.String()
}
