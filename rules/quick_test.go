package rules

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"go.yaml.in/yaml/v3"
)

// spelled writes a node down with all that a rule file's reader may look at.
func spelled(b *bytes.Buffer, n *yaml.Node, depth int) {
	fmt.Fprintf(b, "%*s%d:%d kind %d style %d %s %q anchor %q\n", depth*2, "", n.Line, n.Column, n.Kind, n.Style, n.Tag, n.Value, n.Anchor)
	for _, c := range n.Content {
		spelled(b, c, depth+1)
	}
}

// sameAsLibrary compares what quick reads with what the library reads, if quick reads the text at all.
func sameAsLibrary(t *testing.T, data []byte) (read bool) {
	t.Helper()
	quick := readQuickly(string(data), false)
	if quick == nil {
		return false
	}
	var doc, second yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(&doc); err != nil {
		t.Fatalf("the library: %v", err)
	}
	if dec.Decode(&second) == nil {
		t.Fatal("the library reads a second document")
	}
	var got, want bytes.Buffer
	spelled(&got, quick, 0)
	spelled(&want, doc.Content[0], 0)
	if !bytes.Equal(got.Bytes(), want.Bytes()) {
		g, w := bytes.Split(got.Bytes(), []byte("\n")), bytes.Split(want.Bytes(), []byte("\n"))
		for i := range min(len(g), len(w)) {
			if !bytes.Equal(g[i], w[i]) {
				t.Fatalf("quick:   %s\nlibrary: %s", g[i], w[i])
			}
		}
		t.Fatalf("quick reads %d nodes, the library %d", len(g), len(w))
	}
	return true
}

func packFiles(t testing.TB) []string {
	names, err := filepath.Glob("../pack/*.yaml")
	if err != nil || len(names) < 5 {
		t.Fatalf("%d files of the pack, %v", len(names), err)
	}
	return append(names, "../rules.yaml")
}

// TestThePackIsReadQuickly: every file of the built-in pack is written so that quick can read it, and reads as it should.
func TestThePackIsReadQuickly(t *testing.T) {
	for _, name := range packFiles(t) {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !sameAsLibrary(t, data) {
			t.Errorf("%s: not read quickly; it has YAML that no other rule file has (readQuickly says which)", name)
		}
	}
}

// TestWhatIsReadLaterIsTheSame: of each file of the pack, of whose rules parts are passed over at the start.
func TestWhatIsReadLaterIsTheSame(t *testing.T) {
	seen := 0
	for _, name := range packFiles(t) {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		now, later := document{}, document{}
		new(decoder).read(readQuickly(string(data), false), &now)
		new(decoder).read(readQuickly(string(data), true), &later)
		if len(now.Signatures) != len(later.Signatures) || len(now.Diagnoses) != len(later.Diagnoses) || len(now.Tests) != len(later.Tests) {
			t.Fatalf("%s: not the same rules", name)
		}
		for i := range now.Signatures {
			var a, b Signature
			d := decoder{extracts: map[string]*expr{}}
			d.read(now.Signatures[i].node, &a)
			d.read(later.Signatures[i].node, &b)
			if samples := a.Lines.Get(); len(samples.Match) > 0 {
				seen++
				if a.Lines.text != "" || b.Lines.text == "" || b.Meaning.text == "" {
					t.Errorf("%s: parts of %s are not read now, or not later", name, a.ID)
				}
			}
			if inWords(a) != inWords(b) {
				t.Errorf("%s: %s is not the same", name, a.ID)
			}
		}
		for i := range now.Diagnoses {
			var a, b Diagnosis
			d := decoder{}
			d.read(now.Diagnoses[i].node, &a)
			d.read(later.Diagnoses[i].node, &b)
			if a.Remedy.text != "" || b.Remedy.text == "" || b.Confirm.text == "" || b.Rivals.text == "" {
				t.Errorf("%s: parts of %s are not read now, or not later", name, a.ID)
			}
			if inFull(a) != inFull(b) {
				t.Errorf("%s: %s is not the same", name, a.ID)
			}
		}
	}
	if seen < 300 {
		t.Errorf("%d signatures", seen)
	}
}

// inFull writes down what is told of a diagnosis.
func inFull(d Diagnosis) string {
	return fmt.Sprint(d.ID, d.Title, d.Kind, d.Severity, d.Summary, d.Cause, d.Remedy.Get(), d.Prevention, d.Confirm.Get(), d.Rivals.Get(), d.References, d.Shows, len(d.When), d.pos)
}

// inWords writes a signature down without the compiled patterns.
func inWords(s Signature) string {
	return fmt.Sprint(s.ID, s.Title, s.Category, s.Severity, s.Versions, len(s.When), len(s.Unless), s.Effect, len(s.Capture), s.Normal, s.Meaning.Get(), s.Causes.Get(), s.Remedy.Get(), s.References, s.Lines.Get(), s.pos)
}

var quickTexts = []string{
	"a: 1\nb: [x, 'y''z', \"q\\\"\\\\\\n\", {k: v, l: [1.5, true, null, ~]}]\n",
	"a:\n  - b: c\n    d: e\n  - f\n# comment\n  - {g: h}   # comment\n",
	"a:\n- b\n- c: d\n",
	"a: >-\n  one\n  two\n\n\n  three\nb: |\n  x\n\n  y\n\nc: >\n  z\n",
	"on: yes\nno: 0x1F\nkey: 2026-11-22\nv: 1.4\nw: -2s\nx: .5\ny: +1\nz: <<\n",
	"a: [y, Y, n, N, yes, Yes, YES, yEs, no, No, NO, nO, on, On, ON, oN, off, Off, OFF, oFf, true, True, TRUE, tRue, false, FALSE, null, Null, NULL, nUll, t, o, f, name]\ny: n\n",
	"ü: é\nb: {ä: ö, c: [ß, x, 'é', y]}\n", "a: b\n...\n", "a: b\n-- c\n", "a: b\n.. c\n", "a: >-\n  x\n  --- y\n",
	"a: b c: d\n", "a: b\n  c\n", "a: 'x\n  y'\n", "a: b #c\n", "a: b#c\n", "a: &x b\nc: *x\n", "- a\n", "a:\n", "a: [a: b]\n", "a: {b}\n", "a: [x,y]\n",
	"ä: ü\nb: {c: äöü, d: x}\n", "a: \"ä\\u00e4\"\n", "a: >-\n   x\n  y\n", "a: >-\n  x\n    y\n", "a: >-\n  x  \n  y\n", "a: |\n\n  x\n", "a: x \n",
	"a: {b: c:d, e: f}\n", "a: [-x, - y]\n", "a: - b\n", "a: ? b\n", "? a\n: b\n", "a: b\n---\nc: d\n", "a: !!str b\n", "a: b\na: c\n", "a: \"b\" c\n", "a : b\n",
	"a:\n    b: c\n  d: e\n", "a:\n  - - b\n", "a:\n  -\n    b: c\n", "a:\n  - b\n c: d\n", "a: [b]\n c: d\n", "a: 'b'\n  c\n", "a: [b,\n  c]\n", "a: >-\n  x", "a: b", "a: >-\nb: c\n",
	"a:\n  - >-\n    x\n    y\n  - |-\n    z\n", "a:\n- >-\n  x\n- y\n", "a: {b: [c, d], e: {f: g}}\n", "a: [ ]\nb: {}\n", "a: {'b': \"c\"}\n", "a: {b : c}\n", "a: x\n\n\n  # y\nb: z\n", "a: |\n  b\n  \tc\n    d\n", "a: >-\n  b\n  \tc\n", "a: |\n  \tb\n", "a: x\ty\n", "a:\tb\n", "a: [x\t, y]\n", "a: $x\nb: ^y\nc: =z\n", "a: (x)\nb: /y\n", "a: =\n", "a: ~\nb: .\nc: ..\nd: -x\ne: .inf\n",
}

func TestQuickReadsWhatTheLibraryReads(t *testing.T) {
	read := 0
	for _, text := range quickTexts {
		if sameAsLibrary(t, []byte(text)) {
			read++
		}
	}
	if read < 12 {
		t.Errorf("quick reads %d of %d texts", read, len(quickTexts))
	}
}

// FuzzQuick: whatever quick reads, the library reads the same.
func FuzzQuick(f *testing.F) {
	for _, text := range quickTexts {
		f.Add([]byte(text))
	}
	for _, name := range packFiles(f) {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data[:bytes.LastIndexByte(data[:1500], '\n')+1])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) < 4000 {
			sameAsLibrary(t, data)
		}
	})
}

func BenchmarkReadRules(b *testing.B) {
	data, err := os.ReadFile("../pack/raft.yaml")
	if err != nil {
		b.Fatal(err)
	}
	b.Run("quick", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			if readQuickly(string(data), false) == nil {
				b.Fatal("not read")
			}
		}
	})
	b.Run("library", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			var n yaml.Node
			if err := yaml.Unmarshal(data, &n); err != nil {
				b.Fatal(err)
			}
		}
	})
}
