package cmd

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"sync/atomic"
)

// The garbage collector runs when the heap has grown by a share of what it kept the last time. zlog runs on the sick machine
// itself, so that share is small, and of a small heap it is next to nothing; but most of what zlog allocates it keeps: the
// pack, and matches until their store is full. So the heap is left alone until it is heapRoom, whatever was kept.
//
//	kept     0         10 MB     20 MB     40 MB
//	runs at  heapRoom  heapRoom  heapRoom  50 MB
const (
	heapRoom  = 34 << 20 // the process takes 52 MB then, and up to 57 MB later
	leastHeap = 4 << 20  // at which the runtime collects first if the share is 100 %
)

// heapShare is the share in percent.
var heapShare atomic.Int64

// collector is garbage as soon as it is made. Its finalizer runs after each collection, and sets when the next one is due.
type collector struct{ kept []metrics.Sample }

var collectOnce sync.Once

// collectLate sets the garbage collector so for the rest of the process, unless GOGC sets it.
func collectLate() {
	if os.Getenv("GOGC") != "" {
		return
	}
	collectOnce.Do(func() {
		heapShare.Store(25)
		debug.SetGCPercent(growth(0))
		runtime.SetFinalizer(&collector{[]metrics.Sample{{Name: "/gc/heap/live:bytes"}}}, (*collector).again)
	})
}

func (c *collector) again() {
	metrics.Read(c.kept)
	debug.SetGCPercent(growth(int(c.kept[0].Value.Uint64())))
	runtime.SetFinalizer(c, (*collector).again)
}

// growth gives the share by which a heap may grow of which some bytes were kept, 0 if nothing was collected yet: up to
// heapRoom. The runtime lets every heap grow to that share of leastHeap.
func growth(kept int) int {
	return max(int(heapShare.Load()), min(100*heapRoom/leastHeap, 100*(heapRoom-kept)/max(kept, 1)))
}
