package area

import "math"

// disc is a disc before it is placed.
type disc struct {
	centre Point
	radius float64
}

// place returns the image of the disc, an ellipse. Its points are
//
//	x = centre.X + lean·v + half·w,  y = centre.Y + up·v,  v² + w² ≤ 1:
//
// a disc scaled along both axes and sheared along x, which every ellipse is.
// With the rows (XX, XY) and (YX, YY) of the map, up is the radius times the
// length of the second row, lean that times the part of the first row along
// the second, and half that times the part across.
func (d disc) place(m Map) leaf {
	up := math.Hypot(m.YX, m.YY)
	return ellipse{
		centre: m.apply(d.centre),
		up:     d.radius * up,
		lean:   d.radius * (m.XX*m.YX + m.XY*m.YY) / up,
		half:   d.radius * (m.XX*m.YY - m.XY*m.YX) / up,
	}
}

// ellipse is an ellipse in the plane of the grid; see disc.place.
type ellipse struct {
	centre         Point
	up, lean, half float64
}

func (e ellipse) reach() (low, high float64) { return e.centre.Y - e.up, e.centre.Y + e.up }

// unit returns v and w ≥ 0 of the right end of the chord at y.
func (e ellipse) unit(y float64) (v, w float64) {
	v = max(-1, min(1, (y-e.centre.Y)/e.up))
	return v, math.Sqrt((1 - v) * (1 + v))
}

func (e ellipse) chord(y float64) span {
	if low, high := e.reach(); y < low || y > high {
		return nothing
	}
	v, w := e.unit(y)
	middle := e.centre.X + e.lean*v
	return span{middle - e.half*w, middle + e.half*w}
}

func (e ellipse) extent(y0, y1 float64) span {
	low, high := e.reach()
	s := e.chord(max(y0, low)).hull(e.chord(min(y1, high)))
	// The points furthest to the right and left: dx/dv = lean ∓ half·v/w = 0.
	far := math.Hypot(e.lean, e.half)
	rise := e.up * e.lean / far
	if y := e.centre.Y + rise; y0 < y && y < y1 {
		s = s.add(e.centre.X + far)
	}
	if y := e.centre.Y - rise; y0 < y && y < y1 {
		s = s.add(e.centre.X - far)
	}
	return s
}

func (e ellipse) outline(p *pixel) { p.addEllipse(e) }

// integral is that along the straight line between the ends of the arc, plus
// or minus the segment between that line and the arc. Near the top and bottom
// of the ellipse, where w is uncertain, the errors of the two cancel: they only
// move the end along the arc.
func (e ellipse) integral(s side, ya, yb, x0, _ float64) float64 {
	va, wa := e.unit(ya)
	vb, wb := e.unit(yb)
	half := e.half
	if s == left {
		half = -half
	}
	x := e.centre.X - x0
	straight := trapezoid(ya, yb, x+e.lean*va+half*wa, x+e.lean*vb+half*wb)
	// The angle between the unit vectors (w, v) at both ends; the differences
	// keep its relative accuracy when it is small.
	angle := math.Atan2(math.Abs(wa*(vb-va)-va*(wb-wa)), wa*wb+va*vb)
	return straight + half*e.up*segment(angle)
}

// segment returns the area (θ − sin θ)/2 between an arc of the unit circle of
// angle θ and its chord.
func segment(angle float64) float64 {
	if angle > 0.5 {
		return (angle - math.Sin(angle)) / 2
	}
	// The difference would cancel. The first term left out of its Taylor
	// series, that in θ¹⁵, is less than 2e-15 of the sum at θ = 0.5.
	q := angle * angle
	return angle * q / 12 * (1 - q/20*(1-q/42*(1-q/72*(1-q/110*(1-q/156)))))
}
