//go:build fftw && cgo && !linux && !darwin

package fftw

import (
	"errors"

	"arago/backend"
)

var errElsewhere = errors.New(`back end "fftw" is written for Linux and macOS; choose another one on this system`)

// New returns the error of a back end that does not exist on this system.
func New() (backend.Implementation, error) { return NewWith(Options{}) }

// NewWith returns the error of a back end that does not exist on this system.
func NewWith(Options) (backend.Implementation, error) {
	return backend.Implementation{}, errElsewhere
}
