//go:build unix

package follow

import (
	"os"
	"syscall"
)

// Inode gives the number by which the system knows a file, whatever its name; zeros if it does not say.
func Inode(info os.FileInfo) (device, inode uint64) {
	if st, ok := info.Sys().(*syscall.Stat_t); ok && st != nil {
		return uint64(st.Dev), uint64(st.Ino) //nolint:unconvert // other systems have other integers here
	}
	return 0, 0
}
