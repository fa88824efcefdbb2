package optics

import (
	"fmt"
	"math"
	"strconv"

	"arago/grid"
)

// PlaneError says that an element was sampled in a plane of the other kind: an
// aperture in an image, or a field stop in a pupil.
type PlaneError struct {
	// Element is the kind of element in words: "circular aperture".
	Element string
	// Want is the unit of the planes that the element can stand in.
	Want grid.Unit
	// Got is the grid that it was to be sampled on.
	Got grid.Grid
}

func (e *PlaneError) Error() string {
	kind := "a pupil plane, sampled in m"
	if e.Want == grid.Radian {
		kind = "an image plane, sampled in rad"
	}
	return fmt.Sprintf("%s stands in %s, but this plane has %v", e.Element, kind, e.Got)
}

// checkPlane returns a *PlaneError if g is not sampled in want.
func checkPlane(element string, want grid.Unit, g grid.Grid) error {
	if g.Unit != want {
		return &PlaneError{element, want, g}
	}
	return nil
}

// planeAxes returns the axes of g in the unit that elements are described in:
// metres in a pupil plane, arcseconds in an image plane.
func planeAxes(g grid.Grid) (y, x grid.Axis) {
	y, x = g.Y, g.X
	if g.Unit == grid.Radian {
		y.Step = arcseconds(y.Step)
		x.Step = arcseconds(x.Step)
	}
	return y, x
}

// arcseconds converts radians to arcseconds. A round number of arcseconds that
// was converted to radians comes back exactly, not off by a rounding error:
// otherwise a sample on the edge of a mask would fall on one side or the other
// by chance.
func arcseconds(radians float64) float64 {
	a := radians / grid.Arcsecond
	// 15 digits are those that every decimal number keeps in a float64.
	short, err := strconv.ParseFloat(strconv.FormatFloat(a, 'g', 15, 64), 64)
	if err == nil && math.Abs(short-a) <= 2*(math.Nextafter(math.Abs(a), math.Inf(1))-math.Abs(a)) {
		return short
	}
	return a
}
