package cmd

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"

	"golang.org/x/term"
)

// colorModes are the values of --color.
var colorModes = []string{"auto", "always", "never"}

// checkColor reads --color.
func (e *env) checkColor() error {
	for _, m := range colorModes {
		if e.color == m {
			return nil
		}
	}
	return fmt.Errorf("--color %q: want auto, always or never", e.color)
}

// colored says whether a stream gets colour: as --color says, else as NO_COLOR, CLICOLOR_FORCE and TERM=dumb say,
// else if it is a terminal.
func (e *env) colored(w io.Writer) bool {
	switch force := os.Getenv("CLICOLOR_FORCE"); {
	case e.color == "always":
		return true
	case e.color == "never", os.Getenv("NO_COLOR") != "":
		return false
	case force != "" && force != "0":
		return true
	case os.Getenv("TERM") == "dumb", os.Getenv("CLICOLOR") == "0":
		return false
	}
	return isTTY(w)
}

// isTTY says whether a stream is a terminal.
func isTTY(w io.Writer) bool {
	f, ok := fileOf(w)
	return ok && term.IsTerminal(int(f.Fd()))
}

// columns gives the width of the terminal that a stream is, 80 for anything else.
func columns(w io.Writer) int {
	if f, ok := fileOf(w); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 0 {
			return n
		}
	}
	return 80
}

// printed is standard output. It keeps the first error, for much is printed without a look at the answer: help, tables, what
// the library writes by itself.
type printed struct {
	io.Writer
	failed error
}

// Write implements io.Writer.
func (p *printed) Write(b []byte) (int, error) {
	n, err := p.Writer.Write(b)
	if err != nil && p.failed == nil {
		p.failed = err
	}
	return n, err
}

// arrived gives the exit code of a command that went well, unless what it printed did not arrive. A reader that had enough is
// no trouble.
func (e *env) arrived(code int) int {
	p, ok := e.out.(*printed)
	if !ok || p.failed == nil || errors.Is(p.failed, syscall.EPIPE) {
		return code
	}
	fmt.Fprintf(e.err, "zlog: %v\n", p.failed)
	return exitTrouble
}

// fileOf gives the file that a stream is.
func fileOf(w io.Writer) (*os.File, bool) {
	if p, ok := w.(*printed); ok {
		w = p.Writer
	}
	f, ok := w.(*os.File)
	return f, ok
}
