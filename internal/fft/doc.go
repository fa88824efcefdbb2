// Package fft is Arago's own Fourier transform: of lines of any length, and of
// two-dimensional arrays of which a block is not zero and a block is wanted.
//
// Lines are transformed in blocks, as many at once as a vector has lanes, by
// the loops of package kernel. A [Recipe] says how lines of a length are
// transformed; it is chosen by the measured costs of the loops. A
// two-dimensional transform goes along one axis and then along the other: the
// first pass leaves its results transposed, as the blocks that the second one
// works on, so that columns cost what rows cost. Lines come there one beside the other, in their
// natural order, where the kernels have passes that begin with it: what is written together then
// stands together, and pages and lines of the caches are used as a whole.
//
// Memory beyond the operands: what stands between the two passes stands in the result
// where it has room there. As blocks of lines along the second axis, the fastest way, it does where
// rows come second, whole, without gaps and from a cache line on, whole blocks of them and of
// columns, and the result shares no memory with the input. If the result is the input, or it is
// more than ownBytes, it stands there as lines, of which each pass transforms block by block, the
// second one in place: a transform in place needs no other matrix. If it is less, or more than what
// is wanted, or result and input overlap without being the same, it takes memory of
// its own: lines with input times outputs wanted, each rounded up to whole vectors. Each goroutine
// has a block of lines (lanes times length) or a few, together up to
// groupBytes, up to as much again for the inputs of
// windows, and two blocks of the inner length where a convolution makes the transform. It
// is kept for the next transform until the garbage collector wants it. Twiddle
// factors and tables take about 70 bytes per element of a line in double precision, about
// 130 where a convolution makes it; up to maxAxes axes of together up to maxElements
// elements are kept, or one that is longer.
//
// How work is cut into pieces does not depend on the number of goroutines: the
// same call gives the same bits for any number of them.
package fft
