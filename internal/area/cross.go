package area

import "math"

// line is a straight piece of a boundary: that part of the line through p
// along (dx, dy) that lies between the heights low and high.
type line struct {
	p         Point
	dx, dy    float64
	low, high float64
}

// circle is the image of an ellipse under the shear and scaling of x that make
// all ellipses of a figure round. Heights y stay as they are.
type circle struct {
	centre Point
	radius float64
}

// rounding is that shear and scaling: (x, y) goes to ((x − lean·y)/half, y).
type rounding struct{ lean, half float64 }

func newRounding(m Map) rounding {
	square := m.YX*m.YX + m.YY*m.YY
	return rounding{(m.XX*m.YX + m.XY*m.YY) / square, (m.XX*m.YY - m.XY*m.YX) / square}
}

func (r rounding) point(p Point) Point { return Point{(p.X - r.lean*p.Y) / r.half, p.Y} }

func (r rounding) line(l line) line {
	l.p = r.point(l.p)
	l.dx = (l.dx - r.lean*l.dy) / r.half
	return l
}

// The functions below call add with each height at which two boundaries may
// meet. A height too many costs time, not accuracy.
//
// Boundaries that touch count as meeting even if rounding has moved them apart
// by less than touching times their size. Otherwise the middle of a slab, where
// the order of the boundaries is found, could be where they touch, and say
// nothing about their order above and below.
const touching = 1e-9

func crossLines(a, b line, add func(y float64)) {
	determinant := a.dx*b.dy - a.dy*b.dx
	if determinant == 0 {
		return
	}
	t := ((b.p.X-a.p.X)*b.dy - (b.p.Y-a.p.Y)*b.dx) / determinant
	y := a.p.Y + t*a.dy
	if max(a.low, b.low) <= y && y <= min(a.high, b.high) {
		add(y)
	}
}

func crossLineCircle(l line, c circle, add func(y float64)) {
	length := math.Hypot(l.dx, l.dy)
	ux, uy := l.dx/length, l.dy/length
	x, y := c.centre.X-l.p.X, c.centre.Y-l.p.Y
	distance := math.Abs(ux*y - uy*x)
	if distance > c.radius*(1+touching) {
		return
	}
	foot := ux*x + uy*y
	half := math.Sqrt(max(0, (c.radius-distance)*(c.radius+distance)))
	for _, t := range [2]float64{foot - half, foot + half} {
		if y := l.p.Y + t*uy; l.low <= y && y <= l.high {
			add(y)
		}
	}
}

func crossCircles(a, b circle, add func(y float64)) {
	dx, dy := b.centre.X-a.centre.X, b.centre.Y-a.centre.Y
	d := math.Hypot(dx, dy)
	if d == 0 {
		return
	}
	// The common chord stands at right angles on the line between the centres,
	// at this distance from the centre of a.
	along := (d*d + (a.radius-b.radius)*(a.radius+b.radius)) / (2 * d)
	if math.Abs(along) > a.radius*(1+touching) {
		return
	}
	half := math.Sqrt(max(0, (a.radius-along)*(a.radius+along)))
	add(a.centre.Y + (along*dy-half*dx)/d)
	add(a.centre.Y + (along*dy+half*dx)/d)
}
