package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// clock is a clock that moves when somebody sleeps.
type clock struct {
	mu    sync.Mutex
	now   time.Time
	slept []time.Duration
}

func (c *clock) options() Options {
	c.now = time.Unix(1_700_000_000, 0)
	return Options{Agent: "zlog/test", Patience: 20 * time.Second,
		Now: func() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now },
		Sleep: func(_ context.Context, d time.Duration) error {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.now, c.slept = c.now.Add(d), append(c.slept, d)
			return nil
		},
		Jitter: func() float64 { return 0 }}
}

// asked makes a client of a server that answers with handle, and asks it one question.
func asked(t *testing.T, opt Options, handle http.HandlerFunc) (string, error) {
	t.Helper()
	srv := httptest.NewServer(handle)
	t.Cleanup(srv.Close)
	return askedOf(t, opt, srv.URL)
}

func askedOf(t *testing.T, opt Options, base string) (string, error) {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	c, err := newClient(u, opt)
	if err != nil {
		return "", err
	}
	got := ""
	err = c.ask(t.Context(), question{path: "/q", form: url.Values{"query": {"x"}}}, func(r io.Reader) error {
		b, err := io.ReadAll(r)
		got = string(b)
		return err
	})
	return got, err
}

func TestABusyStoreIsAskedAgainWithBackOff(t *testing.T) {
	c := &clock{}
	n := 0
	got, err := asked(t, c.options(), func(w http.ResponseWriter, _ *http.Request) {
		switch n++; n {
		case 1:
			http.Error(w, "busy", http.StatusServiceUnavailable)
		case 2:
			w.Header().Set("Retry-After", "7")
			http.Error(w, "slow down", http.StatusTooManyRequests)
		case 3:
			http.Error(w, "gone wrong", http.StatusBadGateway)
		default:
			fmt.Fprint(w, "fine")
		}
	})
	if err != nil || got != "fine" {
		t.Fatalf("%q, %v", got, err)
	}
	want := []time.Duration{250 * time.Millisecond, 7 * time.Second, time.Second}
	if fmt.Sprint(c.slept) != fmt.Sprint(want) {
		t.Errorf("waited %v, want %v", c.slept, want)
	}
}

func TestPatienceEnds(t *testing.T) {
	c := &clock{}
	_, err := asked(t, c.options(), func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "no \x1b[31mway", http.StatusServiceUnavailable)
	})
	var r *refused
	if !errors.As(err, &r) || r.status != 503 || !strings.Contains(err.Error(), "gave up after") || strings.Contains(err.Error(), "\x1b") {
		t.Fatalf("%v", err)
	}
	var sum time.Duration
	for _, d := range c.slept {
		sum += d
	}
	if sum > 20*time.Second || sum < 10*time.Second {
		t.Errorf("waited %s in all, with a patience of 20 s", sum)
	}
}

func TestAMistakeIsNotAskedAgain(t *testing.T) {
	for _, status := range []int{400, 401, 403, 404, 501} {
		n := 0
		_, err := asked(t, (&clock{}).options(), func(w http.ResponseWriter, _ *http.Request) { n++; http.Error(w, "no", status) })
		if err == nil || n != 1 {
			t.Errorf("status %d: asked %d times, %v", status, n, err)
		}
	}
}

func TestAnAnswerThatBreaksOffIsAskedForOnceMore(t *testing.T) {
	n := 0
	got, err := asked(t, (&clock{}).options(), func(w http.ResponseWriter, _ *http.Request) {
		if n++; n == 1 {
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, "half")
			return
		}
		fmt.Fprint(w, "whole")
	})
	if err != nil || got != "whole" {
		t.Fatalf("%q, %v", got, err)
	}
}

func TestASlowAnswerIsGivenUp(t *testing.T) {
	c := &clock{}
	opt := c.options()
	opt.Timeout = 20 * time.Millisecond
	done := make(chan struct{})
	defer close(done)
	_, err := asked(t, opt, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-done:
		}
	})
	if !errors.Is(err, context.DeadlineExceeded) || len(c.slept) != mostSlow-1 || !halve(err) {
		t.Errorf("waited %v, %v", c.slept, err)
	}
}

func TestALargeAnswerIsRefused(t *testing.T) {
	opt := (&clock{}).options()
	opt.Answer = 1000
	_, err := asked(t, opt, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, strings.Repeat("x", 2000)) })
	if !errors.Is(err, errTooMuch) || !halve(err) {
		t.Errorf("%v", err)
	}
}

func TestARedirectToAnotherHostGetsNothing(t *testing.T) {
	var seen []string
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = append(seen, r.Header.Get("Authorization")) }))
	defer other.Close()
	opt := (&clock{}).options()
	opt.Credential, opt.Tenant = Bearer("s3cret"), "team"
	_, err := asked(t, opt, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL+"/q", http.StatusTemporaryRedirect)
	})
	if err == nil || !strings.Contains(err.Error(), "redirects to") || len(seen) > 0 {
		t.Errorf("%v; the other host was asked %q", err, seen)
	}
	if err != nil && strings.Contains(err.Error(), "s3cret") {
		t.Error("the error holds the credential")
	}
}

func TestCredentialsGoWithEachQuestionAndIntoNoText(t *testing.T) {
	for want, c := range map[string]Credential{"Bearer t0ken": Bearer("t0ken"), "Basic dTpw": Basic("u", "p"), "": {}} {
		opt := (&clock{}).options()
		opt.Credential, opt.Tenant = c, "7:9"
		var got, agent, account string
		if _, err := asked(t, opt, func(_ http.ResponseWriter, r *http.Request) {
			got, agent, account = r.Header.Get("Authorization"), r.UserAgent(), r.Header.Get("AccountID")
		}); err != nil || got != want || agent != "zlog/test" || account != "7" {
			t.Errorf("%q %q %q, %v; want %q", got, agent, account, err, want)
		}
		if s := fmt.Sprintf("%v %+v %#v %s", c, opt.Credential, c, c); strings.Contains(s, "t0ken") || strings.Contains(s, "\"p\"") {
			t.Errorf("printed as %s", s)
		}
	}
}

func TestTheCertificateIsVerified(t *testing.T) {
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "fine") }))
	defer srv.Close()
	c := &clock{}
	if _, err := askedOf(t, c.options(), srv.URL); err == nil || !strings.Contains(err.Error(), "certificate") || len(c.slept) > 0 {
		t.Errorf("a certificate that nobody vouches for: %v, waited %v", err, c.slept)
	}
}

func TestTheRateIsKept(t *testing.T) {
	c := &clock{}
	opt := c.options()
	opt.Rate = 2
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer srv.Close()
	u, _ := url.Parse(srv.URL)
	cl, err := newClient(u, opt)
	if err != nil {
		t.Fatal(err)
	}
	for range 4 {
		if err := cl.ask(t.Context(), question{path: "/"}, func(io.Reader) error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
	if got := c.now.Sub(time.Unix(1_700_000_000, 0)); got != 1500*time.Millisecond {
		t.Errorf("four questions at two a second took %s", got)
	}
}

func TestURLsOfStores(t *testing.T) {
	for raw, want := range map[string]string{
		"victorialogs+http://h:9428": "", "loki+https://h/loki/": "", "http://h:9428": "not a URL of a store", "mysql+http://h": "not a URL of a store",
		"loki+ftp://h": "not a URL", "loki+http://u:hunter2@h": "credentials do not belong", "loki+http://h?x=1": "no ?", "loki+http://": "not a URL"} {
		_, _, err := ParseURL(raw)
		if (err == nil) != (want == "") || err != nil && (!strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2")) {
			t.Errorf("%s: %v, want %q", raw, err, want)
		}
	}
}

func TestNetrc(t *testing.T) {
	name := filepath.Join(t.TempDir(), "netrc")
	text := "machine other login a password b\nmachine logs.example\n  login zlog\n  password s3cret\nmachine tok.example token abc\n"
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]Credential{"logs.example": Basic("zlog", "s3cret"), "tok.example": Bearer("abc"), "other": Basic("a", "b")} {
		if got, err := Netrc(name, host); err != nil || got != want {
			t.Errorf("%s: %v", host, err)
		}
	}
	if _, err := Netrc(name, "unknown"); err == nil {
		t.Error("an unknown host has credentials")
	}
	if err := os.Chmod(name, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Netrc(name, "other"); err == nil || !strings.Contains(err.Error(), "others can read it") {
		t.Errorf("a file that others can read: %v", err)
	}
}
