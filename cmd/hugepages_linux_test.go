package cmd

import (
	"os"
	"runtime"
	"strings"
	"testing"
)

func TestTheHeapGrowsInHugePages(t *testing.T) {
	if !hugePagesOnAdvice() {
		t.Skip("THIS SYSTEM GIVES HUGE PAGES TO ALL OR TO NONE, and zlog asks for none then")
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
