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

// BenchmarkWrapped reads lines in what collectors put around them, and BenchmarkFormats lines of other formats; a filter finds nothing in
// them, and they are looked at for alarms. None may take many times what another takes.
func BenchmarkWrapped(b *testing.B) {
	for _, w := range wrappings {
		var text strings.Builder
		for line := range strings.Lines(string(generated(2_000))) {
			text.WriteString(w.wrap(strings.TrimSuffix(line, "\n")))
		}
		b.Run(w.name, func(b *testing.B) { quietly(b, text.String()) })
	}
}

func BenchmarkFormats(b *testing.B) {
	for name, line := range map[string]string{
		"slog json":      `{"time":"2026-11-22T19:22:42.391Z","level":"INFO","source":{"function":"raft.(*BoltDbFsm).Apply","file":"fsm.go","line":7},"msg":"apply log with type *command.CreateEntityCommand","index":7}`,
		"slog text":      `time=2026-11-22T19:22:42.391Z level=INFO source=fsm.go:7 msg="apply log with type *command.CreateEntityCommand" index=7`,
		"logrus text":    `time="2026-11-22T19:22:42Z" level=info msg="apply log with type *command.CreateEntityCommand" file="fsm.go:7" func="raft.(*BoltDbFsm).Apply" index=7`,
		"pfxlog text":    `[2026-11-22 19:22:42.391]    INFO raft.(*BoltDbFsm).Apply [ch{ctrl.mesh}->u{classic}]: {index=[7]} apply log with type *command.CreateEntityCommand`,
		"pfxlog colours": "[   0.391]\x1b[34m    INFO\x1b[0m \x1b[36mraft.(*BoltDbFsm).Apply\x1b[0m: {\x1b[94mindex\x1b[0m=[7]} apply log with type *command.CreateEntityCommand",
		"hclog":          `2026-11-22T19:22:42.391Z [INFO]  raft: entering follower state: follower="Node at tls:127.0.2.1:6262 [Follower]" leader-address= leader-id=`,
		"event":          `{"namespace":"cluster","event_src_id":"ctrl1","timestamp":"2026-11-22T19:22:42.391Z","eventType":"peer.connected","index":7}`,
		"another's":      `10.0.0.1 - - [22/Nov/2026:19:22:42 +0000] "GET /x/7?q=error HTTP/1.1" 200 512 "-" "Mozilla/5.0 (X11; Linux x86_64)"`,
		"blank":          "",
	} {
		b.Run(name, func(b *testing.B) { quietly(b, strings.Repeat(line+"\n", 2_000)) })
	}
}

// quietly reads a text in which a filter finds nothing.
func quietly(b *testing.B, text string) {
	nothing := func(_ string, _ []byte, marks []event.Mark) []event.Mark { return marks }
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		s := &Source{Name: "-", stdin: strings.NewReader(text), limit: DefaultLimits()}
		if got := s.Read(context.Background(), Options{Filter: nothing, Alarms: true, Lend: true}, func(*event.Event) {}); got[0].Lines < 2_000 {
			b.Fatalf("%d lines", got[0].Lines)
		}
	}
}

// wrapDockerJSON wraps each line as Docker's json-file driver does.
func wrapDockerJSON(text []byte) []byte {
	var b bytes.Buffer
	for line := range bytes.Lines(text) {
		fmt.Fprintf(&b, `{"log":%s,"stream":"stderr","time":"2026-11-22T19:22:42.208486814Z"}`+"\n", quoteJSON(string(line)))
	}
	return b.Bytes()
}
