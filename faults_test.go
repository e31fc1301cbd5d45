//go:build unix

package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// These tests run zlog as a process of its own (TestMain puts it on the path): what they look at ends processes.

// process is zlog beside the test, with a shell before it where limits are to be set. No path goes through that shell.
func process(t *testing.T, limits string, args ...string) *exec.Cmd {
	t.Helper()
	name, err := exec.LookPath("zlog")
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), name, args...)
	if limits != "" {
		c = exec.CommandContext(t.Context(), "/bin/sh", append([]string{"-c", limits + `; exec "$@"`, "sh", name}, args...)...)
	}
	c.Env = append(os.Environ(), "XDG_CONFIG_HOME="+t.TempDir(), "TMPDIR="+t.TempDir())
	return c
}

// status gives the exit code of a process that ended, or the signal that ended it.
func status(t *testing.T, err error) string {
	t.Helper()
	var ee *exec.ExitError
	switch {
	case err == nil:
		return "0"
	case !errors.As(err, &ee):
		t.Fatal(err)
	case ee.ProcessState.Sys().(syscall.WaitStatus).Signaled():
		return ee.ProcessState.Sys().(syscall.WaitStatus).Signal().String()
	}
	return fmt.Sprint(ee.ExitCode())
}

func putFile(t *testing.T, name, text string) string {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestAReportIsWrittenWholeOrNotAtAll(t *testing.T) {
	log := putFile(t, filepath.Join(t.TempDir(), "ctrl1.log"), fullLine)
	for _, old := range []string{"", "the report before\n"} {
		dir := t.TempDir()
		file := filepath.Join(dir, "report.json")
		if old != "" {
			putFile(t, file, old)
		}
		c := process(t, "ulimit -f 1", "diagnose", "--no-ignore", "-o", "json="+file, log)
		out, err := c.CombinedOutput()
		if s := status(t, err); s != "2" || !strings.Contains(string(out), "report.json") {
			t.Errorf("ended with %s and said %s", s, out)
		}
		got, _ := os.ReadFile(file)
		entries, _ := os.ReadDir(dir)
		if string(got) != old || len(entries) > 1 {
			t.Errorf("left %q and %v", got, entries)
		}
	}
	if _, err := os.Stat("/dev/full"); err == nil {
		for _, args := range [][]string{{"diagnose", log}, {"diagnose", "-o", "json", log}, {"diagnose", "--follow", "-"}} {
			full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			c := process(t, "", args...)
			var said bytes.Buffer
			c.Stdin, c.Stdout, c.Stderr = strings.NewReader(fullLine), full, &said
			if s := status(t, c.Run()); s != "2" || !strings.Contains(said.String(), "no space left") {
				t.Errorf("%v: ended with %s and said %s", args, s, said.String())
			}
			full.Close()
		}
	}
}

func TestAClosedOutputEndsZlogQuietly(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	var said bytes.Buffer
	c := process(t, "", "diagnose", "--no-ignore", "-v", "testdata/logs/quorum-loss")
	c.Stdout, c.Stderr = w, &said
	s := status(t, c.Run())
	w.Close()
	if s != "1" && s != "broken pipe" || said.Len() > 0 {
		t.Errorf("ended with %s and said %s", s, said.String())
	}
}

func TestASignalEndsFollowingWithTheReport(t *testing.T) {
	for sig, want := range map[syscall.Signal]string{syscall.SIGINT: "130", syscall.SIGTERM: "143"} {
		log := putFile(t, filepath.Join(t.TempDir(), "ctrl1.log"), fullLine)
		held := filepath.Join(t.TempDir(), "held")
		if err := syscall.Mkfifo(held, 0o600); err != nil {
			t.Fatal(err)
		}
		c := process(t, "", "diagnose", "--no-ignore", "--follow", "--on-finding", "sh -c 'sleep 1000 <"+held+"; true'", log)
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewReader(out)
		if line, err := lines.ReadString('\n'); err != nil || !strings.Contains(line, "OPEN") {
			t.Fatalf("%q, %v", line, err)
		}
		w, err := os.OpenFile(held, os.O_WRONLY, 0) // waits for the command
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // as timeout(1) sends it: to the process, and to its group
			if err := c.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
		}
		rest, _ := io.ReadAll(lines)
		if s := status(t, c.Wait()); s != want || !strings.Contains(string(rest), "problem: The disk") {
			t.Errorf("%s: ended with %s, want %s, and wrote %s", sig, s, want, rest)
		}
		if _, err := w.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
			t.Errorf("%s: what the command started goes on (%v)", sig, err)
		}
		w.Close()
	}
}

func TestASignalEndsTheWaitForInput(t *testing.T) {
	c := process(t, "", "diagnose", "--no-ignore", "--follow")
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(in, fullLine); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	if _, err := lines.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	_ = c.Process.Signal(syscall.SIGINT)
	_, _ = io.Copy(io.Discard, lines)
	if s := status(t, c.Wait()); s != "130" || time.Since(began) > 30*time.Second {
		t.Errorf("ended with %s after %s", s, time.Since(began))
	}
}

func TestTooFewFileDescriptorsAreAnErrorWithAName(t *testing.T) {
	dir := t.TempDir()
	var files []string
	for i := range 40 {
		files = append(files, putFile(t, filepath.Join(dir, fmt.Sprintf("c%d.log", i)), goodLine))
	}
	out, err := process(t, "ulimit -n 12", append([]string{"diagnose", "--no-ignore"}, files...)...).CombinedOutput()
	if s := status(t, err); s != "0" && s != "2" || strings.Contains(string(out), "goroutine ") {
		t.Errorf("ended with %s and said %s", s, out)
	}
	c := process(t, "ulimit -n 24", append([]string{"diagnose", "--no-ignore", "--follow"}, files...)...)
	said, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(said)
	for line := ""; !strings.Contains(line, "too many open files"); {
		if line, err = lines.ReadString('\n'); err != nil {
			t.Fatalf("it never said that there are too many open files: %v", err)
		}
	}
	_ = c.Process.Signal(syscall.SIGINT)
	rest, _ := io.ReadAll(lines)
	if s := status(t, c.Wait()); s != "130" || strings.Contains(string(rest), "goroutine ") {
		t.Errorf("ended with %s and said %s", s, rest)
	}
}

func TestANamedPipeIsReadToItsEnd(t *testing.T) {
	for _, follow := range []string{"--follow=false", "--follow"} {
		name := filepath.Join(t.TempDir(), "pipe")
		if err := syscall.Mkfifo(name, 0o600); err != nil {
			t.Fatal(err)
		}
		go func() {
			f, err := os.OpenFile(name, os.O_WRONLY, 0)
			if err == nil {
				_, _ = io.WriteString(f, goodLine+fullLine)
				f.Close()
			}
		}()
		out, err := process(t, "", "diagnose", "--no-ignore", follow, name).CombinedOutput()
		if s := status(t, err); s != "1" || !strings.Contains(string(out), "problem: The disk") {
			t.Errorf("%s: ended with %s and said %s", follow, s, out)
		}
	}
}

// endless gives a text again and again.
type endless struct {
	text []byte
	left int64
	at   int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := 0
	for n < len(p) && e.left > 0 {
		k := copy(p[n:min(len(p), n+int(min(e.left, 1<<20)))], e.text[e.at:])
		n, e.left, e.at = n+k, e.left-int64(k), (e.at+k)%len(e.text)
	}
	return n, nil
}

// TestMemoryIsBounded: neither long lines, nor holes, nor records without end make zlog grow.
func TestMemoryIsBounded(t *testing.T) {
	const most = 160 << 20 // of all that the process took, with rules and runtime; on an empty log it is some 40 MB
	for name, text := range map[string]string{
		"a line of 128 MB":      strings.Repeat("x", 1<<20),
		"128 MB of NUL":         strings.Repeat("\x00", 1<<16),
		"open objects":          `{"a":`,
		"goroutines of a panic": "panic: x\ngoroutine 1 [running]:\nmain.main()\n\t/x.go:1\n\n",
		"captures that differ":  fullLine,
		"continuation lines":    "  and so on\n",
	} {
		t.Run(name, func(t *testing.T) {
			for _, args := range [][]string{{"diagnose"}, {"diagnose", "--follow"}} {
				c := process(t, "", append(args, "--no-ignore", "-q")...)
				head := "time=\"2026-11-22T19:32:10Z\" level=error msg=x\n"
				size := int64(32 << 20)
				if strings.Contains(name, "128 MB") {
					size = 128 << 20
				}
				c.Stdin = io.MultiReader(strings.NewReader(head), &endless{text: []byte(text), left: size}, strings.NewReader("\n"+goodLine))
				var said bytes.Buffer
				c.Stdout, c.Stderr = &said, &said
				if err := c.Start(); err != nil {
					t.Fatal(err)
				}
				err := c.Wait()
				if s := status(t, err); s != "0" && s != "1" && s != "2" || said.Len() > 1<<16 {
					t.Errorf("%v: ended with %s and said %.500s", args, s, said.String())
				}
				if use, ok := c.ProcessState.SysUsage().(*syscall.Rusage); ok && use.Maxrss<<10 > most {
					t.Errorf("%v: took %d MB", args, use.Maxrss>>10)
				}
			}
		})
	}
}
