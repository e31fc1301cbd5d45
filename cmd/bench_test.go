package cmd

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"zlog/event"
	"zlog/parser"
	"zlog/rules"
)

// The logs that the benchmarks read: ordinary lines of the healthy cases and, among them, so many of 10,000 that a
// signature matches, and so many warnings and errors that none knows.
var profiles = []struct {
	name           string
	known, unknown int
	megabytes      int
}{
	{"quiet", 1, 0, 256}, {"noisy", 300, 200, 256}, {"storm", 2000, 1000, 256},
}

// stampOf finds the time of a line of pfxlog's JSON.
var stampOf = regexp.MustCompile(`"time":"[^"]*"\}$`)

// generated gives some bytes of a log, the same for the same arguments. Lines are a few milliseconds apart.
func generated(tb testing.TB, set *rules.Set, known, unknown, size int) []byte {
	tb.Helper()
	ordinary, matching := []string(nil), []string(nil)
	for _, name := range []string{"healthy-join", "leadership-transfer", "failover"} {
		files, _ := filepath.Glob(filepath.Join("..", "testdata", "logs", name, "*.log"))
		sources, errs := parser.Expand(files, nil, parser.DefaultLimits())
		if len(errs) > 0 {
			tb.Fatal(errs)
		}
		for _, src := range sources {
			src.Read(context.Background(), parser.Options{Limits: parser.DefaultLimits()}, func(e *event.Event) {
				if line := strings.TrimSpace(e.Text); e.Level < event.LevelWarning && stampOf.MatchString(line) && len(set.Match(e)) == 0 {
					ordinary = append(ordinary, line)
				}
			})
		}
	}
	for _, sig := range set.Signatures {
		for _, line := range sig.Lines.Get().Match {
			if strings.HasPrefix(line, `{"`) && stampOf.MatchString(line) {
				matching = append(matching, line)
			}
		}
	}
	if len(ordinary) < 100 || len(matching) < 100 {
		tb.Fatalf("%d ordinary lines, %d that match", len(ordinary), len(matching))
	}
	r := rand.New(rand.NewPCG(1, uint64(known)))
	at := time.Date(2026, 11, 22, 19, 0, 0, 0, time.UTC)
	var b bytes.Buffer
	for b.Len() < size {
		var line string
		switch n := r.IntN(10_000); {
		case n < known:
			line = matching[r.IntN(len(matching))]
		case n < known+unknown:
			line = fmt.Sprintf(`{"file":"example.org/part/file.go:%d","func":"example.org/part.(*Thing).Do","level":"error","msg":"thing %x could not be done for 10.0.%d.%d: state %d","time":""}`,
				r.IntN(300), r.Uint64(), r.IntN(256), r.IntN(256), r.IntN(40))
		default:
			line = ordinary[r.IntN(len(ordinary))]
		}
		at = at.Add(time.Duration(r.IntN(20)) * time.Millisecond)
		b.WriteString(stampOf.ReplaceAllLiteralString(line, `"time":"`+at.Format("2006-01-02T15:04:05.000Z")+`"}`))
		b.WriteByte('\n')
	}
	return b.Bytes()
}

func packSet(tb testing.TB) *rules.Set {
	set, err := newEnv(nil, io.Discard, io.Discard, os.DirFS("..")).ruleSet(nil)
	if err != nil {
		tb.Fatal(err)
	}
	return set
}

// BenchmarkWhole runs the whole job, `zlog diagnose` as a process, and beside it the tools that only count lines, over
// generated logs and over the file that ZLOG_BENCH names. cpu-s/GB is what the process took of all cores.
func BenchmarkWhole(b *testing.B) {
	dir := b.TempDir()
	bin := filepath.Join(dir, "zlog")
	if out, err := exec.Command("go", "build", "-o", bin, "zlog").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	set := packSet(b)
	texts := filepath.Join(dir, "texts")
	seen := map[string]bool{}
	var list strings.Builder
	for _, l := range set.Literals() {
		if len(l.Text) >= 8 && !seen[l.Text] && !strings.ContainsAny(l.Text, "\n\"\\<>&") {
			seen[l.Text] = true
			list.WriteString(l.Text + "\n")
		}
	}
	write(b, texts, []byte(list.String()))
	files := map[string]string{}
	var names []string
	for _, p := range profiles {
		files[p.name] = filepath.Join(dir, p.name+".log")
		names = append(names, p.name)
		write(b, files[p.name], generated(b, set, p.known, p.unknown, p.megabytes<<20))
	}
	if own := os.Getenv("ZLOG_BENCH"); own != "" {
		files["own"] = own
		names = append(names, "own")
	}
	commands := []struct {
		name string
		args []string
	}{
		{"zlog", []string{bin, "diagnose", "-q"}},
		{"rg", []string{"rg", "-F", "-f", texts, "-c", "--no-mmap"}},
		{"grep", []string{"grep", "-F", "-f", texts, "-c"}},
		{"wc", []string{"wc", "-l"}},
	}
	for _, name := range names {
		for _, c := range commands {
			b.Run(name+"/"+c.name, func(b *testing.B) { process(b, files[name], c.args) })
		}
	}
	empty := filepath.Join(dir, "empty.log")
	write(b, empty, nil)
	b.Run("start/zlog", func(b *testing.B) { process(b, empty, commands[0].args) })
}

func write(b *testing.B, name string, data []byte) {
	if err := os.WriteFile(name, data, 0o600); err != nil {
		b.Fatal(err)
	}
}

// process runs a command over a file and reports the CPU time that it took by the gigabyte.
func process(b *testing.B, file string, args []string) {
	if _, err := exec.LookPath(args[0]); err != nil {
		b.Skipf("NOT MEASURED: %s is not installed", args[0])
	}
	info, err := os.Stat(file)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	var cpu time.Duration
	for b.Loop() {
		c := exec.Command(args[0], append(args[1:len(args):len(args)], file)...)
		c.Env = append(os.Environ(), "LC_ALL=C", "XDG_CONFIG_HOME="+b.TempDir())
		if err := c.Run(); err != nil && c.ProcessState.ExitCode() != 1 && info.Size() > 0 {
			b.Fatalf("%v: %v", args, err)
		}
		cpu += c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	}
	if info.Size() > 0 {
		b.ReportMetric(cpu.Seconds()/float64(b.N)/float64(info.Size())*1e9, "cpu-s/GB")
	} else {
		b.ReportMetric(cpu.Seconds()*1000/float64(b.N), "cpu-ms")
	}
}

// BenchmarkDiagnose runs the whole job in this process.
func BenchmarkDiagnose(b *testing.B) {
	set := packSet(b)
	for _, p := range profiles {
		b.Run(p.name, func(b *testing.B) {
			name := filepath.Join(b.TempDir(), p.name+".log")
			data := generated(b, set, p.known, p.unknown, 16<<20)
			write(b, name, data)
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				Main([]string{"diagnose", "-q", name}, nil, io.Discard, io.Discard, os.DirFS(".."))
			}
		})
	}
}

// BenchmarkFilter looks for the built-in pack's literals in a log that is in memory.
func BenchmarkFilter(b *testing.B) {
	set := packSet(b)
	filter := set.Filter(parser.PlainAlarms(), nil)
	for _, p := range profiles {
		b.Run(p.name, func(b *testing.B) {
			data := generated(b, set, p.known, p.unknown, 16<<20)
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
		})
	}
}

// BenchmarkLoad loads the built-in pack: nearly all of what zlog takes to start.
func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		packSet(b)
	}
}

// TestGeneratedLogsAreTheSame: benchmarks of two days, or of two versions with the same rules, read the same bytes; and
// one goroutine or two make the same of them.
func TestGeneratedLogsAreTheSame(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	set := packSet(t)
	one := generated(t, set, 3000, 2000, 1<<20)
	if !bytes.Equal(one, generated(t, set, 3000, 2000, 1<<20)) {
		t.Error("two logs of one profile differ")
	}
	name := filepath.Join(t.TempDir(), "storm.log")
	if err := os.WriteFile(name, one, 0o600); err != nil {
		t.Fatal(err)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	a := &analysis{set: set}
	alone := reportOf(t, diagnosedAs(t, a, []string{name}, nil), name)
	runtime.GOMAXPROCS(4)
	if ahead := reportOf(t, diagnosedAs(t, a, []string{name}, nil), name); ahead != alone {
		t.Errorf("on more cores:\n%s\non one:\n%s", ahead, alone)
	}
	if !strings.Contains(alone, "could not be done for") {
		t.Error("the report has no unknown errors")
	}
}
