package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	source "github.com/yuin/goldmark/text"

	"zlog/diagnosis"
)

// shape sums up a Markdown document as a reader sees it: the kinds of its blocks, level by level, with numbers only.
func shapeOf(t *testing.T, src []byte) (map[string]int, []string) {
	t.Helper()
	md := goldmark.New(goldmark.WithExtensions(extension.GFM))
	doc := md.Parser().Parse(source.NewReader(src))
	kinds := map[string]int{}
	var html []string
	_ = ast.Walk(doc, func(n ast.Node, in bool) (ast.WalkStatus, error) {
		if !in {
			return ast.WalkContinue, nil
		}
		kinds[n.Kind().String()]++
		switch h := n.(type) {
		case *ast.HTMLBlock:
			for i := range h.Lines().Len() {
				l := h.Lines().At(i)
				html = append(html, strings.TrimSpace(string(l.Value(src))))
			}
			if h.HasClosure() {
				html = append(html, strings.TrimSpace(string(h.ClosureLine.Value(src))))
			}
		case *ast.RawHTML:
			for i := range h.Segments.Len() {
				s := h.Segments.At(i)
				html = append(html, string(s.Value(src)))
			}
		}
		return ast.WalkContinue, nil
	})
	return kinds, html
}

// TestMarkdownKeepsItsStructure renders a report of hostile texts and one of plain texts: the same blocks must come
// out, and no markup but zlog's own folds.
func TestMarkdownKeepsItsStructure(t *testing.T) {
	hostileOut := markdownOf(t, hostile())
	plain := hostile()
	data, _ := json.Marshal(plain)
	for _, p := range probes {
		q, _ := json.Marshal(p)
		data = bytes.ReplaceAll(data, q, []byte(`"plain text"`))
	}
	plain = &diagnosis.Result{}
	if err := json.Unmarshal(data, plain); err != nil {
		t.Fatal(err)
	}
	want, _ := shapeOf(t, markdownOf(t, plain))
	got, html := shapeOf(t, hostileOut)
	for k, n := range got {
		if k != "Text" && k != "String" && k != "TextBlock" && n != want[k] {
			t.Errorf("%d × %s, a report of plain texts has %d", n, k, want[k])
		}
	}
	own := regexp.MustCompile(`^(<details><summary>[\w ()]+</summary>|</details>)?$`)
	for _, h := range html {
		if !own.MatchString(h) {
			t.Errorf("markup from a log: %.200q", h)
		}
	}
	if got["Link"]+got["AutoLink"]+got["Image"] > 0 {
		t.Errorf("links from a log: %v", got)
	}
	if open, shut := bytes.Count(hostileOut, []byte("\n<details>")), bytes.Count(hostileOut, []byte("\n</details>\n")); open > shut {
		t.Errorf("%d folds are opened and %d closed", open, shut)
	}
}

func markdownOf(t *testing.T, r *diagnosis.Result) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Markdown(&b, Page{Result: r}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestMarkdownFitsIntoAComment(t *testing.T) {
	r := hostile()
	for i := range r.Diagnoses {
		for range 10 {
			e := r.Diagnoses[i].Evidence[0]
			e.Text = strings.Repeat("`x` ", 2000)
			r.Diagnoses[i].Evidence = append(r.Diagnoses[i].Evidence, e)
		}
	}
	out := markdownOf(t, r)
	if len(out) > 65_000 || !bytes.Contains(out, []byte("was cut here")) {
		t.Errorf("%d bytes", len(out))
	}
	if open, shut := bytes.Count(out, []byte("<details>")), bytes.Count(out, []byte("</details>")); open != shut {
		t.Errorf("%d folds are opened and %d closed", open, shut)
	}
}

func TestJUnit(t *testing.T) {
	var b bytes.Buffer
	if err := JUnit(&b, hostile()); err != nil {
		t.Fatal(err)
	}
	cases, failures := 0, 0
	d := xml.NewDecoder(&b)
	for {
		tok, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if s, ok := tok.(xml.StartElement); ok {
			switch s.Name.Local {
			case "testcase":
				cases++
			case "failure":
				failures++
			case "testsuite", "error", "skipped", "system-out":
			default:
				t.Errorf("element %s", s.Name.Local)
			}
		}
	}
	if cases != 3*len(probes) || failures != 15 {
		t.Errorf("%d cases, %d failures", cases, failures)
	}
}
