package cmd

import (
	"io"
	"os"
	"testing"

	"zlog/event"
)

// BenchmarkDiagnose runs the whole job over the file that ZLOG_BENCH names.
func BenchmarkDiagnose(b *testing.B) {
	name := os.Getenv("ZLOG_BENCH")
	info, err := os.Stat(name)
	if err != nil {
		b.Skip("NOT MEASURED: set ZLOG_BENCH to a log file")
	}
	b.SetBytes(info.Size())
	b.ReportAllocs()
	for range b.N {
		Main([]string{"diagnose", "-q", name}, nil, io.Discard, io.Discard, os.DirFS(".."))
	}
}

// BenchmarkFilter looks for the built-in pack's literals in the file that ZLOG_BENCH names, which is in memory.
func BenchmarkFilter(b *testing.B) {
	data, err := os.ReadFile(os.Getenv("ZLOG_BENCH"))
	if err != nil {
		b.Skip("NOT MEASURED: set ZLOG_BENCH to a log file")
	}
	set, err := newEnv(nil, io.Discard, io.Discard, os.DirFS("..")).ruleSet(nil)
	if err != nil {
		b.Fatal(err)
	}
	filter := set.Filter(nil)
	b.SetBytes(int64(len(data)))
	const block = 256 << 10
	marks, n := []event.Mark(nil), 0
	for b.Loop() {
		n = 0
		for at := 0; at < len(data); at += block {
			marks = filter("", data[at:min(at+block, len(data))], marks[:0])
			n += len(marks)
		}
	}
	b.ReportMetric(float64(n), "marks")
}
