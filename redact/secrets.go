package redact

import (
	"strings"
)

var awsKey = later(`\b(?:AKIA|ASIA|ABIA|AROA|AIDA)[A-Z0-9]{16}\b`)

// sure is how sure a shape's match is a secret.
type sure uint8

const (
	shape sure = iota // nothing else looks like that
	drawn             // if it looks drawn rather than written
	said              // if it does not consist of a message's words
	mixed             // and if it has letters and digits
)

// shapes are secrets that give themselves away. hint is a text, folded, without which the pattern cannot match.
var shapes = []struct {
	hint string
	how  sure
	re   *pattern
}{
	// a JWT, whole or its parts, e.g. of an enrolment: eyJhbGciOiJSUzI1NiIsImtpZCI6…
	{"eyj", shape, later(`eyJ[A-Za-z0-9_\-]{8,}(?:\.[A-Za-z0-9_\-]*){0,4}={0,2}`)},
	{"bearer", shape, later(`(?i)\bbearer[ :=]+"?([A-Za-z0-9._~+/\-]{6,}=*)`)},
	{"basic", shape, later(`(?i)\bbasic ([A-Za-z0-9+/]{8,}={0,2})`)},
	{"negotiate", shape, later(`(?i)\bnegotiate ([A-Za-z0-9+/]{16,}={0,2})`)},
	{"digest ", shape, later(`(?i)\bdigest (username=[^\n]{8,})`)},
	// https://user:password@host
	{"@", shape, later(`[a-zA-Z][a-zA-Z0-9+.\-]*:(?://)?([^\s/@:"'<>]*:[^\s@"'<>]+|[^\s/@:"'<>]{3,})@[\w\[]`)},
	{"akia", shape, awsKey},
	{"asia", shape, awsKey},
	{"abia", shape, awsKey},
	{"aroa", shape, awsKey},
	{"aida", shape, awsKey},
	{"sg.", shape, later(`\bSG\.[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{16,}`)},
	{"dckr_pat_", shape, later(`\bdckr_pat_[A-Za-z0-9_\-]{16,}`)},
	{"age-secret-key-", shape, later(`\bAGE-SECRET-KEY-1[A-Z0-9]{20,}`)},
	{"otpauth:", shape, later(`otpauth://[^\s"'<>]+`)},
	{"gh", shape, later(`\bgh[pousr]_[A-Za-z0-9]{20,}\b`)},
	{"github_pat_", shape, later(`\bgithub_pat_[A-Za-z0-9_]{20,}\b`)},
	{"glpat-", shape, later(`\bglpat-[A-Za-z0-9_\-]{16,}`)},
	{"xox", shape, later(`\bxox[abeoprs]-[A-Za-z0-9\-]{10,}`)},
	{"hooks.slack.com", shape, later(`hooks\.slack\.com/services/([A-Za-z0-9/]{20,})`)},
	{"aiza", shape, later(`\bAIza[A-Za-z0-9_\-]{30,}`)},
	{"k_live_", shape, later(`\b[spr]k_live_[A-Za-z0-9]{10,}`)},
	{"npm_", shape, later(`\bnpm_[A-Za-z0-9]{30,}`)},
	{"hvs.", shape, later(`\bhv[sbr]\.[A-Za-z0-9_\-]{16,}`)},
	{"sk-", shape, later(`\bsk-[A-Za-z0-9_\-]{20,}`)},
	{"$2", shape, later(`\$2[aby]?\$\d\d\$[./A-Za-z0-9]{53}`)},
	{"$argon2", shape, later(`\$argon2[a-z]*\$[^\s"']{20,}`)},
	{"$6$", shape, later(`\$6\$[^\s"':]{20,}`)},
	// ziti edge login -u admin -p …; mysql -p…
	{" -p", shape, later(`(?i)\b(?:login|ziti|mysql|psql|sshpass)\b[^\n]*? -p[ =]?['"]?([^\s'"]{3,})`)},
	{"--pass", shape, later(`(?i)--pass(?:word|phrase)?[ =]+['"]?([^\s'",\]]{2,})`)},
	{"--secret", shape, later(`(?i)--secret[ =]+['"]?([^\s'",\]]{2,})`)},
	{"--token", shape, later(`(?i)--token[ =]+['"]?([^\s'",\]]{2,})`)},
	{"--jwt", shape, later(`(?i)--jwt[ =]+['"]?([^\s'",\]]{2,})`)},
	// "session token 0c7f0d3e-… not found", "with api key abc123…"
	{"token", drawn, later(`(?i)\btokens?\b[ :=]*(?:is |was |of |for |value )?[\[('"]*([A-Za-z0-9+/=_.~\-]{12,})`)},
	{"key", drawn, later(`(?i)(?:\b|_)(?:api|access|private|secret|shared|signing|encryption|session|account)[ _-]?key\b[ :=]*(?:is |was )?[\[('"]*([A-Za-z0-9+/=_.~\-]{12,})`)},
	{"passw", said, later(`(?i)\bpassw(?:or)?d\b ?(?:is|was|of|=|:)? ?[\[('"]([^\s'"\])]{3,})[\])'"]`)},
	{"secret", said, later(`(?i)\bsecret\b ?(?:is|was|of|=|:)? ?[\[('"]([^\s'"\])]{3,})[\])'"]`)},
	{"passw", said, later(`(?i)\bpassw(?:or)?d (?:is|was|of) ([^\s'"\]),;]{4,})`)},
	{"passw", mixed, later(`(?i)\bpassw(?:or)?d ([^\s'"\]),;:=]{5,})`)},
	{"pass", said, later(`(?i)\bpass(?:word|wd|phrase)\b ?(?:is|was|of|=|:|->)? ?(?:"([^"\n\\= ][^"\n\\=]{2,80})"|'([^'\n\\= ][^'\n\\=]{2,80})')`)},
	{"secret", said, later(`(?i)\bsecret\b ?(?:is|was|of|=|:|->)? ?(?:"([^"\n\\= ][^"\n\\=]{2,80})"|'([^'\n\\= ][^'\n\\=]{2,80})')`)},
	{"secret", drawn, later(`(?i)\bsecret[ :=]+(?:is |was )?([A-Za-z0-9+/=_.~\-]{16,})`)},
	{"code", shape, later(`(?i)\b(?:recovery|backup)[ _-]?codes?\b[^\[\n]{0,12}\[([^\]\n]{4,})\]`)},
	{"code=", shape, later(`[?&]code=([\w\-./~%]{8,})`)},
	// curl -u admin:…
	{"-u", shape, later(`(?:^|\s)(?:-u|--user|--proxy-user)[ =]?['"]?[^\s:'"]+:([^\s'"]+)`)},
	// <password>…</password>, <add key="password" value="…"/>
	{"</", shape, later(`(?i)<[\w:.\-]*(?:passw(?:or)?d|secret|token|api_?key|passphrase|credential)[\w.\-]*(?: [^<>]*)?>([^<\s][^<]*)</`)},
	{"value=", shape, later(`(?i)(?:key|name)=\\?"[^"\\]*(?:passw(?:or)?d|secret|token|api_?key|passphrase)[^"\\]*\\?" +value=\\?"([^"\\]+)`)},
	{"code", drawn, later(`(?i)\b(?:mfa|totp|otp|verification|recovery|one.time)[ _-]?codes?\b[ :=]*(?:is |was )?[\[('"]*([A-Za-z0-9]{6,12})\b`)},
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
		out := r.replace(s, p.re, func(v string) string {
			if r.isToken(v) || emptyValue(v) || p.how == drawn && !random(v) || p.how == mixed && !letterAndDigit(v) || p.how >= said && r.prose(v) {
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

// prose says whether a text consists of words that messages are made of: what is said about a password is none.
func (r *Redactor) prose(v string) bool {
	for _, w := range strings.Fields(strings.ToLower(v)) {
		if w = strings.Trim(w, ".,;!"); !r.common[w] && !proseWords[w] {
			return false
		}
	}
	return true
}

// letterAndDigit says whether a word has both, as words in prose have not.
func letterAndDigit(v string) bool {
	return strings.ContainsAny(v, "0123456789") && strings.Trim(v, "0123456789.:-%") != ""
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

// begin and end of a PEM block, and of SSH2's own kind of it; the line feeds in it may be escaped, once or twice, or
// encoded.
var pemBlock = later(`(?s)-----BEGIN [A-Z0-9 ]+-----.*?-----END [A-Z0-9 ]+-----|---- BEGIN SSH2 [A-Z0-9 ]+----.*?---- END SSH2 [A-Z0-9 ]+----`)
var pemOpen = later(`(?s)(?:-----BEGIN [A-Z0-9 ]+-----|---- BEGIN SSH2 [A-Z0-9 ]+----)((?:\\.|[^"\\])*)`)

const pemBegin, pemEnd, ssh2Begin, ssh2End = "-----BEGIN ", "-----END ", "---- BEGIN SSH2 ", "---- END SSH2 "

// pemBlocks replaces PEM blocks, whatever is in them, and says whether the last one goes on in the next line.
func (r *Redactor) pemBlocks(s string) (string, bool) {
	if r.mode < Secrets || !strings.Contains(s, pemBegin) && !strings.Contains(s, ssh2Begin) {
		return s, false
	}
	s = pemBlock.get().ReplaceAllStringFunc(s, func(v string) string {
		r.count(Secret, 1)
		return r.book.token(Secret, pemValue(v))
	})
	open := false
	s = pemOpen.get().ReplaceAllStringFunc(s, func(string) string {
		open = true
		r.count(Secret, 1)
		return r.book.token(Secret, "PEM block")
	})
	return s, open
}

// pemEnds gives what follows the end of a block in a line that has one.
func pemEnds(line string) (string, bool) {
	for _, mark := range [...]string{pemEnd, ssh2End} {
		if _, rest, ok := strings.Cut(line, mark); ok {
			if _, after, ok := strings.Cut(rest, "----"); ok {
				return strings.TrimPrefix(after, "-"), true
			}
			return rest, true
		}
	}
	return "", false
}

// pemValue writes a block as it is in its file, so that the same key has the same token however it is escaped.
func pemValue(v string) string {
	v = strings.NewReplacer(`\\n`, "\n", `\n`, "\n", `\r`, "", "\r", "").Replace(v)
	return v
}

var pemBody = later(`^[A-Za-z0-9+/=]+`)

// pemLine: a line inside a block is base64, or a header such as "Proc-Type: 4,ENCRYPTED", which SSH2 carries over to the
// next line with a backslash, or blank. A wrapper may stand before it.
func pemLine(s string) bool {
	t := strings.TrimSpace(s)
	if t == "" || strings.HasSuffix(t, `\`) {
		return true
	}
	for _, h := range [...]string{"Proc-Type:", "DEK-Info:", "Comment:", "Subject:", "x-"} {
		if strings.HasPrefix(t, h) {
			return true
		}
	}
	fields := strings.Fields(t)
	last := strings.Trim(fields[len(fields)-1], `"'},`)
	if pemBody.get().FindString(last) != last {
		return false
	}
	return len(fields) == 1 || len(last) >= 40 || strings.HasSuffix(last, "=")
}
