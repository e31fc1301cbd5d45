package parser

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"zlog/event"
)

// wideText is a text as PowerShell's > writes it.
func wideText(order binary.ByteOrder, s string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune("\ufeff" + s)) {
		b := make([]byte, 2)
		order.PutUint16(b, u)
		out = append(out, b...)
	}
	return out
}

func TestUTF16IsReadAsUTF8(t *testing.T) {
	const text = "plain\r\nümläut 日本 \U0001f600 end\n"
	for name, order := range map[string]binary.ByteOrder{"little": binary.LittleEndian, "big": binary.BigEndian} {
		for in, want := range map[string]string{
			string(wideText(order, text)):                                            "\ufeff" + text,
			string(wideText(order, "odd")) + "x":                                     "\ufeffodd\ufffd",
			string(append(wideText(order, ""), units(order, 0xd83d, 'a')...)):        "\ufeff\ufffda",
			string(append(wideText(order, "half"), units(order, 0xde00, 0xd83d)...)): "\ufeffhalf\ufffd\ufffd",
		} {
			if wide([]byte(in)) != order {
				t.Fatalf("%s: %q is not taken for UTF-16", name, in)
			}
			for _, r := range []io.Reader{bytes.NewReader([]byte(in)), iotest.OneByteReader(bytes.NewReader([]byte(in))), iotest.DataErrReader(bytes.NewReader([]byte(in)))} {
				got, err := io.ReadAll(&narrow{r: r, order: order})
				if err != nil || string(got) != want {
					t.Errorf("%s: %q is %q, want %q (%v)", name, in, got, want, err)
				}
			}
		}
	}
}

func units(order binary.ByteOrder, a, b uint16) []byte {
	out := make([]byte, 4)
	order.PutUint16(out, a)
	order.PutUint16(out[2:], b)
	return out
}

func TestALogInUTF16IsUnderstood(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ctrl1.log")
	const line = `{"level":"info","msg":"peer connected","peerId":"ctrl2","time":"2026-11-22T03:00:04.000Z"}`
	if err := os.WriteFile(file, wideText(binary.LittleEndian, line+"\r\n"+line+"\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	sources, errs := Expand([]string{file}, nil, DefaultLimits())
	if len(errs) > 0 || len(sources) != 1 {
		t.Fatal(sources, errs)
	}
	events := 0
	got := sources[0].Read(context.Background(), Options{}, func(*event.Event) { events++ })
	if len(got) != 1 || got[0].Error != "" || got[0].Events != 2 || events != 2 || got[0].Unparsed != 0 {
		t.Errorf("%+v, %d events", got, events)
	}
}
