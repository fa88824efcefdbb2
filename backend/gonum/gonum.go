package gonum

import (
	"runtime"
	"runtime/debug"

	"arago/backend"
	"arago/internal/fft"
	"arago/internal/kernel"
)

// Name is the name by which this back end is chosen.
const Name = "gonum"

// New returns the back end. Implementations share plans and scratch memory.
// The error is that of kernel.Selected.
func New() (backend.Implementation, error) {
	set, err := kernel.Selected()
	if err != nil {
		return backend.Implementation{}, err
	}
	return backend.Implementation{
		Properties: backend.Properties{
			Name:            Name,
			Library:         "Arago",
			Version:         moduleVersion(),
			Architecture:    set.Name(),
			License:         "BSD-3-Clause",
			Threads:         runtime.GOMAXPROCS(0),
			ConcurrentCalls: true,
			WorkerProcesses: true,
			Reproducible:    true,
		},
		LinearDouble:  linear[float64, complex128]{},
		LinearSingle:  linear[float32, complex64]{},
		FourierDouble: fft.Of[float64, complex128](set),
		FourierSingle: fft.Of[float32, complex64](set),
	}, nil
}

// moduleVersion returns the version of Arago that this program was built with.
func moduleVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, m := range append(info.Deps, &info.Main) {
		if m.Path == "arago" && m.Version != "" {
			return m.Version
		}
	}
	return "(devel)"
}
