package optics

import (
	"fmt"
	"math"

	"arago/grid"
)

// GaussianAperture is a pupil whose field falls off as a Gaussian from its
// centre: amplitude exp(−(r/w)²). Nothing but the array truncates it.
type GaussianAperture struct {
	Placement
	// FWHM is the full width at half maximum of the amplitude, in metres:
	// w = FWHM/(2·√ln 2).
	FWHM float64
	// W is the radius in metres at which the amplitude has fallen to 1/e. One of
	// FWHM and W is given, the other is zero. POPPY has no default.
	W float64
}

// Validate implements Element.
func (e GaussianAperture) Validate() error {
	width := checkPositive("w", e.W, "length (m)")
	switch {
	case e.FWHM == 0 && e.W == 0:
		return &ParameterError{"fwhm", "is missing, and so is w; one of them sets the width (m)"}
	case e.FWHM != 0 && e.W != 0:
		return &ParameterError{"fwhm", fmt.Sprintf("is %g and w is %g; only one of them can set the width", e.FWHM, e.W)}
	case e.FWHM != 0:
		width = checkPositive("fwhm", e.FWHM, "length (m)")
	}
	return firstError(width, e.Placement.validate())
}

// Sample implements Element.
func (e GaussianAperture) Sample(g grid.Grid) (Sample, error) {
	if err := firstError(e.Validate(), checkPlane("Gaussian aperture", grid.Metre, g)); err != nil {
		return Sample{}, err
	}
	w := e.W
	if w == 0 {
		w = e.FWHM / (2 * math.Sqrt(math.Ln2))
	}
	return Sample{Amplitude: evaluate(g, e.Placement, func(x, y float64) float64 {
		x /= w
		y /= w
		return math.Exp(-(x*x + y*y))
	})}, nil
}
