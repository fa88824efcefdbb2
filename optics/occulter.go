package optics

import (
	"arago/grid"
	"arago/internal/area"
)

// CircularOcculter is an opaque disc in front of the sky.
type CircularOcculter struct {
	Placement
	// Radius in arcseconds; POPPY's default is 1.
	Radius float64
	// PixelCenters samples 0 or 1 at pixel centres; see the package comment.
	PixelCenters bool
}

// Validate implements Element.
func (e CircularOcculter) Validate() error {
	return firstError(checkPositive("radius", e.Radius, "angle (arcsec)"), e.Placement.validate())
}

// Sample implements Element.
func (e CircularOcculter) Sample(g grid.Grid) (Sample, error) {
	return sampleHardEdged(e, g)
}

func (e CircularOcculter) placed() (Placement, bool) { return e.Placement, e.PixelCenters }

func (e CircularOcculter) kind() (string, []grid.Unit) { return "circular occulter", images }

func (e CircularOcculter) region() area.Region { return ring(e.Radius, 0) }

func (e CircularOcculter) passes() func(x, y float64) bool { return inRing(e.Radius, 0) }

// BarOcculter is an opaque rectangle in front of the sky.
type BarOcculter struct {
	Placement
	// Width along x and Height along y in arcseconds; POPPY's defaults are 1
	// and 10.
	Width, Height float64
	// PixelCenters samples 0 or 1 at pixel centres, as POPPY does; see the
	// package comment.
	PixelCenters bool
}

// Validate implements Element.
func (e BarOcculter) Validate() error {
	return firstError(
		checkPositive("width", e.Width, "angle (arcsec)"),
		checkPositive("height", e.Height, "angle (arcsec)"),
		e.Placement.validate(),
	)
}

// Sample implements Element.
func (e BarOcculter) Sample(g grid.Grid) (Sample, error) {
	return sampleHardEdged(e, g)
}

func (e BarOcculter) placed() (Placement, bool) { return e.Placement, e.PixelCenters }

func (e BarOcculter) kind() (string, []grid.Unit) { return "bar occulter", images }

func (e BarOcculter) region() area.Region {
	return area.Not(area.Rectangle(0, 0, e.Width, e.Height))
}

func (e BarOcculter) passes() func(x, y float64) bool {
	inside := inRectangle(e.Width, e.Height)
	return func(x, y float64) bool { return !inside(x, y) }
}
