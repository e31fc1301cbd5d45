package parser

import (
	"bytes"
	"strconv"

	"zlog/event"

	"github.com/tidwall/gjson"
)

// journalJSON takes a line of journalctl -o json apart. A message with bytes that are not printable, such as
// colours, comes as an array of numbers.
//
//	{"MESSAGE":"…","_HOSTNAME":"ctrl1","__REALTIME_TIMESTAMP":"1795375362208486","SYSLOG_IDENTIFIER":"ziti",…}
func (u *unwrapper) journalJSON(line []byte, w *wrapped) bool {
	if line[0] != '{' || !bytes.Contains(line, []byte(`"__REALTIME_TIMESTAMP"`)) {
		return false
	}
	r := u.reader(0)
	ms, ok := r.keys(lent(line))
	if !ok {
		return false
	}
	var host, container, tag, pid string
	message := &keyValue{}
	for i := range ms {
		switch m := &ms[i]; m.key {
		case "MESSAGE":
			message = m
		case "_HOSTNAME":
			host = r.string(&m.value)
		case "CONTAINER_NAME":
			container = r.string(&m.value)
		case "SYSLOG_IDENTIFIER":
			tag = r.string(&m.value)
		case "_PID":
			pid = r.string(&m.value)
		case "__REALTIME_TIMESTAMP":
			w.at = microseconds(r.string(&m.value))
		}
	}
	u.scratch = u.scratch[:0]
	switch {
	case message.array():
		u.scratch = appendNumbers(u.scratch, message.raw)
		w.always = true
	case message.escaped:
		u.scratch, _ = decode(u.scratch, message.text)
	default:
		u.scratch = append(u.scratch, message.text...)
	}
	w.payload, w.decoded = u.scratch, true
	if container != "" {
		host = container
	}
	u.names = append(append(append(append(u.names[:0], host...), tag...), '['), pid...)
	w.stream, w.ident = u.names[:len(host)], u.names[len(host):]
	return true
}

// appendNumbers adds the bytes that a JSON list of numbers stands for.
func appendNumbers(out []byte, list string) []byte {
	from, n := len(out), 0
	for i := 1; i < len(list); i++ {
		switch c := list[i]; {
		case isDigit(c) && n <= 0xff:
			n = n*10 + int(c-'0')
		case isDigit(list[i-1]) && (c == ',' || c == ']'):
			out = append(out, byte(n))
			n = 0
		default: // a blank, or what is no byte
			out = out[:from]
			gjson.Parse(list).ForEach(func(_, v gjson.Result) bool {
				out = append(out, byte(v.Int()))
				return true
			})
			return out
		}
	}
	return out
}

// microseconds reads journald's own clock.
func microseconds(s string) stamp {
	us, err := strconv.ParseInt(s, 10, 64)
	if err != nil || us < 0 || us > 253402300799e6 {
		return stamp{}
	}
	return stamp{sec: us / 1e6, nsec: int32(us % 1e6 * 1000), clock: event.ClockZoned}
}

// journalShort takes "Nov 22 19:22:42 host ziti[123]: " off; syslog files look the same. There is no year: the time
// counts from 1970 and is not trusted.
func (u *unwrapper) journalShort(line []byte, w *wrapped) bool {
	at, rest, ok := monthStamp(line)
	if !ok {
		return false
	}
	w.at = at
	return hostTag(rest, w)
}

// journalISO takes the forms of journalctl's short-iso, short-iso-precise and short-full off:
//
//	2026-11-22T19:22:42+0000 host ziti[123]: …
//	2026-11-22T19:22:42.208486+00:00 host ziti[123]: …
//	Sun 2026-11-22 19:22:42 UTC host ziti[123]: …
func (u *unwrapper) journalISO(line []byte, w *wrapped) bool {
	full := len(line) > 4 && line[3] == ' ' && !isDigit(line[0])
	if full {
		line = line[4:]
	}
	at, n, _, z := u.stamps.readStamp(line)
	if n == 0 || n >= len(line) || line[n] != ' ' || full != (line[10] == ' ') {
		return false
	}
	rest := line[n+1:]
	if full {
		var name []byte
		if name, rest, _ = field(rest); string(name) == "UTC" || string(name) == "GMT" {
			at.clock = event.ClockZoned
		}
	} else if z == zoneNone {
		return false
	}
	w.at = at
	return hostTag(rest, w)
}

// hostTag takes "host ziti[123]: " off.
func hostTag(p []byte, w *wrapped) bool {
	host, rest, ok := field(p)
	if !ok || !isName(host) {
		return false
	}
	colon := bytes.IndexByte(rest[:min(len(rest), 256)], ':')
	if colon <= 0 || bytes.IndexByte(rest[:colon], ' ') >= 0 || colon+1 < len(rest) && rest[colon+1] != ' ' {
		return false
	}
	w.stream, w.ident, w.payload = host, rest[:colon], rest[min(colon+2, len(rest)):]
	return true
}

// monthStamp reads "Nov 22 19:22:42 " and "Nov  2 19:22:42.208486 ".
func monthStamp(p []byte) (at stamp, rest []byte, ok bool) {
	if len(p) < 16 || p[3] != ' ' || p[6] != ' ' {
		return at, nil, false
	}
	const months = "JanFebMarAprMayJunJulAugSepOctNovDec"
	m := bytes.Index([]byte(months), p[:3])
	if m < 0 || m%3 != 0 || !isDigit(p[5]) || p[4] != ' ' && !isDigit(p[4]) {
		return at, nil, false
	}
	d := int(p[5] - '0')
	if p[4] != ' ' {
		d += 10 * int(p[4]-'0')
	}
	sec, ok := readClock(p[7:15])
	if !ok || d < 1 || d > 31 {
		return at, nil, false
	}
	nsec, n, _ := readFraction(p, 15)
	if n >= len(p) || p[n] != ' ' {
		return at, nil, false
	}
	at = stamp{sec: days(1970, m/3+1, d)*86400 + sec, nsec: nsec, clock: event.ClockDay}
	return at, p[n+1:], true
}
