package redact

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"zlog/diagnosis"
)

// TestEveryTextOfAResultIsRedacted fills every text of a result with values and looks for them afterwards, so that a
// field that is added later is not forgotten. Words that zlog chose itself are let be.
func TestEveryTextOfAResultIsRedacted(t *testing.T) {
	const planted = "10.42.7.19 and zc1.acme.com"
	own := map[string]bool{"Schema": true, "Verdict": true, "ID": true, "Role": true, "Severity": true, "Confidence": true, "Format": true, "Wrapper": true,
		"State": true, "Term": true, "Why": true, "Signature": true, "Level": true, "Versions": true, "Explains": true, "ExplainedBy": true, "References": true,
		"Version": true, "LastState": true, "ClusterID": true, "Mode": true, "Class": true}
	var fill func(v reflect.Value, name string)
	fill = func(v reflect.Value, name string) {
		switch v.Kind() {
		case reflect.String:
			if !own[name] {
				v.SetString(planted + " " + name)
			}
		case reflect.Struct:
			for i := range v.NumField() {
				if f := v.Type().Field(i); f.IsExported() {
					fill(v.Field(i), f.Name)
				}
			}
		case reflect.Slice:
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			fill(v.Index(0), name)
		}
	}
	res := &diagnosis.Result{}
	fill(reflect.ValueOf(res).Elem(), "")
	res.Redaction = nil
	r, err := New(Standard)
	if err != nil {
		t.Fatal(err)
	}
	r.Source("a").Learn([]byte(planted))
	r.Result(res)
	var look func(v any, path string)
	look = func(v any, path string) {
		switch v := v.(type) {
		case string:
			if strings.Contains(v, "10.42") || strings.Contains(v, "acme") {
				t.Errorf("%s: %s", path, v)
			}
		case []any:
			for _, x := range v {
				look(x, path)
			}
		case map[string]any:
			for k, x := range v {
				look(x, path+"."+k)
			}
		}
	}
	data, _ := json.Marshal(res)
	var doc any
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	look(doc, "")
}

func TestNamesOfFiles(t *testing.T) {
	r, err := New(Standard)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, want string }{
		{"ctrl1.log", "ctrl1.log"},
		{"ctrl1.log.2.gz", "ctrl1.log.2.gz"},
		{"logs/ctrl1.json-20261122.zst", "logs/ctrl1.json-20261122.zst"},
		{"10.42.7.19.log", "net-1.ip-1.log"},
		{"zc1.acme.com.log.1", "host-1.log.1"},
		{"/home/carolm/b.tgz/zc1.acme.com.log", "/home/user-1/b.tgz/host-1.log"},
		{"-", "-"},
	} {
		if got := r.Name(c.name); got != c.want {
			t.Errorf("%s became %s, want %s", c.name, got, c.want)
		}
	}
}

// TestStrictTakesOutNamesOfNodesThatAreFolders: a node that does not say who it is is called by its folder, or has it behind its id.
func TestStrictTakesOutNamesOfNodesThatAreFolders(t *testing.T) {
	r, err := New(Strict)
	if err != nil {
		t.Fatal(err)
	}
	res := &diagnosis.Result{
		Story:     []diagnosis.Moment{{Node: "ctrl2 (acme-berlin/ziti.log)", What: "leads (seen from acme-paris/ziti)"}},
		Nodes:     []diagnosis.Node{{Name: "acme-paris/ziti"}, {Name: "ctrl2 (acme-berlin/ziti.log)", ID: "ctrl2"}, {Name: diagnosis.ThisNode}},
		Diagnoses: []diagnosis.Diagnosis{{Nodes: []string{"acme-paris/ziti"}, Summary: "acme-paris/ziti stood still; this node did not"}},
	}
	r.Result(res)
	text, err := json.Marshal(res)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "acme") {
		t.Error(string(text))
	}
	if res.Nodes[2].Name != diagnosis.ThisNode || !strings.HasSuffix(res.Diagnoses[0].Summary, " stood still; this node did not") {
		t.Errorf("%q, %q", res.Nodes[2].Name, res.Diagnoses[0].Summary)
	}
}
