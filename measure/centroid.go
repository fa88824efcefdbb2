package measure

import (
	"fmt"
	"math"

	"arago/grid"
)

// Centroid returns the mean position of the light in the whole field.
func Centroid(m grid.Map) (Point, error) {
	if err := check(m); err != nil {
		return Point{}, err
	}
	var flux float64
	var mean Point
	for i := range m.Y.N {
		var row, moment float64
		for j, v := range m.Row(i) {
			row += v
			moment += v * (float64(j) - m.X.Center)
		}
		flux += row
		mean.X += moment * m.X.Step
		mean.Y += row * m.Y.At(i)
	}
	if !(flux > 0) {
		return Point{}, fmt.Errorf("%w: the sum of the image is %v", ErrNoLight, flux)
	}
	return Point{mean.X / flux, mean.Y / flux}, nil
}

// CentroidIn returns the mean position of the light in the square of half-width
// halfWidth about center, both in the unit of the grid. Of pixels that the
// square cuts, the part inside counts. Where the square leaves the field, the
// light inside the field is all there is.
func CentroidIn(m grid.Map, center Point, halfWidth float64) (Point, error) {
	if err := checkWindow(m, center, halfWidth); err != nil {
		return Point{}, err
	}
	return windowCentroid(m, center, halfWidth)
}

// FloatingCentroid returns the centre of the square of half-width halfWidth
// that has the centroid of its light in its middle: beginning at start, the
// square is moved to the centroid until it stays within a millionth of a pixel.
// So the sides of the square cut the image alike, and a symmetric image gives
// its centre of symmetry wherever its samples fall.
//
// This is the floating-window centroid of JWST's target acquisition (reports
// JWST-STScI-001117 and -001134). POPPY's fwcentroid(halfwidth=h) has a square
// of half-width h + ½ pixels and starts at the brightest pixel. The square
// should be wider than the core of the image.
func FloatingCentroid(m grid.Map, start Point, halfWidth float64) (Point, error) {
	if err := checkWindow(m, start, halfWidth); err != nil {
		return Point{}, err
	}
	const settled, most = 1e-6, 200
	at := start
	for range most {
		next, err := windowCentroid(m, at, halfWidth)
		if err != nil {
			return Point{}, err
		}
		if math.Abs(next.X-at.X) <= settled*m.X.Step && math.Abs(next.Y-at.Y) <= settled*m.Y.Step {
			return next, nil
		}
		at = next
	}
	return Point{}, fmt.Errorf("%w: the floating window still moves after %d steps", ErrNotReached, most)
}

func checkWindow(m grid.Map, center Point, halfWidth float64) error {
	if err := check(m); err != nil {
		return err
	}
	if !(halfWidth > 0) {
		return fmt.Errorf("the half-width of the window is %v; it must be positive", halfWidth)
	}
	return checkPoint(m, center)
}

func windowCentroid(m grid.Map, center Point, halfWidth float64) (Point, error) {
	xs := cut(m.X, center.X-halfWidth, center.X+halfWidth)
	ys := cut(m.Y, center.Y-halfWidth, center.Y+halfWidth)
	var flux float64
	var mean Point
	for _, y := range ys {
		for _, x := range xs {
			v := m.At(y.index, x.index) * y.part * x.part
			flux += v
			mean.X += v * x.middle
			mean.Y += v * y.middle
		}
	}
	if !(flux > 0) {
		return Point{}, fmt.Errorf("%w: the sum of the window about (%.6g, %.6g) %v is %v", ErrNoLight, center.X, center.Y, m.Unit, flux)
	}
	return Point{mean.X / flux, mean.Y / flux}, nil
}

// piece is the part of a pixel that lies between two coordinates of an axis.
type piece struct {
	index  int
	part   float64 // of the pixel's width
	middle float64 // coordinate
}

// cut returns the pieces of the pixels of a between from and to.
func cut(a grid.Axis, from, to float64) []piece {
	// Pixel i spans the indices i−½ to i+½.
	low := max(index(a, from), -0.5)
	high := min(index(a, to), float64(a.N)-0.5)
	if !(low < high) {
		return nil
	}
	var pieces []piece
	for i := int(math.Floor(low + 0.5)); i < a.N && float64(i)-0.5 < high; i++ {
		l, h := max(low, float64(i)-0.5), min(high, float64(i)+0.5)
		pieces = append(pieces, piece{i, h - l, coordinate(a, (l+h)/2)})
	}
	return pieces
}
