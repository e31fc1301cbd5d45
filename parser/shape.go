package parser

import (
	"bytes"
	"encoding/binary"

	"zlog/event"

	"github.com/tidwall/gjson"
)

// kind says what a line is, by its shape.
type kind uint8

const (
	kindUnknown kind = iota
	kindBlank
	kindJSON
	kindLogrus
	kindPfxlog
	kindHclog
	kindGolog
	kindDump
)

// The names of the formats, as diagnosis.Source.Format gives them.
const (
	formatPfxlogJSON = "pfxlog-json"
	formatSlogJSON   = "slog-json"
	formatSlogText   = "slog-text"
	formatLogrus     = "logrus-text"
	formatPfxlog     = "pfxlog-text"
	formatHclog      = "hclog"
	formatEvents     = "ziti-events"
	formatGolog      = "go-log"
)

// shape is what a line shows without being parsed. It is all that the account, the clock and the silences rest
// on, with a filter and without.
type shape struct {
	kind   kind
	format string
	at     stamp  // ClockDay for pfxlog's bare seconds
	source []byte // event_src_id of an OpenZiti event
}

// jsonTail is how nearly every line of an OpenZiti 1.x controller ends, `,"time":"2026-11-22T19:22:42.391Z"}`:
// logrus sorts the keys.
const jsonTail = len(`"time":"2026-11-22T19:22:42.391Z"}`)

// plain is the fastest look at a line: an object that ends in logrus's time, or nearly so, and is none of docker's.
func (c *secondCache) plain(p []byte) (stamp, bool) {
	if ms := c.usual(p); ms >= 0 {
		return stamp{sec: c.sec, nsec: ms * 1e6, clock: event.ClockLocal}, p[2] != dockerHead[2] || !bytes.HasPrefix(p, dockerHead)
	}
	s, ok := c.tail(p)
	if !ok {
		s, ok = c.nearTail(p)
	}
	return s, ok && !bytes.HasPrefix(p, dockerHead)
}

// usual is tail for a second that is the last that was read, eight bytes at a time: it gives the milliseconds, -1 if the line
// does not end so.
func (c *secondCache) usual(p []byte) int32 {
	const (
		key   = 0x223a22656d697422          // "time":"
		end   = 0x7d225a000000_2e_00        // 2.391Z"} without digits
		fixed = 0xffffff000000_ff_00        // of end
		zeros = uint32('0') * 0x01_01_01    // three digits
		most  = uint32(0x7f-9) * 0x01_01_01 // what brings a 9 to the last number below 128
		highs = uint32(0x80) * 0x01_01_01
	)
	if len(p) <= jsonTail || p[0] != '{' || p[1] != '"' {
		return -1
	}
	t := p[len(p)-jsonTail:]
	last := binary.LittleEndian.Uint64(t[jsonTail-8:])
	digits := uint32(last>>16)&0xffffff ^ zeros
	if last&fixed != end || binary.LittleEndian.Uint64(t) != key || (digits|(digits+most))&highs != 0 || !c.same(t[8:27]) {
		return -1
	}
	return int32(digits&0xff*100 + digits>>8&0xff*10 + digits>>16)
}

// near is how many bytes from the end of a line its time is looked for.
const near = 160

// braced says whether a line looks like an object that may hold a time.
func braced(p []byte) bool {
	return len(p) > jsonTail && p[0] == '{' && p[1] == '"' && p[len(p)-1] == '}'
}

// nearTail looks for logrus's time near the end of an object: keys that sort behind it follow.
func (c *secondCache) nearTail(p []byte) (stamp, bool) {
	if !braced(p) || p[2] == 'n' && bytes.HasPrefix(p, eventHead) || p[2] == 't' && bytes.HasPrefix(p, slogHead) {
		return stamp{}, false
	}
	const key, length = `"time":"`, len(`"time":"2006-01-02T15:04:05.000Z`)
	p = p[max(0, len(p)-near):]
	var last []byte
	for from := length - 1; from+1 < len(p); { // a Z is rare
		i := bytes.IndexByte(p[from:len(p)-1], 'Z')
		if i < 0 {
			break
		}
		from += i + 1
		if t := p[from-length:]; t[length] == '"' && string(t[:len(key)]) == key {
			last = t
		}
	}
	if last == nil {
		return stamp{}, false
	}
	return c.milli(last)
}

// same says whether a second is the last that was read: as text == c.text, without a call.
func (c *secondCache) same(text []byte) bool {
	return binary.LittleEndian.Uint64(text) == binary.LittleEndian.Uint64(c.text[:]) &&
		binary.LittleEndian.Uint64(text[8:]) == binary.LittleEndian.Uint64(c.text[8:]) &&
		binary.LittleEndian.Uint64(text[11:]) == binary.LittleEndian.Uint64(c.text[11:])
}

// milli reads logrus's time behind its key, "time":"2006-01-02T15:04:05.000Z.
func (c *secondCache) milli(t []byte) (stamp, bool) {
	if !c.same(t[8:27]) || t[27] != '.' || !isDigit(t[28]) || !isDigit(t[29]) || !isDigit(t[30]) || t[31] != 'Z' {
		s, n, digits, z := c.readStamp(t[8:32])
		s.clock = event.ClockLocal
		return s, n == 24 && digits == 3 && z == zoneZ
	}
	milli := int32(t[28]-'0')*100 + int32(t[29]-'0')*10 + int32(t[30]-'0')
	return stamp{sec: c.sec, nsec: milli * 1e6, clock: event.ClockLocal}, true
}

// tail looks for logrus's time at the end of an object.
func (c *secondCache) tail(p []byte) (stamp, bool) {
	if !braced(p) {
		return stamp{}, false
	}
	t := p[len(p)-jsonTail:]
	if string(t[:8]) != `"time":"` || string(t[31:]) != `Z"}` {
		return stamp{}, false
	}
	return c.milli(t)
}

// look gives the shape of a line.
func (c *secondCache) look(p []byte) shape {
	p = bytes.TrimRight(p, " \t\r")
	if len(p) == 0 {
		return shape{kind: kindBlank}
	}
	switch first := p[0]; {
	case first == '{':
		return c.lookJSON(p)
	case first == 't':
		if s, ok := c.lookLogrus(p); ok {
			return s
		}
	case first == '[' || first == 0x1b:
		if s, ok := c.lookPfxlog(p); ok {
			return s
		}
	case isDigit(first):
		if s, ok := c.lookHclog(p); ok {
			return s
		}
		if s, ok := c.lookGolog(p); ok {
			return s
		}
	}
	if isDump(p) {
		return shape{kind: kindDump}
	}
	return shape{}
}

// How objects begin that are no logrus's: slog puts the time first.
var (
	eventHead = []byte(`{"namespace":"`)
	slogHead  = []byte(`{"time":"`)
)

// lookJSON tells the JSON formats apart. A line that it cannot judge by its ends is parsed; those are rare.
func (c *secondCache) lookJSON(p []byte) shape {
	if bytes.HasPrefix(p, dockerHead) {
		return shape{}
	}
	if s, ok := c.plain(p); ok {
		return shape{kind: kindJSON, format: formatPfxlogJSON, at: s}
	}
	if len(p) < 2 || p[1] != '"' && p[1] != ' ' || p[len(p)-1] != '}' {
		return shape{}
	}
	if bytes.HasPrefix(p, eventHead) {
		if at, ok := c.keyStamp(p, bytes.Index(p, []byte(`"timestamp":"`)), len(`"timestamp":"`)); ok {
			return shape{kind: kindJSON, format: formatEvents, at: at, source: keyString(p, `"event_src_id":"`)}
		}
	}
	if bytes.HasPrefix(p, slogHead) {
		if at, ok := c.keyStamp(p, 1, len(`"time":"`)); ok {
			return shape{kind: kindJSON, format: formatSlogJSON, at: at}
		}
	}
	if at, ok := c.keyStamp(p, bytes.LastIndex(p, []byte(`"time":"`)), len(`"time":"`)); ok {
		return shape{kind: kindJSON, format: formatPfxlogJSON, at: at}
	}
	return c.judgeJSON(p)
}

// keyStamp reads the stamp of a key that was found at i.
func (c *secondCache) keyStamp(p []byte, i, length int) (stamp, bool) {
	if i < 0 {
		return stamp{}, false
	}
	s, n, digits, z := c.readStamp(p[i+length:])
	if n == 0 || i+length+n >= len(p) || p[i+length+n] != '"' {
		return stamp{}, false
	}
	return localZ(s, digits, z), true
}

// localZ knows pfxlog's layout 2006-01-02T15:04:05.000Z, whose Z is a letter and not a zone. Layouts with a real
// zone have no fraction (logrus's own) or up to nine digits without trailing zeros (slog, the event stream).
func localZ(s stamp, digits int, z zone) stamp {
	if z == zoneZ && digits == 3 {
		s.clock = event.ClockLocal
	}
	return s
}

// keyString gives the text of the first `"key":"…"` as it stands.
func keyString(p []byte, key string) []byte {
	i := bytes.Index(p, []byte(key))
	if i < 0 {
		return nil
	}
	p = p[i+len(key):]
	if i = bytes.IndexByte(p, '"'); i < 0 {
		return nil
	}
	return p[:i]
}

// judgeJSON parses a line to see whether it is a record at all: valid, with a message, or an event.
func (c *secondCache) judgeJSON(p []byte) shape {
	if !event.IsJSONBytes(p) {
		return shape{}
	}
	s := shape{format: formatPfxlogJSON}
	var space, kindOf, known bool
	var src string
	gjson.ParseBytes(p).ForEach(func(k, v gjson.Result) bool {
		switch k.Str {
		case "msg":
			known = true
		case "@message":
			known, s.format = true, formatHclog
		case "channel":
			s.format = formatSlogJSON
		case "namespace":
			space = true
		case "eventType":
			kindOf = true
		case "event_src_id":
			src = v.Str
		case "time", "timestamp", "@timestamp":
			if at, n, digits, z := c.readStamp([]byte(v.Str)); n > 0 && n == len(v.Str) && s.at.clock == event.ClockNone {
				s.at = localZ(at, digits, z)
			}
		}
		return true
	})
	switch {
	case space && !known && (kindOf || s.at.clock != event.ClockNone):
		s.kind, s.format, s.source = kindJSON, formatEvents, []byte(src)
	case known || s.at.clock != event.ClockNone && s.format == formatSlogJSON:
		s.kind = kindJSON
	default:
		return shape{}
	}
	return s
}
