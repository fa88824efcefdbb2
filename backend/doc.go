// Package backend is the contract between Arago's optics and the libraries
// that do its arithmetic. Almost all the time of a propagation goes into three
// operations, and a back end is whatever provides them:
//
//   - Dot, a matrix product, complex×complex or real×complex;
//   - Outer, an outer product of two vectors, written to a matrix or
//     multiplied into it;
//   - FFT2, a two-dimensional discrete Fourier transform of any size, from a
//     block of the input that is not zero to a block of the output that is
//     wanted.
//
// All three exist in double precision (complex128) and in single precision
// (complex64). Code above this package is generic over the two and calls
// them through a [Core], which checks sizes, strides and aliasing before any
// call leaves Go:
//
//	registry := all.Registry()
//	selection, err := registry.Select("auto")
//	...
//	core := selection.Double // backend.Core[float64, complex128]
//	core.Dot(dst, a, b)
//
// # Storage
//
// A [Matrix] is stored row by row, with a stride between rows that may be
// longer than a row:
//
//	element (i, j) = Data[i*Stride + j]
//
// The elements between the end of a row and the beginning of the next one
// belong to somebody else: no operation reads or writes them.
//
// # Contract of an implementation
//
//   - Arguments have been checked by Core; an implementation checks nothing.
//   - Operations may be called by several goroutines at once, unless
//     Properties.ConcurrentCalls is false, when Core lets one caller in at a
//     time.
//   - The same call on the same numbers gives the same bits, whatever the
//     number of goroutines, unless Properties.Reproducible is false.
//   - A NaN or an infinity reaches every element of the result that it has a
//     part in with a factor that is not zero, and no other one.
//   - Sizes of zero are legal everywhere. An empty sum is zero: Dot over an
//     inner size of zero clears its destination.
//   - Nothing outside the destination is written, nothing outside the
//     operands is read, operands are left as they were.
//
// The package backendtest proves all of this for an implementation, in a few
// lines.
//
// # Errors
//
// A wrong size, stride or alias is a mistake of the programmer: Core panics
// with one of the constant sentences that begin with "backend: ". Choosing a
// back end is the user's affair: [Registry.Select] returns errors that
// errors.Is can tell apart ([ErrUnknown], [ErrNotBuilt], [ErrIncomplete]).
package backend
