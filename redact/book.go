package redact

import (
	"net/netip"
	"sort"
	"strconv"
	"strings"
)

// book knows which token stands for which value. One value has one token, whatever it is seen as.
type book struct {
	tokens map[string]string // value, folded to lower case → token
	values []Entry           // in the order of appearance
	next   map[Class]int
	nets   map[netip.Prefix]int
}

// Entry is one line of the map that gives the owner of the logs the values back.
type Entry struct {
	Token string `json:"token"`
	Class Class  `json:"class"`
	Value string `json:"value"`
}

func newBook() *book {
	return &book{tokens: map[string]string{}, next: map[Class]int{}, nets: map[netip.Prefix]int{}}
}

// token gives a value's token, a new one if it has none.
func (b *book) token(c Class, value string) string {
	value = shortened(value)
	key := strings.ToLower(value)
	if t, ok := b.tokens[key]; ok {
		return t
	}
	b.next[c]++
	t := string(c) + "-" + strconv.Itoa(b.next[c])
	b.enter(c, key, value, t)
	return t
}

func (b *book) enter(c Class, key, value, token string) {
	b.tokens[key] = token
	b.values = append(b.values, Entry{Token: token, Class: c, Value: value})
}

// address gives an IP address its token, in which the subnet (/24, or /64 of IPv6) can be told: net-1.ip-3. A mapped
// address (::ffff:10.0.0.1) is the one it maps.
func (b *book) address(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	key := a.String()
	if t, ok := b.tokens[key]; ok {
		return t
	}
	bits := 64
	if a.Is4() {
		bits = 24
	}
	p, _ := a.Prefix(bits)
	if b.nets[p] == 0 {
		b.nets[p] = len(b.nets) + 1
	}
	b.next[IP]++
	t := "net-" + strconv.Itoa(b.nets[p]) + ".ip-" + strconv.Itoa(b.next[IP])
	b.enter(IP, key, key, t)
	return t
}

// tokenShape is what tokens look like. A value of that shape is left alone, so that redacting twice changes nothing.
var tokenShape = later(`^\*?(?:net-\d+\.ip|[a-z]{2,20})-\d+$`)

// known classes of tokens; own classes are added by New.
func (r *Redactor) isToken(s string) bool {
	if len(s) > 40 || !tokenShape.get().MatchString(s) {
		return false
	}
	if strings.HasPrefix(s, "net-") {
		return true
	}
	return r.classes[Class(s[:strings.LastIndexByte(s, '-')])]
}

// Map gives every value that was replaced, by token. It is for the owner of the logs alone.
func (r *Redactor) Map() []Entry {
	out := append([]Entry{}, r.book.values...)
	sort.SliceStable(out, func(i, j int) bool {
		if out[i].Class != out[j].Class {
			return out[i].Class < out[j].Class
		}
		return number(out[i].Token) < number(out[j].Token)
	})
	return out
}

func number(token string) int {
	n, _ := strconv.Atoi(token[strings.LastIndexByte(token, '-')+1:])
	return n
}
