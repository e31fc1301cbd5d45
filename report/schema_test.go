package report

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"zlog/diagnosis"
)

const schemaFile = "../docs/report.schema.json"

// enums are the words that a field may hold.
var enums = map[string][]any{
	"diagnosis.Verdict":    {"problem", "healthy", "not-assessable"},
	"diagnosis.Severity":   {"info", "warning", "error", "critical"},
	"diagnosis.Role":       {"root-cause", "contributing", "consequence", "transient"},
	"diagnosis.Confidence": {"certain", "likely", "possible"},
	"Span.state":           {"up", "down", "unseen", "leader", "seeking"},
	"Redaction.mode":       {"off", "secrets", "standard", "strict"},
}

// schemaOf makes the JSON Schema of a Go type, so that the schema in docs cannot fall behind.
func schemaOf(t reflect.Type, defs map[string]any) map[string]any {
	if e, ok := enums[t.String()]; ok {
		return map[string]any{"type": "string", "enum": e}
	}
	switch t.Kind() {
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Int, reflect.Int64:
		return map[string]any{"type": "integer"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Pointer:
		return schemaOf(t.Elem(), defs)
	case reflect.Slice:
		return map[string]any{"type": "array", "items": schemaOf(t.Elem(), defs)}
	}
	if t == reflect.TypeFor[diagnosis.Time]() {
		defs["Time"] = map[string]any{"type": "string", "description": "RFC 3339 in UTC with milliseconds, or empty",
			"pattern": `^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z)?$`}
		return map[string]any{"$ref": "#/$defs/Time"}
	}
	name := t.Name()
	if _, ok := defs[name]; !ok {
		defs[name] = nil // against going round
		props, required := map[string]any{}, []string{}
		for i := range t.NumField() {
			f := t.Field(i)
			key, opt, _ := strings.Cut(f.Tag.Get("json"), ",")
			s := schemaOf(f.Type, defs)
			if e, ok := enums[name+"."+key]; ok {
				s["enum"] = e
			}
			if key == "schema" {
				s["const"] = diagnosis.Schema
			}
			props[key] = s
			if opt != "omitempty" {
				required = append(required, key)
			}
		}
		defs[name] = map[string]any{"type": "object", "properties": props, "required": required}
	}
	return map[string]any{"$ref": "#/$defs/" + name}
}

func TestSchemaIsThatOfTheReport(t *testing.T) {
	defs := map[string]any{}
	root := schemaOf(reflect.TypeFor[diagnosis.Result](), defs)
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["$id"] = "zlog.report.v1.schema.json"
	root["title"] = "The report of zlog diagnose -o json, " + diagnosis.Schema
	root["description"] = "Fields are added, never renamed or taken away, so readers ignore what they do not know. Arrays are never null and are in a defined order."
	root["$defs"] = defs
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(root); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.MkdirAll(filepath.Dir(schemaFile), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(schemaFile, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, b.Bytes()) {
		t.Error("docs/report.schema.json is not the schema of diagnosis.Result; run go test ./report -update, and look at the difference")
	}
}

func TestReportsAreValid(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	valid := func(r *diagnosis.Result) error {
		var b bytes.Buffer
		if err := JSON(&b, r); err != nil {
			t.Fatal(err)
		}
		v, err := jsonschema.UnmarshalJSON(&b)
		if err != nil {
			t.Fatal(err)
		}
		return schema.Validate(v)
	}
	if err := valid(hostile()); err != nil {
		t.Errorf("a report is not valid: %v", err)
	}
	r := hostile()
	r.Diagnoses[0].Severity = "bad"
	if valid(r) == nil {
		t.Error("an unknown severity is valid")
	}
	r = hostile()
	r.Wanted = nil
	if valid(r) == nil {
		t.Error("null instead of an array is valid")
	}
}
