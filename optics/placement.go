package optics

import (
	"fmt"
	"math"

	"arago/grid"
)

// Placement moves an analytic element in its plane. Its zero value leaves the
// element where its type describes it.
//
// A point of the plane is taken to the element's own coordinates by shifting,
// then rotating, then inclining, in POPPY's order: the element turns about its
// own centre, wherever that has been shifted to, and is foreshortened along
// its own axes.
type Placement struct {
	// ShiftX and ShiftY are the position of the element's centre: metres in a
	// pupil plane, arcseconds in an image plane.
	ShiftX, ShiftY float64
	// Rotation turns the element counter-clockwise; degrees.
	Rotation float64
	// InclinationX turns the element about its own x axis out of the plane, so
	// that it appears shorter along its y axis by the cosine; InclinationY
	// likewise about y. Degrees, between −90 and 90. Only one of them may be
	// different from zero: two at once describe no inclined plane (POPPY warns
	// and shortens both axes). A plane that is inclined about another axis is
	// inclined about one axis and rotated.
	InclinationX, InclinationY float64
}

// validate returns a *ParameterError for the first parameter that cannot be.
func (p Placement) validate() error {
	err := firstError(
		checkFinite("shift_x", p.ShiftX),
		checkFinite("shift_y", p.ShiftY),
		checkFinite("rotation", p.Rotation),
		checkInclination("inclination_x", p.InclinationX),
		checkInclination("inclination_y", p.InclinationY),
	)
	if err == nil && p.InclinationX != 0 && p.InclinationY != 0 {
		return &ParameterError{"inclination_y", fmt.Sprintf(
			"is %g together with inclination_x = %g; a plane is inclined about one axis: set one of them to 0 and use rotation",
			p.InclinationY, p.InclinationX)}
	}
	return err
}

func checkInclination(parameter string, degrees float64) error {
	if !(math.Abs(degrees) < 90) {
		return &ParameterError{parameter, fmt.Sprintf("is %g; it must lie between -90 and 90 degrees", degrees)}
	}
	return nil
}

// affine takes points of a plane to the coordinates of an element that stands
// in it. Lengths are metres in a pupil plane and arcseconds in an image plane.
type affine struct {
	shiftX, shiftY   float64
	cos, sin         float64 // of the rotation
	shrinkX, shrinkY float64 // cosines of the inclinations: lengths in the plane per length on the element
}

func (p Placement) affine() affine {
	sin, cos := math.Sincos(p.Rotation * grid.Degree)
	return affine{
		p.ShiftX, p.ShiftY, cos, sin,
		math.Cos(p.InclinationY * grid.Degree), math.Cos(p.InclinationX * grid.Degree),
	}
}

// apply returns the element's coordinates of the point (x, y) of the plane.
// The conversions to float64 forbid fused multiply-add, so that a sample on an
// edge falls on the same side on every machine.
func (a affine) apply(x, y float64) (float64, float64) {
	x -= a.shiftX
	y -= a.shiftY
	ex := float64(a.cos*x) + float64(a.sin*y)
	ey := float64(a.cos*y) - float64(a.sin*x)
	return ex / a.shrinkX, ey / a.shrinkY
}
