// Package accelerate is the back end that stands on Apple's Accelerate
// framework, which every Mac has: Dot by its CBLAS, FFT2 by the Fourier
// transforms of vDSP. It is built on macOS with the build tag accelerate and
// cgo, and needs macOS 13.3 or later. In other builds [New] returns a
// [backend.NotBuiltError].
//
// # Dot and Outer
//
// The new CBLAS interface (ACCELERATE_NEW_LAPACK) with 32-bit integers is
// called on blocks of the destination that goroutines take one by one. A real
// matrix times a complex one is a product of reals of twice the width. From
// macOS 15 on each product is told, in the same C call, to stay on its own
// thread (BLASSetThreading, a property of the thread that is put back
// afterwards). Earlier systems have no such call: there set the environment
// variable VECLIB_MAXIMUM_THREADS=1 before the program starts, or Accelerate
// may add threads of its own to those of Go. Matrices whose strides do not fit
// BLAS's 32-bit integers, and Outer, for which vDSP has no function on
// interleaved complex numbers, are served by the pure Go back end.
//
// # FFT2
//
// vDSP_DFT_Execute transforms lines whose real and imaginary parts lie apart;
// they are parted while the lines of a block are gathered, so that windows
// cost only the rows and columns that they touch. vDSP has lengths of f·2ⁿ with
// f = 1, 3, 5 or 15 and n ≥ 3; for powers of two vDSP.h suggests this function
// in place of vDSP_fft_zop. A transform with an axis of any other length is
// done by the passes of the pure Go back end, along both axes.
// Both Fourier parts of the implementation say which lengths are vDSP's
// (backend.Partial), and the plan of a system tells the user.
//
// The direction is always forward, whose definition has no scale factor; the
// other sign is the same transform with the real and imaginary parts
// exchanged.
//
// # What has been run, and what has not
//
// No Mac was at hand when this package was written. Therefore:
//
//   - Run: the Go and C code of this package against a stand-in for the entry
//     points of vDSP and CBLAS, written from their documentation, which stops
//     the program when a call breaks a rule stated there. The conformance suite
//     passes with it on Linux in both precisions, also under the race detector
//     (go test -tags accelerate_standin ./backend/accelerate). It proves
//     layout, strides, windows and signs, not Apple's code or its speed.
//   - Built, not run: programs for darwin/arm64 and darwin/amd64, by a cross
//     compiler, against the declarations and the lists of symbols in the folder
//     sdk, which are our own (scripts/cross-darwin.sh).
//   - Not run: Accelerate itself. The workflow .github/workflows/macos.yml runs
//     the same tests with it on Apple silicon and on an Intel Mac.
//
// Apple promises neither equal bits from call to call nor equal bits on
// different cores, so Properties.Reproducible is false.
package accelerate

// Name is the name by which this back end is chosen.
const Name = "accelerate"
