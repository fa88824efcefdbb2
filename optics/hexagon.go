package optics

import (
	"fmt"
	"math"

	"arago/grid"
	"arago/internal/area"
)

// HexagonAperture is a regular hexagonal hole with two corners on the x axis
// and flat sides above and below.
type HexagonAperture struct {
	Placement
	// Exactly one of the three gives the size, in metres; the others are zero.
	// Side is the length of a side, which is the distance of the corners from
	// the centre; Diameter is the distance of opposite corners, FlatToFlat that
	// of opposite sides. POPPY's default is side = 1.
	Side, Diameter, FlatToFlat float64
	// PixelCenters samples 0 or 1 at pixel centres, as POPPY does; see the
	// package comment.
	PixelCenters bool
}

// Validate implements Element.
func (e HexagonAperture) Validate() error {
	return firstError(checkHexagon(e.Side, e.Diameter, e.FlatToFlat, "length (m)"), e.Placement.validate())
}

// Sample implements Element.
func (e HexagonAperture) Sample(g grid.Grid) (Sample, error) {
	return sampleHardEdged(e, g)
}

func (e HexagonAperture) placed() (Placement, bool) { return e.Placement, e.PixelCenters }

func (e HexagonAperture) kind() (string, []grid.Unit) { return "hexagon aperture", pupils }

func (e HexagonAperture) region() area.Region {
	return hexagon(0, 0, hexagonSide(e.Side, e.Diameter, e.FlatToFlat))
}

func (e HexagonAperture) passes() func(x, y float64) bool {
	return inHexagon(hexagonSide(e.Side, e.Diameter, e.FlatToFlat))
}

// checkHexagon checks the three ways to give a hexagon's size.
func checkHexagon(side, diameter, flatToFlat float64, quantity string) error {
	given := ""
	for _, size := range []struct {
		name  string
		value float64
	}{{"side", side}, {"diameter", diameter}, {"flattoflat", flatToFlat}} {
		if size.value == 0 {
			continue
		}
		if err := checkPositive(size.name, size.value, quantity); err != nil {
			return err
		}
		if given != "" {
			return &ParameterError{size.name, fmt.Sprintf("is %g although %s is given; only one of them can set the size", size.value, given)}
		}
		given = size.name
	}
	if given == "" {
		return &ParameterError{"side", "is missing, and so are diameter and flattoflat; one of them sets the size as a positive " + quantity}
	}
	return nil
}

// hexagonSide returns the side of a hexagon of which one size is given and the
// others are zero.
func hexagonSide(side, diameter, flatToFlat float64) float64 {
	return side + diameter/2 + flatToFlat/math.Sqrt(3)
}

// hexagon returns the hexagon about (x, y) with corners on both sides of it.
func hexagon(x, y, side float64) area.Region {
	half := math.Sqrt(3) / 2 * side
	return area.Polygon(
		area.Point{X: x + side, Y: y}, area.Point{X: x + side/2, Y: y + half}, area.Point{X: x - side/2, Y: y + half},
		area.Point{X: x - side, Y: y}, area.Point{X: x - side/2, Y: y - half}, area.Point{X: x + side/2, Y: y - half},
	)
}

// inHexagon tests for points of the hexagon about the origin, its edges
// included. It is a rectangle between two triangles, rounded as POPPY does it.
func inHexagon(side float64) func(x, y float64) bool {
	half := math.Sqrt(3) / 2 * side
	return func(x, y float64) bool {
		x, y = math.Abs(x), math.Abs(y)
		return x <= 0.5*side && y <= half || x >= 0.5*side && x <= side && y <= (side-x)*math.Sqrt(3)
	}
}
