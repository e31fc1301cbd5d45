package rules

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"zlog/diagnosis"
)

// schemaFile lets editors complete and check rule files.
const schemaFile = "../docs/rules.schema.json"

type object = map[string]any

var scalar = object{"type": []string{"string", "number", "boolean"}}

// anyOf allows one of two forms.
func anyOf(forms ...any) object { return object{"anyOf": forms} }

// describer makes the schema of the Go types that rule files are read into; the fields' comments become descriptions.
type describer struct {
	comments map[string]string // "Type.Field": comment
	defs     object
}

// special are the types that read themselves, and names with few values.
func (d *describer) special(t reflect.Type) any {
	switch t {
	case reflect.TypeFor[Range]():
		return object{"type": "string", "pattern": `^\s*((>=|<=|>|<|=)v?\d+(\.\d+){0,2}\s*)*$`, "examples": []string{">=1.2 <2.1"}}
	case reflect.TypeFor[Span]():
		return object{"type": "string", "pattern": `^-?(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$`, "examples": []string{"10s", "-2s", "5m"}}
	case reflect.TypeFor[diagnosis.Severity]():
		return object{"enum": []string{"info", "warning", "error", "critical"}}
	case reflect.TypeFor[diagnosis.Confidence]():
		return object{"enum": []string{"certain", "likely", "possible"}}
	case reflect.TypeFor[diagnosis.Verdict]():
		return object{"enum": []string{"problem", "healthy", "not-assessable"}}
	case reflect.TypeFor[Test]():
		return object{"type": "object", "minProperties": 1, "properties": object{"hint": object{"type": "string"}},
			"additionalProperties": d.define("condition", d.condition)}
	case reflect.TypeFor[Terms]():
		return object{"type": "object", "additionalProperties": scalar}
	case reflect.TypeFor[Captures]():
		extract := d.define("extract", func() any {
			return anyOf(object{"type": "string"}, object{"type": "object", "additionalProperties": false, "minProperties": 1,
				"properties": object{"field": object{"type": "string"}, "regex": object{"type": "string", "format": "regex"}, "text": object{"type": "string"}}})
		})
		return object{"type": "object", "additionalProperties": anyOf(extract, object{"type": "array", "items": extract})}
	case reflect.TypeFor[Log]():
		return anyOf(object{"type": "string"}, d.structure(t))
	}
	if strings.HasPrefix(t.Name(), "Later[") {
		return d.of(t.Field(0).Type)
	}
	return nil
}

func (d *describer) condition() any {
	props := object{}
	for name := range testOps {
		props[name] = scalar
	}
	props["in"] = anyOf(scalar, object{"type": "array", "items": scalar})
	props["regex"] = object{"type": "string", "maxLength": maxRegex, "format": "regex"}
	props["not"] = object{"$ref": "#/$defs/condition"}
	return anyOf(scalar, object{"type": "array", "items": scalar},
		object{"type": "object", "properties": props, "additionalProperties": false, "minProperties": 1, "maxProperties": 1})
}

// define puts a schema under $defs and gives a reference to it.
func (d *describer) define(name string, make func() any) any {
	if d.defs[name] == nil {
		d.defs[name] = true // for recursion
		d.defs[name] = make()
	}
	return object{"$ref": "#/$defs/" + name}
}

func (d *describer) of(t reflect.Type) any {
	if s := d.special(t); s != nil {
		return s
	}
	switch t.Kind() {
	case reflect.Pointer:
		return d.of(t.Elem())
	case reflect.Slice:
		item := d.of(t.Elem())
		return anyOf(object{"type": "array", "items": item}, item) // one value stands for a list of one
	case reflect.Map:
		return object{"type": "object", "additionalProperties": scalar}
	case reflect.Struct:
		return d.define(strings.ToLower(t.String()), func() any { return d.structure(t) })
	case reflect.Int:
		return object{"type": "integer", "minimum": 0}
	case reflect.Bool:
		return object{"type": "boolean"}
	}
	return object{"type": []string{"string", "number", "boolean", "null"}}
}

func (d *describer) structure(t reflect.Type) any {
	props := object{}
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("yaml")
		if !f.IsExported() || name == "-" {
			continue
		}
		if name == "" {
			name = strings.ToLower(f.Name)
		}
		var s any
		switch {
		case t == reflect.TypeFor[document]() && f.Name == "Signatures":
			s = object{"type": "array", "items": d.of(reflect.TypeFor[Signature]())}
		case t == reflect.TypeFor[document]() && f.Name == "Diagnoses":
			s = object{"type": "array", "items": d.of(reflect.TypeFor[Diagnosis]())}
		case name == "kind":
			s = object{"enum": sortedKeys(kinds)}
		default:
			s = d.of(f.Type)
		}
		if c := d.comments[t.Name()+"."+f.Name]; c != "" {
			s = object{"allOf": []any{s}, "description": c}
		}
		props[name] = s
	}
	out := object{"type": "object", "properties": props, "additionalProperties": false}
	if props["id"] != nil {
		out["required"] = []string{"id"} // the rest may come from the rule that is overridden
	}
	return out
}

// fieldComments reads what stands beside the fields of the package's types.
func fieldComments(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			st, ok := spec.Type.(*ast.StructType)
			if !ok {
				return false
			}
			for _, field := range st.Fields.List {
				for _, name := range field.Names {
					out[spec.Name.Name+"."+name.Name] = strings.TrimSpace(field.Comment.Text())
				}
			}
			return false
		})
	}
	return out
}

func schema(t *testing.T) []byte {
	t.Helper()
	d := &describer{comments: fieldComments(t), defs: object{}}
	doc := d.structure(reflect.TypeFor[document]()).(object)
	doc["$schema"], doc["$defs"] = "https://json-schema.org/draft/2020-12/schema", d.defs
	doc["title"], doc["description"] = "zlog rules", "A rule file of zlog: signatures, diagnoses and tests. docs/rules.md explains them."
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(doc); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTheSchemaHasTheKeysOfTheGoTypes(t *testing.T) {
	want := schema(t)
	if *update {
		if err := os.WriteFile(schemaFile, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("docs/rules.schema.json is not the schema of the Go types; run go test ./rules -update, and look at the difference")
	}
}

// value reads YAML as JSON has it.
func value(t *testing.T, text []byte) any {
	t.Helper()
	var v any
	if err := yaml.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	out, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTheSchemaAcceptsThePack(t *testing.T) {
	files, err := filepath.Glob("../pack/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no pack", err)
	}
	s := compiled(t)
	for _, file := range append(files, "../rules.yaml") {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(value(t, data)); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func TestTheSchemaRefusesWhatTheLoaderRefusesByShape(t *testing.T) {
	s := compiled(t)
	for _, name := range []string{"unknown-key", "unknown-key-deep", "unknown-top-key", "severity", "confidence", "kind", "unknown-test",
		"timespan", "times", "versions", "no-id", "not-a-mapping", "long-regex"} {
		data, err := os.ReadFile("testdata/bad/" + name + ".bad.yaml")
		if err != nil {
			t.Fatal(err)
		}
		if s.Validate(value(t, data)) == nil {
			t.Errorf("%s is valid", name)
		}
	}
}
