// Package optics describes what stands in the beam: apertures, obscurations,
// masks, field stops, lenses and wavefront errors.
//
// # Elements
//
// An [Element] stands in one plane. It is a plain value whose fields are the
// parameters that POPPY's class of the same name has, in metres for pupil
// planes, arcseconds for image planes and degrees for angles. Sample says what
// it does to the field on the samples of a grid:
//
//	aperture := optics.HexagonAperture{FlatToFlat: 1.3}
//	pupil := grid.Square(grid.Centered(512, 2.0/512), grid.Metre)
//	s, err := aperture.Sample(pupil)
//	// s.Amplitude has 512·512 values, row by row from the lowest y.
//
// Elements have no defaults: a field that is zero is zero. Their comments name
// POPPY's defaults, which readers of system files fill in. Validate names the
// first parameter that cannot be, as POPPY spells it, and Sample refuses what
// Validate refuses. An aperture refuses to be sampled in an image plane and a
// field stop in a pupil plane, with a [PlaneError].
//
// Sampling a band of rows gives those rows of the whole, so large planes can be
// sampled in bands by several goroutines at once.
//
// # Random wavefronts
//
// [StatisticalPSDWFE], [PowerSpectrumWFE] and [KolmogorovWFE] have a seed: the same number
// is the same wavefront, to the last bit, on every machine and for any number of
// goroutines. Finer samples show more detail of it. A wavefront is made as a whole; who samples
// a plane in bands has it made once, by [Prepared].
//
// # Placement
//
// Analytic elements embed a [Placement], which shifts, rotates and inclines
// them. All rotations are counter-clockwise:
//
//	optics.SquareAperture{Size: 1, Placement: optics.Placement{ShiftX: 0.2, Rotation: 45}}
//
// # Edges
//
// A sample stands for a pixel, the rectangle about it that reaches half-way to
// its neighbours. At the edge of an aperture, stop or obscuration a pixel
// carries the fraction of its area through which light passes, exactly, for
// straight and round edges and wherever several of them share a pixel. So the
// amplitudes of an aperture add up to its area, and moving it by a hundredth of
// a pixel changes the field by a hundredth.
//
// With PixelCenters such an element is 1 or 0 as light passes through the
// centre of the pixel or not. POPPY does so for all shapes that are not round,
// and for round ones with gray_pixel=False; to compare with it sample by
// sample, set PixelCenters. Where a centre lies exactly on an edge, it counts as
// POPPY counts it; where only the rounding of a sine or cosine decides on which
// side of an edge it lies, the two may differ.
package optics
