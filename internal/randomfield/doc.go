// Package randomfield makes random fields in a plane: sums of waves whose amplitudes are
// drawn for a given power spectrum. A seed names a field, and a field has the same bits
// on every machine, with every version of Go and for any number of goroutines:
//
//   - Each wave draws from a counter-based generator (Philox) by its own place in the
//     spectrum. So the order does not matter in which waves are drawn, and a finer
//     sampling, which carries more waves, has those of the coarser one unchanged.
//   - Logarithms, exponentials, sines and transforms are the package's own. They round
//     every product by itself: a conversion to float64 forbids the compiler to fuse it
//     with a sum, as it may on some processors and not on others. The fast transforms of
//     internal/fft have the bits of the kernels that the processor allows.
package randomfield
