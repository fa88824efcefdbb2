// Package fft is Arago's own Fourier transform: of lines of any length, and of
// two-dimensional arrays of which a block is not zero and a block is wanted.
//
// Lines are transformed in blocks, as many at once as a vector has lanes, by
// the loops of package kernel. A [Recipe] says how lines of a length are
// transformed; it is chosen by the measured costs of the loops. A
// two-dimensional transform goes along one axis and then along the other: the
// first pass leaves its results transposed, as the blocks that the second one
// works on, so that columns cost what rows cost.
//
// Memory beyond the operands: for a transform along both axes, the block
// between the passes (rows of one block times columns of the other); for each
// goroutine, groups of blocks of lines up to groupBytes, or one block of lines
// and its scratch if that is larger. It is kept for the next transform until the
// garbage collector wants it.
//
// How work is cut into pieces does not depend on the number of goroutines: the
// same call gives the same bits for any number of them.
package fft
