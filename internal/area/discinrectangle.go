package area

import "math"

// DiscInRectangle returns the area that the disc of radius r about the origin
// shares with the rectangle x0 ≤ x ≤ x1, y0 ≤ y ≤ y1. It serves sums over the
// pixels that a circle cuts, for many circles about one point; Region.Fill
// serves figures.
func DiscInRectangle(r, x0, x1, y0, y1 float64) float64 {
	// The axes cut the rectangle into parts that lie in one quadrant each.
	switch {
	case x0 < 0 && x1 > 0:
		return DiscInRectangle(r, x0, 0, y0, y1) + DiscInRectangle(r, 0, x1, y0, y1)
	case y0 < 0 && y1 > 0:
		return DiscInRectangle(r, x0, x1, y0, 0) + DiscInRectangle(r, x0, x1, 0, y1)
	}
	if x1 <= 0 {
		x0, x1 = -x1, -x0
	}
	if y1 <= 0 {
		y0, y1 = -y1, -y0
	}
	if math.Hypot(x0, y0) >= r {
		return 0
	}
	if math.Hypot(x1, y1) <= r {
		return (x1 - x0) * (y1 - y0)
	}
	// From x0 to a the circle runs above the rectangle, from a to b inside it.
	a, b := x0, x1
	if y1 < r {
		a = min(max(leg(r, y1), x0), x1)
	}
	if end := leg(r, y0); end < x1 {
		b = end
	}
	ya, yb := leg(r, a), leg(r, b)
	trapezoid := (b - a) * ((ya - y0) + (yb - y0)) / 2
	// The angle that the arc from a to b spans; the chord keeps its relative
	// accuracy when it is small.
	angle := 2 * math.Asin(min(1, math.Hypot(b-a, yb-ya)/(2*r)))
	return (a-x0)*(y1-y0) + trapezoid + r*r*segment(angle)
}

// leg returns the other leg of a right triangle of hypotenuse r.
func leg(r, a float64) float64 { return math.Sqrt((r - a) * (r + a)) }
