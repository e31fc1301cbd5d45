package cmd

import (
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

func TestTheHeapGrowsInHugePages(t *testing.T) {
	if err := syscall.Madvise(make([]byte, hugeRoom), syscall.MADV_HUGEPAGE); err != nil {
		t.Skipf("THIS SYSTEM HAS NO HUGE PAGES TO ASK FOR: %v", err)
	}
	askForHugePages()
	b := make([]byte, hugeRoom/2)
	maps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Skipf("THIS SYSTEM DOES NOT TELL HOW MEMORY IS MAPPED: %v", err)
	}
	runtime.KeepAlive(b)
	if !strings.Contains(string(maps), " hg") {
		t.Error("no part of the memory is asked for in huge pages")
	}
}
