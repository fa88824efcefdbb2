// Package fourier carries a sampled field from one plane to the plane that is
// its Fourier transform: from a pupil to an image, and back.
//
// A [Transform] says from which grid to which: with samples x_j on the one and
// u_i on the other axis (metres and radians, or the reverse), a wavelength λ
// and a sign,
//
//	out(u) = √(Δx·Δu/λ) · Σ_j in(x_j) · exp(Sign·2πi·x_j·u/λ)
//
// on each of the two axes. The factor makes the transform unitary when the
// grids are those of an FFT; on a smaller field of view the sum of |out|² is
// the fraction of the light that falls into it.
//
// How the sum is done is a recipe. All recipes give the same numbers, for any
// sizes, steps and centres that they support:
//
//   - [NewDense] multiplies by a kernel matrix per axis (the matrix Fourier
//     transform of Soummer et al. 2007, Opt. Express 15, 15935): any grid;
//   - [NewFFT] is a fast Fourier transform, for pairs of grids whose steps
//     multiply to λ/N with a whole N. Only the samples that are there and those
//     that are wanted are touched, and nothing is ever moved to bring the zero
//     of a plane to its middle: whole samples of displacement are indices
//     counted modulo N, the rest is a phase per row and column.
//
// A plan holds what does not depend on the field: kernels, phases. It is
// immutable, and any number of goroutines may use it.
package fourier
