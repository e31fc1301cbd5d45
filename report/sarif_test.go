package report

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"zlog/diagnosis"
)

func TestSARIF(t *testing.T) {
	var b bytes.Buffer
	if err := SARIF(&b, hostile()); err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Version string
		Runs    []struct {
			Tool struct {
				Driver struct {
					Name  string
					Rules []struct{ ID string }
				}
			}
			Results []struct {
				RuleID    string
				RuleIndex int
				Level     string
				Message   struct{ Text string }
				Locations []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           struct{ StartLine int }
					}
				}
			}
		}
	}
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	run := doc.Runs[0]
	if doc.Version != "2.1.0" || run.Tool.Driver.Name != "zlog" || len(run.Results) != len(probes) || len(run.Tool.Driver.Rules) != 1 {
		t.Errorf("version %s, %d results, %d rules", doc.Version, len(run.Results), len(run.Tool.Driver.Rules))
	}
	for _, x := range run.Results {
		if x.RuleID != run.Tool.Driver.Rules[x.RuleIndex].ID || x.Message.Text == "" || x.Locations[0].PhysicalLocation.Region.StartLine < 1 {
			t.Errorf("result %+v", x)
		}
		if u := x.Locations[0].PhysicalLocation.ArtifactLocation.URI; strings.ContainsAny(u, " \"<>\\") {
			t.Errorf("uri %q", u)
		}
	}
}

// sarifKeys are the properties that SARIF 2.1.0 knows of the objects that zlog writes (sections 3.13 to 3.58), by where
// the object stands. All others are refused by readers that go by the schema.
var sarifKeys = map[string]string{
	"":                           "$schema version runs",
	"runs":                       "tool invocations columnKind results properties",
	"tool":                       "driver",
	"driver":                     "name version rules",
	"rules":                      "id shortDescription fullDescription help helpUri defaultConfiguration properties",
	"invocations":                "executionSuccessful toolExecutionNotifications",
	"toolExecutionNotifications": "level message",
	"results":                    "ruleId ruleIndex level kind message locations relatedLocations occurrenceCount properties",
	"locations relatedLocations": "id physicalLocation logicalLocations message",
	"physicalLocation":           "artifactLocation region",
	"artifactLocation":           "uri",
	"region":                     "startLine snippet",
	"logicalLocations":           "name kind",
	"defaultConfiguration":       "level",
	"message shortDescription fullDescription help snippet": "text",
}

// TestSARIFHasNoPropertyOfItsOwn goes through a whole log file of SARIF.
func TestSARIFHasNoPropertyOfItsOwn(t *testing.T) {
	known := map[string][]string{}
	for names, keys := range sarifKeys {
		for name := range strings.SplitSeq(names, " ") {
			known[name] = strings.Fields(keys)
		}
	}
	seen := map[string]bool{}
	var look func(v any, at string)
	look = func(v any, at string) {
		switch v := v.(type) {
		case []any:
			for _, x := range v {
				look(x, at)
			}
		case map[string]any:
			if at == "properties" {
				return // a bag for what SARIF does not know
			}
			seen[at] = true
			for k, x := range v {
				if !slices.Contains(known[at], k) {
					t.Errorf("%s has %s", at, k)
				}
				look(x, k)
			}
			if l, ok := v["level"]; ok && !slices.Contains([]any{"none", "note", "warning", "error"}, l) {
				t.Errorf("%s has level %v", at, l)
			}
		}
	}
	look(sarifOf(t, hostile()), "")
	if len(seen) < 15 {
		t.Errorf("only %d kinds of objects were looked at", len(seen))
	}
}

// TestSARIFIsValid validates against the schema of OASIS, whose terms do not let us keep it here. ZLOG_SARIF_SCHEMA is
// the path of sarif-schema-2.1.0.json.
func TestSARIFIsValid(t *testing.T) {
	path := os.Getenv("ZLOG_SARIF_SCHEMA")
	if path == "" {
		t.Skip("NOT RUN: ZLOG_SARIF_SCHEMA does not name sarif-schema-2.1.0.json; the SARIF report was not validated")
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	schema, err := c.Compile(path)
	if err != nil {
		t.Fatal(err)
	}
	empty := &diagnosis.Result{}
	full(reflect.ValueOf(empty).Elem())
	for name, r := range map[string]*diagnosis.Result{"hostile": hostile(), "empty": empty} {
		if err := schema.Validate(sarifOf(t, r)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	bad := sarifOf(t, hostile()).(map[string]any)
	bad["version"] = "2.0"
	if schema.Validate(bad) == nil {
		t.Error("the schema takes another version")
	}
}

func sarifOf(t *testing.T, r *diagnosis.Result) any {
	t.Helper()
	var b bytes.Buffer
	if err := SARIF(&b, r); err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(&b)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
