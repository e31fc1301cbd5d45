package parser

import (
	"bytes"
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// wide gives the byte order of a text that begins with the mark of UTF-16, as PowerShell's > writes it; nil for any
// other.
func wide(head []byte) binary.ByteOrder {
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		return binary.LittleEndian
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return binary.BigEndian
	}
	return nil
}

// narrow reads UTF-16 as UTF-8. Half of a pair, and a last odd byte, become U+FFFD.
type narrow struct {
	r     io.Reader
	order binary.ByteOrder
	in    [4096]byte
	have  int    // bytes in in that are not decoded yet
	out   []byte // decoded, not handed out yet
	buf   []byte
	err   error
}

// Read implements io.Reader.
func (n *narrow) Read(p []byte) (int, error) {
	for len(n.out) == 0 {
		if n.err != nil {
			return 0, n.err
		}
		got, err := n.r.Read(n.in[n.have:])
		n.have, n.err = n.have+got, err
		n.decode(err != nil)
	}
	k := copy(p, n.out)
	n.out = n.out[k:]
	return k, nil
}

// decode takes whole characters; last says that no more bytes come.
func (n *narrow) decode(last bool) {
	n.buf = n.buf[:0]
	i := 0
	for ; i+2 <= n.have; i += 2 {
		r := rune(n.order.Uint16(n.in[i:]))
		if utf16.IsSurrogate(r) {
			if i+4 > n.have && !last {
				break
			}
			pair := utf8.RuneError
			if i+4 <= n.have {
				pair = utf16.DecodeRune(r, rune(n.order.Uint16(n.in[i+2:])))
			}
			if r = pair; r != utf8.RuneError {
				i += 2
			}
		}
		n.buf = utf8.AppendRune(n.buf, r)
	}
	if last && i < n.have {
		n.buf, i = utf8.AppendRune(n.buf, utf8.RuneError), n.have
	}
	n.have = copy(n.in[:], n.in[i:n.have])
	n.out = n.buf
}
