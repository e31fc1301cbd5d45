package cmd

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zlog/redact"
)

// longLine is a line of evidence that is longer than what is redacted, with a secret that only its end gives away.
func longLine(t *testing.T) (dir string, size int) {
	t.Helper()
	dir = t.TempDir()
	for _, name := range []string{"ctrl1.log", "ctrl2.log"} {
		data, err := os.ReadFile(filepath.Join("../testdata/logs/two-bootstrapped-join", name))
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		if name == "ctrl1.log" {
			at := strings.Index(text, `"msg":"raft cluster bootstrap complete"`)
			begin, end := strings.LastIndexByte(text[:at], '\n')+1, at+strings.IndexByte(text[at:], '\n')
			line := text[begin:end-1] + `,"password":["hunter2canary","` + strings.Repeat("x", 1<<20) + `"]}`
			text, size = text[:begin]+line+text[end:], len(line)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir, size
}

func TestALineThatIsTooLongToBeRedactedIsNotHandedOver(t *testing.T) {
	dir, size := longLine(t)
	note := redact.Notice(size)
	t.Run("redact", func(t *testing.T) {
		to := t.TempDir()
		_, errOut, code := zlog(t, "", "redact", dir, "-o", to)
		if code != 0 || !strings.Contains(errOut, "ctrl1.log: 1 line of more than 1048576 bytes left out") {
			t.Fatalf("exit code %d: %s", code, errOut)
		}
		for _, name := range []string{"ctrl1.log", "ctrl2.log"} {
			before, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			after, err := os.ReadFile(filepath.Join(to, name))
			if err != nil {
				t.Fatal(err)
			}
			if a, b := strings.Count(string(before), "\n"), strings.Count(string(after), "\n"); a != b {
				t.Errorf("%s has %d lines, its copy %d", name, a, b)
			}
			if strings.Contains(string(after), "hunter2") || strings.Contains(string(after), "\n"+note+"\n") != (name == "ctrl1.log") {
				t.Errorf("%s: %.300s", name, after)
			}
		}
	})
	t.Run("report", func(t *testing.T) {
		for _, kind := range []string{"json", "html", "markdown"} {
			out, errOut, code := zlog(t, "", "report", dir, "-o", kind+"=-")
			if code != 0 || strings.Contains(out, "hunter2") || !strings.Contains(out, fmt.Sprint(size)) {
				t.Errorf("%s: exit code %d, %d bytes: %s", kind, code, len(out), errOut)
			}
		}
	})
	t.Run("bundle", func(t *testing.T) {
		for _, full := range []string{"--full=false", "--full"} {
			file := filepath.Join(t.TempDir(), "t.tar.gz")
			if _, errOut, code := zlog(t, "", "bundle", dir, "-o", file, full); code != 0 {
				t.Fatalf("exit code %d: %s", code, errOut)
			}
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for name, text := range untar(t, data) {
				if strings.Contains(text, "hunter2") {
					t.Errorf("%s %s holds the secret", full, name)
				}
			}
			if out, errOut, code := zlog(t, "", "bundle", "verify", file); code != 0 {
				t.Errorf("%s: exit code %d: %s%s", full, code, out, errOut)
			}
		}
	})
}

// TestALongPipeIsHeldOnDisk: the copy is that of the pipe, whether it is kept in memory or not.
func TestALongPipeIsHeldOnDisk(t *testing.T) {
	for _, size := range []int{0, 1, mostHeld, mostHeld + 1, 3 * mostHeld} {
		e := &env{}
		in := strings.Repeat("0123456789\n", size/11+1)[:size]
		held, err := e.hold(strings.NewReader(in))
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			got, err := io.ReadAll(io.NewSectionReader(held, 0, held.Size()))
			if err != nil || string(got) != in {
				t.Errorf("%d bytes: %d came back: %v", size, len(got), err)
			}
		}
		if spooled := len(e.spools) > 0; spooled != (size > mostHeld) {
			t.Errorf("%d bytes: on disk: %v", size, spooled)
		}
		for _, f := range e.spools {
			dropSpool(f)
		}
	}
}
