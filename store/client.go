package store

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Options of a connection to a store. The zero value asks without credentials, as fast as the store answers.
type Options struct {
	Agent      string // User-Agent
	Credential Credential
	Tenant     string // Loki's X-Scope-OrgID; AccountID:ProjectID of VictoriaLogs
	Index      string // pattern of indices; of Elasticsearch and OpenSearch alone
	CA         string // file of certificates that are trusted besides the system's
	Cert, Key  string // files of the client's own certificate
	Rate       float64
	Patience   time.Duration // for one question with all its repeats; 2 min if it is not set
	Timeout    time.Duration // for one answer; 60 s if it is not set
	Answer     int64         // bytes of one answer that are read; 256 MiB if it is not set

	Now    func() time.Time                           // time.Now
	Sleep  func(context.Context, time.Duration) error // really
	Jitter func() float64                             // in [0, 1); math/rand
	Read   func(bytes int64)                          // called with what came over the wire, decompressed; may be nil
}

// client asks one server over HTTP.
//
//	question ─► rate ─► send ─► answer ─► read
//	              ▲        │ time-out, 429, 5xx, torn: back-off with jitter, while patience lasts
//	              └────────┘
//
// Redirects to another host are refused, so that nothing that is meant for one server reaches another.
type client struct {
	base *url.URL
	opt  Options
	http *http.Client

	mu   sync.Mutex
	next time.Time // not before this is the next question sent, with a rate
}

func newClient(base *url.URL, opt Options) (*client, error) {
	c := &client{base: base, opt: opt}
	o := &c.opt
	if o.Patience <= 0 {
		o.Patience = 2 * time.Minute
	}
	if o.Timeout <= 0 {
		o.Timeout = time.Minute
	}
	if o.Answer <= 0 {
		o.Answer = 256 << 20
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = Sleep
	}
	if o.Jitter == nil {
		o.Jitter = rand.Float64
	}
	conf := &tls.Config{MinVersion: tls.VersionTLS12}
	if o.CA != "" {
		pem, err := os.ReadFile(o.CA)
		if err != nil {
			return nil, fmt.Errorf("certificates: %w", err)
		}
		if conf.RootCAs, err = x509.SystemCertPool(); err != nil {
			conf.RootCAs = x509.NewCertPool()
		}
		if !conf.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("certificates: none in %s", o.CA)
		}
	}
	if (o.Cert == "") != (o.Key == "") {
		return nil, errors.New("a client's certificate and its key go together")
	}
	if o.Cert != "" {
		pair, err := tls.LoadX509KeyPair(o.Cert, o.Key)
		if err != nil {
			return nil, fmt.Errorf("client's certificate: %w", err)
		}
		conf.Certificates = []tls.Certificate{pair}
	}
	c.http = &http.Client{
		Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: conf, MaxIdleConnsPerHost: 16, IdleConnTimeout: 90 * time.Second,
			TLSHandshakeTimeout: 10 * time.Second, DialContext: (&net.Dialer{Timeout: 10 * time.Second}).DialContext, ForceAttemptHTTP2: true},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if r.URL.Host != base.Host || r.URL.Scheme != base.Scheme {
				return fmt.Errorf("it redirects to %s://%s, which is not the server that was named; give that one if it is right", r.URL.Scheme, r.URL.Host)
			}
			if len(via) >= 5 {
				return errors.New("it redirects in circles")
			}
			return nil
		},
	}
	return c, nil
}

// Sleep waits, or gives ctx's error if that is done before.
func Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// errTooMuch says that an answer is larger than what is read of one; a smaller span may fit.
var errTooMuch = errors.New("the answer is too large")

// refused is an answer with a status other than 2xx.
type refused struct {
	status int
	after  time.Duration // Retry-After
	text   string
}

func (r *refused) Error() string {
	s := fmt.Sprintf("status %d", r.status)
	if r.text != "" {
		s += ": " + r.text
	}
	return s
}

// passing says whether asking again may help.
func passing(err error) bool {
	var r *refused
	if errors.As(err, &r) {
		return r.status == http.StatusTooManyRequests || r.status == http.StatusRequestTimeout || r.status >= 500 && r.status != http.StatusNotImplemented
	}
	var cert *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	switch {
	case errors.Is(err, errTooMuch), errors.As(err, &cert), errors.As(err, &unknown), errors.Is(err, errStop):
		return false
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, errTorn):
		return true
	}
	var ue *url.Error // says of everything that it is a net.Error
	if errors.As(err, &ue) {
		err = ue.Err
	}
	var dns *net.DNSError
	if errors.As(err, &dns) && dns.IsNotFound {
		return false
	}
	var ne net.Error
	return errors.As(err, &ne) || errors.Is(err, io.EOF)
}

// unreached says whether there was no server at all, which is asked for only a few times.
func unreached(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// mostDials is how often a server is tried that is not there.
const mostDials = 4

// mostSlow is how often an answer that broke off or took too long is asked for once more; less may be asked for then.
const mostSlow = 2

// errTorn says that an answer broke off, or is not what it should be.
var errTorn = errors.New("the answer broke off")

// errStop wraps an error of who takes the lines: asking again would not help.
var errStop = errors.New("stopped")

// question is one request; get is set for those without a body.
type question struct {
	path string
	form url.Values // sent as a form, or behind ? with get
	json []byte     // sent instead of a form
	get  bool
	del  bool
}

// ask sends a question until it is answered or patience ends, and gives each answer to read, which begins anew each time.
func (c *client) ask(ctx context.Context, q question, read func(io.Reader) error) error {
	end := c.opt.Now().Add(c.opt.Patience)
	for try := 0; ; try++ {
		if err := c.pace(ctx); err != nil {
			return err
		}
		err := c.once(ctx, q, read)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !passing(err) {
			return c.named(err)
		}
		wait := c.backOff(try, err)
		if c.opt.Now().Add(wait).After(end) || unreached(err) && try+1 >= mostDials || halve(err) && try+1 >= mostSlow {
			return fmt.Errorf("%w (gave up after %d tries)", c.named(err), try+1)
		}
		if err := c.opt.Sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// backOff doubles from a quarter of a second to 15 s, of which up to half is left out by chance, unless the server says how
// long to wait.
func (c *client) backOff(try int, err error) time.Duration {
	d := min(250*time.Millisecond<<min(try, 10), 15*time.Second)
	d -= time.Duration(float64(d) / 2 * c.opt.Jitter())
	var r *refused
	if errors.As(err, &r) && r.after > d {
		return r.after
	}
	return d
}

// pace waits for the rate limit.
func (c *client) pace(ctx context.Context) error {
	if c.opt.Rate <= 0 {
		return ctx.Err()
	}
	c.mu.Lock()
	now := c.opt.Now()
	at := c.next
	if at.Before(now) {
		at = now
	}
	c.next = at.Add(time.Duration(float64(time.Second) / c.opt.Rate))
	c.mu.Unlock()
	if at.After(now) {
		return c.opt.Sleep(ctx, at.Sub(now))
	}
	return ctx.Err()
}

// request makes one request with the credentials of its server.
func (c *client) request(ctx context.Context, q question) (*http.Request, error) {
	u := *c.base
	u.Path += q.path
	method, body, kind := http.MethodPost, io.Reader(nil), ""
	switch {
	case q.get:
		method, u.RawQuery = http.MethodGet, q.form.Encode()
	case q.json != nil:
		body, kind, u.RawQuery = bytes.NewReader(q.json), "application/json", q.form.Encode()
	default:
		body, kind = strings.NewReader(q.form.Encode()), "application/x-www-form-urlencoded"
	}
	if q.del {
		method = http.MethodDelete
	}
	r, err := http.NewRequestWithContext(ctx, method, u.String(), body)
	if err != nil {
		return nil, err
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	r.Header.Set("User-Agent", c.opt.Agent)
	c.opt.Credential.apply(r)
	return r, nil
}

func (c *client) once(ctx context.Context, q question, read func(io.Reader) error) error {
	ctx, cancel := context.WithTimeout(ctx, c.opt.Timeout)
	defer cancel()
	r, err := c.request(ctx, q)
	if err != nil {
		return err
	}
	c.tenant(r)
	resp, err := c.http.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		return refusal(resp)
	}
	return read(&answer{r: resp.Body, left: c.opt.Answer, read: c.opt.Read})
}

// refusal reads what a server says about why it does not answer.
func refusal(resp *http.Response) error {
	text, _ := io.ReadAll(io.LimitReader(resp.Body, 2<<10))
	r := &refused{status: resp.StatusCode, text: oneLine(string(text))}
	if n, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && n > 0 {
		r.after = time.Duration(n) * time.Second
	}
	return r
}

// oneLine makes a server's words fit to be shown: one line, nothing that drives a terminal, at most 300 bytes.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r == 0xfffd {
			return ' '
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 300 {
		s = strings.ToValidUTF8(s[:300], "") + " …"
	}
	return s
}

func (c *client) tenant(r *http.Request) {
	if c.opt.Tenant == "" {
		return
	}
	if account, project, ok := strings.Cut(c.opt.Tenant, ":"); ok {
		r.Header.Set("AccountID", account)
		r.Header.Set("ProjectID", project)
		return
	}
	r.Header.Set("X-Scope-OrgID", c.opt.Tenant)
}

// named gives an error the server's name, and takes out the URL that net/http puts in, which holds the whole query.
func (c *client) named(err error) error {
	var ue *url.Error
	if errors.As(err, &ue) {
		err = ue.Err
	}
	return fmt.Errorf("%s: %w", c.base.Host, err)
}

// answer bounds what is read of an answer.
type answer struct {
	r    io.Reader
	left int64
	read func(int64)
}

func (a *answer) Read(p []byte) (int, error) {
	if a.left <= 0 {
		return 0, errTooMuch
	}
	if int64(len(p)) > a.left {
		p = p[:a.left]
	}
	n, err := a.r.Read(p)
	a.left -= int64(n)
	if a.read != nil && n > 0 {
		a.read(int64(n))
	}
	return n, err
}
