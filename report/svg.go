package report

import (
	"html/template"
	"io"

	"zlog/diagnosis"
)

// picture is the swim-lane timeline as a file of its own, for documents: the chart of the page, with its style inside
// and without script, so that any viewer shows it.
var picture = template.Must(template.New("svg").Parse(`<svg xmlns="http://www.w3.org/2000/svg" width="{{.W}}" height="{{.H}}" viewBox="0 0 {{.W}} {{.H}}" role="img" aria-label="Timeline of {{len .Lanes}} nodes">
<style>svg{background:#fff;font:12px system-ui,sans-serif}text{fill:#57606d}.lane{fill:#1a1f28;font-weight:600;font-size:13px}.term{fill:#fff}.grid{stroke:#d9dde3}.rule{stroke:#eef1f5}.s-up{fill:#9fb3c8}.s-leader{fill:#1f77b4}.s-seeking{fill:#e08e0b}.s-down{fill:none;stroke:#c62f3a;stroke-dasharray:4 3}.s-unseen{fill:#c9ced6}.s-link{fill:#8e44ad}</style>
<defs><clipPath id="clip"><rect x="{{.Left}}" y="0" width="{{.Inner}}" height="{{.H}}"/></clipPath></defs>
{{$c := .}}{{range .Ticks}}<line class="grid" x1="{{.X}}" x2="{{.X}}" y1="18" y2="{{$c.H}}"/><text x="{{.X}}" y="12" text-anchor="middle">{{.Text}}</text>
{{end}}{{range .Lanes}}<line class="rule" x1="0" x2="{{$c.W}}" y1="{{.Rule}}" y2="{{.Rule}}"/><text class="lane" x="2" y="{{.LabelY}}">{{.Label}}</text>
<g clip-path="url(#clip)">{{range .Bars}}<rect class="s-{{.Class}}" x="{{.X}}" y="{{.Y}}" width="{{.Width}}" height="{{.Height}}" rx="2"><title>{{.Tip}}</title></rect>
{{end}}{{range .Terms}}<text class="term" x="{{.X}}" y="{{.Y}}">{{.Text}}</text>
{{end}}</g>
{{end}}</svg>
`))

// SVG writes the swim-lane timeline of a report as a picture that stands alone: 1,040 pixels wide, light, one lane a
// node. Colours: grey runs, blue leads (with its term), orange seeks a leader in vain, dashed red is down, violet cannot
// reach a peer.
func SVG(w io.Writer, r *diagnosis.Result) error { return picture.Execute(w, draw(r, nil)) }
