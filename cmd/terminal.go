package cmd

import (
	"fmt"
	"io"
	"os"

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
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// columns gives the width of the terminal that a stream is, 80 for anything else.
func columns(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 0 {
			return n
		}
	}
	return 80
}
