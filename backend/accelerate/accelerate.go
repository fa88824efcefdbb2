//go:build cgo && ((accelerate && darwin) || accelerate_standin)

package accelerate

import (
	"fmt"
	"runtime"

	"arago/backend"
	"arago/backend/gonum"
)

// New returns the back end, or an error on a macOS that lacks the interface
// that it was built for. Implementations share setups and scratch memory.
func New() (backend.Implementation, error) {
	version, err := systemVersion()
	if err != nil {
		return backend.Implementation{}, fmt.Errorf("accelerate: the version of macOS is not known: %w", err)
	}
	if !recent(version) {
		return backend.Implementation{}, fmt.Errorf("accelerate: macOS %s is too old, 13.3 or later is needed for the new interface of Accelerate's BLAS", version)
	}
	pure, err := gonum.New()
	if err != nil {
		return backend.Implementation{}, err
	}
	findThreading()
	return backend.Implementation{
		Properties: backend.Properties{
			Name:    Name,
			Library: libraryName,
			Version: "macOS " + version,
			Path:    blasPath(),
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
