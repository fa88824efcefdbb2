//go:build cgo && (openblas || mkl || blis) && (linux || darwin)

package openblas

// #include "library.h"
import "C"

// text calls a function of the library that returns a string, number one that
// returns an integer, set one that takes an integer. The function must exist.
func (l library) text(name string) string { return C.GoString(C.arago_blas_text(l.symbol(name))) }
func (l library) number(name string) int  { return int(C.arago_blas_number(l.symbol(name))) }
func (l library) set(name string, n int)  { C.arago_blas_set(l.symbol(name), C.long(n)) }
