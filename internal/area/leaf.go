package area

import "math"

// leaf is a basic shape in the plane of the grid. It is convex, so each line
// of constant y meets it in one span of x.
type leaf interface {
	// reach returns the lowest and the highest y of the shape.
	reach() (low, high float64)
	// chord returns the span at y.
	chord(y float64) span
	// extent returns the smallest span that holds all chords between y0 and y1.
	extent(y0, y1 float64) span
	// outline adds the boundary, as far as it may pass through the pixel.
	outline(p *pixel)
	// integral returns ∫(x − x0)dy from ya to yb along one side of the
	// boundary, which stays between x0 and x1 there and has no vertex.
	integral(s side, ya, yb, x0, x1 float64) float64
}

// side tells the left end of the chords from the right one.
type side int

const (
	left side = iota
	right
)

// span is an interval of x; it is empty if high < low.
type span struct{ low, high float64 }

var nothing = span{math.Inf(1), math.Inf(-1)}

func (s span) add(x float64) span { return span{min(s.low, x), max(s.high, x)} }

func (s span) hull(t span) span { return span{min(s.low, t.low), max(s.high, t.high)} }

func (s span) intersect(t span) span { return span{max(s.low, t.low), min(s.high, t.high)} }

// end returns the left or the right end.
func (s span) end(which side) float64 {
	if which == left {
		return s.low
	}
	return s.high
}

// trapezoid returns ∫x·dy along the straight line from xa at ya to xb at yb.
func trapezoid(ya, yb, xa, xb float64) float64 { return (yb - ya) * (xa + xb) / 2 }

// clamped returns ∫(x − x0)dy along a straight side, as trapezoid does, that is
// known to stay between x0 and x1. A side can be so nearly level that the
// rounding of a height moves it far out of the pixel; it then ends at the
// pixel's edge.
func clamped(ya, yb, xa, xb, x0, x1 float64) float64 {
	return trapezoid(ya, yb, max(x0, min(x1, xa))-x0, max(x0, min(x1, xb))-x0)
}
