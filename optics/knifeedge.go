package optics

import (
	"arago/grid"
	"arago/internal/area"
)

// KnifeEdge is an opaque half-plane with its edge through the origin along y:
// light passes at negative x. It stands in pupils and in images.
type KnifeEdge struct {
	Placement
	// PixelCenters samples 0 or 1 at pixel centres, as POPPY does; see the
	// package comment.
	PixelCenters bool
}

// Validate implements Element.
func (e KnifeEdge) Validate() error { return e.Placement.validate() }

// Sample implements Element.
func (e KnifeEdge) Sample(g grid.Grid) (Sample, error) {
	return sampleHardEdged(e, g)
}

func (e KnifeEdge) placed() (Placement, bool) { return e.Placement, e.PixelCenters }

func (e KnifeEdge) kind() (string, []grid.Unit) {
	return "knife edge", []grid.Unit{grid.Metre, grid.Radian}
}

func (e KnifeEdge) region() area.Region { return area.HalfPlane(area.Point{}, 0, 1) }

func (e KnifeEdge) passes() func(x, y float64) bool {
	return func(x, _ float64) bool { return x < 0 }
}
