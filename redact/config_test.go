package redact

import (
	"strings"
	"testing"
)

func TestLoadReportsAllMistakes(t *testing.T) {
	_, err := Load("own.yaml", []byte("version: 1\npatterns:\n  - {class: X1, regex: '('}\n  - {class: ok, regex: 'a*'}\n  - {class: ok, regex: a, mode: loud}\n"))
	for _, want := range []string{`class "X1"`, "missing closing )", "matches nothing at all", `"loud"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %v", want, err)
		}
	}
	if _, err := Load("own.yaml", []byte("patern: []\n")); err == nil {
		t.Error("an unknown key is taken")
	}
}

func TestOwnPatternsKeysAndWhatStays(t *testing.T) {
	c, err := Load("own.yaml", []byte("patterns:\n  - {class: customer, regex: 'cust-(\\d{6})'}\nkeys:\n  secret: [vaultPhrase]\n  host: [siteName]\nallow:\n  values: [10.9.8.7]\n  hosts: [acme.org]\n"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := New(Standard, c)
	if err != nil {
		t.Fatal(err)
	}
	got := r.Text(`{"msg":"cust-123456 at 10.9.8.7 via docs.acme.org","vaultPhrase":"open","siteName":"plant9"} cust-123456`)
	want := `{"msg":"cust-customer-1 at 10.9.8.7 via docs.acme.org","vaultPhrase":"secret-1","siteName":"host-1"} cust-customer-1`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestTokensAreTheSameEverywhere(t *testing.T) {
	out := redactLines(t, Standard, []string{
		`{"address":"tls:10.1.2.3:6262","identityName":"Bob's Laptop"}`,
		`dial ::ffff:10.1.2.3 for bob's laptop, next 10.1.2.4, far 10.9.9.9`,
	})
	want := []string{
		`{"address":"tls:net-1.ip-1:6262","identityName":"identity-1"}`,
		`dial net-1.ip-1 for identity-1, next net-1.ip-2, far net-2.ip-3`,
	}
	for i := range want {
		if out[i] != want[i] {
			t.Errorf("got  %s\nwant %s", out[i], want[i])
		}
	}
}
