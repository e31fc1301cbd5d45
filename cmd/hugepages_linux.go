package cmd

import (
	"bytes"
	"os"
	"runtime"
	"sync"
	"syscall"
)

// hugeRoom is how much of the heap is asked for in huge pages: less than heapRoom, for some is in use already, and less than
// makes the collector run.
const hugeRoom = 30 << 20

// hugePages asks the system to back what the heap grows by in pages of 2 MB, once. zlog fills some 30 MB in a third of a second, and
// in a virtual machine each of the 8,000 small pages costs 2.6 µs when it is first touched, more in all than the diagnoses.
//
//	heap  | in use |               hugeRoom, given back at once               | …
//
// The runtime has no call for that, so a piece of the heap is taken, advised on, and left to the collector, which has little to look
// at yet; what is allocated next lies there.
func hugePages() { hugeOnce.Do(askForHugePages) }

var hugeOnce sync.Once

func askForHugePages() {
	if !hugePagesOnAdvice() {
		return
	}
	if syscall.Madvise(make([]byte, hugeRoom), syscall.MADV_HUGEPAGE) == nil {
		runtime.GC()
	}
}

// hugePagesOnAdvice says whether the system gives huge pages to those who ask, and not to all or to none.
func hugePagesOnAdvice() bool {
	mode, err := os.ReadFile("/sys/kernel/mm/transparent_hugepage/enabled")
	return err == nil && bytes.Contains(mode, []byte("[madvise]"))
}
