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
//	pupil → image → pupil          Babinet's principle: to a small box around the
//	                               masks, and back; or FFT
//	pupil → image                  FFT of the pupil padded Oversample times
//	image → pupil                  FFT back, on the padded pupil
//	pupil → detector               the fastest transform of package fourier
//	rotation, inversion            the field is turned or mirrored
//
// How each transform is done is chosen by predicted time, the same for any number of
// processors, and told by [Plan.Steps] with what else was considered; Options.Recipe
// overrules it. Image planes are done by Babinet's principle wherever their masks
// differ from what is around them in a box with hard-edged shapes only: the field
// behind is that without the masks, less what they take away, and the masks are known
// by their Fourier transform, not by samples on a padded grid. Oversample then does
// not matter. Masks without such bounds, and Options.Recipe "fft", take POPPY's
// padded planes.
//
// Every plane carries its grid, and samples of a pupil that are dark are not
// transformed. Light that leaves the npix × npix array of the pupil counts as long as
// image planes follow each other; a rotation or the detector sees the array only.
//
// The images are added in the order of the wavelengths, and every sum is taken
// in a fixed order: the same bits come out for any number of goroutines.
package propagate
