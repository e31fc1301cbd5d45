package report

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"zlog/diagnosis"
)

func pageOf(t testing.TB, p Page) string {
	t.Helper()
	var b bytes.Buffer
	if err := HTML(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestHTMLKeepsHostileTextInert(t *testing.T) {
	out := pageOf(t, hostilePage())
	if n := strings.Count(out, "<script"); n != 1 {
		t.Errorf("%d scripts, want one", n)
	}
	if n := strings.Count(out, "<style"); n != 1 {
		t.Errorf("%d styles, want one", n)
	}
	for _, bad := range []string{"<img", "<iframe", "<link", "onerror=\"", "<svg/onload", "href=\"javascript", "href=\"http://example.invalid", "\x1b", "\u202e", "\u2028", "\x00"} {
		if strings.Contains(out, bad) {
			t.Errorf("%q is in the page", bad)
		}
	}
	if m := regexp.MustCompile(`(?i)<[a-z][a-z0-9]*(?:\s+[a-z:-]+(?:="[^"]*")?)*\s+(on[a-z]+|style)=`).FindString(out); m != "" {
		t.Errorf("an attribute that acts: %.120s", m)
	}
	if m := regexp.MustCompile(`(?i)(src|href|action|data|xlink:href)="(?:https?:)?//`).FindAllString(out, -1); len(m) != strings.Count(out, `href="https://openziti.io/docs"`) {
		t.Errorf("references outside: %q", m)
	}
}

func TestHTMLPolicyAllowsThePagesOwnScriptAndStyleAlone(t *testing.T) {
	out := pageOf(t, Page{Result: hostile()})
	i := strings.Index(out, "Content-Security-Policy")
	if i < 0 || i > strings.Index(out, "<style") {
		t.Fatal("no policy before the style")
	}
	policy := strings.ReplaceAll(out[i:i+400], "&#39;", "'")
	policy = strings.ReplaceAll(policy, "&#43;", "+")
	for _, want := range []string{"default-src 'none'", "'" + hashOf(pageCSS) + "'", "'" + hashOf(pageJS) + "'", "base-uri 'none'", "form-action 'none'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("policy lacks %s", want)
		}
	}
	if strings.Contains(policy, "unsafe") {
		t.Error("policy allows what is unsafe")
	}
	if !strings.Contains(out, "<style>"+pageCSS+"</style>") || !strings.Contains(out, "<script>"+pageJS+"</script>") {
		t.Error("the page's script or style is not what the policy's hash was made of")
	}
}

func TestHTMLIsTheSameTwice(t *testing.T) {
	if pageOf(t, hostilePage()) != pageOf(t, hostilePage()) {
		t.Error("two runs differ")
	}
}

func TestHTMLSaysWhatItLeavesOut(t *testing.T) {
	p := Page{Result: hostile()}
	for len(p.Result.Unrecognised) <= mostUnknown {
		p.Result.Unrecognised = append(p.Result.Unrecognised, p.Result.Unrecognised[0])
	}
	d := &p.Result.Diagnoses[0]
	for len(d.Evidence) < 40 {
		d.Evidence = append(d.Evidence, d.Evidence[0])
	}
	out := pageOf(t, p)
	for _, want := range []string{"60 of 61 kinds of lines are shown", "25 of 40 lines of evidence are shown", "16 of 20 nodes are drawn"} {
		if !strings.Contains(out, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// TestHTMLCanBeUsedWithoutSight checks what a screen reader and a keyboard need: a language, one h1, headings without
// holes, names for controls and regions, scopes in tables, labels that point to something, ids that are there once.
func TestHTMLCanBeUsedWithoutSight(t *testing.T) {
	out := pageOf(t, hostilePage())
	body := strings.ReplaceAll(strings.ReplaceAll(out, pageJS, ""), pageCSS, "")
	if !strings.Contains(out, `<html lang="en">`) || strings.Count(body, "<h1") != 1 || strings.Count(body, "<main>") != 1 {
		t.Error("language, h1 or main is missing")
	}
	last := 1
	for _, h := range regexp.MustCompile(`<h([1-6])`).FindAllStringSubmatch(body, -1) {
		level := int(h[1][0] - '0')
		if level > last+1 {
			t.Errorf("h%d after h%d", level, last)
		}
		last = level
	}
	ids := map[string]int{}
	for _, m := range regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(body, -1) {
		ids[m[1]]++
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("id %s is there %d times", id, n)
		}
	}
	for _, m := range regexp.MustCompile(`(?:for|aria-labelledby)="([^"]+)"`).FindAllStringSubmatch(body, -1) {
		if ids[m[1]] == 0 {
			t.Errorf("a label points to %s, which is not there", m[1])
		}
	}
	for _, m := range regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(body, -1) {
		if ids[m[1]] == 0 {
			t.Errorf("a link points to %s, which is not there", m[1])
		}
	}
	for _, m := range regexp.MustCompile(`<th[ >][^>]*>`).FindAllString(body, -1) {
		if !strings.Contains(m, "scope=") {
			t.Errorf("a head without scope: %s", m)
		}
	}
	for _, m := range regexp.MustCompile(`<(?:select|input)[^>]*>`).FindAllString(body, -1) {
		id := regexp.MustCompile(`id="([^"]+)"`).FindStringSubmatch(m)
		if id == nil || !strings.Contains(body, `for="`+id[1]+`"`) {
			t.Errorf("a control without label: %s", m)
		}
	}
	for _, m := range regexp.MustCompile(`<[^>]*role="region"[^>]*>`).FindAllString(body, -1) {
		if !strings.Contains(m, "aria-label") || !strings.Contains(m, `tabindex="0"`) {
			t.Errorf("a region without name or key: %s", m)
		}
	}
}

func TestAMomentThatNoLineTellsCitesNone(t *testing.T) {
	r := hostile()
	r.Story = []diagnosis.Moment{{Node: "ctrl1", What: "its log ends", Count: 1}, {Node: "ctrl1", What: "started", Source: "ctrl1.log", Line: 2, Count: 1}}
	out := pageOf(t, Page{Result: r})
	if strings.Contains(out, ">:0<") || !strings.Contains(out, ">ctrl1.log:2<") {
		t.Error("a moment cites line 0 of nothing, or one that has a line cites none")
	}
}
