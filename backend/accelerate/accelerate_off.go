//go:build !cgo || !((accelerate && darwin) || accelerate_standin)

package accelerate

import "arago/backend"

// New returns a [backend.NotBuiltError]: this build has no Accelerate.
func New() (backend.Implementation, error) {
	return backend.Implementation{}, &backend.NotBuiltError{
		Name: Name, Tag: "accelerate",
		Adds: "Dot and FFT2 by Apple's Accelerate, on macOS 13.3 or later",
	}
}
