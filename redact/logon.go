package redact

import "strings"

// logon is an account as Windows writes it, DOMAIN\user, the backslash escaped or not. A path is none: it has another
// backslash before or after.
var logon = later(`(?:^|[\s"'=(\[,;{])([A-Za-z][\w.\-]{1,62})\\{1,4}([A-Za-z_][\w.$\-]{0,62})(?:$|[^\w\\$.\-])`)

// logonWords before an account leave no doubt that it is one.
var logonWords = set(`user username login logon account principal for as by of owner runas`)

// wellKnown are domains of accounts that every machine has, and roots of the registry.
var wellKnown = set(`authority builtin hklm hkcu hkcr hku`)

// logons replaces the accounts in a text, domain and user each.
func (r *Redactor) logons(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	last := 0
	for at := 0; at < len(s); {
		m := logon.get().FindStringSubmatchIndex(s[at:])
		if m == nil {
			break
		}
		from, slash, name, to := at+m[2], at+m[3], at+m[4], at+m[5]
		at = to
		area, user := s[from:slash], strings.TrimRight(s[name:to], ".-$")
		if user == "" || !r.account(s[:from], area, user) {
			continue
		}
		b.WriteString(s[last:from])
		b.WriteString(r.put(Host, area))
		b.WriteString(s[slash:name])
		b.WriteString(r.put(User, user))
		last = name + len(user)
	}
	if last == 0 {
		return s
	}
	b.WriteString(s[last:])
	return b.String()
}

// account says whether area\user is one, by the words that stand there and the word before them: EOF\nerror is a line
// feed, READ\WRITE is prose.
func (r *Redactor) account(before, area, user string) bool {
	lowArea, low := strings.ToLower(area), strings.ToLower(user)
	if r.isToken(user) || wellKnown[lowArea] || sourceFile(user) {
		return false
	}
	ours := r.common[lowArea] || proseWords[lowArea]
	words := strings.Fields(strings.ToLower(before))
	told := len(words) > 0 && logonWords[strings.Trim(words[len(words)-1], `"'=([,:;{`)]
	if strings.IndexByte("abfnrtuvx", user[0]) >= 0 { // \n, \t, \u003e, \x16
		rest := low[1:]
		if rest == "" || r.common[rest] || proseWords[rest] || rest[0] >= '0' && rest[0] <= '9' || ours && !told {
			return false
		}
	}
	if told {
		return true
	}
	if ours && (r.common[low] || proseWords[low]) {
		return false
	}
	return r.isToken(area) || domain(area) || netbios(area)
}

// netbios says whether s is a domain's short name, in capitals.
func netbios(s string) bool {
	return len(s) <= 15 && s == strings.ToUpper(s) && strings.IndexByte(s, '.') < 0
}
