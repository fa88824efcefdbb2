// Arago computes what a telescope or an optical bench does to light: it reads
// the description of an optical system, propagates light through it, and writes
// the image of a star as FITS and as a picture.
//
//	arago init telescope.toml
//	arago psf telescope.toml
//
// Each command has a file of its own, with its flags in a structure that kong
// fills from the command line and a Run method. app.go holds what they share;
// exit.go says with which code the program ends and how errors are told. There
// are no numerics here: they are in the packages next to cmd.
package main

import (
	"context"
	"math"
	"os"
	"runtime"
	"runtime/debug"

	"arago/detect"
	"arago/workers"
)

func main() {
	_, cpu, memory := detect.Limits()
	boundThreads(cpu)
	boundGarbage(memory)
	if workers.IsWorker() {
		os.Exit(workers.Serve(take))
	}
	os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr, os.Getenv))
}

// boundThreads keeps to the processors that affinity and control groups grant,
// also where GOMAXPROCS says more. By itself Go takes no fewer than two threads,
// and looks at the innermost group only.
func boundThreads(cpu detect.CPU) {
	if cpu.Usable < cpu.MaxProcs {
		runtime.GOMAXPROCS(cpu.Usable)
	}
}

// reserve is memory that nobody touches, and that takes up none: the collector counts it
// as in use, and so begins at a heap of some size. Without it a run that takes 50 MB
// spends half its time on forty collections of a heap that grows by a fifth each time
// (38 ms instead of 83 for a coronagraph of 512 samples, for 10 MB more at the peak).
var reserve []byte

const reserveBytes = 128 << 20

// boundGarbage keeps the memory of a run close to what was predicted. By itself
// the collector lets the heap grow to twice what is in use; fields are large and
// hold no pointers, so collecting more often costs next to nothing. And a run
// that was found to fit must not be killed for its garbage.
func boundGarbage(memory detect.Memory) {
	known := memory.LimitedBy != ""
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(20)
		if known && memory.Usable >= 16*reserveBytes {
			reserve = make([]byte, reserveBytes)
		}
	}
	if known && debug.SetMemoryLimit(-1) == math.MaxInt64 { // GOMEMLIMIT is not set
		debug.SetMemoryLimit(memory.Usable)
	}
}
