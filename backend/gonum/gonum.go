package gonum

import (
	"runtime"
	"runtime/debug"

	"arago/backend"
)

// Name is the name by which this back end is chosen.
const Name = "gonum"

// New returns the back end. Implementations share plans and scratch memory.
func New() (backend.Implementation, error) {
	return backend.Implementation{
		Properties: backend.Properties{
			Name:            Name,
			Library:         "gonum",
			Version:         gonumVersion(),
			Architecture:    "Go",
			License:         "BSD-3-Clause",
			Threads:         runtime.GOMAXPROCS(0),
			ConcurrentCalls: true,
			WorkerProcesses: true,
			Reproducible:    true,
		},
		LinearDouble:  linear[float64, complex128]{},
		LinearSingle:  linear[float32, complex64]{},
		FourierDouble: fourier[float64, complex128]{&plansDouble},
		FourierSingle: fourier[float32, complex64]{&plansSingle},
	}, nil
}

// gonumVersion returns the version of gonum that this program was built with.
func gonumVersion() string {
	info, ok := debug.ReadBuildInfo()
	if ok {
		for _, m := range info.Deps {
			if m.Path == "gonum.org/v1/gonum" {
				return m.Version
			}
		}
	}
	return "unknown"
}
