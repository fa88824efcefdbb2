package optics

import (
	"fmt"
	"math"

	"arago/grid"
	"arago/internal/area"
)

// SecondaryObscuration is the shadow of a round secondary mirror and of
// supports that hold it, evenly spaced, each from the centre outwards to
// infinity. Light passes everywhere else.
type SecondaryObscuration struct {
	Placement
	// SecondaryRadius in metres; POPPY's default is 0.5. It may be zero.
	SecondaryRadius float64
	// NSupports is the number of supports; POPPY's default is 4. It may be zero.
	NSupports int
	// SupportWidth is the width of each support in metres; POPPY's default is 0.01.
	SupportWidth float64
	// SupportAngleOffset is the angle of the first support in degrees,
	// counter-clockwise from the +x axis; POPPY's default is 0.
	SupportAngleOffset float64
	// PixelCenters samples 0 or 1 at pixel centres, as POPPY does; see the
	// package comment.
	PixelCenters bool
}

// Validate implements Element.
func (e SecondaryObscuration) Validate() error {
	if e.NSupports < 0 {
		return &ParameterError{"n_supports", fmt.Sprintf("is %d; it must be zero or a positive number", e.NSupports)}
	}
	return firstError(
		checkNotNegative("secondary_radius", e.SecondaryRadius, "length (m)"),
		checkNotNegative("support_width", e.SupportWidth, "length (m)"),
		checkFinite("support_angle_offset", e.SupportAngleOffset),
		e.Placement.validate(),
	)
}

// Sample implements Element.
func (e SecondaryObscuration) Sample(g grid.Grid) (Sample, error) {
	return sampleHardEdged(e, g)
}

func (e SecondaryObscuration) placed() (Placement, bool) { return e.Placement, e.PixelCenters }

func (e SecondaryObscuration) kind() (string, []grid.Unit) { return "secondary obscuration", pupils }

func (e SecondaryObscuration) shadow() shadow {
	s := shadow{radius: e.SecondaryRadius}
	for i := range e.NSupports {
		angle := 2*math.Pi/float64(e.NSupports)*float64(i) + e.SupportAngleOffset*grid.Degree
		s.addSupport(angle, e.SupportWidth, 0, 0)
	}
	return s
}

func (e SecondaryObscuration) region() area.Region { return e.shadow().region() }

func (e SecondaryObscuration) passes() func(x, y float64) bool { return e.shadow().passes }

// AsymmetricSecondaryObscuration is the shadow of a round secondary mirror and
// of supports in any direction, each from its own starting point outwards to
// infinity. Light passes everywhere else.
type AsymmetricSecondaryObscuration struct {
	Placement
	// SecondaryRadius in metres; POPPY's default is 0.5. It may be zero.
	SecondaryRadius float64
	// SupportAngle has the angle of each support in degrees, counter-clockwise
	// from the +y axis (not from +x as in SecondaryObscuration); POPPY's
	// default is 0, 90, 240.
	SupportAngle []float64
	// SupportWidth has the width of each support in metres, or one for all;
	// POPPY's default is 0.01.
	SupportWidth []float64
	// SupportOffsetX and SupportOffsetY have the point from which each support
	// starts in metres, or one for all; none stands for 0, POPPY's default.
	SupportOffsetX, SupportOffsetY []float64
	// PixelCenters samples 0 or 1 at pixel centres, as POPPY does; see the
	// package comment.
	PixelCenters bool
}

// Validate implements Element.
func (e AsymmetricSecondaryObscuration) Validate() error {
	if err := checkNotNegative("secondary_radius", e.SecondaryRadius, "length (m)"); err != nil {
		return err
	}
	for _, angle := range e.SupportAngle {
		if err := checkFinite("support_angle", angle); err != nil {
			return err
		}
	}
	n := len(e.SupportAngle)
	if len(e.SupportWidth) == 0 && n > 0 {
		return &ParameterError{"support_width", "is missing; it must be one width (m) for all supports or one for each"}
	}
	for _, list := range []struct {
		parameter string
		values    []float64
	}{{"support_width", e.SupportWidth}, {"support_offset_x", e.SupportOffsetX}, {"support_offset_y", e.SupportOffsetY}} {
		if len(list.values) > 1 && len(list.values) != n {
			return &ParameterError{list.parameter, fmt.Sprintf("has %d values for %d supports; it must have one value, or one for each", len(list.values), n)}
		}
		for _, v := range list.values {
			err := checkFinite(list.parameter, v)
			if list.parameter == "support_width" {
				err = checkNotNegative(list.parameter, v, "length (m)")
			}
			if err != nil {
				return err
			}
		}
	}
	return e.Placement.validate()
}

// Sample implements Element.
func (e AsymmetricSecondaryObscuration) Sample(g grid.Grid) (Sample, error) {
	return sampleHardEdged(e, g)
}

func (e AsymmetricSecondaryObscuration) placed() (Placement, bool) {
	return e.Placement, e.PixelCenters
}

func (e AsymmetricSecondaryObscuration) kind() (string, []grid.Unit) {
	return "asymmetric secondary obscuration", pupils
}

func (e AsymmetricSecondaryObscuration) shadow() shadow {
	s := shadow{radius: e.SecondaryRadius}
	for i, angle := range e.SupportAngle {
		s.addSupport((angle+90)*grid.Degree, ofSupport(e.SupportWidth, i), ofSupport(e.SupportOffsetX, i), ofSupport(e.SupportOffsetY, i))
	}
	return s
}

// ofSupport returns the value for support i from a list with one for each, one
// for all, or none.
func ofSupport(values []float64, i int) float64 {
	switch len(values) {
	case 0:
		return 0
	case 1:
		return values[0]
	}
	return values[i]
}

func (e AsymmetricSecondaryObscuration) region() area.Region { return e.shadow().region() }

func (e AsymmetricSecondaryObscuration) passes() func(x, y float64) bool { return e.shadow().passes }

// shadow is a round shadow about the origin and those of supports.
type shadow struct {
	radius   float64
	supports []support
}

// support is the shadow of a strut of the given width, from a point outwards
// without end in the direction (cos, sin).
type support struct{ cos, sin, width, x, y float64 }

// addSupport adds a support at an angle in radians counter-clockwise from +x. A
// support of no width has no shadow.
func (s *shadow) addSupport(angle, width, x, y float64) {
	if width > 0 {
		sin, cos := math.Sincos(angle)
		s.supports = append(s.supports, support{cos, sin, width, x, y})
	}
}

// region returns where light passes.
func (s shadow) region() area.Region {
	dark := []area.Region{area.Disc(0, 0, s.radius)}
	for _, t := range s.supports {
		wx, wy := -t.sin*t.width/2, t.cos*t.width/2 // from the middle to the left side
		dark = append(dark, area.Intersect(
			area.HalfPlane(area.Point{X: t.x - wx, Y: t.y - wy}, t.cos, t.sin),
			area.HalfPlane(area.Point{X: t.x + wx, Y: t.y + wy}, -t.cos, -t.sin),
			area.HalfPlane(area.Point{X: t.x, Y: t.y}, t.sin, -t.cos),
		))
	}
	return area.Not(area.Union(dark...))
}

// passes tests for points where light passes; on the edge of a shadow it does.
func (s shadow) passes(x, y float64) bool {
	if radius(x, y) < s.radius {
		return false
	}
	for _, t := range s.supports {
		dx, dy := x-t.x, y-t.y
		along := float64(t.cos*dx) + float64(t.sin*dy)
		across := float64(t.cos*dy) - float64(t.sin*dx)
		if along > 0 && math.Abs(across) < t.width/2 {
			return false
		}
	}
	return true
}
