// Package gonum is the back end that needs nothing: pure Go, in every build,
// on every architecture. Dot stands on gonum's BLAS; the Fourier transform, of
// which gonum has no two-dimensional, no single-precision and no fast prime
// form, is this package's own.
//
// Both split their work into pieces that do not depend on the number of
// goroutines, so the same call gives the same bits on any machine with the
// same kernels. Scratch memory is drawn from pools, not allocated per call.
// The inner loops are those of arago/internal/kernel.
package gonum
