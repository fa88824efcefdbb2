package optics

import (
	"fmt"
	"math"

	"arago/grid"
)

// IdealFQPM is the four-quadrant phase mask of D. Rouan et al., PASP 112, 1479
// (2000): two opposite quadrants of an image plane, those with x·y < 0, are
// half a wave ahead of the other two. The step is a path, so it is half a wave
// at Wavelength only and scales with 1/λ elsewhere.
//
// A sample that lies on an axis is covered half by either kind of quadrant and
// has the mean of their OPDs, a quarter wave, as in POPPY: a star on such a
// sample is not nulled. FQPMFFTAligner moves the samples off the axes. Package
// propagate needs neither where it knows the mask by its edges.
type IdealFQPM struct {
	Placement
	// Wavelength is the one, in metres, at which the step is half a wave;
	// POPPY's default is 10.65e-6.
	Wavelength float64
}

// Validate implements Element.
func (e IdealFQPM) Validate() error {
	return firstError(checkPositive("wavelength", e.Wavelength, "length (m)"), e.Placement.validate())
}

// Sample implements Element.
func (e IdealFQPM) Sample(g grid.Grid) (Sample, error) {
	if err := firstError(e.Validate(), checkPlane("four-quadrant phase mask", grid.Radian, g)); err != nil {
		return Sample{}, err
	}
	// A coordinate of this size is a zero that shifting and turning have rounded.
	yAxis, xAxis := planeAxes(g)
	rounding := 1e-9 * math.Min(math.Abs(yAxis.Step), math.Abs(xAxis.Step))
	return Sample{OPD: evaluate(g, e.Placement, func(x, y float64) float64 {
		switch {
		case math.Abs(x) <= rounding || math.Abs(y) <= rounding:
			return e.Wavelength / 4
		case (x < 0) != (y < 0):
			return e.Wavelength / 2
		}
		return 0
	})}, nil
}

// ImageCentering is implemented by elements of a pupil that do nothing to the
// field but say how the image planes after it are sampled.
type ImageCentering interface {
	Element
	// CentersImage tells whether intermediate image planes that are reached by
	// FFT have their zero between the middle samples (grid.Centered), from this
	// pupil on and until another such element; false stands for the ordinary
	// grid with its zero on a sample (grid.FFTCentered).
	CentersImage() bool
}

// FQPMFFTAligner stands in the pupil before a four-quadrant phase mask
// ("forward") and in the one after it ("backward"). Forward, it asks for image
// planes with their zero between samples, where the corner of the mask is;
// backward, it asks for the ordinary ones again.
//
// POPPY tilts the wavefront by half an image sample on each axis, and tilts it
// back. In Arago each plane carries its grid and the transform goes to that
// grid, so the aligner adds no phase: the result is the same.
type FQPMFFTAligner struct {
	// Direction is "forward" (POPPY's default) or "backward".
	Direction string
}

// CentersImage implements ImageCentering.
func (e FQPMFFTAligner) CentersImage() bool { return e.Direction == "forward" }

// Validate implements Element.
func (e FQPMFFTAligner) Validate() error {
	if e.Direction != "forward" && e.Direction != "backward" {
		return &ParameterError{"direction", fmt.Sprintf("is %q; it must be \"forward\" or \"backward\"", e.Direction)}
	}
	return nil
}

// Sample implements Element; the sample has no effect.
func (e FQPMFFTAligner) Sample(g grid.Grid) (Sample, error) {
	return Sample{}, firstError(e.Validate(), checkPlane("FQPM FFT aligner", grid.Metre, g))
}
