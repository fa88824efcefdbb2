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
// sizes, steps and centres that they support; [Estimates] says what each would take,
// and [New] makes a plan by name:
//
//   - [NewDense] multiplies by a kernel matrix per axis (the matrix Fourier
//     transform of Soummer et al. 2007, Opt. Express 15, 15935): any grid;
//   - [NewFolded] first adds and subtracts the samples that mirror each other. The
//     sums see only the cosines, the differences only the sines, which are real, of
//     half the rows and half the columns: a quarter of the operations. Any grid;
//   - [NewCompressed] folds too, and replaces each of the two kernels by two thin
//     ones. An image of F times λ/D across is described by about F numbers on each
//     axis, however many samples it and the pupil have: that many even and odd
//     functions are measured on the pupil (squeezed), and the image is computed from
//     them (expanded). The functions are the prolate spheroidal ones of Slepian, the
//     kernel in terms of them is projected anew for each wavelength, and how far the
//     product is from the kernel is measured when the plan is made. Any grid, and the
//     recipe for images, which are sampled more finely than they have detail;
//   - [NewFFT] is a fast Fourier transform, for pairs of grids whose steps
//     multiply to λ/N with a whole N. Only the samples that are there and those
//     that are wanted are touched, and nothing is ever moved to bring the zero
//     of a plane to its middle: whole samples of displacement are indices
//     counted modulo N, the rest is a phase per row and column;
//   - [NewChirpZ] writes the sum along each axis as a convolution with a chirp,
//     which FFTs of about the samples of both grids do. Any grid, and the recipe for
//     those as wide as the sampling allows and no part of an FFT's.
//
// A plan holds what does not depend on the field: kernels, phases. It is
// immutable, and any number of goroutines may use it.
package fourier
