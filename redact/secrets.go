package redact

import (
	"regexp"
	"strings"
)

// shapes are secrets that give themselves away. hint is a text, folded, without which the pattern cannot match.
var shapes = []struct {
	hint string
	re   *regexp.Regexp
}{
	// a JWT, whole or its parts, e.g. of an enrolment: eyJhbGciOiJSUzI1NiIsImtpZCI6…
	{"eyj", regexp.MustCompile(`eyJ[A-Za-z0-9_\-]{8,}(?:\.[A-Za-z0-9_\-]*){0,4}={0,2}`)},
	{"bearer", regexp.MustCompile(`(?i)\bbearer[ :=]+"?([A-Za-z0-9._~+/\-]{6,}=*)`)},
	{"basic", regexp.MustCompile(`(?i)\bbasic ([A-Za-z0-9+/]{8,}={0,2})`)},
	{"negotiate", regexp.MustCompile(`(?i)\bnegotiate ([A-Za-z0-9+/]{16,}={0,2})`)},
	{"digest ", regexp.MustCompile(`(?i)\bdigest (username=[^\n]{8,})`)},
	// https://user:password@host
	{"@", regexp.MustCompile(`[a-zA-Z][a-zA-Z0-9+.\-]*:(?://)?([^\s/@:"'<>]*:[^\s@"'<>]+|[^\s/@:"'<>]{3,})@[\w\[]`)},
	{"akia", regexp.MustCompile(`\b(?:AKIA|ASIA)[A-Z0-9]{16}\b`)},
	{"asia", regexp.MustCompile(`\b(?:AKIA|ASIA)[A-Z0-9]{16}\b`)},
	{"gh", regexp.MustCompile(`\bgh[pousr]_[A-Za-z0-9]{20,}\b`)},
	{"github_pat_", regexp.MustCompile(`\bgithub_pat_[A-Za-z0-9_]{20,}\b`)},
	{"glpat-", regexp.MustCompile(`\bglpat-[A-Za-z0-9_\-]{16,}`)},
	{"xox", regexp.MustCompile(`\bxox[abeoprs]-[A-Za-z0-9\-]{10,}`)},
	{"hooks.slack.com", regexp.MustCompile(`hooks\.slack\.com/services/([A-Za-z0-9/]{20,})`)},
	{"aiza", regexp.MustCompile(`\bAIza[A-Za-z0-9_\-]{30,}`)},
	{"k_live_", regexp.MustCompile(`\b[spr]k_live_[A-Za-z0-9]{10,}`)},
	{"npm_", regexp.MustCompile(`\bnpm_[A-Za-z0-9]{30,}`)},
	{"hvs.", regexp.MustCompile(`\bhv[sbr]\.[A-Za-z0-9_\-]{16,}`)},
	{"sk-", regexp.MustCompile(`\bsk-[A-Za-z0-9_\-]{20,}`)},
	{"$2", regexp.MustCompile(`\$2[aby]?\$\d\d\$[./A-Za-z0-9]{53}`)},
	{"$argon2", regexp.MustCompile(`\$argon2[a-z]*\$[^\s"']{20,}`)},
	{"$6$", regexp.MustCompile(`\$6\$[^\s"':]{20,}`)},
	// ziti edge login -u admin -p …; mysql -p…
	{" -p", regexp.MustCompile(`(?i)\b(?:login|ziti|mysql|psql|sshpass)\b[^\n]*? -p[ =]?['"]?([^\s'"]{3,})`)},
	{"--pass", regexp.MustCompile(`(?i)--pass(?:word|phrase)?[ =]+['"]?([^\s'",\]]{2,})`)},
	{"--secret", regexp.MustCompile(`(?i)--secret[ =]+['"]?([^\s'",\]]{2,})`)},
	{"--token", regexp.MustCompile(`(?i)--token[ =]+['"]?([^\s'",\]]{2,})`)},
	{"--jwt", regexp.MustCompile(`(?i)--jwt[ =]+['"]?([^\s'",\]]{2,})`)},
	// "session token 0c7f0d3e-… not found", "with api key abc123…"
	{"token", regexp.MustCompile(`(?i)\btokens?\b[ :=]*(?:is |was |of |for |value )?[\[('"]*([A-Za-z0-9+/=_.~\-]{12,})`)},
	{"key", regexp.MustCompile(`(?i)\b(?:api|access|private|secret|shared|signing|encryption|session)[ _-]?key\b[ :=]*(?:is |was )?[\[('"]*([A-Za-z0-9+/=_.~\-]{12,})`)},
	{"passw", regexp.MustCompile(`(?i)\bpassw(?:or)?d\b ?(?:is|was|of|=|:)? ?[\[('"]([^\s'"\])]{3,})[\])'"]`)},
	{"secret", regexp.MustCompile(`(?i)\bsecret\b ?(?:is|was|of|=|:)? ?[\[('"]([^\s'"\])]{3,})[\])'"]`)},
	{"passw", regexp.MustCompile(`(?i)\bpassw(?:or)?d (?:is|was|of) ([^\s'"\]),;]{4,})`)},
	{"code", regexp.MustCompile(`(?i)\b(?:mfa|totp|otp|verification|recovery|one.time)[ _-]?codes?\b[ :=]*(?:is |was )?[\[('"]*([A-Za-z0-9]{6,12})\b`)},
}

// secrets replaces secrets that are known by their shape.
func (r *Redactor) secrets(s string) string {
	low := ""
	for i := range shapes {
		p := &shapes[i]
		if low == "" {
			low = strings.ToLower(s)
		}
		if !strings.Contains(low, p.hint) {
			continue
		}
		word := p.hint == "token" || p.hint == "key" || p.hint == "code"
		out := r.replace(s, p.re, func(v string) string {
			if r.isToken(v) || emptyValue(v) || word && !random(v) || (p.hint == "passw" || p.hint == "secret") && (r.common[strings.ToLower(v)] || proseWords[strings.ToLower(v)]) {
				return v
			}
			if p.hint == "@" && r.plainUser(v) {
				return v
			}
			return r.put(Secret, v)
		})
		if out != s {
			s, low = out, ""
		}
	}
	return s
}

// plainUser: what stands before the @ is a token of ours, or a scheme's like in user:pw.
func (r *Redactor) plainUser(v string) bool {
	user, pass, both := strings.Cut(v, ":")
	return r.isToken(user) && (!both || r.isToken(pass))
}

// random says whether a word looks drawn rather than written: it has digits, or capitals inside.
func random(v string) bool {
	digit, upper, low := 0, 0, 0
	for i := 0; i < len(v); i++ {
		switch c := v[i]; {
		case c >= '0' && c <= '9':
			digit++
		case c >= 'A' && c <= 'Z' && i > 0:
			upper++
		case c >= 'a' && c <= 'z':
			low++
		}
	}
	if strings.Contains(v, "://") || strings.Contains(v, "/") && digit == 0 {
		return false
	}
	return digit > 1 || upper > 2 && low > 2
}

// begin and end of a PEM block; the line feeds in it may be escaped, once or twice, or encoded.
var pemBlock = regexp.MustCompile(`(?s)-----BEGIN [A-Z0-9 ]+-----.*?-----END [A-Z0-9 ]+-----`)
var pemOpen = regexp.MustCompile(`(?s)-----BEGIN [A-Z0-9 ]+-----([^"]*)`)

// pemBlocks replaces PEM blocks, whatever is in them, and says whether the last one goes on in the next line.
func (r *Redactor) pemBlocks(s string) (string, bool) {
	if r.mode < Secrets || !strings.Contains(s, "-----BEGIN ") {
		return s, false
	}
	s = pemBlock.ReplaceAllStringFunc(s, func(v string) string {
		r.count(Secret, 1)
		return r.book.token(Secret, pemValue(v))
	})
	open := false
	s = pemOpen.ReplaceAllStringFunc(s, func(string) string {
		open = true
		r.count(Secret, 1)
		return r.book.token(Secret, "PEM block")
	})
	return s, open
}

// pemValue writes a block as it is in its file, so that the same key has the same token however it is escaped.
func pemValue(v string) string {
	v = strings.NewReplacer(`\\n`, "\n", `\n`, "\n", `\r`, "", "\r", "").Replace(v)
	return v
}

var pemBody = regexp.MustCompile(`^[A-Za-z0-9+/=]+`)

// pemLine: a line inside a block is base64, or a header such as "Proc-Type: 4,ENCRYPTED", or blank. A wrapper may
// stand before it.
func pemLine(s string) bool {
	t := strings.TrimSpace(s)
	if t == "" || strings.HasPrefix(t, "Proc-Type:") || strings.HasPrefix(t, "DEK-Info:") {
		return true
	}
	fields := strings.Fields(t)
	last := strings.Trim(fields[len(fields)-1], `"'},`)
	if pemBody.FindString(last) != last {
		return false
	}
	return len(fields) == 1 || len(last) >= 40 || strings.HasSuffix(last, "=")
}
