//go:build !linux

package detect

import "runtime"

// affinity returns the number of processors; there is no mask here that a
// program must respect, or Go has taken it into account when it started.
func affinity() int { return runtime.NumCPU() }
