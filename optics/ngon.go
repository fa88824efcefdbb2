package optics

import (
	"fmt"
	"math"

	"arago/grid"
	"arago/internal/area"
)

// NgonAperture is a hole with the shape of a regular polygon; its first corner
// lies on the +x axis.
//
// POPPY (1.1.2) turns this aperture by twice its rotation, once with the
// coordinates and once with the corners. Here it turns once.
type NgonAperture struct {
	Placement
	// NSides is the number of sides, 3 or more; POPPY's default is 6.
	NSides int
	// Radius is the distance of the corners from the centre in metres; POPPY's
	// default is 1.
	Radius float64
	// PixelCenters samples 0 or 1 at pixel centres, as POPPY does; see the
	// package comment.
	PixelCenters bool
}

// Validate implements Element.
func (e NgonAperture) Validate() error {
	if e.NSides < 3 {
		return &ParameterError{"nsides", fmt.Sprintf("is %d; a polygon has 3 or more sides", e.NSides)}
	}
	return firstError(checkPositive("radius", e.Radius, "length (m)"), e.Placement.validate())
}

// Sample implements Element.
func (e NgonAperture) Sample(g grid.Grid) (Sample, error) {
	return sampleHardEdged(e, g)
}

func (e NgonAperture) placed() (Placement, bool) { return e.Placement, e.PixelCenters }

func (e NgonAperture) kind() (string, []grid.Unit) { return "n-gon aperture", pupils }

func (e NgonAperture) region() area.Region { return area.Polygon(e.corners()...) }

// corners returns the corners counter-clockwise.
func (e NgonAperture) corners() []area.Point {
	corners := make([]area.Point, e.NSides)
	for i := range corners {
		sin, cos := math.Sincos(float64(i) * 2 * math.Pi / float64(e.NSides))
		corners[i] = area.Point{X: cos * e.Radius, Y: sin * e.Radius}
	}
	return corners
}

// passes counts how many edges a ray from the point towards +x crosses: an odd
// number inside. An edge contains its upper end but not its lower one, as in
// Matplotlib, which POPPY asks.
func (e NgonAperture) passes() func(x, y float64) bool {
	corners := e.corners()
	return func(x, y float64) bool {
		inside := false
		a := corners[len(corners)-1]
		for _, b := range corners {
			if up := b.Y >= y; up != (a.Y >= y) && (float64((b.Y-y)*(a.X-b.X)) >= float64((b.X-x)*(a.Y-b.Y))) == up {
				inside = !inside
			}
			a = b
		}
		return inside
	}
}
