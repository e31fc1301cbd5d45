package store

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"strings"
)

// Credential is what a server is shown: a bearer token, or a name and a password. The zero value is nothing. It is never
// printed.
type Credential struct {
	token, user, password string
}

// Bearer gives a credential of a token.
func Bearer(token string) Credential { return Credential{token: token} }

// Basic gives a credential of a name and a password.
func Basic(user, password string) Credential { return Credential{user: user, password: password} }

// String keeps a credential out of whatever prints it.
func (c Credential) String() string { return "(credential)" }

// GoString does so for %#v.
func (c Credential) GoString() string { return c.String() }

// Given says whether there is anything to show.
func (c Credential) Given() bool { return c.token != "" || c.user != "" }

func (c Credential) apply(r *http.Request) {
	switch {
	case c.token != "":
		r.Header.Set("Authorization", "Bearer "+c.token)
	case c.user != "":
		r.SetBasicAuth(c.user, c.password)
	}
}

// ParseCredential reads what a command prints: "user:password", or else a token.
func ParseCredential(text string) (Credential, error) {
	text = strings.TrimSpace(text)
	if text == "" || strings.ContainsAny(text, "\n\r") {
		return Credential{}, fmt.Errorf("want one line: a token, or name:password")
	}
	if user, password, ok := strings.Cut(text, ":"); ok {
		return Basic(user, password), nil
	}
	return Bearer(text), nil
}

// Netrc looks for a host in a file of lines such as "machine logs.example login zlog password …"; a "token …" instead of
// login and password is a bearer token. A file that others can read is refused where modes tell.
func Netrc(name, host string) (Credential, error) {
	f, err := os.Open(name)
	if err != nil {
		return Credential{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Credential{}, err
	}
	if info.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/' {
		return Credential{}, fmt.Errorf("%s: others can read it; chmod 600", name)
	}
	s := bufio.NewScanner(f)
	s.Split(bufio.ScanWords)
	var got Credential
	here, found := false, false
	for s.Scan() {
		key := s.Text()
		if key == "default" {
			here = !found
			continue
		}
		if !s.Scan() {
			break
		}
		v := s.Text()
		switch key {
		case "machine":
			if found {
				return got, nil
			}
			here = v == host
			found = found || here
		case "login", "password", "token":
			if !here {
				continue
			}
			found = true
			switch key {
			case "login":
				got.user = v
			case "password":
				got.password = v
			default:
				got.token = v
			}
		}
	}
	if err := s.Err(); err != nil {
		return Credential{}, fmt.Errorf("%s: %w", name, err)
	}
	if !got.Given() {
		return got, fmt.Errorf("%s: nothing for machine %s", name, host)
	}
	return got, nil
}
