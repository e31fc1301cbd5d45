//go:build unix

package cmd

import (
	"os/signal"
	"syscall"
)

// ignoreFileSize makes a write beyond the limit of file sizes (ulimit -f) fail like one to a full disk, instead of ending
// zlog in its midst.
func ignoreFileSize() { signal.Ignore(syscall.SIGXFSZ) }
