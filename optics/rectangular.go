package optics

import (
	"math"

	"arago/grid"
	"arago/internal/area"
)

// RectangleAperture is a rectangular hole.
type RectangleAperture struct {
	Placement
	// Width along x and Height along y in metres; POPPY's defaults are 0.5 and 1.
	Width, Height float64
	// PixelCenters samples 0 or 1 at pixel centres, as POPPY does; see the
	// package comment.
	PixelCenters bool
}

// Validate implements Element.
func (e RectangleAperture) Validate() error {
	return firstError(
		checkPositive("width", e.Width, "length (m)"),
		checkPositive("height", e.Height, "length (m)"),
		e.Placement.validate(),
	)
}

// Sample implements Element.
func (e RectangleAperture) Sample(g grid.Grid) (Sample, error) {
	return sampleHardEdged(e, g)
}

func (e RectangleAperture) placed() (Placement, bool) { return e.Placement, e.PixelCenters }

func (e RectangleAperture) kind() (string, []grid.Unit) { return "rectangle aperture", pupils }

func (e RectangleAperture) region() area.Region { return area.Rectangle(0, 0, e.Width, e.Height) }

func (e RectangleAperture) passes() func(x, y float64) bool { return inRectangle(e.Width, e.Height) }

// inRectangle tests for points of a rectangle about the origin, its edges included.
func inRectangle(width, height float64) func(x, y float64) bool {
	return func(x, y float64) bool { return math.Abs(x) <= width/2 && math.Abs(y) <= height/2 }
}

// SquareAperture is a square hole.
type SquareAperture struct {
	Placement
	// Size is the length of a side in metres; POPPY's default is 1.
	Size float64
	// PixelCenters samples 0 or 1 at pixel centres, as POPPY does; see the
	// package comment.
	PixelCenters bool
}

// Validate implements Element.
func (e SquareAperture) Validate() error {
	return firstError(checkPositive("size", e.Size, "length (m)"), e.Placement.validate())
}

// Sample implements Element.
func (e SquareAperture) Sample(g grid.Grid) (Sample, error) {
	return sampleHardEdged(e, g)
}

func (e SquareAperture) placed() (Placement, bool) { return e.Placement, e.PixelCenters }

func (e SquareAperture) kind() (string, []grid.Unit) { return "square aperture", pupils }

func (e SquareAperture) region() area.Region { return area.Rectangle(0, 0, e.Size, e.Size) }

func (e SquareAperture) passes() func(x, y float64) bool { return inRectangle(e.Size, e.Size) }
