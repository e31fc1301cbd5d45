package redact

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
)

// canary is a planted value: how it is written where a program would write it, and what must not be found.
type canary struct {
	class Class
	text  string   // as it stands in a message or an error
	field string   // the data key that it stands under when it is a field
	value string   // its value there
	find  []string // none of these may be left
}

const (
	jwt = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbGljZSIsImp0aSI6IjdkM2Y0YTUxIn0.QnVuZGxlU2lnbmF0dXJlLTEyMzQ1Njc4OTAtYWJjZGVm"
	pem = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIBkg4LVWM9nuwNSk3yByxZpYRTBnVJk5GkMuMbCRnVeEoAoGCCqGSM49\nAwEHoUQDQgAEsecretsecretPEMbody==\n-----END EC PRIVATE KEY-----"
)

func canaries() []canary {
	c := func(class Class, text, field, value string, find ...string) canary {
		if len(find) == 0 {
			find = []string{value}
		}
		return canary{class, text, field, value, find}
	}
	return []canary{
		c(Secret, "login failed: password=Tr0ub4dor&3x", "password", "Tr0ub4dor-3x", "Tr0ub4dor"),
		c(Secret, `updb: {"username":"carol","password":"S3same!Open"}`, "newPassword", "S3same!Open"),
		c(Secret, "ziti edge login -u admin -p Winter2031! ctrl", "zitiPwd", "Winter2031!"),
		c(Secret, "PGPASSWORD=pg-Secr3t-77 pg_dump", "dbPassword", "pg-Secr3t-77"),
		c(Secret, "enroll --jwt "+jwt, "enrollmentJwt", jwt, "QnVuZGxlU2lnbmF0dXJl", "eyJzdWIiOiJhbGljZSI"),
		c(Secret, "Authorization: Bearer 9f86d081884c7d659a2feaa0c55ad015", "authorization", "Bearer 9f86d081884c7d659a2feaa0c55ad015", "9f86d081884c7d659a2feaa0c55ad015"),
		c(Secret, "Authorization: Basic Y2Fyb2w6aHVudGVyMg==", "Authorization", "Basic Y2Fyb2w6aHVudGVyMg==", "Y2Fyb2w6aHVudGVyMg", "carol:hunter2"),
		c(Secret, "Cookie: zitiSession=c00k1e-4711-abcdef; theme=dark", "cookie", "zitiSession=c00k1e-4711-abcdef", "c00k1e-4711-abcdef"),
		c(Secret, "Set-Cookie: sid=s3ss10n-9921; HttpOnly", "set-cookie", "sid=s3ss10n-9921; HttpOnly", "s3ss10n-9921"),
		c(Secret, "no api session for session token 5b0c8a4e-9f0d-4c2e-8f57-0a1b2c3d4e5f", "zt-session", "5b0c8a4e-9f0d-4c2e-8f57-0a1b2c3d4e5f"),
		c(Secret, "dial postgres://zitiadmin:pgpw-Q7x@db.corp.example/ziti", "dsn", "postgres://zitiadmin:pgpw-Q7x@db.corp.example/ziti", "pgpw-Q7x"),
		c(Secret, "GET https://ctrl.corp.example:1280/enroll?method=ott&token=ott-77aa88bb99cc HTTP/1.1", "enrollmentToken", "ott-77aa88bb99cc"),
		c(Secret, "api key: AbCdEf1234567890GhIjKl", "apiKey", "AbCdEf1234567890GhIjKl"),
		c(Secret, "aws AKIAIOSFODNN7EXAMPLE denied", "aws_access_key", "AKIAIOSFODNN7EXAMPLE"),
		c(Secret, "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY", "aws_secret_access_key", "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"),
		c(Secret, "push with ghp_16C7e42F292c6912E7710c838347Ae178B4a", "githubToken", "ghp_16C7e42F292c6912E7710c838347Ae178B4a"),
		c(Secret, "slack xoxb-263594206564-FGqddMF8t08v8N7Oq4i57vs1", "slackToken", "xoxb-263594206564-FGqddMF8t08v8N7Oq4i57vs1"),
		c(Secret, "client_secret=cs_9f2b7c1d&grant_type=client_credentials", "client_secret", "cs_9f2b7c1d"),
		c(Secret, "loaded key "+pem, "privateKey", pem, "MHcCAQEEIBkg4LVWM9nuwNSk3yByxZpYRTBnVJk5GkMuMbCRnVeEoAoGCCqGSM49", "PEMbody"),
		c(Secret, "mfa code 482913 rejected", "totp", "482913"),
		c(Secret, "refresh_token=rt-5512-xyzzy-plugh", "refreshToken", "rt-5512-xyzzy-plugh"),
		c(IP, "dial tcp 10.42.7.19:6262: i/o timeout", "address", "tls:10.42.7.19:6262", "10.42.7.19"),
		c(IP, "connection from 203.0.113.77", "remote", "203.0.113.77:49152", "203.0.113.77"),
		c(IP, "no route to [2001:db8:85a3::8a2e:370:7334]:6262", "peerAddr", "tls:[2001:db8:85a3::8a2e:370:7334]:6262", "2001:db8:85a3::8a2e:370:7334"),
		c(IP, "mapped ::ffff:192.0.2.128 seen", "clientIp", "::ffff:192.0.2.128", "192.0.2.128"),
		c(IP, "link fe80::1ff:fe23:4567:890a%eth2 down", "src", "fe80::1ff:fe23:4567:890a%eth2", "fe80::1ff:fe23:4567:890a", "%eth2"),
		c(Host, "dial tcp: lookup ctrl7.prod.acme.internal on 10.0.0.2:53: no such host", "host", "ctrl7.prod.acme.internal", "ctrl7.prod.acme.internal", "acme"),
		c(Host, "unable to dial tls:edge-gw.acme.com:6262", "endpoint", "tls:edge-gw.acme.com:6262", "edge-gw", "acme"),
		c(Host, "x509: certificate is valid for zc1.acme.net, zc2.acme.net, not zc3.acme.net", "dnsNames", "zc1.acme.net", "zc1.acme.net", "zc3.acme.net", "acme"),
		c(Host, "read tcp zbox77:41022->zdb-prod:5432: reset", "hostname", "zbox77", "zbox77"),
		c(Host, "k8s ip-10-42-7-19.eu-west-1.compute.internal", "nodeName", "ip-10-42-7-19.eu-west-1.compute.internal", "ip-10-42-7-19"),
		c(Email, "invite sent to carol.meyer@acme.com", "mail", "carol.meyer@acme.com", "carol.meyer", "acme.com"),
		c(User, "authentication failed for user carolmeyer", "username", "carolmeyer"),
		c(User, "open /home/dmueller/ziti/ctrl.yml: permission denied", "configFile", "/home/dmueller/ziti/ctrl.yml", "dmueller"),
		c(Identity, `identity "Bob's Laptop" is disabled`, "identityName", "Bob's Laptop"),
		c(Identity, "subject CN=payroll-frontend,O=Acme Widgets Inc", "identity", "payroll-frontend", "payroll-frontend", "Acme Widgets"),
		c(Service, `service "payroll-db.ziti" has no terminators`, "serviceName", "payroll-db-svc", "payroll-db"),
		c(Router, `router 'er-frankfurt-3' not connected`, "routerName", "er-frankfurt-3"),
	}
}

// places are where a value can stand in what a controller, a collector or a crash writes.
var places = []struct {
	name  string
	lines func(c canary) string
}{
	{"message", func(c canary) string {
		return line(map[string]any{"level": "error", "msg": c.text, "time": "2026-11-22T19:32:09.475Z"})
	}},
	{"error", func(c canary) string {
		return line(map[string]any{"error": "wrapped: " + c.text, "level": "error", "msg": "failed", "time": "2026-11-22T19:32:09.475Z"})
	}},
	{"field", func(c canary) string {
		return line(map[string]any{c.field: c.value, "level": "info", "msg": "with field", "time": "2026-11-22T19:32:09.475Z"})
	}},
	{"nested JSON", func(c canary) string {
		return line(map[string]any{"data": map[string]any{"list": []any{map[string]any{c.field: c.value}}}, "msg": "nested"})
	}},
	{"JSON in a string", func(c canary) string {
		return line(map[string]any{"msg": "request body " + line(map[string]any{c.field: c.value, "n": 1})})
	}},
	{"JSON in JSON in a string", func(c canary) string {
		return line(map[string]any{"log": line(map[string]any{"msg": line(map[string]any{c.field: c.value})}) + "\n", "stream": "stderr"})
	}},
	{"base64", func(c canary) string {
		return line(map[string]any{"msg": "payload " + base64.StdEncoding.EncodeToString([]byte(line(map[string]any{c.field: c.value})))})
	}},
	{"URL-encoded", func(c canary) string {
		return line(map[string]any{"uri": "/oidc?state=" + url.QueryEscape(line(map[string]any{c.field: c.value})) + "&n=1"})
	}},
	{"pfxlog text", func(c canary) string {
		return fmt.Sprintf("[   1.204]   ERROR ziti/controller.(*Foo).bar: {%s=[%s]} %s", c.field, oneLine(c.value), oneLine(c.text))
	}},
	{"logrus text", func(c canary) string {
		return fmt.Sprintf("time=\"2026-11-22T19:32:09Z\" level=error msg=%q %s=%q", c.text, c.field, c.value)
	}},
	{"stack dump", func(c canary) string {
		return "panic: " + c.text + "\n\ngoroutine 1 [running]:\nmain.main()\n\t/usr/local/go/src/main.go:12 +0x1d"
	}},
	{"journald", func(c canary) string {
		return line(map[string]any{"MESSAGE": line(map[string]any{"msg": c.text}), "_HOSTNAME": "zlab-box-12", "_CMDLINE": "ziti controller run --config /home/dmueller/c.yml"})
	}},
	{"journald bytes", func(c canary) string {
		var nums []int
		for _, b := range []byte(line(map[string]any{"msg": c.text, c.field: c.value})) {
			nums = append(nums, int(b))
		}
		return line(map[string]any{"MESSAGE": nums})
	}},
	{"syslog", func(c canary) string {
		return "Nov 22 19:32:09 zlab-box-12 ziti-controller[711]: " + line(map[string]any{"msg": c.text, c.field: c.value})
	}},
	{"compose", func(c canary) string { return "ctrl1-1  | " + line(map[string]any{"msg": c.text, c.field: c.value}) }},
	{"value alone in prose", func(c canary) string {
		return line(map[string]any{"msg": "gave up on " + oneLine(c.value) + " after 3 tries"})
	}},
	{"key of an object", func(c canary) string {
		return line(map[string]any{"msg": "states", "states": map[string]any{oneLine(c.value): "up"}})
	}},
	{"name under its kind", func(c canary) string {
		if c.class != Identity && c.class != Service && c.class != Router {
			return line(map[string]any{c.field: []string{c.value}})
		}
		return line(map[string]any{"namespace": "entityChange", "entityType": map[Class]string{Identity: "identities", Service: "services", Router: "routers"}[c.class],
			"initialState": nil, "finalState": map[string]any{"id": "3waMmq7w7", "name": c.value}}) + "\n" + line(map[string]any{string(c.class): map[string]any{"name": c.value}})
	}},
	{"arguments", func(c canary) string {
		return line(map[string]any{"msg": "exec", "args": []string{"run", "--" + c.field, c.value, "--verbose"}, "env": []string{"X=1", c.field + "=" + c.value}})
	}},
	{"name and value", func(c canary) string {
		return line(map[string]any{"headers": []any{map[string]any{"name": c.field, "value": c.value}}})
	}},
	{"torn line", func(c canary) string {
		l := line(map[string]any{c.field: c.value, "msg": c.text, "zz": "tail tail tail"})
		return l[:len(l)-8]
	}},
}

func line(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func oneLine(s string) string { return strings.ReplaceAll(s, "\n", `\n`) }

// TestCanaries plants every value in every place and looks for it in the redacted lines, as it is and encoded.
func TestCanaries(t *testing.T) {
	var lines []string
	planted := 0
	for _, c := range canaries() {
		for _, p := range places {
			lines = append(lines, strings.Split(p.lines(c), "\n")...)
			planted++
		}
	}
	out := redactLines(t, Standard, lines)
	if len(out) != len(lines) {
		t.Fatalf("%d lines became %d", len(lines), len(out))
	}
	found := 0
	for _, c := range canaries() {
		for _, f := range c.find {
			for i, l := range out {
				if where := leak(l, f); where != "" {
					found++
					if found <= 40 {
						t.Errorf("%s %q found %s in line %d\n  was %.300s\n  is  %.300s", c.class, f, where, i, lines[i], l)
					}
				}
			}
		}
	}
	if planted < 120 {
		t.Errorf("only %d values planted", planted)
	}
	t.Logf("%d values planted, %d found", planted, found)
}

// leak looks for a value as it is, JSON-escaped, URL-encoded, in hex, and in what decodes as base64.
func leak(line, value string) string {
	low := strings.ToLower(line)
	has := func(s string) bool { return s != "" && strings.Contains(low, strings.ToLower(s)) }
	esc := strings.Trim(line2(value), `"`)
	switch {
	case has(value):
		return "raw"
	case has(esc):
		return "JSON-escaped"
	case has(strings.Trim(line2(esc), `"`)):
		return "JSON-escaped twice"
	case has(url.QueryEscape(value)), has(url.PathEscape(value)):
		return "URL-encoded"
	case has(hex.EncodeToString([]byte(value))):
		return "in hex"
	}
	if plain, err := url.QueryUnescape(line); err == nil && plain != line && strings.Contains(strings.ToLower(plain), strings.ToLower(value)) {
		return "URL-encoded"
	}
	for pad := range 3 { // base64 of the value at any of the three alignments
		enc := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", pad) + value))
		enc = strings.TrimRight(enc, "=")
		if skip := []int{0, 2, 3}[pad]; len(enc)-skip-2 > 6 && strings.Contains(line, enc[skip:len(enc)-2]) {
			return "in base64"
		}
	}
	return ""
}

func line2(s string) string { return line(s) }

func redactLines(t testing.TB, mode Mode, lines []string) []string {
	t.Helper()
	r, err := New(mode)
	if err != nil {
		t.Fatal(err)
	}
	s := r.Source("canary.log")
	for _, l := range lines {
		s.Learn([]byte(l))
	}
	s = r.Source("canary.log")
	var out []string
	for _, l := range lines {
		out = append(out, string(s.Line([]byte(l))))
	}
	return out
}
