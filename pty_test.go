//go:build unix

package main

import (
	"bytes"
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/creack/pty"
	"golang.org/x/term"
)

// session is zlog on a terminal of its own.
type session struct {
	t     *testing.T
	cmd   *exec.Cmd
	tty   *os.File // the terminal's other side
	slave *os.File
	state *term.State
	dir   string

	mu     sync.Mutex
	out    bytes.Buffer
	seen   int // what was waited for already
	grown  chan struct{}
	closed chan struct{}
}

// open starts zlog on a terminal of w by h cells; logs come from stdin if that is not nil.
func open(t *testing.T, w, h uint16, stdin *os.File, args ...string) *session {
	t.Helper()
	return openAs(t, "tmux-256color", w, h, stdin, args...)
}

// openAs is open on a terminal of a kind.
func openAs(t *testing.T, kind string, w, h uint16, stdin *os.File, args ...string) *session {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	master, slave, err := pty.Open()
	if err != nil {
		t.Skipf("NO TERMINAL WAS TESTED: %v", err)
	}
	s := &session{t: t, tty: master, slave: slave, dir: t.TempDir(), grown: make(chan struct{}, 1), closed: make(chan struct{})}
	if err := pty.Setsize(master, &pty.Winsize{Rows: h, Cols: w}); err != nil {
		t.Fatal(err)
	}
	if s.state, err = term.GetState(int(slave.Fd())); err != nil {
		t.Fatal(err)
	}
	s.cmd = exec.Command(self)
	s.cmd.Args = append([]string{"zlog"}, args...) // TestMain makes the test binary a zlog by this name
	s.cmd.Dir = s.dir
	s.cmd.Stdin, s.cmd.Stdout, s.cmd.Stderr = slave, slave, slave
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 1}
	if stdin != nil {
		s.cmd.Stdin = stdin
	}
	s.cmd.Env = append(os.Environ(), "TERM="+kind, "CI=", "TMUX=", "LANG=C.UTF-8", "LC_ALL=", "LC_CTYPE=", "NO_COLOR=1", "XDG_CONFIG_HOME="+s.dir, "TMPDIR="+s.dir)
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go s.read()
	t.Cleanup(func() {
		_ = s.cmd.Process.Kill()
		slave.Close()
		master.Close()
		<-s.closed
	})
	return s
}

func (s *session) read() {
	defer close(s.closed)
	buf := make([]byte, 64<<10)
	for {
		n, err := s.tty.Read(buf)
		s.mu.Lock()
		s.out.Write(buf[:n])
		s.mu.Unlock()
		select {
		case s.grown <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

// wait waits until something is drawn that was not waited for yet.
func (s *session) wait(want string) {
	s.t.Helper()
	late := time.After(30 * time.Second)
	for {
		s.mu.Lock()
		text := ansi.Strip(string(s.out.Bytes()[s.seen:]))
		found := strings.Contains(text, want)
		if found {
			s.seen = s.out.Len()
		}
		s.mu.Unlock()
		if found {
			return
		}
		select {
		case <-s.grown:
		case <-late:
			s.t.Fatalf("%q is not drawn; since then:\n%s", want, text)
		}
	}
}

func (s *session) press(keys string) {
	s.t.Helper()
	if _, err := s.tty.WriteString(keys); err != nil {
		s.t.Fatal(err)
	}
}

// raw gives all that was written to the terminal.
func (s *session) raw() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.String()
}

// end waits for zlog to leave and looks that the terminal is as it was.
func (s *session) end() {
	s.t.Helper()
	done := make(chan error, 1)
	go func() { done <- s.cmd.Wait() }()
	select {
	case err := <-done:
		if err != nil {
			s.t.Errorf("zlog ends with %v", err)
		}
	case <-time.After(30 * time.Second):
		s.t.Fatal("zlog does not end")
	}
	is, err := term.GetState(int(s.slave.Fd()))
	if err != nil {
		s.t.Fatal(err)
	}
	if *is != *s.state {
		s.t.Error("the terminal is left in another mode")
	}
	late := time.After(10 * time.Second)
	for !strings.Contains(s.raw(), "\x1b[?1049l") || !strings.Contains(s.raw(), "\x1b[?25h") {
		select {
		case <-s.grown:
		case <-late:
			s.t.Fatal("the screen or the cursor is not given back")
		}
	}
	if left, _ := filepath.Glob(filepath.Join(s.dir, "zlog-spool-*")); len(left) > 0 {
		s.t.Errorf("left behind: %v", left)
	}
}

func logPaths(t *testing.T, name string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join("testdata", "logs", name, "*.log"))
	if err != nil || len(found) == 0 {
		t.Fatalf("case %s: %v", name, err)
	}
	for i := range found {
		if found[i], err = filepath.Abs(found[i]); err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// walk goes from the answer to the evidence, the log, a filter, a saved file and another size.
func (s *session) walk(level string) {
	s.t.Helper()
	s.wait("Quorum is lost")
	s.press("\r")
	s.wait("Means")
	s.press("\r")
	s.wait("3 Log]")
	s.press("f" + level + "\r")
	s.wait("1 filter")
	s.press("s")
	s.wait("saved in")
	if err := pty.Setsize(s.tty, &pty.Winsize{Rows: 40, Cols: 120}); err != nil {
		s.t.Fatal(err)
	}
	s.wait("filter " + level)
	s.press("1")
	s.wait("[1 Findings]")
	data, err := os.ReadFile(filepath.Join(s.dir, "zlog-view.log"))
	if err != nil || bytes.Count(data, []byte("\n")) < 5 || bytes.Contains(data, []byte(`"level":"info"`)) {
		s.t.Errorf("the saved view has %d bytes (%v)", len(data), err)
	}
}

func TestScreenOnATerminal(t *testing.T) {
	s := open(t, 80, 24, nil, append([]string{"tui"}, logPaths(t, "quorum-loss")...)...)
	s.walk("level>=error")
	s.press("y")
	s.wait("copied")
	if osc := "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte("ziti agent cluster list")) + "\a"; !strings.Contains(s.raw(), osc) {
		t.Error("the command was not copied through the terminal")
	}
	s.press("r")
	s.wait("report saved in")
	s.press("\x03")
	s.end()
}

// TestTheTerminalIsAskedNothing: a terminal that does not answer would hold up the first screen, and every other command,
// for five seconds.
func TestTheTerminalIsAskedNothing(t *testing.T) {
	s := openAs(t, "xterm-256color", 80, 24, nil, append([]string{"tui"}, logPaths(t, "quorum-loss")...)...)
	s.wait("Quorum is lost")
	s.press("\x03")
	s.end()
	for _, question := range []string{"\x1b]10;?", "\x1b]11;?", "\x1b[6n", "\x1b[c"} {
		if strings.Contains(s.raw(), question) {
			t.Errorf("the terminal is asked %q", question)
		}
	}
}

// TestMouseOnATerminal clicks and turns the wheel as a terminal tells of it; with --no-mouse the terminal is not asked to.
func TestMouseOnATerminal(t *testing.T) {
	s := open(t, 80, 24, nil, append([]string{"tui"}, logPaths(t, "quorum-loss")...)...)
	s.wait("Quorum is lost")
	s.press("\x1b[<0;27;2M\x1b[<0;27;2m") // a tab
	s.wait("3 Log]")
	s.press("g")
	s.wait(" 1/681")
	s.press("\x1b[<65;10;10M") // the wheel
	s.wait(" 4/681")
	s.press("\x1b[<0;10;3M\x1b[<0;10;3m") // a row
	s.wait(" 1/681")
	s.press("\x1b[<0;10;3M\x1b[<0;10;3m") // and again
	s.wait("Record")
	s.press("\x03")
	s.end()
	if !strings.Contains(s.raw(), "\x1b[?1002h") || !strings.Contains(s.raw(), "\x1b[?1002l") {
		t.Error("the mouse is not asked for, or not given back")
	}
	s = open(t, 80, 24, nil, append([]string{"tui", "--no-mouse"}, logPaths(t, "quorum-loss")...)...)
	s.wait("Quorum is lost")
	s.press("\x03")
	s.end()
	if strings.Contains(s.raw(), "\x1b[?1002h") || strings.Contains(s.raw(), "\x1b[?1000h") {
		t.Error("--no-mouse takes the mouse")
	}
}

// TestNoColorAndTooSmallATerminal: NO_COLOR leaves not one colour, and a terminal that became too small comes back.
func TestNoColorAndTooSmallATerminal(t *testing.T) {
	s := open(t, 80, 24, nil, append([]string{"tui"}, logPaths(t, "quorum-loss")...)...)
	s.wait("Quorum is lost")
	for _, size := range []pty.Winsize{{Rows: 1, Cols: 1}, {Rows: 5, Cols: 20}} {
		if err := pty.Setsize(s.tty, &size); err != nil {
			t.Fatal(err)
		}
	}
	s.wait("Too small")
	if err := pty.Setsize(s.tty, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	s.wait("Quorum is lost")
	s.press("q")
	s.end()
	if seq := regexp.MustCompile("\x1b\\[[0-9;]*m").FindString(strings.NewReplacer("\x1b[0m", "", "\x1b[m", "").Replace(s.raw())); seq != "" {
		t.Errorf("NO_COLOR is set and %q is drawn", seq)
	}
}

func TestARedactedCopyDrivesNoTerminal(t *testing.T) {
	log := filepath.Join(t.TempDir(), "a.log")
	if err := os.WriteFile(log, []byte("one \x1b[2J\u009b31m\u202etwo\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := open(t, 80, 24, nil, "redact", "-o", "-", log)
	s.wait("two")
	if got := s.raw(); !strings.Contains(got, `one \x1b[2J\u009b31m\u202etwo`) {
		t.Errorf("the terminal got %q", got)
	}
}

func TestScreenWithLogsOnStandardInput(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, 80, 24, r, "tui")
	r.Close()
	logs := logPaths(t, "quorum-loss")
	data, err := os.ReadFile(logs[0])
	if err != nil {
		t.Fatal(err)
	}
	half := bytes.IndexByte(data[len(data)/2:], '\n') + len(data)/2 + 1
	go func() {
		_, _ = w.Write(data[:half])
	}()
	s.wait("FOLLOW")
	go func() {
		_, _ = w.Write(data[half:])
	}()
	s.walk("level>=error")
	s.press("3F")
	s.wait("FOLLOW")
	w.Close()
	s.press("\x03")
	s.end()
}

func TestScreenWithoutATerminalPrintsTheReport(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Args = append([]string{"zlog", "tui"}, logPaths(t, "quorum-loss")...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // no terminal to open
	cmd.Env = append(os.Environ(), "XDG_CONFIG_HOME="+t.TempDir())
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	if err := cmd.Run(); err != nil {
		t.Errorf("ends with %v", err)
	}
	if !strings.Contains(errOut.String(), "no terminal") || !strings.Contains(out.String(), "Quorum is lost") {
		t.Errorf("says %q and prints %d bytes", errOut.String(), out.Len())
	}
}
