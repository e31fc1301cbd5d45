package store

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// authority issues certificates of a test.
type authority struct {
	t    *testing.T
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	file string
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t, dir: t.TempDir()}
	a.cert, a.key, a.file, _ = a.issue("authority", nil)
	return a
}

// issue makes a certificate of 127.0.0.1, signed by the authority or by itself, and the files of it and its key.
func (a *authority) issue(name string, from *authority) (cert *x509.Certificate, key *ecdsa.PrivateKey, certFile, keyFile string) {
	a.t.Helper()
	must := func(err error) {
		if err != nil {
			a.t.Fatal(err)
		}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	c := &x509.Certificate{SerialNumber: big.NewInt(int64(len(name))), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, BasicConstraintsValid: true, IsCA: from == nil,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}}
	parent, signer := c, key
	if from != nil {
		parent, signer = from.cert, from.key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, signer)
	must(err)
	cert, err = x509.ParseCertificate(der)
	must(err)
	raw, err := x509.MarshalECPrivateKey(key)
	must(err)
	certFile, keyFile = filepath.Join(a.dir, name+".pem"), filepath.Join(a.dir, name+".key")
	must(os.WriteFile(certFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	must(os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: raw}), 0o600))
	return cert, key, certFile, keyFile
}

// TestAPrivateAuthorityAndAClientsCertificate asks a server that has a certificate of a private authority and wants one of it.
func TestAPrivateAuthorityAndAClientsCertificate(t *testing.T) {
	ours, others := newAuthority(t), newAuthority(t)
	_, _, serverCert, serverKey := ours.issue("server", ours)
	_, _, cert, key := ours.issue("client", ours)
	_, _, wrongCert, wrongKey := others.issue("client", others)
	pair, err := tls.LoadX509KeyPair(serverCert, serverKey)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "hello ", r.TLS.PeerCertificates[0].Subject.CommonName)
	}))
	pool := x509.NewCertPool()
	pool.AddCert(ours.cert)
	srv.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool}
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	defer srv.Close()
	for name, c := range map[string]struct {
		opt  Options
		want string // of the answer, or else of the error
	}{
		"all as it should be":           {Options{CA: ours.file, Cert: cert, Key: key}, "hello client"},
		"no authority":                  {Options{Cert: cert, Key: key}, "certificate signed by unknown authority"},
		"another authority":             {Options{CA: others.file, Cert: cert, Key: key}, "certificate signed by unknown authority"},
		"no certificate":                {Options{CA: ours.file}, "certificate required"},
		"a certificate of others":       {Options{CA: ours.file, Cert: wrongCert, Key: wrongKey}, "tls:"},
		"a certificate without its key": {Options{CA: ours.file, Cert: cert}, "go together"},
		"a key of another":              {Options{CA: ours.file, Cert: cert, Key: wrongKey}, "does not match"},
		"a file without certificates":   {Options{CA: key}, "certificates: none in"},
	} {
		t.Run(name, func(t *testing.T) {
			opt := (&clock{}).options()
			opt.CA, opt.Cert, opt.Key = c.opt.CA, c.opt.Cert, c.opt.Key
			got, err := askedOf(t, opt, srv.URL)
			if err != nil {
				got = err.Error()
			}
			if !strings.Contains(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if strings.Contains(got, "PRIVATE") {
				t.Errorf("a key is in %q", got)
			}
		})
	}
}
