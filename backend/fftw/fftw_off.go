//go:build !fftw || !cgo

package fftw

import "arago/backend"

// New returns the error of a back end that is not in this build.
func New() (backend.Implementation, error) { return NewWith(Options{}) }

// NewWith returns the error of a back end that is not in this build.
func NewWith(Options) (backend.Implementation, error) {
	return backend.Implementation{}, &backend.NotBuiltError{
		Name: Name, Tag: "fftw", Adds: "FFT2 by FFTW 3 (makes the binary GPL)",
	}
}
