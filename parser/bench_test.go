package parser

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"zlog/event"
)

// generated gives n lines such as a controller writes, a millisecond apart, one in a hundred a warning.
func generated(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		level := "info"
		if i%100 == 99 {
			level = "warning"
		}
		fmt.Fprintf(&b, `{"_context":"ch{ctrl.mesh}-\u003eu{classic}-\u003ei{8O1X}","file":"github.com/openziti/ziti/controller/raft/fsm.go:%d","func":"github.com/openziti/ziti/controller/raft.(*BoltDbFsm).Apply","index":%d,"level":"%s","msg":"apply log with type *command.CreateEntityCommand","time":"2026-11-22T19:%02d:%02d.%03dZ"}`+"\n",
			i%500, i, level, i/60000%60, i/1000%60, i%1000)
	}
	return b.Bytes()
}

func benchmark(b *testing.B, text []byte, f Filter) {
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		s := &Source{Name: "-", stdin: bytes.NewReader(text), limit: DefaultLimits()}
		n := 0
		s.Read(context.Background(), Options{Filter: f}, func(*event.Event) { n++ })
		if n == 0 {
			b.Fatal("nothing read")
		}
	}
}

func BenchmarkReadEverything(b *testing.B) { benchmark(b, generated(50_000), nil) }

func BenchmarkReadFiltered(b *testing.B) {
	warning := []byte(`level":"warning`)
	f := func(_ string, block []byte, marks []event.Mark) []event.Mark {
		for pos := 0; ; {
			i := bytes.Index(block[pos:], warning)
			if i < 0 {
				return marks
			}
			marks = append(marks, event.Mark{At: pos + i})
			pos += i + len(warning)
		}
	}
	b.Run("json", func(b *testing.B) { benchmark(b, generated(50_000), f) })
	b.Run("account only", func(b *testing.B) {
		benchmark(b, generated(50_000), func(_ string, _ []byte, marks []event.Mark) []event.Mark { return append(marks, event.Mark{}) })
	})
	b.Run("compose", func(b *testing.B) {
		text := strings.ReplaceAll("\n"+strings.TrimSuffix(string(generated(20_000)), "\n"), "\n", "\nctrl1-1  | ")
		benchmark(b, []byte(text[1:]), func(_ string, _ []byte, marks []event.Mark) []event.Mark { return append(marks, event.Mark{}) })
	})
	b.Run("docker", func(b *testing.B) {
		benchmark(b, wrapDockerJSON(generated(20_000)), func(_ string, _ []byte, marks []event.Mark) []event.Mark { return append(marks, event.Mark{}) })
	})
}

// wrapDockerJSON wraps each line as Docker's json-file driver does.
func wrapDockerJSON(text []byte) []byte {
	var b bytes.Buffer
	for line := range bytes.Lines(text) {
		fmt.Fprintf(&b, `{"log":%s,"stream":"stderr","time":"2026-11-22T19:22:42.208486814Z"}`+"\n", quoteJSON(string(line)))
	}
	return b.Bytes()
}
