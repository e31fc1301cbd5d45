package parser

import (
	"bytes"
	"encoding/binary"
)

// export puts the blocks of journalctl -o export together. A block ends with an empty line; a value that is not
// plain text follows its key's line as a 64-bit little-endian length and that many bytes, line feeds among them.
//
//	__CURSOR=s=…
//	__REALTIME_TIMESTAMP=1795375362208486
//	_HOSTNAME=ctrl1
//	MESSAGE
//	<8 bytes><bytes>
type export struct {
	active  bool
	meta    meta   // of the block's first line
	key     []byte // of a binary value that is going on
	binary  bool
	header  []byte
	left    int64 // bytes of the value still to come, -1 while the length is read
	message []byte
	has     bool
	host    []byte
	box     []byte
	tag     []byte
	pid     []byte
	at      stamp
}

// exportHead: a line that starts a block.
func exportHead(p []byte) bool {
	return p[0] == '_' && (bytes.HasPrefix(p, []byte("__CURSOR=")) || bytes.HasPrefix(p, []byte("__REALTIME_TIMESTAMP=")))
}

// add takes the next line of a block, without its line feed, and tells whether the block is over. limit bounds what
// is kept of the message.
func (x *export) add(raw []byte, cut, limit int) (over bool) {
	if x.binary {
		x.value(raw, cut, limit)
		return false
	}
	p := bytes.TrimSuffix(raw, []byte("\r"))
	if len(p) == 0 {
		return true
	}
	key, value, ok := bytes.Cut(p, []byte("="))
	if !ok {
		x.binary, x.left, x.header = true, -1, x.header[:0]
		x.key = append(x.key[:0], key[:min(len(key), 64)]...)
		if string(key) == "MESSAGE" {
			x.message, x.has = x.message[:0], true
		}
		return false
	}
	x.set(key, value)
	return false
}

func (x *export) set(key, value []byte) {
	short := value[:min(len(value), 256)]
	switch string(key) {
	case "MESSAGE":
		x.message, x.has = append(x.message[:0], value...), true
	case "_HOSTNAME":
		x.host = append(x.host[:0], short...)
	case "CONTAINER_NAME":
		x.box = append(x.box[:0], short...)
	case "SYSLOG_IDENTIFIER":
		x.tag = append(x.tag[:0], short...)
	case "_PID":
		x.pid = append(x.pid[:0], short...)
	case "__REALTIME_TIMESTAMP":
		x.at = microseconds(string(short))
	}
}

// value takes the next line of a binary value. The line feed that ended it belongs to the value while bytes are
// missing.
func (x *export) value(raw []byte, cut, limit int) {
	if x.left < 0 {
		n := min(8-len(x.header), len(raw))
		x.header = append(x.header, raw[:n]...)
		raw = raw[n:]
		if len(x.header) < 8 {
			if x.header = append(x.header, '\n'); len(x.header) < 8 {
				return
			}
			x.left = x.length()
			return
		}
		x.left = x.length()
	}
	take := min(int64(len(raw)), x.left)
	if string(x.key) == "MESSAGE" && len(x.message) < limit {
		x.message = append(x.message, raw[:min(int(take), limit-len(x.message))]...)
	}
	if x.left -= int64(len(raw)) + int64(cut); x.left <= 0 {
		x.binary = false
		return
	}
	if string(x.key) == "MESSAGE" && len(x.message) < limit {
		x.message = append(x.message, '\n')
	}
	x.left--
}

// length reads the header. A length that no journal has (more than 768 MB) is taken for damage and for nothing.
func (x *export) length() int64 {
	n := binary.LittleEndian.Uint64(x.header)
	if n > 768<<20 {
		return 0
	}
	return int64(n)
}

// reset makes x ready for the next block.
func (x *export) reset() {
	*x = export{key: x.key[:0], header: x.header[:0], message: x.message[:0], host: x.host[:0], box: x.box[:0], tag: x.tag[:0], pid: x.pid[:0]}
}

// take gives what the block holds.
func (x *export) take(w *wrapped) {
	*w = wrapped{payload: x.message, stream: x.host, at: x.at}
	if len(x.box) > 0 {
		w.stream = x.box
	}
	x.tag = append(append(x.tag, '['), x.pid...)
	w.ident = x.tag
}
