package redact

import (
	"strings"
	"testing"
)

// FuzzPatternsMatchOnlyWhereTheyAreTried: a pattern of addresses matches no text in which it is not looked for.
func FuzzPatternsMatchOnlyWhereTheyAreTried(f *testing.F) {
	for _, s := range []string{
		"tls:ctrl1.example.com:6262", "HTTPS://ziti:1280/edge", "xtls:a:1", "\u017fsh:host:22", "http\u017f://host", "x\u212aamqp:h:1", "spiffe://trust/controller/c", "transport:a",
		"Address:hera:6262", "server hera:6262", "peer= ['hera:62", "09:20:06", "[2024-05-22 09:20:06.008]", "connect to\n hera:6262", "ADDR\u017f: hera:6262", "addre\u017f\u017f=a:22",
		"dial tcp4 hera:1", "lookup hera: no such host", "a->hera:80", "ch{ctrl}->u{classic}->i{8O1X}", "->hera", "Host: hera", "DNS:hera", "ssh hera ", "resolve host hera",
		"read udp 1.2.3.4:5->6.7.8.9:10", "name resolution for hera,",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, p := range map[string]struct {
			re  *pattern
			may func(string) bool
		}{"dialled": {dialled, mayDial}, "named": {named, mayName}, "withPort": {withPort, mayHavePort}} {
			for _, in := range []string{s, "x " + s, strings.ToUpper(s), s + ":62 tls:"} {
				if !p.may(in) && p.re.get().MatchString(in) {
					t.Errorf("%s matches %q and is not tried there", name, in)
				}
			}
		}
	})
}
