package area

import "math"

// halfPlane is what lies on the left of the line through p along (dx, dy).
type halfPlane struct {
	p      Point
	dx, dy float64
}

func (h halfPlane) place(m Map) leaf {
	return placedHalfPlane{m.apply(h.p), m.XX*h.dx + m.XY*h.dy, m.YX*h.dx + m.YY*h.dy}
}

// placedHalfPlane is a half-plane in the plane of the grid. Its line is the
// right side of its chords if dy > 0, the left side if dy < 0.
type placedHalfPlane halfPlane

func (h placedHalfPlane) reach() (low, high float64) {
	low, high = math.Inf(-1), math.Inf(1)
	if h.dy == 0 {
		if h.dx > 0 {
			low = h.p.Y
		} else {
			high = h.p.Y
		}
	}
	return low, high
}

// at returns x on the line at y. The product comes first: a line that is
// nearly horizontal then leads to an infinite x, never to 0·∞.
func (h placedHalfPlane) at(y float64) float64 { return h.p.X + (y-h.p.Y)*h.dx/h.dy }

func (h placedHalfPlane) chord(y float64) span {
	switch {
	case h.dy > 0:
		return span{math.Inf(-1), h.at(y)}
	case h.dy < 0:
		return span{h.at(y), math.Inf(1)}
	}
	if low, high := h.reach(); low <= y && y <= high {
		return span{math.Inf(-1), math.Inf(1)}
	}
	return nothing
}

func (h placedHalfPlane) extent(y0, y1 float64) span { return h.chord(y0).hull(h.chord(y1)) }

func (h placedHalfPlane) outline(p *pixel) {
	low, high := math.Inf(-1), math.Inf(1)
	if h.dy == 0 {
		low, high = h.p.Y, h.p.Y
	}
	p.addLine(line{h.p, h.dx, h.dy, low, high})
}

func (h placedHalfPlane) integral(_ side, ya, yb, x0, x1 float64) float64 {
	return clamped(ya, yb, h.at(ya), h.at(yb), x0, x1)
}
