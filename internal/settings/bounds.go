package settings

import (
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"

	"arago/detect"
)

// BoundThreads keeps to the processors that affinity and control groups grant,
// also where GOMAXPROCS says more. By itself Go takes no fewer than two threads,
// and looks at the innermost group only.
func BoundThreads(cpu detect.CPU) {
	if cpu.Usable < cpu.MaxProcs {
		runtime.GOMAXPROCS(cpu.Usable)
	}
}

// BoundGarbage keeps the memory of a run close to what was predicted. By itself
// the collector lets the heap grow to twice what is in use; fields are large and
// hold no pointers, so collecting a large heap more often costs next to nothing. And a
// run that was found to fit must not be killed for its garbage.
func BoundGarbage(memory detect.Memory) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(mostGarbage)
		collected(nil)
	}
	known := memory.LimitedBy != ""
	if known && debug.SetMemoryLimit(-1) == math.MaxInt64 { // GOMEMLIMIT is not set
		debug.SetMemoryLimit(memory.Usable)
	}
}

// A heap may grow by a fifth between collections, or by garbageBytes if that is more:
// with a fifth alone, a run that takes 50 MB spends half its time on forty collections of
// a heap that begins at 4 MB.
const (
	leastGarbage, mostGarbage = 20, 400 // percent of what is in use
	garbageBytes              = 26 << 20
)

// cycle is garbage from its beginning: it is finalized after each collection.
type cycle struct{ _ *cycle }

// collected says by how many percent the heap may grow until the next collection.
func collected(*cycle) {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	percent := mostGarbage
	if bytes := live[0].Value.Uint64(); bytes > 0 {
		percent = int(min(100*garbageBytes/bytes, mostGarbage))
	}
	debug.SetGCPercent(max(leastGarbage, percent))
	runtime.SetFinalizer(new(cycle), collected)
}
