package report

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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
// requests that went out.
func open(t *testing.T, page, fragment string) (dom, console string, requests []string) {
	t.Helper()
	chromium := browser(t)
	dir := t.TempDir()
	file, netLog := filepath.Join(dir, "report.html"), filepath.Join(dir, "net.json")
	if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	c := exec.CommandContext(ctx, chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
		"--no-first-run", "--disable-sync", "--disable-default-apps", "--disable-extensions", "--user-data-dir="+filepath.Join(dir, "profile"),
		"--enable-logging=stderr", "--log-net-log="+netLog, "--virtual-time-budget=3000", "--dump-dom", "file://"+file+fragment)
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
	for _, m := range regexp.MustCompile(`"url":"([^"]+)"`).FindAllSubmatch(data, -1) {
		var u string
		_ = json.Unmarshal([]byte(`"`+string(m[1])+`"`), &u)
		if strings.Contains(u, "example.invalid") || strings.Contains(u, "openziti") {
			requests = append(requests, u)
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
