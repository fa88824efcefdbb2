// Package propagate carries light through a system of planes by Fraunhofer
// diffraction: from a source through pupils, image planes with masks, Lyot
// stops, rotations and inversions to a detector.
//
// A [System] is a description. [NewPlan] checks it, decides how each step is
// done, predicts the memory it takes, and computes once what no wavelength
// changes: the masks and optical path differences of pupil planes. [Plan.Run]
// propagates every wavelength and adds the images:
//
//	plan, err := propagate.NewPlan(system, propagate.Options{Backend: selection})
//	if err != nil {
//		return err
//	}
//	result, err := plan.Run(ctx)
//
// What happens between two planes follows from their kinds:
//
//	pupil → pupil, image → image   nothing: the elements multiply
//	pupil → image                  FFT of the pupil padded Oversample times
//	image → pupil                  FFT back, on the padded pupil
//	pupil → detector               matrix Fourier transform to the detector's grid
//	rotation, inversion            the field is turned or mirrored
//
// Every plane carries its grid. Light that leaves the npix × npix array of the
// pupil counts as long as image planes follow each other; a rotation or the
// detector sees the array only.
//
// The images are added in the order of the wavelengths, and every sum is taken
// in a fixed order: the same bits come out for any number of goroutines.
package propagate
