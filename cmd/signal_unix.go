//go:build unix

package cmd

import (
	"os/exec"
	"os/signal"
	"syscall"
)

// ignoreFileSize makes a write beyond the limit of file sizes (ulimit -f) fail like one to a full disk, instead of ending
// zlog in its midst.
func ignoreFileSize() { signal.Ignore(syscall.SIGXFSZ) }

// alone gives a command a process group of its own: Ctrl-C is for zlog, and whoever ends the command ends what it has started.
func alone(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
}
