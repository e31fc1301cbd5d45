package cmd

import (
	"runtime"
	"sync"
	"syscall"
)

// hugeRoom is how much of the heap is asked for in huge pages: less than heapRoom, for some is in use already, and less than
// makes the collector run.
const hugeRoom = 30 << 20

// hugePages asks the system to back what the heap grows by in pages of 2 MB, once. zlog fills some 30 MB in a third of a second, and
// in a virtual machine each of the 8,000 small pages costs 2.6 µs when it is first touched, more in all than the story and the diagnoses.
//
//	heap  | in use |               hugeRoom, given back at once               | …
//
// The runtime has no call for that, so a piece of the heap is taken, advised on, and left to the collector; what is allocated
// next lies there. Where the system has no huge pages, or gives them to all, that changes nothing.
func hugePages() { hugeOnce.Do(askForHugePages) }

var hugeOnce sync.Once

func askForHugePages() {
	if syscall.Madvise(make([]byte, hugeRoom), syscall.MADV_HUGEPAGE) == nil {
		runtime.GC()
	}
}
