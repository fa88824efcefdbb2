// Package gonum is the back end that needs nothing: no library, no C compiler,
// on every architecture. It adapts the packed matrix product (internal/product)
// and the planned Fourier transform (internal/fft) to the contract of package
// backend; their inner loops are those of internal/kernel. It bears the name of
// the library whose BLAS it began with.
//
// Work is split into pieces that do not depend on the number of goroutines, so
// the same call gives the same bits on any machine with the same kernels.
// Scratch memory is drawn from pools, not allocated per call.
package gonum
