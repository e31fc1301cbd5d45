package cmd

import (
	"os"
	"runtime"
	"runtime/metrics"
	"testing"
)

func TestTheHeapHasRoomHoweverLittleWasKept(t *testing.T) {
	collectLate()
	for kept, want := range map[int]int{ // in MB: what was kept, and at what the collector runs next
		0: 34, 1: 34, 4: 34, 17: 34, 20: 34, 28: 35, 40: 50, 200: 250,
	} {
		share := growth(kept << 20)
		next := max(leastHeap/100*share, kept<<20/100*(100+share)) // as the runtime reckons
		if got := (next + 1<<19) >> 20; got != want {
			t.Errorf("%d MB kept: next at %d MB, by a share of %d %%, want %d MB", kept, got, share, want)
		}
	}
}

func TestTheCollectorIsSetAnewAfterEachRun(t *testing.T) {
	if os.Getenv("GOGC") != "" {
		t.Skip("GOGC IS SET, and zlog leaves the collector alone then")
	}
	collectLate()
	defer heapShare.Store(heapShare.Load())
	set := []metrics.Sample{{Name: "/gc/gogc:percent"}}
	for _, share := range []int64{5000, 7000} {
		heapShare.Store(share)
		for tries := 0; set[0].Value.Kind() == metrics.KindBad || set[0].Value.Uint64() != uint64(share); tries++ {
			if tries > 1000 { // the finalizer runs beside
				t.Fatalf("a share of %d %% is not taken over", share)
			}
			runtime.GC()
			metrics.Read(set)
		}
	}
}
