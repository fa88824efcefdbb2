//go:build cgo && ((accelerate && darwin) || accelerate_standin)

package accelerate

import (
	"errors"
	"fmt"
	"runtime"

	"arago/backend"
	"arago/backend/gonum"
	"arago/detect"
)

// New returns the back end, or an error on a macOS that lacks the interface
// that it was built for. Implementations share setups and scratch memory.
func New() (backend.Implementation, error) {
	entries := entries()
	l := detect.Serving([]detect.Served{{Part: "Dot", Symbol: entries[0].Symbol, Address: entries[0].Address}})[0]
	version := versionOf(l)
	if version == "" {
		return backend.Implementation{}, errors.New("accelerate: the version of macOS is not known, and it must be 13.3 or later")
	}
	if !recent(version) {
		return backend.Implementation{}, fmt.Errorf("accelerate: macOS %s is too old, 13.3 or later is needed for the new interface of Accelerate's BLAS", version)
	}
	pure, err := gonum.New()
	if err != nil {
		return backend.Implementation{}, err
	}
	findThreading()
	if !staysSingle() {
		return backend.Implementation{}, fmt.Errorf("accelerate: %s was set to a single thread and is not; choose another back end on macOS %s", l.Path, version)
	}
	return backend.Implementation{
		Properties: backend.Properties{
			Name:    Name,
			Library: libraryName,
			Version: "macOS " + version,
			Path:    l.Path,
			Entries: entries,
			// Part of the system; SPDX has no name for its licence.
			License:         "LicenseRef-Apple-macOS",
			Threads:         runtime.GOMAXPROCS(0),
			ConcurrentCalls: true,
			// Workers are started anew, never forked from a running program,
			// which Accelerate does not survive.
			WorkerProcesses: true,
			Reproducible:    false,
		},
		LinearDouble:  linear[float64, complex128]{&double, pure.LinearDouble},
		LinearSingle:  linear[float32, complex64]{&single, pure.LinearSingle},
		FourierDouble: fourier[float64, complex128]{&double, &setupsDouble, pure.FourierDouble},
		FourierSingle: fourier[float32, complex64]{&single, &setupsSingle, pure.FourierSingle},
	}, nil
}

// recent says whether a version of macOS is 13.3 or later, the first with the
// symbols of ACCELERATE_NEW_LAPACK.
func recent(version string) bool {
	var major, minor int
	if n, _ := fmt.Sscanf(version, "%d.%d", &major, &minor); n == 0 {
		return false
	}
	return major > 13 || major == 13 && minor >= 3
}
