package rules

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

// Drift looks for the texts of signatures in Go source: which are found where, and which are gone.
//
// A text counts as found where a string constant holds it; or as a form where a format such as "dialing peer %s: %w"
// can print it.
type Drift struct {
	found   []Traced
	finder  *finder // of the texts
	modules map[string]bool
}

// Traced is one text and where it was found.
type Traced struct {
	Literal
	State  Trace   `json:"state"`
	Places []Place `json:"places"`
}

// Place is a line of source.
type Place struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

// Trace is what became of a text.
type Trace string

// The traces.
const (
	TraceFound   Trace = "found"
	TraceForm    Trace = "form"    // a format of the source can print it
	TraceOutside Trace = "outside" // the samples say that a module writes it which is not in this source
	TraceGone    Trace = "gone"
)

const mostPlaces = 5

// NewDrift starts a search for the set's texts.
func (s *Set) NewDrift() *Drift {
	d := &Drift{modules: map[string]bool{}}
	for _, l := range s.Literals() {
		d.found = append(d.found, Traced{Literal: l, State: TraceGone, Places: []Place{}})
	}
	var ls []literal
	for i := range d.found {
		if text := d.found[i].Text; len(text) >= shortestLiteral {
			ls = append(ls, literal{text, i})
		}
	}
	d.finder = newFinder(ls)
	return d
}

// Module says that the source of a Go module is part of what is searched.
func (d *Drift) Module(path string) { d.modules[path] = true }

// Add searches one Go file. A file that is not Go is passed over, with its error.
func (d *Drift) Add(name string, src []byte) error {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
	if err != nil && f == nil {
		return err
	}
	inside := map[ast.Node]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		e, ok := n.(ast.Expr)
		if !ok || inside[n] {
			return true
		}
		text, ok := constant(e, inside)
		if ok && len(text) >= shortestLiteral {
			d.look(text, Place{name, fset.Position(e.Pos()).Line})
		}
		return true
	})
	return err
}

// constant gives a string literal, or several joined by +. Parts are marked, so that they are not looked at again.
func constant(e ast.Expr, inside map[ast.Node]bool) (string, bool) {
	switch x := e.(type) {
	case *ast.BasicLit:
		if x.Kind != token.STRING {
			return "", false
		}
		s, err := strconv.Unquote(x.Value)
		return s, err == nil
	case *ast.BinaryExpr:
		if x.Op != token.ADD {
			return "", false
		}
		a, ok1 := constant(x.X, inside)
		b, ok2 := constant(x.Y, inside)
		if ok1 && ok2 {
			inside[x.X], inside[x.Y] = true, true
			return a + b, true
		}
	}
	return "", false
}

// verb is a verb of package fmt.
var verb = regexp.MustCompile(`%[-+# 0]*(?:\d+|\*)?(?:\.(?:\d+|\*)?)?(?:\[\d+\])?[a-zA-Z]`)

func (d *Drift) look(text string, at Place) {
	d.finder.find([]byte(text), func(_, i int) {
		t := &d.found[i]
		if t.State == TraceForm {
			t.Places = t.Places[:0]
		}
		t.State = TraceFound
		if n := len(t.Places); n < mostPlaces && (n == 0 || t.Places[n-1] != at) {
			t.Places = append(t.Places, at)
		}
	})
	parts := verb.Split(text, -1)
	if len(parts) < 2 {
		return
	}
	long := "" // a quick look first: the longest constant part
	for _, p := range parts {
		if p = strings.TrimSpace(p); len(p) > len(long) {
			long = p
		}
	}
	if len(long) < 8 {
		return
	}
	var form *regexp.Regexp
	for i := range d.found {
		t := &d.found[i]
		if t.State == TraceFound || len(t.Places) >= mostPlaces || !strings.Contains(t.Text, long) {
			continue
		}
		if form == nil {
			form = formOf(parts)
		}
		if form.MatchString(t.Text) {
			t.State = TraceForm
			t.Places = append(t.Places, at)
		}
	}
}

// formOf gives a pattern for what a format prints, or a part of it.
func formOf(parts []string) *regexp.Regexp {
	quoted := make([]string, len(parts))
	for i := range parts {
		quoted[i] = regexp.QuoteMeta(parts[i])
	}
	return regexp.MustCompile(strings.TrimSpace(strings.Join(quoted, ".*")))
}

// Texts gives what was found, in the order of the signatures.
func (d *Drift) Texts() []Traced {
	out := append([]Traced{}, d.found...)
	for i := range out {
		if t := &out[i]; t.State == TraceGone && (t.Module != "" && !d.modules[t.Module] || t.Field == "frames" || t.Field == "func" || t.Field == "file") {
			t.State = TraceOutside
		}
		places := out[i].Places
		sort.SliceStable(places, func(a, b int) bool { return places[a].File < places[b].File })
	}
	return out
}
