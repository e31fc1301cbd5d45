package redact

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

// member is one member of a JSON object, by its place in the text.
type member struct {
	key            string
	keyFrom, keyTo int // with the quotes
	from, to       int // the value
}

// deepest is the depth beyond which nothing is taken apart any more, and a text is looked at as it stands. Hostile input may
// nest as it likes; what is decoded gets shorter each time, so no text of a log's length comes near it by itself.
const deepest = 64

// jsonEnd gives the end of the JSON value at i, -1 if there is none. It is lenient about what a value may hold.
func jsonEnd(s string, i, depth int) int {
	if i >= len(s) || depth > deepest {
		return -1
	}
	switch s[i] {
	case '"':
		return stringEnd(s, i)
	case '{', '[':
		closing := byte('}')
		if s[i] == '[' {
			closing = ']'
		}
		object := closing == '}'
		i = space(s, i+1)
		if i < len(s) && s[i] == closing {
			return i + 1
		}
		for {
			if object {
				if i >= len(s) || s[i] != '"' {
					return -1
				}
				if i = stringEnd(s, i); i < 0 {
					return -1
				}
				if i = space(s, i); i >= len(s) || s[i] != ':' {
					return -1
				}
				i = space(s, i+1)
			}
			if i = jsonEnd(s, i, depth+1); i < 0 {
				return -1
			}
			i = space(s, i)
			if i >= len(s) {
				return -1
			}
			if s[i] == closing {
				return i + 1
			}
			if s[i] != ',' {
				return -1
			}
			i = space(s, i+1)
		}
	}
	start := i
	for i < len(s) && (wordByte(s[i]) || s[i] == '-' || s[i] == '+' || s[i] == '.') {
		i++
	}
	if i == start {
		return -1
	}
	return i
}

func stringEnd(s string, i int) int {
	for i++; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		case '\n':
			return -1
		}
	}
	return -1
}

func space(s string, i int) int {
	for i < len(s) && (s[i] == ' ' || s[i] == '\t' || s[i] == '\n' || s[i] == '\r') {
		i++
	}
	return i
}

// members lists the members of the object that s is; s is known to be one.
func members(s string) []member {
	var out []member
	i := space(s, 1)
	for i < len(s) && s[i] == '"' {
		m := member{keyFrom: i}
		m.keyTo = stringEnd(s, i)
		m.key = unquote(s[m.keyFrom:m.keyTo])
		m.from = space(s, space(s, m.keyTo)+1)
		m.to = jsonEnd(s, m.from, 0)
		out = append(out, m)
		i = space(s, m.to)
		if i < len(s) && s[i] == ',' {
			i = space(s, i+1)
		}
	}
	return out
}

// object redacts the JSON object s, keeping its layout. of is the class of what the object describes, "" if that is
// not known; its name is of that class.
func (r *Redactor) object(s string, of Class, depth int) string {
	ms := members(s)
	kinds := siblings(s, ms)
	ofPod := of == Pod || r.ofPod(ms)
	inner := of
	if kinds != nil || of == "" {
		inner = described(s, ms, of)
	}
	var b strings.Builder
	last := 0
	for i, m := range ms {
		b.WriteString(s[last:m.keyFrom])
		b.WriteString(r.key(s[m.keyFrom:m.keyTo], m.key, depth))
		b.WriteString(s[m.keyTo:m.from])
		class, key := r.classOf(m.key), m.key
		if kinds != nil && kinds[i] != "" {
			class = kinds[i]
		}
		if class == "" && ofPod && fold(key) == "namespace" {
			class = Namespace
		}
		if class == "" && inner != "" {
			switch f := fold(key); {
			case f == "name":
				class = inner
			case s[m.from] == '{' && passesOn[f]:
				b.WriteString(r.object(s[m.from:m.to], inner, depth+1))
				last = m.to
				continue
			}
		}
		b.WriteString(r.value(s[m.from:m.to], key, class, depth))
		last = m.to
	}
	b.WriteString(s[last:])
	return b.String()
}

// key redacts a member's name: addresses and names may stand there too.
func (r *Redactor) key(raw, key string, depth int) string {
	out := ""
	if strings.ContainsAny(key, ".@:%") || len(key) >= 12 {
		out = r.text(key, depth+1)
	} else {
		out = r.knownValues(key)
	}
	if out != key {
		return quote(out, raw)
	}
	return raw
}

// value redacts one JSON value, which belongs to a key.
func (r *Redactor) value(raw, key string, class Class, depth int) string {
	if raw == "" {
		return raw
	}
	switch raw[0] {
	case '"':
		s := unquote(raw)
		out := r.field(key, class, s, depth)
		if out == s {
			return raw
		}
		return quote(out, raw)
	case '{':
		if class == Secret {
			return r.allSecret(raw)
		}
		if depth > deepest {
			return r.asItStands(raw, deepest+1)
		}
		switch class {
		case Identity, Service, Router, User, Host, Pod, Namespace:
			return r.object(raw, class, depth+1)
		}
		return r.object(raw, "", depth+1)
	case '[':
		if text, ok := byteArray(raw); ok { // journald writes what is not plain text as numbers
			if out := r.field(key, class, text, depth); out != text {
				return quote(out, raw)
			}
			return raw
		}
		return r.array(raw, key, class, depth)
	}
	if class == Secret && raw != "null" && raw != "true" && raw != "false" {
		if out := r.put(Secret, raw); out != raw {
			return strconv.Quote(out)
		}
	}
	return raw
}

// array redacts each element as a value of the array's key. In a list of arguments what follows --password is one.
func (r *Redactor) array(s, key string, class Class, depth int) string {
	if depth > deepest {
		return r.asItStands(s, deepest+1)
	}
	r.arguments(s, key, depth)
	var b strings.Builder
	last, flag := 0, Class("")
	for i := space(s, 1); i < len(s) && s[i] != ']'; {
		end := jsonEnd(s, i, 0)
		if end < 0 {
			break
		}
		c := class
		if c == "" {
			c = flag
		}
		b.WriteString(s[last:i])
		b.WriteString(r.value(s[i:end], key, c, depth+1))
		last = end
		flag = ""
		if arg := s[i:end]; len(arg) > 3 && arg[1] == '-' {
			if a := fold(unquote(arg)); !strings.ContainsAny(a, "= ") && secretKey(a) == Secret || a == "p" {
				flag = Secret
			}
		} else if last-len(arg) < 3 && headers[fold(unquote(arg))] { // ["Cookie","sid=…"]
			flag = Secret
		}
		if i = space(s, end); i < len(s) && s[i] == ',' {
			i = space(s, i+1)
		}
	}
	b.WriteString(s[last:])
	return b.String()
}

// headers are names that a list begins with if it is one of a header and its values.
var headers = map[string]bool{"cookie": true, "setcookie": true, "authorization": true, "proxyauthorization": true, "ztsession": true, "xapikey": true}

// arguments learns from a command line that comes as a list what would give itself away in one text.
func (r *Redactor) arguments(s, key string, depth int) {
	if !r.learn || !strings.HasPrefix(fold(key), "arg") && !strings.HasPrefix(fold(key), "c") || depth > deepest {
		return
	}
	var args []string
	for i := space(s, 1); i < len(s) && s[i] == '"'; {
		end := jsonEnd(s, i, 0)
		args = append(args, unquote(s[i:end]))
		if i = space(s, end); i < len(s) && s[i] == ',' {
			i = space(s, i+1)
		}
	}
	if len(args) > 2 {
		now := r.now
		r.now = nil // counted where it stands
		r.text(strings.Join(args, " "), depth+1)
		r.now = now
	}
}

// allSecret replaces every string and number in an object that belongs to a secret's key.
func (r *Redactor) allSecret(s string) string {
	var b strings.Builder
	last := 0
	for _, m := range members(s) {
		b.WriteString(s[last:m.from])
		b.WriteString(r.value(s[m.from:m.to], m.key, Secret, deepest))
		last = m.to
	}
	b.WriteString(s[last:])
	return b.String()
}

// byteArray reads [123,34,…] as the text that it is.
func byteArray(s string) (string, bool) {
	if len(s) < 16 || s[1] < '0' || s[1] > '9' || strings.ContainsAny(s, `"{.-`) {
		return "", false
	}
	var nums []uint8
	var wide []int
	if json.Unmarshal([]byte(s), &wide) != nil {
		return "", false
	}
	for _, n := range wide {
		if n < 0 || n > 255 {
			return "", false
		}
		nums = append(nums, uint8(n))
	}
	text := string(nums)
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	return text, printable(text)
}

func unquote(s string) string {
	if len(s) < 2 || s[0] != '"' {
		return s
	}
	in := s[1 : len(s)-1]
	if strings.IndexByte(in, '\\') < 0 {
		return in
	}
	var out string
	if json.Unmarshal([]byte(s), &out) == nil {
		return out
	}
	return in
}

// quote writes a JSON string as the one that it replaces was written: with < and > escaped or not.
func quote(s, like string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(strings.Contains(like, `\u003`) || strings.Contains(like, `\u0026`))
	_ = e.Encode(s)
	return strings.TrimSuffix(b.String(), "\n")
}

func wordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}
