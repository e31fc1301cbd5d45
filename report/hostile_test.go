package report

import (
	"reflect"
	"time"

	"zlog/diagnosis"
)

// probes are texts that try to become markup, script, or the end of what they stand in.
var probes = []string{
	`<script>document.title="pwned"</script>`,
	`"><img src=x onerror="document.title='pwned'">`,
	`</script><script>document.title='pwned'</script>`,
	`</style><style>body{display:none}</style>`,
	`</title></head><body onload=document.title='pwned'>`,
	`javascript:document.title='pwned'`,
	`<svg/onload=document.title='pwned'>`,
	`--><script>document.title='pwned'</script><!--`,
	`{{.R}} ${7*7} <%= 7 %>`,
	"```\n# not a heading\n```",
	"````\n</details>\n\n# escaped\n````",
	"~~~\n<details open>\n~~~",
	`</details></summary><h1>out</h1>`,
	"| a | b |\n| --- | --- |\n| c | d |",
	"* list\n- list\n1. list\n# heading\n> quote\n---\n===",
	`[click](javascript:alert(1)) ![img](http://example.invalid/x.png) <http://example.invalid>`,
	"`code` **bold** _em_ ~~del~~ @someone #123 https://example.invalid/x",
	"\x1b[31mred\x1b[0m \u202etxt.exe\u200b \x00 \u2028",
	`&lt;b&gt; &amp; &#60;`,
	`<a href="http://example.invalid/">x</a><iframe src="http://example.invalid/"></iframe><link rel=stylesheet href=http://example.invalid/x.css>`,
}

// hostile is a result in which every text that a log can bring is a probe.
func hostile() *diagnosis.Result {
	at := func(s int) diagnosis.Time {
		return diagnosis.Time{Time: time.Date(2026, 11, 22, 19, 32, s, 0, time.UTC)}
	}
	r := &diagnosis.Result{Schema: diagnosis.Schema, Verdict: diagnosis.Problem, Story: []diagnosis.Moment{}, Sources: []diagnosis.Source{},
		Nodes: []diagnosis.Node{}, Diagnoses: []diagnosis.Diagnosis{}, Signatures: []diagnosis.Signature{}, NotAssessable: []diagnosis.Unassessed{},
		Unrecognised: []diagnosis.Unknown{}, Wanted: []diagnosis.Wanted{}}
	r.Zlog = diagnosis.Tool{Version: "1.0", Rules: diagnosis.Rules{Files: []string{"(built in)"}, Signatures: 2, Diagnoses: 1}}
	r.Timeline = diagnosis.Timeline{From: at(0), To: at(59), Lanes: []diagnosis.Lane{}}
	severities := []diagnosis.Severity{diagnosis.Critical, diagnosis.Error, diagnosis.Warning, diagnosis.Info}
	for i, p := range probes {
		node := p
		r.Nodes = append(r.Nodes, diagnosis.Node{Name: node, ID: p, Address: p, Version: p, ClusterID: p, LastState: p, Sources: []string{p}})
		r.Sources = append(r.Sources, diagnosis.Source{Name: p, Node: node, Format: p, Wrapper: p, Lines: 10, Events: 10, First: at(0), Last: at(59),
			Gaps: []diagnosis.Gap{{From: at(1), To: at(2), Reason: p}}, Error: p})
		r.Story = append(r.Story, diagnosis.Moment{Time: at(i), Node: node, What: p, Source: p, Line: i + 1, Count: 2})
		d := diagnosis.Diagnosis{ID: "probe", Title: p, Role: diagnosis.RootCause, Severity: severities[i%4], Confidence: diagnosis.Certain, Nodes: []string{node},
			First: at(i), Last: at(i + 1), Count: 1, Summary: p, Cause: p, Prevention: p, Explains: []string{"other"}, References: []string{"https://openziti.io/docs"},
			Remediation: []diagnosis.Step{{Do: p, Command: p, Danger: p, Versions: ">=1.2"}}, Confirm: []diagnosis.Confirm{{Command: p, Expect: p}},
			Rivals:   []diagnosis.Rival{{Cause: p, Tell: p}},
			Evidence: []diagnosis.Evidence{{Source: p, Line: i + 1, Time: at(i), Node: node, Signature: "s", Says: p, Text: p, Count: 3, Last: at(i + 1)}}}
		r.Diagnoses = append(r.Diagnoses, d)
		r.Signatures = append(r.Signatures, diagnosis.Signature{ID: "s", Title: p, Severity: diagnosis.Warning, Count: 3, First: at(0), Last: at(9), Nodes: []string{node}, Normal: p})
		r.NotAssessable = append(r.NotAssessable, diagnosis.Unassessed{ID: "x", Reason: p})
		r.Wanted = append(r.Wanted, diagnosis.Wanted{What: p, Why: p})
		r.Unrecognised = append(r.Unrecognised, diagnosis.Unknown{Template: p, Level: "error", Count: 2, First: at(0), Last: at(1), Nodes: []string{node}, Source: p, Line: 1, Text: p})
		r.Timeline.Lanes = append(r.Timeline.Lanes, diagnosis.Lane{Node: node,
			Spans: []diagnosis.Span{{From: at(0), To: at(20), State: "up", Why: p}, {From: at(5), To: at(15), State: "leader", Term: p, Why: p}, {From: at(20), To: at(30), State: "down", Why: p}},
			Links: []diagnosis.DownLink{{From: at(3), To: at(9), Peer: p, Why: "refused"}}})
	}
	r.Redaction = &diagnosis.Redaction{Mode: "standard", Classes: []diagnosis.ClassCount{{Class: "ip", Count: 3}},
		Sources: []diagnosis.RedactedSource{{Name: probes[0], Classes: []diagnosis.ClassCount{{Class: "ip", Count: 3}}}}}
	full(reflect.ValueOf(r).Elem())
	return r
}

// full makes every list that is nil an empty one, as a result has them.
func full(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				full(v.Field(i))
			}
		}
	case reflect.Slice:
		if v.IsNil() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		for i := range v.Len() {
			full(v.Index(i))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			full(v.Elem())
		}
	}
}

func hostilePage() Page {
	p := Page{Result: hostile()}
	for i, probe := range probes {
		p.Contexts = append(p.Contexts, diagnosis.Context{Source: probe, Line: i + 1, Lines: []diagnosis.ContextLine{{Number: i + 1, Text: probe}, {Number: i + 2, Text: probe}}})
	}
	return p
}
