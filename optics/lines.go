package optics

import (
	"fmt"
	"math"
	"slices"
)

// Lines are the straight lines along the axes of a plane at which elements change, and
// between which each of them does the same everywhere: knife edges, four quadrants,
// rectangles, and what is made of these.
type Lines struct {
	// X are those along y, by their x, Y those along x, by their y: sorted, in metres in a
	// pupil and in arcseconds in an image.
	X, Y []float64
}

// LinesOf returns the lines of valid elements. The error says in words why there are none
// that are all.
func LinesOf(elements []Element) (Lines, error) {
	var l Lines
	for _, e := range elements {
		if err := l.add(e); err != nil {
			return Lines{}, err
		}
	}
	l.X, l.Y = distinct(l.X), distinct(l.Y)
	return l, nil
}

func (l *Lines) add(e Element) error {
	switch e := e.(type) {
	case ScalarTransmission, ScalarOpticalPathDifference:
		return nil
	case InverseTransmission:
		return l.add(e.Optic)
	case CompoundAnalyticOptic:
		for _, optic := range e.Optics {
			if err := l.add(optic); err != nil {
				return err
			}
		}
		return nil
	case IdealFQPM:
		return l.place("four-quadrant phase mask", e.Placement, []float64{0}, []float64{0})
	}
	h, ok := hardEdgedOf(e)
	if !ok {
		return fmt.Errorf("%s has no straight edges along the axes", inWords(e))
	}
	name, _ := h.kind()
	p, pixelCenters := h.placed()
	if pixelCenters {
		return fmt.Errorf("the %s is to be sampled at the centres of the pixels, which are those of the FFT", name)
	}
	sides := func(width, height float64) error {
		return l.place(name, p, []float64{-width / 2, width / 2}, []float64{-height / 2, height / 2})
	}
	switch e := e.(type) {
	case KnifeEdge:
		return l.place(name, p, []float64{0}, nil)
	case BarOcculter:
		return sides(e.Width, e.Height)
	case RectangularFieldStop:
		return sides(e.Width, e.Height)
	case SquareFieldStop:
		return sides(e.Size, e.Size)
	}
	return fmt.Errorf("the %s has no straight edges along the axes", name)
}

// place adds the lines of an element, which are at x and y in its own coordinates.
func (l *Lines) place(name string, p Placement, x, y []float64) error {
	// A turn by less moves no edge within an image by what counts: quarter turns are rounded.
	const rounding = 1e-12
	m := p.affine().toPlane()
	a := p.affine()
	switch {
	case math.Abs(a.sin) <= rounding:
	case math.Abs(a.cos) <= rounding:
		for _, v := range x {
			l.Y = append(l.Y, m.YX*v+m.Y)
		}
		for _, v := range y {
			l.X = append(l.X, m.XY*v+m.X)
		}
		return nil
	default:
		return fmt.Errorf("the %s is turned by %g degrees, and its edges do not run along the axes", name, p.Rotation)
	}
	for _, v := range x {
		l.X = append(l.X, m.XX*v+m.X)
	}
	for _, v := range y {
		l.Y = append(l.Y, m.YY*v+m.Y)
	}
	return nil
}

// distinct sorts lines. Those that only rounding has set apart are one.
func distinct(lines []float64) []float64 {
	slices.Sort(lines)
	return slices.CompactFunc(lines, func(a, b float64) bool {
		return math.Abs(a-b) <= 1e-13*(math.Abs(a)+math.Abs(b))+1e-16
	})
}
