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
// A text counts as found where a string constant holds it; or as a form where it holds the longest constant part of a
// format such as "dialing peer %s: %w".
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
	TraceOutside Trace = "outside" // not here, but a dependency, another module or Go itself may write it
	TraceGone    Trace = "gone"
)

const (
	mostPlaces = 5
	leastPart  = 8 // of a format: a constant part that is shorter says too little
)

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
	d.finder = newFinder(ls, nil)
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
	for _, h := range d.finder.findString(text, nil) {
		t := &d.found[h.owner]
		if t.State == TraceForm {
			t.Places = t.Places[:0]
		}
		t.State = TraceFound
		if n := len(t.Places); n < mostPlaces && (n == 0 || t.Places[n-1] != at) {
			t.Places = append(t.Places, at)
		}
	}
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
	if len(long) < leastPart {
		return
	}
	for i := range d.found {
		t := &d.found[i]
		if t.State != TraceFound && len(t.Places) < mostPlaces && strings.Contains(t.Text, long) {
			t.State = TraceForm
			t.Places = append(t.Places, at)
		}
	}
}

// Texts gives what was found, in the order of the signatures. What is not found counts as gone only if this source
// should hold it: a message of a module that is here. Errors are passed on from any dependency and from Go itself.
func (d *Drift) Texts() []Traced {
	out := append([]Traced{}, d.found...)
	for i := range out {
		t := &out[i]
		if t.State == TraceGone && (t.Field != "msg" || t.Module == "" || !d.modules[t.Module] || strings.HasPrefix(t.Text, "panic: ")) {
			t.State = TraceOutside
		}
		sort.SliceStable(t.Places, func(a, b int) bool { return t.Places[a].File < t.Places[b].File })
	}
	return out
}
