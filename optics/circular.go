package optics

import (
	"math"

	"arago/grid"
	"arago/internal/area"
)

// CircularAperture is a round hole.
type CircularAperture struct {
	Placement
	// Radius in metres; POPPY's default is 1.
	Radius float64
	// PixelCenters samples 0 or 1 at pixel centres; see the package comment. It
	// is POPPY's gray_pixel=False.
	PixelCenters bool
}

// Validate implements Element.
func (e CircularAperture) Validate() error {
	return firstError(checkPositive("radius", e.Radius, "length (m)"), e.Placement.validate())
}

// Sample implements Element.
func (e CircularAperture) Sample(g grid.Grid) (Sample, error) {
	return sampleHardEdged(e, g)
}

func (e CircularAperture) placed() (Placement, bool) { return e.Placement, e.PixelCenters }

func (e CircularAperture) kind() (string, []grid.Unit) { return "circular aperture", pupils }

func (e CircularAperture) region() area.Region { return area.Disc(0, 0, e.Radius) }

func (e CircularAperture) passes() func(x, y float64) bool {
	return func(x, y float64) bool { return radius(x, y) <= e.Radius }
}

// radius returns the distance of (x, y) from the origin, rounded as POPPY does
// it: samples that lie on a circle are common on symmetric grids, and
// math.Hypot may round to its other side.
func radius(x, y float64) float64 { return math.Sqrt(float64(x*x) + float64(y*y)) }
