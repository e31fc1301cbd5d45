package cmd

import (
	"io"
	"os"
	"testing"
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
