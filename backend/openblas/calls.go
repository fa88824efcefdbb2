//go:build cgo && (openblas || mkl) && (linux || darwin)

package openblas

// #include "library.h"
import "C"

// set calls a function of the library that takes an integer. It must exist.
func (l library) set(name string, n int) { C.arago_blas_set(l.symbol(name), C.long(n)) }
