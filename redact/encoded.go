package redact

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strings"
	"unicode/utf8"
)

// encoded redacts what is URL-encoded, base64 or hexadecimal in a text, and writes it back encoded alike.
func (r *Redactor) encoded(s string, depth int) string {
	if depth >= deepest {
		return s
	}
	var b *strings.Builder
	last := 0
	for i := 0; i < len(s); {
		if !encodedByte(s[i]) {
			i++
			continue
		}
		end, percent := i, false
		for end < len(s) && encodedByte(s[end]) {
			percent = percent || s[end] == '%'
			end++
		}
		run, from := s[i:end], i
		i = end
		if len(run) < 8 {
			continue
		}
		var out string
		if percent {
			out = r.urlEncoded(run, depth)
		} else {
			out = r.packed(run, depth)
		}
		if out == run {
			continue
		}
		if b == nil {
			b = &strings.Builder{}
		}
		b.WriteString(s[last:from])
		b.WriteString(out)
		last = end
	}
	if b == nil {
		return s
	}
	b.WriteString(s[last:])
	return b.String()
}

func encodedByte(c byte) bool {
	return wordByte(c) || c == '+' || c == '/' || c == '=' || c == '-' || c == '%' || c == '.' || c == '~'
}

// userPassword is what a header of basic authentication holds; nothing else that is said in base64 looks like it.
var userPassword = later(`^[A-Za-z0-9._@+\-]{1,64}:[!-~]{3,128}$`)

func (r *Redactor) urlEncoded(run string, depth int) string {
	n := strings.Count(run, "%")
	if key, value, ok := strings.Cut(run, "="); ok && r.pairClass(key) == Secret { // password=a%26b: the sign belongs to the value
		if v, err := url.QueryUnescape(value); err == nil && !emptyValue(v) && !r.isToken(v) {
			return key + "=" + r.put(Secret, v)
		}
	}
	plain, err := url.QueryUnescape(run)
	if err != nil {
		if plain, err = url.PathUnescape(run); err != nil {
			return run
		}
	}
	if plain == run || n == 0 || !printable(plain) {
		return run
	}
	out := r.text(plain, depth+1)
	if out == plain {
		return run
	}
	return url.QueryEscape(out)
}

// packed redacts what is base64 or hexadecimal. Of a run with a sign that also parts key and value, the last part is
// tried.
func (r *Redactor) packed(run string, depth int) string {
	if at := strings.LastIndexByte(strings.TrimRight(run, "="), '='); at >= 0 {
		if len(run)-at-1 < 8 {
			return run
		}
		return run[:at+1] + r.packed(run[at+1:], depth)
	}
	if strings.HasPrefix(run, "eyJ") {
		return run // a JWT is replaced as a whole
	}
	if strings.IndexByte(run, '.') >= 0 {
		return run
	}
	if len(run)%2 == 0 && len(run) >= 12 {
		if raw, err := hex.DecodeString(run); err == nil {
			if out, ok := r.inside(raw, depth); ok {
				return hex.EncodeToString([]byte(out))
			}
			return run
		}
	}
	body := strings.TrimRight(run, "=")
	enc := base64.RawStdEncoding
	if strings.ContainsAny(body, "-_") {
		enc = base64.RawURLEncoding
	}
	if len(body)%4 == 1 { // cut
		body = body[:len(body)-1]
	}
	raw, err := enc.DecodeString(body)
	if err != nil {
		return run
	}
	if len(run) >= 12 && userPassword.get().Match(raw) {
		return r.put(Secret, run)
	}
	out, ok := r.inside(raw, depth)
	if !ok {
		return run
	}
	if strings.HasSuffix(run, "=") {
		if enc == base64.RawURLEncoding {
			return base64.URLEncoding.EncodeToString([]byte(out))
		}
		return base64.StdEncoding.EncodeToString([]byte(out))
	}
	return enc.EncodeToString([]byte(out))
}

// inside redacts what was decoded, and says whether anything was.
func (r *Redactor) inside(raw []byte, depth int) (string, bool) {
	s := string(raw)
	if len(s) < 4 || !printable(s) {
		return "", false
	}
	out, _ := r.pemBlocks(s)
	out = r.text(out, depth+1)
	return out, out != s
}

// printable: text that someone wrote, not bytes that happen to be UTF-8.
func printable(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	odd := 0
	for _, c := range s {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != 0x1b || c == 0x7f {
			return false
		}
		if c > 0x7e {
			odd++
		}
	}
	return odd*8 <= len(s)
}
