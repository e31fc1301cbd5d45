package report

import (
	"context"
	"encoding/json"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// browser finds a Chromium; the test that needs one says loudly that it did not run.
func browser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{os.Getenv("ZLOG_BROWSER"), "chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); name != "" && err == nil {
			return path
		}
	}
	t.Skip("NOT RUN: no Chromium found (set ZLOG_BROWSER); the page was not opened in a browser")
	return ""
}

// open loads a page and gives the document as it is after its script has run, what the console said, and the
// requests that the page made. The browser cannot resolve any name.
func open(t *testing.T, page, fragment string, flags ...string) (dom, console string, requests []string) {
	t.Helper()
	chromium := browser(t)
	dir := t.TempDir()
	file, netLog := filepath.Join(dir, "report.html"), filepath.Join(dir, "net.json")
	if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, chromium, append([]string{"--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
		"--disable-component-update", "--no-first-run", "--disable-sync", "--disable-default-apps", "--disable-extensions", "--disable-quic",
		"--host-resolver-rules=MAP * ~NOTFOUND", "--user-data-dir=" + filepath.Join(dir, "profile"), "--enable-logging=stderr", "--log-net-log=" + netLog,
		"--virtual-time-budget=3000", "--dump-dom"}, append(flags, "file://"+file+fragment)...)...)
	var out, errOut strings.Builder
	c.Stdout, c.Stderr = &out, &errOut
	if err := c.Run(); err != nil {
		t.Skipf("NOT RUN: the browser does not start: %v\n%.500s", err, errOut.String())
	}
	for _, l := range strings.Split(errOut.String(), "\n") {
		if strings.Contains(l, "CONSOLE") {
			console += l + "\n"
		}
	}
	data, err := os.ReadFile(netLog)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range strings.Split(string(data), "\n") { // an event a line
		var e struct {
			Params struct{ URL, Initiator string }
		}
		if json.Unmarshal([]byte(strings.TrimSuffix(strings.TrimSpace(l), ",")), &e) != nil {
			continue
		}
		// what the browser does of its own accord has no origin; the page itself has none either, but is a file
		if p := e.Params; p.Initiator != "" && p.Initiator != "not an origin" && !strings.HasPrefix(p.URL, "file:") {
			requests = append(requests, p.URL)
		}
	}
	return out.String(), console, requests
}

func TestPageInABrowser(t *testing.T) {
	dom, console, requests := open(t, pageOf(t, hostilePage()), "#d1e1")
	if console != "" {
		t.Errorf("the console says:\n%s", console)
	}
	if len(requests) > 0 {
		t.Errorf("requests went out: %q", requests)
	}
	if strings.Contains(dom, "<title>pwned") || !strings.Contains(dom, "<title>zlog: ") {
		t.Error("a probe ran")
	}
	if n := strings.Count(dom, "<script"); n != 1 {
		t.Errorf("%d scripts in the document", n)
	}
	for _, tag := range []string{"<img", "<iframe", "<object", "<embed", "<link"} {
		if strings.Contains(dom, tag) {
			t.Errorf("%s in the document", tag)
		}
	}
	if strings.Contains(dom, `class="filter nojs"`) || !strings.Contains(dom, "20 of 20 diagnoses shown") {
		t.Error("the page's own script did not run")
	}
	if !regexp.MustCompile(`id="d1e1"[^>]*><details class="ev-d" open`).MatchString(dom) {
		t.Error("a link to a line of evidence does not open it")
	}
	if n := strings.Count(dom, `class="grid"`); n < 3 {
		t.Errorf("%d ticks on the time axis", n)
	}
}

// intruder is what a page must hold up against if ever a text got into it as markup.
const intruder = `<script>document.title="pwned"</script><img src="http://example.invalid/x.png" onerror="document.title='pwned'">` +
	`<link rel="stylesheet" href="http://example.invalid/y.css"><iframe src="http://example.invalid/z"></iframe><p id="i" style="color:red">x</p>`

// TestThePolicyStopsWhatGotThrough puts markup into the page as nothing in a log can: the policy lets none of it act.
// Without the policy all of it does, and this test sees it.
func TestThePolicyStopsWhatGotThrough(t *testing.T) {
	page := strings.Replace(pageOf(t, hostilePage()), "<main>", "<main>"+intruder, 1)
	dom, console, requests := open(t, page, "")
	if strings.Contains(dom, "<title>pwned") || len(requests) > 0 {
		t.Errorf("the policy let it act: requests %q", requests)
	}
	if !strings.Contains(console, "Content Security Policy") {
		t.Error("the browser does not say that the policy stopped anything")
	}
	policy := regexp.MustCompile(`<meta http-equiv="Content-Security-Policy"[^>]*>`)
	dom, _, requests = open(t, policy.ReplaceAllString(page, ""), "")
	if !strings.Contains(dom, "<title>pwned") || len(requests) == 0 {
		t.Errorf("without the policy nothing acts either (requests %q), so this test tells nothing", requests)
	}
}

// framed puts a page into a frame of so many pixels, as wide as a phone or a desk's screen, and lets a script within
// look at it; what it tells comes back.
func framed(t *testing.T, page string, width int, script string, flags ...string) string {
	t.Helper()
	policy := regexp.MustCompile(`<meta http-equiv="Content-Security-Policy"[^>]*>`)
	page = policy.ReplaceAllString(page, "") // it would not let the script look
	page = strings.Replace(page, "</body>", "<script>"+script+"</script></body>", 1)
	outer := `<!doctype html><html lang="en"><title>x</title><body style="margin:0"><iframe title="x" width="` + strconv.Itoa(width) +
		`" height="900" style="border:0" srcdoc="` + html.EscapeString(page) + `"></iframe><pre id="told"></pre></body>`
	dom, console, _ := open(t, outer, "", append(flags, "--window-size=1400,1000", "--virtual-time-budget=60000")...)
	told := regexp.MustCompile(`(?s)<pre id="told">(.+?)</pre>`).FindStringSubmatch(dom)
	if told == nil {
		t.Fatalf("the page in the frame tells nothing\n%s", console)
	}
	return html.UnescapeString(told[1])
}

// TestNothingIsCutOffOnAPhone opens all folds on a small phone and on a tablet: the page never scrolls sideways, and nothing that a
// finger is to hit is smaller than 24 pixels.
func TestNothingIsCutOffOnAPhone(t *testing.T) {
	const look = `document.querySelectorAll("details").forEach(function(d){d.open=true});
var w=document.documentElement.clientWidth,out=[];
document.querySelectorAll("body *").forEach(function(e){
  if(e.closest(".scroll,.ctx,svg,.skip,.tip")||!e.getClientRects().length)return;
  var r=e.getBoundingClientRect();if(r.right>w+1)out.push(e.tagName+"."+e.className+" ends at "+Math.round(r.right));
  if(/^(BUTTON|SELECT|SUMMARY)$/.test(e.tagName)&&r.height<24)out.push(e.tagName+"."+e.className+" is "+r.height+" high")});
top.document.getElementById("told").textContent=w+" "+document.documentElement.scrollWidth+"\n"+out.slice(0,20).join("\n")`
	for _, width := range []int{320, 700} {
		told := framed(t, pageOf(t, hostilePage()), width, look)
		first, rest, _ := strings.Cut(told, "\n")
		client, scroll, _ := strings.Cut(first, " ")
		if c, _ := strconv.Atoi(client); c < width-20 || client != scroll || rest != "" {
			t.Errorf("%d pixels: %s wide, %s to scroll\n%s", width, client, scroll, rest)
		}
	}
}

// TestThePageCanBeFiltered moves the filters and the timeline as a reader does.
func TestThePageCanBeFiltered(t *testing.T) {
	const act = `var out=[],f=function(q){return document.querySelector(q)},says=function(){out.push(f("#f-says").textContent)};
var set=function(q,v){f(q).value=v;f(q).dispatchEvent(new Event("change"))},key=function(k){f("svg.chart").dispatchEvent(new KeyboardEvent("keydown",{key:k,bubbles:true}))};
says();set("#f-sev","critical");says();set("#f-node",f("#f-node").options[1].value);says();f("#f-reset").click();says();
key("+");key("+");key("+");for(var i=0;i<5;i++)key("ArrowLeft");f("#f-time").checked=true;set("#f-node","");says();out.push(f("#range").textContent);
f("#f-reset").click();key("0");says();out.push(f("#range").textContent);
top.document.getElementById("told").textContent=out.join("\n")`
	got := strings.Split(framed(t, pageOf(t, hostilePage()), 1000, act), "\n")
	want := []string{"20 of 20 diagnoses shown", "5 of 20 diagnoses shown", "1 of 20 diagnoses shown", "20 of 20 diagnoses shown", "2 of 20 diagnoses shown",
		"2026-11-22 19:32:18 to 19:32:25 UTC", "20 of 20 diagnoses shown", "2026-11-22 19:31:59 to 19:32:59 UTC"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("want\n%s\ngot\n%s", strings.Join(want, "\n"), strings.Join(got, "\n"))
	}
}

// TestPageIsAccessible has axe-core look at the page, light and dark, wide and narrow, with all folds open. ZLOG_AXE is
// the path of its axe.min.js; ./check.sh page fetches one.
func TestPageIsAccessible(t *testing.T) {
	path := os.Getenv("ZLOG_AXE")
	if path == "" {
		t.Skip("NOT RUN: ZLOG_AXE does not name an axe.min.js; the page was not checked by axe-core")
	}
	axe, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	run := string(axe) + `;document.querySelectorAll("details").forEach(function(d){d.open=true});
axe.run(document,{resultTypes:["violations","incomplete"]}).then(function(r){
  top.document.getElementById("told").textContent=JSON.stringify({dark:matchMedia("(prefers-color-scheme: dark)").matches,passes:r.passes.length,
    found:r.violations.map(function(v){return v.impact+" "+v.id+": "+v.help+" ("+v.nodes.length+") "+v.nodes[0].html.slice(0,160)}),
    unsure:r.incomplete.map(function(v){return v.impact+" "+v.id+" ("+v.nodes.length+") "+v.nodes[0].html.slice(0,100)})})})`
	for _, c := range []struct {
		name  string
		width int
		dark  bool
	}{{"light", 1280, false}, {"dark", 1280, true}, {"phone", 390, false}, {"phone, dark", 390, true}} {
		t.Run(c.name, func(t *testing.T) {
			scheme := "--blink-settings=preferredColorScheme=1"
			if c.dark {
				scheme = "--blink-settings=preferredColorScheme=0"
			}
			var got struct {
				Dark          bool
				Passes        int
				Found, Unsure []string
			}
			told := framed(t, pageOf(t, hostilePage()), c.width, run, scheme)
			if err := json.Unmarshal([]byte(told), &got); err != nil {
				t.Fatalf("%v: %s", err, told)
			}
			if got.Dark != c.dark || got.Passes < 20 {
				t.Errorf("dark: %v, %d checks passed: axe did not look at the page that was meant", got.Dark, got.Passes)
			}
			for _, f := range got.Found {
				t.Error(f)
			}
			t.Logf("%d checks passed; not sure about: %s", got.Passes, strings.Join(got.Unsure, "; "))
		})
	}
}
