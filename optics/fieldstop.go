package optics

import (
	"fmt"

	"arago/grid"
	"arago/internal/area"
)

// RectangularFieldStop lets the light of a rectangle of the sky pass.
type RectangularFieldStop struct {
	Placement
	// Width along x and Height along y in arcseconds; POPPY's defaults are 0.5
	// and 5.
	Width, Height float64
	// PixelCenters samples 0 or 1 at pixel centres, as POPPY does; see the
	// package comment.
	PixelCenters bool
}

// Validate implements Element.
func (e RectangularFieldStop) Validate() error {
	return firstError(
		checkPositive("width", e.Width, "angle (arcsec)"),
		checkPositive("height", e.Height, "angle (arcsec)"),
		e.Placement.validate(),
	)
}

// Sample implements Element.
func (e RectangularFieldStop) Sample(g grid.Grid) (Sample, error) {
	return sampleHardEdged(e, g)
}

func (e RectangularFieldStop) placed() (Placement, bool) { return e.Placement, e.PixelCenters }

func (e RectangularFieldStop) kind() (string, []grid.Unit) { return "rectangular field stop", images }

func (e RectangularFieldStop) region() area.Region { return area.Rectangle(0, 0, e.Width, e.Height) }

func (e RectangularFieldStop) passes() func(x, y float64) bool {
	return inRectangle(e.Width, e.Height)
}

// SquareFieldStop lets the light of a square of the sky pass.
type SquareFieldStop struct {
	Placement
	// Size is the length of a side in arcseconds; POPPY's default is 20.
	Size float64
	// PixelCenters samples 0 or 1 at pixel centres, as POPPY does; see the
	// package comment.
	PixelCenters bool
}

// Validate implements Element.
func (e SquareFieldStop) Validate() error {
	return firstError(checkPositive("size", e.Size, "angle (arcsec)"), e.Placement.validate())
}

// Sample implements Element.
func (e SquareFieldStop) Sample(g grid.Grid) (Sample, error) {
	return sampleHardEdged(e, g)
}

func (e SquareFieldStop) placed() (Placement, bool) { return e.Placement, e.PixelCenters }

func (e SquareFieldStop) kind() (string, []grid.Unit) { return "square field stop", images }

func (e SquareFieldStop) region() area.Region { return area.Rectangle(0, 0, e.Size, e.Size) }

func (e SquareFieldStop) passes() func(x, y float64) bool { return inRectangle(e.Size, e.Size) }

// HexagonFieldStop lets the light of a regular hexagon of the sky pass, which
// has two corners on the x axis.
type HexagonFieldStop struct {
	Placement
	// Exactly one of the three gives the size, in arcseconds; the others are
	// zero. They are those of HexagonAperture. POPPY's default is side = 1.
	Side, Diameter, FlatToFlat float64
	// PixelCenters samples 0 or 1 at pixel centres, as POPPY does; see the
	// package comment.
	PixelCenters bool
}

// Validate implements Element.
func (e HexagonFieldStop) Validate() error {
	return firstError(checkHexagon(e.Side, e.Diameter, e.FlatToFlat, "angle (arcsec)"), e.Placement.validate())
}

// Sample implements Element.
func (e HexagonFieldStop) Sample(g grid.Grid) (Sample, error) {
	return sampleHardEdged(e, g)
}

func (e HexagonFieldStop) placed() (Placement, bool) { return e.Placement, e.PixelCenters }

func (e HexagonFieldStop) kind() (string, []grid.Unit) { return "hexagon field stop", images }

func (e HexagonFieldStop) region() area.Region {
	return hexagon(0, 0, hexagonSide(e.Side, e.Diameter, e.FlatToFlat))
}

func (e HexagonFieldStop) passes() func(x, y float64) bool {
	return inHexagon(hexagonSide(e.Side, e.Diameter, e.FlatToFlat))
}

// CircularFieldStop lets the light of a disc of the sky pass. POPPY has no
// class for it; it is an AnnularFieldStop whose inner radius is 0.
type CircularFieldStop struct {
	Placement
	// Radius in arcseconds.
	Radius float64
	// PixelCenters samples 0 or 1 at pixel centres; see the package comment.
	PixelCenters bool
}

// Validate implements Element.
func (e CircularFieldStop) Validate() error {
	return firstError(checkPositive("radius", e.Radius, "angle (arcsec)"), e.Placement.validate())
}

// Sample implements Element.
func (e CircularFieldStop) Sample(g grid.Grid) (Sample, error) {
	return sampleHardEdged(e, g)
}

func (e CircularFieldStop) placed() (Placement, bool) { return e.Placement, e.PixelCenters }

func (e CircularFieldStop) kind() (string, []grid.Unit) { return "circular field stop", images }

func (e CircularFieldStop) region() area.Region { return ring(0, e.Radius) }

func (e CircularFieldStop) passes() func(x, y float64) bool { return inRing(0, e.Radius) }

// AnnularFieldStop lets the light of a ring of the sky pass.
type AnnularFieldStop struct {
	Placement
	// RadiusInner in arcseconds; zero, POPPY's default, leaves the middle open.
	RadiusInner float64
	// RadiusOuter in arcseconds; POPPY's default is 1. Zero stands for no outer
	// edge.
	RadiusOuter float64
	// PixelCenters samples 0 or 1 at pixel centres; see the package comment.
	PixelCenters bool
}

// Validate implements Element.
func (e AnnularFieldStop) Validate() error {
	if err := firstError(
		checkNotNegative("radius_inner", e.RadiusInner, "angle (arcsec)"),
		checkNotNegative("radius_outer", e.RadiusOuter, "angle (arcsec)"),
	); err != nil {
		return err
	}
	if e.RadiusOuter > 0 && e.RadiusInner >= e.RadiusOuter {
		return &ParameterError{"radius_inner", fmt.Sprintf("is %g; it must be smaller than radius_outer, %g", e.RadiusInner, e.RadiusOuter)}
	}
	return e.Placement.validate()
}

// Sample implements Element.
func (e AnnularFieldStop) Sample(g grid.Grid) (Sample, error) {
	return sampleHardEdged(e, g)
}

func (e AnnularFieldStop) placed() (Placement, bool) { return e.Placement, e.PixelCenters }

func (e AnnularFieldStop) kind() (string, []grid.Unit) { return "annular field stop", images }

func (e AnnularFieldStop) region() area.Region { return ring(e.RadiusInner, e.RadiusOuter) }

func (e AnnularFieldStop) passes() func(x, y float64) bool {
	return inRing(e.RadiusInner, e.RadiusOuter)
}

// ring returns the ring between two circles about the origin. If outer is zero
// it has no outer edge.
func ring(inner, outer float64) area.Region {
	r := area.Not(area.Disc(0, 0, inner))
	if outer > 0 {
		r = area.Intersect(r, area.Disc(0, 0, outer))
	}
	return r
}

// inRing tests for points of the ring. It contains its inner edge but not its
// outer one: a point is in a disc if its distance is less than the radius,
// as in the routine with which POPPY draws stops and occulters.
func inRing(inner, outer float64) func(x, y float64) bool {
	return func(x, y float64) bool {
		r := radius(x, y)
		return r >= inner && (outer == 0 || r < outer)
	}
}
