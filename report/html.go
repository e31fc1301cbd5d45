package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"zlog/diagnosis"
)

//go:embed page/page.html
var pageHTML string

//go:embed page/style.css
var pageCSS string

//go:embed page/script.js
var pageJS string

// pageTemplate is parsed at its first use; its texts are ours.
var pageTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Funcs(template.FuncMap{
		"ms": func(t diagnosis.Time) int64 {
			if t.IsZero() {
				return 0
			}
			return t.UnixMilli()
		},
		"iso":    func(t diagnosis.Time) string { return format(t, "2006-01-02T15:04:05.000Z") },
		"clock":  func(t diagnosis.Time) string { return format(t, "15:04:05.000") },
		"stamp":  func(t diagnosis.Time) string { return format(t, "2006-01-02 15:04:05") },
		"num":    func(n int) string { return counted(n) },
		"plural": plural,
		"nodes":  func(s string) string { return strings.ReplaceAll(s, ", ", "\x1f") }, // one attribute, several nodes
		"join":   func(s []string) string { return strings.Join(s, ", ") },
		"sev":    levelSeverity,
	}).Parse(pageHTML))
})

func format(t diagnosis.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(layout)
}

// levelSeverity gives the severity that a log level looks like.
func levelSeverity(level string) string {
	switch level {
	case "fatal", "panic":
		return "critical"
	case "error":
		return "error"
	}
	return "warning"
}

// htmlPage is what the template shows.
type htmlPage struct {
	R                                                             *diagnosis.Result
	CSP, Title, Headline, Lede, VerdictSays, Made                 string
	CSS                                                           template.CSS
	JS                                                            template.JS
	NothingSays, Span                                             string
	Lines, Unparsed                                               int
	NodeNames                                                     []string
	Timeline                                                      chart
	Story                                                         []diagnosis.Moment
	Diagnoses                                                     []pageDiagnosis
	Also                                                          []pageDiagnosis // what the header names besides the headline
	Sources                                                       []diagnosis.Source
	Unknown                                                       []diagnosis.Unknown
	Signatures                                                    []diagnosis.Signature
	StoryCap, DiagnosesCap, SourcesCap, UnknownCap, SignaturesCap string
}

type pageDiagnosis struct {
	diagnosis.Diagnosis
	Ref, RoleSays, NodeList, EvidenceCap string
	Shown                                []pageEvidence
}

type pageEvidence struct {
	diagnosis.Evidence
	Ref     string
	Saying  string // what the line says, in a few words
	Context []diagnosis.ContextLine
}

// HTML writes the report as one page that stands alone: no network, no file beside it. A policy in the page lets only
// the page's own script and style run, so that log lines can never act, and html/template escapes them for where they
// stand.
func HTML(w io.Writer, p Page) error {
	r, err := clean(p.Result)
	if err != nil {
		return err
	}
	//nolint:gosec // both are the page's own, embedded at build time
	v := htmlPage{R: r, CSS: template.CSS(pageCSS), JS: template.JS(pageJS), VerdictSays: verdictSays(r.Verdict), Span: logSpan(r)}
	v.CSP = fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'", hashOf(pageCSS), hashOf(pageJS))
	v.Headline, v.Lede = headline(r)
	v.Title = "zlog: " + v.Headline
	made := p.Made
	if made.IsZero() {
		made = logEnd(r)
	}
	if !made.IsZero() {
		v.Made = made.UTC().Format("2006-01-02 15:04:05 UTC")
	}
	v.NothingSays = "No diagnosis was made."
	for _, s := range r.Sources {
		v.Lines += s.Lines
		v.Unparsed += s.Unparsed
	}
	for _, n := range r.Nodes {
		v.NodeNames = append(v.NodeNames, n.Name)
	}
	contexts := map[string][]diagnosis.ContextLine{}
	for _, c := range p.Contexts {
		contexts[place(show(c.Source), c.Line)] = c.Lines
	}
	for i, d := range r.Diagnoses[:min(len(r.Diagnoses), mostDiagnoses)] {
		pd := pageDiagnosis{Diagnosis: d, Ref: fmt.Sprintf("d%d", i+1), RoleSays: roleSays(d.Role), NodeList: strings.Join(d.Nodes, "\x1f")}
		evidence := slices.Clone(d.Evidence[:min(len(d.Evidence), mostEvidence)])
		slices.SortStableFunc(evidence, func(a, b diagnosis.Evidence) int { return align(a.Time, a.Node, r).Compare(align(b.Time, b.Node, r)) })
		for j, e := range evidence {
			pe := pageEvidence{Evidence: e, Saying: saying(e), Ref: fmt.Sprintf("d%de%d", i+1, j+1)}
			for _, l := range contexts[place(e.Source, e.Line)] {
				pe.Context = append(pe.Context, diagnosis.ContextLine{Number: l.Number, Text: show(l.Text)})
			}
			pd.Shown = append(pd.Shown, pe)
		}
		pd.EvidenceCap = capped(len(d.Evidence), len(pd.Shown), "lines of evidence")
		v.Diagnoses = append(v.Diagnoses, pd)
	}
	v.Also = also(v.Diagnoses)
	v.Timeline = draw(r, v.Diagnoses)
	v.Story = r.Story[:min(len(r.Story), mostMoments)]
	v.Sources = r.Sources[:min(len(r.Sources), mostSources)]
	v.Unknown = r.Unrecognised[:min(len(r.Unrecognised), mostUnknown)]
	v.Signatures = r.Signatures[:min(len(r.Signatures), mostSignatures)]
	v.StoryCap = capped(len(r.Story), len(v.Story), "moments")
	v.DiagnosesCap = capped(len(r.Diagnoses), len(v.Diagnoses), "diagnoses")
	v.SourcesCap = capped(len(r.Sources), len(v.Sources), "sources")
	v.UnknownCap = capped(len(r.Unrecognised), len(v.Unknown), "kinds of lines")
	v.SignaturesCap = capped(len(r.Signatures), len(v.Signatures), "kinds of lines")
	return pageTemplate().Execute(w, v)
}

// also gives what the header names besides the headline: up to five diagnoses from warning on.
func also(all []pageDiagnosis) []pageDiagnosis {
	var out []pageDiagnosis
	for _, d := range all {
		if d.Severity.Rank() >= diagnosis.Warning.Rank() {
			out = append(out, d)
		}
	}
	if len(out) < 2 {
		return nil
	}
	return out[1:min(len(out), 6)]
}

func place(source string, line int) string { return fmt.Sprintf("%s\x00%d", source, line) }

// hashOf gives the source expression of the policy that allows exactly this text.
func hashOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// align takes a node's clock offset out of a time of its log.
func align(t diagnosis.Time, node string, r *diagnosis.Result) time.Time {
	for _, n := range r.Nodes {
		if n.Name == node {
			return t.Add(-time.Duration(n.ClockOffsetMS) * time.Millisecond)
		}
	}
	return t.Time
}
