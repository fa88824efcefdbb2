package measure

import (
	"errors"
	"fmt"
	"math"

	"arago/grid"
)

// What [errors.Is] can tell about an error of this package.
var (
	// ErrImage: the image has no samples, or not those that its grid says, or
	// some that are not finite.
	ErrImage = errors.New("the image cannot be measured")
	// ErrNoLight: where light is needed there is none.
	ErrNoLight = errors.New("there is no light to measure")
	// ErrOutside: a point lies outside the field.
	ErrOutside = errors.New("the point lies outside the field of the image")
	// ErrWidth: the image does not fall to half of its peak within the field.
	ErrWidth = errors.New("the image has no width at half maximum")
	// ErrNotReached: an encircled energy asked for is not reached, or a centroid
	// does not settle.
	ErrNotReached = errors.New("the measure is not reached")
	// ErrFields: two images do not show the same field.
	ErrFields = errors.New("the images do not show the same field")
)

// Point is a position in an image, in the unit of its grid.
type Point struct {
	X, Y float64
}

// Flux returns the sum of all samples.
func Flux(m grid.Map) (float64, error) {
	if err := check(m); err != nil {
		return 0, err
	}
	return m.Sum(), nil
}

// check reports whether m can be measured at all.
func check(m grid.Map) error {
	if m.X.N < 1 || m.Y.N < 1 {
		return fmt.Errorf("%w: it has %d×%d samples", ErrImage, m.Y.N, m.X.N)
	}
	if len(m.Data) != m.Len() {
		return fmt.Errorf("%w: its grid has %d×%d samples, but there are %d", ErrImage, m.Y.N, m.X.N, len(m.Data))
	}
	for _, a := range []grid.Axis{m.X, m.Y} {
		if !(a.Step > 0) || math.IsInf(a.Width(), 0) || math.IsNaN(a.Center) || math.IsInf(a.Center, 0) {
			return fmt.Errorf("%w: its samples are %v %v apart", ErrImage, a.Step, m.Unit)
		}
	}
	for i := range m.Y.N {
		for j, v := range m.Row(i) {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("%w: the sample in row %d, column %d is %v", ErrImage, i, j, v)
			}
		}
	}
	return nil
}

// checkPoint reports whether p lies in the field, edges included.
func checkPoint(m grid.Map, p Point) error {
	inside := func(a grid.Axis, x float64) bool { return a.At(0)-a.Step/2 <= x && x <= a.At(a.N-1)+a.Step/2 }
	if !inside(m.X, p.X) || !inside(m.Y, p.Y) {
		return fmt.Errorf("%w: (%.6g, %.6g) %v is not within x %.6g to %.6g, y %.6g to %.6g", ErrOutside, p.X, p.Y, m.Unit,
			m.X.At(0)-m.X.Step/2, m.X.At(m.X.N-1)+m.X.Step/2, m.Y.At(0)-m.Y.Step/2, m.Y.At(m.Y.N-1)+m.Y.Step/2)
	}
	return nil
}

// index returns the fractional index of coordinate x on an axis.
func index(a grid.Axis, x float64) float64 { return x/a.Step + a.Center }

// coordinate returns the coordinate of a fractional index.
func coordinate(a grid.Axis, i float64) float64 { return (i - a.Center) * a.Step }
