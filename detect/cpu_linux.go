package detect

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// affinity returns on how many processors the thread that asks may run; the
// threads of a Go program inherit that from one another. It is asked anew, while
// runtime.NumCPU keeps the answer of the start.
func affinity() int {
	var mask unix.CPUSet
	if unix.SchedGetaffinity(0, &mask) != nil { // more processors than the mask has bits
		return runtime.NumCPU()
	}
	return mask.Count()
}
