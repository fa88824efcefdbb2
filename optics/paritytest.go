package optics

import (
	"math"

	"arago/grid"
	"arago/internal/area"
)

// ParityTestAperture is a round hole with two notches in its rim, which no
// rotation or reflection takes to itself: it shows which way up an image is.
// The notch at −y is 0.2 radii wide and reaches inwards to 0.5 radii from the
// centre; the one at −x is 0.4 radii wide and reaches to 0.75.
type ParityTestAperture struct {
	Placement
	// Radius in metres; POPPY's default is 1.
	Radius float64
	// PixelCenters samples 0 or 1 at pixel centres, as POPPY does; see the
	// package comment.
	PixelCenters bool
}

// Validate implements Element.
func (e ParityTestAperture) Validate() error {
	return firstError(checkPositive("radius", e.Radius, "length (m)"), e.Placement.validate())
}

// Sample implements Element.
func (e ParityTestAperture) Sample(g grid.Grid) (Sample, error) {
	return sampleHardEdged(e, g)
}

func (e ParityTestAperture) placed() (Placement, bool) { return e.Placement, e.PixelCenters }

func (e ParityTestAperture) kind() (string, []grid.Unit) { return "parity test aperture", pupils }

func (e ParityTestAperture) region() area.Region {
	r := e.Radius
	return area.Intersect(
		area.Disc(0, 0, r),
		area.Union(area.Not(area.Rectangle(0, -r/2, 0.2*r, r)), area.Disc(0, 0, 0.5*r)),
		area.Union(area.Not(area.Rectangle(-r/2, 0, r, 0.4*r)), area.Disc(0, 0, 0.75*r)),
	)
}

func (e ParityTestAperture) passes() func(x, y float64) bool {
	return func(x, y float64) bool {
		r := radius(x, y)
		below := r > e.Radius*0.5 && math.Abs(x) < e.Radius*0.1 && y < 0
		beside := r > e.Radius*0.75 && math.Abs(y) < e.Radius*0.2 && x < 0
		return r <= e.Radius && !below && !beside
	}
}
