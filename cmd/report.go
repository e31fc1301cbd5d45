package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"zlog/diagnosis"
	"zlog/parser"
	"zlog/redact"
	"zlog/report"
)

// writers are the kinds of reports that are made to be handed over.
var writers = map[string]func(io.Writer, report.Page) error{
	"html":     report.HTML,
	"markdown": report.Markdown,
	"json":     func(w io.Writer, p report.Page) error { return report.JSON(w, p.Result) },
	"sarif":    func(w io.Writer, p report.Page) error { return report.SARIF(w, p.Result) },
	"junit":    func(w io.Writer, p report.Page) error { return report.JUnit(w, p.Result) },
	"text": func(w io.Writer, p report.Page) error {
		return report.Text(w, p.Result, report.TextOptions{Width: 100, Verbose: true})
	},
}

// endings tell a report's kind from the name of its file.
var fileEndings = map[string]string{".html": "html", ".htm": "html", ".md": "markdown", ".markdown": "markdown", ".json": "json", ".sarif": "sarif",
	".xml": "junit", ".junit": "junit", ".txt": "text", ".text": "text"}

// around is how many lines a report shows before and after a line of evidence.
const around = 4

func reportCommand(e *env) *cobra.Command {
	in, x := &input{}, &redaction{}
	var files []string
	made := ""
	c := &cobra.Command{
		Use:   "report [PATH…] -o FILE…",
		Short: "Write reports to attach to a ticket: HTML, Markdown, JSON, SARIF, JUnit, text",
		Long: `Reads the logs once and writes a report to each file; the file's ending tells the kind: .html, .md, .json, .sarif,
.xml or .junit, .txt; or say kind=FILE. Secrets, addresses and names are taken out unless --redact says otherwise.
The same logs give the same bytes.`,
		Example: `  zlog report ctrl1.log ctrl2.log ctrl3.log -o report.html -o report.md
  journalctl -u ziti-controller | zlog report -o report.html
  zlog report logs/ -o sarif=results.json --redact strict`,
	}
	in.flags(c)
	x.flags(c)
	f := c.Flags()
	f.StringArrayVarP(&files, "output", "o", nil, "a file, or kind=FILE; may repeat")
	f.StringVar(&made, "time", "", "the time that the report bears, instead of the last in the logs")
	c.RunE = func(cc *cobra.Command, args []string) error {
		outs, err := reportFiles(files)
		if err != nil {
			return err
		}
		at, err := pointKnown(made)
		if err != nil {
			return fmt.Errorf("--time %w", err)
		}
		rep, err := e.replayable(cc, in, args)
		if err != nil {
			return err
		}
		h, err := e.handOver(cc, in, x, rep, around)
		if err != nil {
			return err
		}
		h.page.Made = at
		for _, o := range outs {
			var b bytes.Buffer
			if err := writers[o.kind](&b, h.page); err != nil {
				return fmt.Errorf("report %s: %w", o.kind, err)
			}
			if o.file == "-" {
				if _, err := e.out.Write(b.Bytes()); err != nil {
					return err
				}
			} else if err := writePrivate(o.file, &b); err != nil {
				return err
			}
		}
		if err := x.writeMap(h.redactor); err != nil {
			return err
		}
		if h.failed {
			e.code = exitTrouble
		}
		return nil
	}
	return c
}

// reportFiles reads the values of -o.
func reportFiles(values []string) ([]output, error) {
	if len(values) == 0 {
		return nil, errors.New("report: -o FILE is missing, such as -o report.html")
	}
	var outs []output
	for _, v := range values {
		kind, file, named := strings.Cut(v, "=")
		if !named || writers[kind] == nil && fileEndings[strings.ToLower(filepath.Ext(v))] != "" {
			kind, file = fileEndings[strings.ToLower(filepath.Ext(v))], v
		}
		if kind == "md" {
			kind = "markdown"
		}
		if writers[kind] == nil || file == "" {
			return nil, fmt.Errorf("-o %s: cannot tell the kind of report; want a file that ends in %s, or kind=FILE with %s", v, list(sorted(fileEndings)), list(sorted(writers)))
		}
		if slices.ContainsFunc(outs, func(o output) bool { return o.file == file }) {
			return nil, fmt.Errorf("-o %s: named twice", file)
		}
		outs = append(outs, output{kind, file})
	}
	return outs, nil
}

func sorted[V any](m map[string]V) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// handedOver is all that reports are made from, redacted.
type handedOver struct {
	page     report.Page
	redactor *redact.Redactor
	outcome  *outcome
	plain    *diagnosis.Result // before redaction
	cite     map[string][]int  // evidence by source, before redaction
	learned                    // with names before redaction
	prefix   string            // the folder that all sources are in; it is left out of their names
	failed   bool
}

// name gives a source's name as the report has it.
func (h *handedOver) name(source string) string {
	return h.redactor.Name(strings.TrimPrefix(source, h.prefix))
}

// handOver diagnoses the input once, and takes out of the answer what is not to be seen.
func (e *env) handOver(cc *cobra.Command, in *input, x *redaction, rep *replay, n int) (*handedOver, error) {
	ctx := cc.Context()
	stdin := e.in
	e.in = rep.input()
	in.around = max(in.around, n)
	o, err := e.analyse(cc, in, rep.paths)
	e.in = stdin
	if err != nil {
		return nil, err
	}
	sources, _ := rep.sources()
	r, err := x.redactor(sources)
	if err != nil {
		return nil, err
	}
	for _, node := range o.result.Nodes {
		r.Keep(node.ID)
	}
	h := &handedOver{redactor: r, outcome: o, failed: o.failed, cite: cited(o.result), plain: copyResult(o.result), prefix: folder(sources)}
	h.learned = learn(ctx, r, sources, rep.lim, h.prefix)
	res := o.result
	if r.Mode() != redact.Off {
		h.leaveOut(res)
	}
	around := contexts(ctx, rep, h, n)
	trim(res, h.prefix)
	r.Result(res)
	res.Redaction = summary(r)
	for _, s := range res.Sources {
		if s.Error != "" {
			fmt.Fprintf(e.err, "zlog: %s\n", s.Error)
		}
	}
	h.page = report.Page{Result: res, Contexts: around, Made: time.Time{}}
	return h, ctx.Err()
}

// folder gives the folder that all sources are in, with the slash, "" for none.
func folder(sources []*parser.Source) string {
	if len(sources) == 0 {
		return ""
	}
	dir, _ := filepath.Split(sources[0].Name)
	for _, s := range sources[1:] {
		for dir != "" && !strings.HasPrefix(s.Name, dir) {
			dir, _ = filepath.Split(strings.TrimSuffix(dir, "/"))
		}
	}
	return dir
}

// trim leaves a folder out of the names of sources.
func trim(r *diagnosis.Result, prefix string) {
	if prefix == "" {
		return
	}
	cut := func(s *string) { *s = strings.TrimPrefix(*s, prefix) }
	for i := range r.Story {
		cut(&r.Story[i].Source)
	}
	for i := range r.Sources {
		s := &r.Sources[i]
		s.Error = strings.ReplaceAll(s.Error, s.Name, strings.TrimPrefix(s.Name, prefix))
		cut(&s.Name)
	}
	for i := range r.Nodes {
		for j := range r.Nodes[i].Sources {
			cut(&r.Nodes[i].Sources[j])
		}
	}
	for i := range r.Diagnoses {
		for j := range r.Diagnoses[i].Evidence {
			cut(&r.Diagnoses[i].Evidence[j].Source)
		}
	}
	for i := range r.Unrecognised {
		cut(&r.Unrecognised[i].Source)
	}
}
