package redact

import (
	"bytes"
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
)

// Redactor replaces values by tokens. It is for one run, and for one goroutine.
type Redactor struct {
	mode    Mode
	book    *book
	keys    map[string]Class // data key, folded, → class of its value
	classes map[Class]bool   // all that tokens may start with
	own     []Pattern
	hosts   map[string]bool   // hosts that stay, and what is below them
	keep    map[string]bool   // values that stay, folded; never an excuse for a secret
	common  map[string]bool   // words that are not searched for in texts
	known   index             // values to search for in texts
	cache   map[string]cached // texts seen before; logs repeat themselves
	room    int               // bytes that the cache may still take
	sources []*Stream
	now     *Stream // whose counts go up
	learn   bool    // only collect values
}

type cached struct {
	out    string
	counts map[Class]int
}

// Sizes of the cache: texts up to cacheText bytes, nested up to cacheDepth, cacheEntries of them, and no more than cacheBytes in all.
const (
	cacheText    = 1024
	cacheDepth   = 16 // what is nested deeper may not be taken apart to its end
	cacheEntries = 1 << 16
	cacheBytes   = 8 << 20
)

// New makes a redactor with the built-in configuration and those given.
func New(mode Mode, configs ...*Config) (*Redactor, error) {
	r := &Redactor{mode: mode, book: newBook(), keys: map[string]Class{}, classes: map[Class]bool{}, hosts: map[string]bool{},
		keep: map[string]bool{}, common: map[string]bool{}, cache: map[string]cached{}}
	for _, c := range []Class{Secret, IP, Host, Email, User, Identity, Service, Router, Name, ID, Fingerprint, Path, Node, Pod, Namespace} {
		r.classes[c] = true
	}
	base, err := base()
	if err != nil {
		return nil, err
	}
	for _, c := range append([]*Config{base}, configs...) {
		for class, keys := range c.Keys {
			r.classes[class] = true
			for _, k := range keys {
				r.keys[fold(k)] = class
			}
		}
		for _, p := range c.Patterns {
			r.classes[p.Class] = true
			r.own = append(r.own, p)
		}
		for _, h := range c.Allow.Hosts {
			r.hosts[strings.ToLower(h)] = true
		}
		for _, v := range c.Allow.Values {
			r.keep[strings.ToLower(v)] = true
		}
		for _, w := range c.Common {
			r.common[w] = true
		}
	}
	r.known.init()
	return r, nil
}

// base is the built-in configuration; it is read once.
var base = sync.OnceValues(func() (*Config, error) { return Load("builtin.yaml", builtin) })

// Mode gives the redactor's mode.
func (r *Redactor) Mode() Mode { return r.mode }

// Keep names values that stay unless the mode is strict: the nodes' short names. What is seen to be a secret, or a host
// with dots, does not stay for that.
func (r *Redactor) Keep(names ...string) {
	if r.mode >= Strict {
		return
	}
	for _, n := range names {
		if shortName(n) && !r.keep[strings.ToLower(n)] {
			r.keep[strings.ToLower(n)] = true
			clear(r.cache)
		}
	}
}

// shortName: a name without dots that may be a node's.
func shortName(s string) bool {
	if len(s) == 0 || len(s) > 40 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if !wordByte(s[i]) && s[i] != '-' {
			return false
		}
	}
	return true
}

// Stream is one source of lines. A PEM block may go on over lines, so lines come in order.
type Stream struct {
	Name   string
	alias  string
	r      *Redactor
	pem    bool
	header bool          // of the PEM block; it goes on in the next line
	counts map[Class]int // replaced
	seen   map[Class]int // found while learning
}

// Source gives the stream of that name. Lines of a stream are given in order, once to Learn and then once to Line.
func (r *Redactor) Source(name string) *Stream {
	for _, s := range r.sources {
		if s.Name == name {
			s.pem, s.header = false, false
			return s
		}
	}
	s := &Stream{Name: name, r: r, counts: map[Class]int{}, seen: map[Class]int{}}
	r.sources = append(r.sources, s)
	return s
}

// Learn takes note of the values in a line, so that Line finds them where nothing but the value gives them away. All
// lines of a run are learned before the first is redacted.
func (s *Stream) Learn(line []byte) {
	if s.r.mode == Off {
		return
	}
	if !s.r.learn {
		s.r.learn = true
		clear(s.r.cache)
	}
	s.line(string(line))
}

// Line gives a line, which has no line feed in it, with its values replaced. The result has none either.
func (s *Stream) Line(line []byte) []byte {
	if s.r.mode == Off {
		return line
	}
	s.r.settle()
	return []byte(s.line(string(line)))
}

// Skip passes over a line that is not needed, so that a PEM block that it begins or ends is known of.
func (s *Stream) Skip(line []byte) {
	if begin := max(bytes.LastIndex(line, []byte(pemBegin)), bytes.LastIndex(line, []byte(ssh2Begin))); begin >= 0 {
		_, end := pemEnds(string(line[begin:]))
		s.pem, s.header = !end, false
	} else if s.pem {
		_, end := pemEnds(string(line))
		s.pem = !end && (pemLine(string(line)) || s.header)
		s.header = s.pem && bytes.HasSuffix(line, []byte(`\`))
	}
}

// settle ends learning.
func (r *Redactor) settle() {
	if r.learn {
		r.learn = false
		clear(r.cache)
	}
}

func (s *Stream) line(line string) string {
	r := s.r
	r.now = s
	defer func() { r.now = nil }()
	if s.pem {
		rest, end := pemEnds(line)
		if !end && (pemLine(line) || s.header) {
			s.header = strings.HasSuffix(line, `\`)
			r.count(Secret, 1)
			return r.book.token(Secret, "PEM block")
		}
		s.pem, s.header = false, false
		if !end {
			return r.settled(line)
		}
		return r.book.token(Secret, "PEM block") + r.settled(rest)
	}
	out, open := r.pemBlocks(line)
	s.pem = open
	return r.settled(out)
}

// settled redacts a text until nothing changes any more: a token may end a value earlier than what it stands for did,
// and what follows is then seen in another light. Redacting what is redacted is to change nothing.
func (r *Redactor) settled(s string) string {
	out := r.text(s, 0)
	if out == s || r.learn {
		return out
	}
	now := r.now
	r.now = nil // what is found only now is not counted
	defer func() { r.now = now }()
	for range 6 {
		next := r.text(out, 0)
		if next == out {
			break
		}
		out = next
	}
	return out
}

// Text redacts a text that is no line of a source: a summary, a name.
func (r *Redactor) Text(s string) string {
	if r.mode == Off {
		return s
	}
	r.settle()
	out, _ := r.pemBlocks(s)
	return r.settled(out)
}

// Known replaces only values that were seen in the logs; for texts that rules wrote.
func (r *Redactor) Known(s string) string {
	if r.mode == Off {
		return s
	}
	r.settle()
	s = r.secrets(s)
	s = r.addresses(s, true)
	return r.knownValues(s)
}

// count counts n values of a class for the source at hand.
func (r *Redactor) count(c Class, n int) {
	if r.now == nil {
		return
	}
	if r.learn {
		r.now.seen[c] += n
	} else {
		r.now.counts[c] += n
	}
}

// put gives the token of a value, counts it, and has it searched for in texts from then on.
func (r *Redactor) put(c Class, value string) string {
	if r.stays(c, value) {
		return value
	}
	t := r.book.token(c, value)
	r.count(c, 1)
	r.spread(c, value)
	return t
}

// stays says whether a value is left as it is.
func (r *Redactor) stays(c Class, value string) bool {
	return value == "" || c.from() > r.mode || r.isToken(value) || c != Secret && r.keep[strings.ToLower(value)]
}

// Summary is what was replaced: how many values of each class, by source.
type Summary struct {
	Mode    string         `json:"mode"`
	Classes map[Class]int  `json:"classes"`
	Sources []SourceCounts `json:"sources"`
}

// SourceCounts is the summary of one source.
type SourceCounts struct {
	Name    string        `json:"name"`
	Classes map[Class]int `json:"classes"`
}

// Summary counts what was replaced in the lines of each source, or, where they were only learned from, what was found
// there. The sources' names are redacted too.
func (r *Redactor) Summary() Summary {
	out := Summary{Mode: r.mode.String(), Classes: map[Class]int{}, Sources: []SourceCounts{}}
	for _, s := range r.sources {
		c := maps.Clone(s.seen)
		for k, n := range s.counts {
			c[k] = max(c[k], n)
		}
		out.Sources = append(out.Sources, SourceCounts{Name: r.Name(s.Name), Classes: c})
		for k, n := range c {
			out.Classes[k] += n
		}
	}
	return out
}

// Rename gives a source that was read under a name of its own its name.
func (r *Redactor) Rename(from, to string) {
	for _, s := range r.sources {
		if s.Name == from {
			s.alias, s.Name = from, to
		}
	}
}

// SourceAt gives the stream of a member that was learned under the source's name and its number.
func (r *Redactor) SourceAt(source string, member int) *Stream {
	alias := source + "\x00" + strconv.Itoa(member)
	for _, s := range r.sources {
		if s.alias == alias {
			s.pem, s.header = false, false
			return s
		}
	}
	return r.Source(source)
}

// Classes gives the classes of a count in order: secrets first, then by name.
func Classes(m map[Class]int) []Class {
	out := slices.Sorted(maps.Keys(m))
	sort.SliceStable(out, func(i, j int) bool { return out[i] == Secret && out[j] != Secret })
	return out
}
